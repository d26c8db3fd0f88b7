"""What would settle a pair that is undecided, and why it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from seedbed.analysis.findings.findings import Arm
from seedbed.analysis.findings.pairwise import (
    ALPHA,
    FAR,
    Match,
    _equal_scores,
    _with_interval,
    _without_interval,
)
from seedbed.analysis.findings.predictions.stacked_predictions import Stack
from seedbed.analysis.statistics.arms.comparison import (
    NO_SPREAD,
    RANKS_FAILED,
    SIGNS_FAILED,
    Comparison,
)
from seedbed.analysis.statistics.arms.new_data import compare_on_new_data
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.stopping.plan import runs_needed
from seedbed.analysis.wording import count, p_value, points, width


def reason_in_words(
    verdict: str, single: Comparison, p: float | None, equivalence: float | None, family: int
) -> str:
    """The numbers behind a verdict, in points."""
    found = single.difference
    corrected = " after Holm" if family > 1 else ""
    if min(single.n_a, single.n_b) < 2:
        return f"{points(found.value)}, one run in an arm, which carries no interval"
    if found.value == 0 and single.decided_by == NO_SPREAD:
        return _equal_scores(single)
    if found.low is None or found.high is None:
        return _without_interval(single, f"{p_value(p)}{corrected}")
    return _with_interval(
        verdict, single, f"{p_value(p)}{corrected}", f"{p_value(equivalence)}{corrected}"
    )


def runs_in_words(single: Comparison) -> str:
    """How many runs stand behind a comparison: ``5 common seeds``, ``5 against 4 runs``."""
    if single.paired:
        return count(single.n_a, "common seed")
    return f"{single.n_a} against {single.n_b} runs"


def settle(single: Comparison, differences: Sequence[float], family: int) -> tuple[int | None, str]:
    """How many more seeds would settle an undecided comparison.

    With a power of 80 %, if the spread and the difference seen are the true ones; the level is
    divided by the number of comparisons (Bonferroni), which is at least what Holm asks.

    Returns:
        Further seeds per configuration, None where no number can be given; and a sentence.
    """
    if single.decided_by in (SIGNS_FAILED, RANKS_FAILED):
        return None, f"Run again what failed ({count(single.failed, 'run')}), or find out why."
    spread = float(np.std(differences, ddof=1)) if len(differences) > 1 else single.run_sd
    gap, margin = abs(single.difference.value), single.margin or single.run_sd
    if single.decided_by == NO_SPREAD and min(single.n_a, single.n_b) > 1:
        return None, "Vary seeds that reach the weights: these runs show no spread."
    if single.p is None or not spread or not margin:
        return None, "Run at least three seeds, the same ones, in every configuration."
    have = min(single.n_a, single.n_b)

    def more(difference: float) -> int | None:
        needed = runs_needed(difference, spread, paired=single.paired, alpha=ALPHA / family)
        return None if needed is None else max(needed - have, 0)

    for_gap = more(gap) if gap > 0 else None
    for_margin = more(margin)
    chance = "with a chance of 80 %"
    if for_gap is not None and 0 < for_gap <= FAR:
        return for_gap, (
            f"{count(for_gap, 'more seed')} per configuration would confirm a difference as large "
            f"as the one seen ({width(gap)}) {chance}."
        )
    if for_margin is not None and 0 < for_margin <= FAR:
        return for_margin, (
            f"{count(for_margin, 'more seed')} per configuration would show a difference of "
            f"{width(margin)} (one sd of a run) {chance}; the one seen ({width(gap)}) is too "
            "small to chase."
        )
    return None, (
        f"The difference seen ({width(gap)}) is small beside the spread of the runs: these seeds "
        f"would already have shown {width(margin)} (one sd of a run) {chance}. Name the smallest "
        "difference that matters and plan for that."
    )


def on_new_data(a: Arm, b: Arm, found: Match, stacks: Mapping[str, Stack]) -> Estimate | None:
    """Accuracy of a minus accuracy of b to expect with new seeds on new examples.

    None unless both arms have predictions of two or more of these runs on the same examples.
    """
    first, second = stacks.get(a.label), stacks.get(b.label)
    if first is None or second is None:
        return None
    if not np.array_equal(first.example_ids, second.example_ids):
        return None
    rows_a = {index: row for row, index in enumerate(first.positions)}
    rows_b = {index: row for row, index in enumerate(second.positions)}
    if found.paired:
        both = [
            (rows_a[i], rows_b[j])
            for i, j in zip(found.a, found.b, strict=True)
            if i in rows_a and j in rows_b
        ]
        chosen_a, chosen_b = [i for i, _ in both], [j for _, j in both]
    else:
        chosen_a, chosen_b = list(rows_a.values()), list(rows_b.values())
    if min(len(chosen_a), len(chosen_b)) < 2:
        return None
    errors = compare_on_new_data(
        first.errors[chosen_a], second.errors[chosen_b], paired=found.paired, level=1 - ALPHA
    ).difference
    method = errors.method.replace("errors A − B", "accuracy A − B")
    return replace(errors.negated(), method=method)
