"""What would settle a pair that is undecided, and why it is."""

from collections.abc import Sequence

import numpy as np

from seedbed.analysis.statistics.arms.comparison import (
    NO_SPREAD,
    PAIRED,
    RANKS,
    RANKS_FAILED,
    SIGNS,
    SIGNS_FAILED,
    WELCH,
    Comparison,
)
from seedbed.analysis.statistics.stopping.looks import (
    looks_in_words,
)
from seedbed.analysis.statistics.stopping.plan import runs_needed
from seedbed.analysis.wording import count, p_value, points, signed, width

ALPHA = 0.05


FAR = 1000
"""Seeds beyond which "more seeds" is not useful advice."""


def reason_in_words(
    verdict: str, single: Comparison, p: float | None, equivalence: float | None, family: int
) -> str:
    """The numbers behind a verdict, in points."""
    found = single.difference
    corrected = " after Holm" if family > 1 else ""
    if min(single.n_a, single.n_b) < 2:
        return f"{points(found.value)}, one run in an arm, which gives no interval"
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
    if (first := _before_seeds(single)) is not None:
        return None, first
    spread = float(np.std(differences, ddof=1)) if len(differences) > 1 else single.run_sd
    gap, margin = abs(single.difference.value), single.margin or single.run_sd
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


def _before_seeds(single: Comparison) -> str | None:
    """What to do before more seeds are run; None if their number can be told."""
    if single.decided_by in (SIGNS_FAILED, RANKS_FAILED):
        return f"Run again what failed ({count(single.failed, 'run')}), or find out why."
    if single.decided_by in (RANKS, SIGNS):
        return "Find out why a run collapsed: the sd of such runs gives no number of seeds."
    if single.decided_by == NO_SPREAD and min(single.n_a, single.n_b) > 1 and not single.run_sd:
        return "Vary seeds that reach the weights: these runs show no spread."
    return None


def _with_interval(verdict: str, single: Comparison, p: str, equivalence: str) -> str:
    """The numbers behind a verdict whose difference has an interval."""
    found = single.difference
    name = "" if single.decided_by in (PAIRED, WELCH) else f"{single.test}, "
    low, high = found.low or 0.0, found.high or 0.0
    said = (
        f"{points(found.value)} (95 % interval {signed(low)} to {signed(high)}, "
        f"{runs_in_words(single)}, {name}{p})"
    )
    if single.looks is not None:
        return f"{said}; {looks_in_words(single.looks, found.level)}"
    if verdict == "equivalent" and single.margin is not None:
        return f"{said}, and within ±{width(single.margin)} ({equivalence})"
    if verdict == "undecided" and single.run_sd and single.is_within_a_reseed:
        return f"{said}, not distinguishable from a reseed (sd of a run {width(single.run_sd)})"
    return said


def _without_interval(single: Comparison, p: str) -> str:
    """The same spread nowhere, or too few runs for a rank test to reject any difference."""
    value, runs = points(single.difference.value), runs_in_words(single)
    if single.decided_by == NO_SPREAD:
        exactly = f"{value} on average" if single.run_sd else f"exactly {value} in every run"
        return f"{exactly} ({runs}, {single.test}, {p})"
    return f"{value}, with no interval: {runs} are too few for one ({single.test}, {p})"


def _equal_scores(single: Comparison) -> str:
    every = "every pair of runs" if single.paired else "every run"
    if single.same_bits:
        return f"{every} ended with the same weights; check that the configurations do differ"
    return f"{every} scored exactly the same, but equal scores do not prove equal models"
