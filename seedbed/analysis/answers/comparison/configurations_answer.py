"""Compares several configurations, each pair adjusted for their number."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from seedbed.analysis.answers.answer import Answer, number, plain
from seedbed.analysis.answers.comparison.comparison_answer import (
    SCORES_ALONE,
    Known,
    Terms,
    check_terms,
    compare_scores,
    compared_scores,
)
from seedbed.analysis.answers.comparison.comparison_words import (
    OF_RESPLITS,
    Beside,
    RunNames,
    failed_sentence,
    new_data_sentence,
    odd_sentences,
    prior_sentence,
)
from seedbed.analysis.answers.comparison.pair import Pair
from seedbed.analysis.answers.comparison.verdict_words import verdict_of
from seedbed.analysis.answers.units import Unit
from seedbed.analysis.statistics.arms.comparison import MODERATED, PRIOR, RESPLITS
from seedbed.analysis.statistics.arms.many import (
    Family,
    PairResult,
    check_control,
    compare_many,
    holm,
)
from seedbed.analysis.statistics.arms.new_data import TTest
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Verdict
from seedbed.analysis.wording import p_value

MOST_TOLD = 36
"""Comparisons that have a sentence each: all of nine configurations."""


def compare_configurations(
    arms: Mapping[str, Floats],
    terms: Terms,
    *,
    notes: Sequence[str] = (),
    known: Known = SCORES_ALONE,
    resplits: tuple[int, int] | None = None,
) -> Answer:
    """Compare two or more configurations, all pairs or each against a control.

    Args:
        arms: Name → ``[run]`` scores, nan where the run failed; the same order of seeds in each
            when paired.
        terms: How they are compared.
        notes: What was left out while reading, in words.
        known: What is known of two arms beside their scores.
        resplits: As ``compare_scores`` takes it.
    """
    check_terms(terms, len(arms))
    if len(arms) == 2:
        first, second = arms
        if terms.control == first:
            first, second = second, first
        check_control(terms.control, arms)
        answer = compare_scores(
            arms[first],
            arms[second],
            terms,
            names=(first, second),
            beside=Beside(known.new_data(first, second), mcnemar=known.mcnemar(first, second)),
            known=known,
            resplits=resplits,
        )
        fields = {**answer.fields, "notes": list(notes)}
        return replace(answer, sentences=(*answer.sentences, *notes), fields=fields)
    family = compare_many(
        arms,
        paired=bool(terms.paired),
        control=terms.control,
        margin=terms.margin_of_scores,
        level=terms.level,
        test_size=terms.test_size,
        same_bits=known.same_bits,
        share_variance=terms.share_variance,
        ends=terms.unit.is_accuracy,
        looks=terms.looks,
        prior=terms.prior,
        resplits=resplits,
    )
    new = [known.new_data(pair.a, pair.b) for pair in family.pairs]
    answer = _family(family, arms, new, notes, terms, known=known)
    measure = terms.unit.measure
    finished = {name: arm[np.isfinite(arm)] for name, arm in arms.items()}
    return replace(answer, scores=finished, measure=measure)


def _family(
    family: Family,
    arms: Mapping[str, Floats],
    new_data: Sequence[TTest | None],
    notes: Sequence[str],
    terms: Terms,
    *,
    known: Known,
) -> Answer:
    unit = terms.unit
    adjusted = holm([None if one is None else one.p for one in new_data])
    different = [one for one in family.pairs if one.comparison.verdict.verdict == "different"]
    resplit = family.pairs[0].comparison.decided_by == RESPLITS
    where = "over re-splits of the data" if resplit else "on this test set"
    show = "shows" if len(different) == 1 else "show"
    lines = [
        f"{len(different)} of {len(family.pairs)} comparisons {show} a difference (Holm) {where}; "
        f"without it about {number(family.expected_false)} would show one by chance alone."
    ]
    told = _most_telling(family)
    listed: list[dict[str, object]] = []
    rows: list[tuple[str, object]] = []
    for one, new, p_new in zip(family.pairs, new_data, adjusted, strict=True):
        pair = Pair(one.a, one.b, unit)
        verdict = verdict_of(
            pair, one.comparison, one.p_adjusted, one.equivalence_adjusted, "after Holm"
        )
        verdict = known.settling(verdict, one.a, one.b)
        if id(one) in told:
            lines.append(pair.sentence(verdict.reason))
            if new is not None:
                lines.append(new_data_sentence(pair, new, f"{p_value(p_new)} after Holm"))
            lines += filter(None, [failed_sentence(pair, one.comparison)])
        listed.append(_listed(one, verdict, new, p_new))
        rows += _rows(one, verdict, new, p_new)
    if len(told) < len(family.pairs):
        lines.append(
            f"The other {len(family.pairs) - len(told)} comparisons have equal or larger p; the "
            "JSON output lists them."
        )
    lines.append(
        "The intervals are those of each comparison alone; the values of p are adjusted for all "
        f"{len(family.pairs)} (Holm)."
    )
    lines += _odd_in_family(family, arms, unit, known.run_names)
    uneven = {one.comparison.few_runs: None for one in family.pairs}
    lines += [f"{sentence}." for sentence in uneven if sentence is not None]
    if terms.share_variance:
        lines.append(_shared(family))
    if terms.prior is not None:
        used = sum(one.comparison.decided_by == PRIOR for one in family.pairs)
        lines.append(prior_sentence(terms.prior, unit, used, len(family.pairs)))
    if resplit:
        lines.append(OF_RESPLITS)
    elif all(one is None for one in new_data):
        lines.append("On new data the intervals are wider; scores alone cannot say by how much.")
    fields = {
        "method": family.method,
        "control": family.control,
        "expected_false": family.expected_false,
        "comparisons": listed,
        "notes": list(notes),
    }
    verdicts = tuple(dict.fromkeys(one.comparison.verdict.verdict for one in family.pairs))
    return Answer((*lines, *notes), fields, tuple(rows), verdicts)


def _most_telling(family: Family) -> set[int]:
    """Identities of the pairs that have a sentence: of many, those of the smallest p."""

    def p_of(one: PairResult) -> float:
        return np.inf if one.p_adjusted is None else one.p_adjusted

    return {id(one) for one in sorted(family.pairs, key=p_of)[:MOST_TOLD]}


def _odd_in_family(
    family: Family, arms: Mapping[str, Floats], unit: Unit, names: RunNames
) -> list[str]:
    """Name the odd runs of each arm once, however many comparisons it is in."""
    said: dict[str, None] = {}
    for one in family.pairs:
        compared = compared_scores(arms[one.a], arms[one.b], paired=one.comparison.paired)
        pair = Pair(one.a, one.b, unit)
        said |= dict.fromkeys(odd_sentences(pair, one.comparison, *compared, names))
    return list(said)


def _shared(family: Family) -> str:
    """What sharing the variance did."""
    done = sum(one.comparison.decided_by == MODERATED for one in family.pairs)
    if not done:
        return (
            "No variance is shared: the arms' spreads look too different, or runs failed, "
            "collapsed or do not vary."
        )
    return (
        f"In {done} of {len(family.pairs)} comparisons each arm's variance is moved towards "
        "that of all arms (moderated t); where one arm's sd is truly three times as large, "
        "that errs in .10."
    )


def _listed(
    one: PairResult, verdict: Verdict, new: TTest | None, p_new: float | None
) -> dict[str, object]:
    """A comparison's fields, by JSON key."""
    return {
        "a": one.a,
        "b": one.b,
        **{key: plain(value) for key, value in vars(one.comparison).items()},
        "verdict": plain(verdict),
        "p_adjusted": one.p_adjusted,
        "equivalence_adjusted": one.equivalence_adjusted,
        "new_data": plain(new),
        "new_data_adjusted": p_new,
    }


def _rows(
    one: PairResult, verdict: Verdict, new: TTest | None, p_new: float | None
) -> list[tuple[str, object]]:
    """A comparison's rows of the table."""
    name = f"{one.a} − {one.b}"
    rows: list[tuple[str, object]] = [(name, one.comparison.difference)]
    rows.append((f"{name}: p adjusted", one.p_adjusted))
    if new is not None:
        rows.append((f"{name}: difference on new data", new.difference))
        rows.append((f"{name}: p adjusted on new data", p_new))
    return [*rows, (f"{name}: verdict", verdict)]
