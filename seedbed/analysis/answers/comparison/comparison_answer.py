"""Two arms compared, or many: the numbers and the table of an answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from seedbed.analysis.answers.answer import Answer, number, plain
from seedbed.analysis.answers.comparison.comparison_words import (
    Beside,
    Pair,
    comparison_sentences,
    failed_sentence,
    new_data_sentence,
    odd_sentences,
    prior_sentence,
    verdict_of,
)
from seedbed.analysis.answers.units import FRACTION, Unit, margin_in
from seedbed.analysis.statistics.arms.compare import compare_paired
from seedbed.analysis.statistics.arms.comparison import MODERATED, PRIOR
from seedbed.analysis.statistics.arms.failures import compare_tried
from seedbed.analysis.statistics.arms.many import (
    Family,
    PairResult,
    compare_many,
    holm,
    pair_differences,
)
from seedbed.analysis.statistics.arms.new_data import TTest
from seedbed.analysis.statistics.arms.prior_sd import PriorSd, with_prior
from seedbed.analysis.statistics.arms.verdict import decide
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Verdict
from seedbed.analysis.statistics.stopping.anytime import e_value
from seedbed.analysis.statistics.stopping.looks import LookPlan, with_looks
from seedbed.analysis.statistics.stopping.sequential import sequential_decision
from seedbed.analysis.wording import p_value
from seedbed.system.errors import InputError

NAMES = ("A", "B")
NOTHING = Beside()


@dataclass(frozen=True)
class Terms:
    """How arms are compared.

    Attributes:
        paired: Same seeds in all arms, in order; None: as the seeds say.
        control: Name of the arm that the others are compared with.
        margin: Largest difference that counts as equivalent, in the unit of the scores, or points
            as text (``0.5points``); without it, no arms are called equivalent.
        level: Confidence level.
        unit: How scores are written.
        test_size: Examples in the test set, where known.
        looks: How often two arms are looked at; None for this once.
        share_variance: Whether three or more unpaired arms share their variance.
        prior: The sd of earlier runs, towards which unpaired arms' variance is moved.
    """

    paired: bool | None = None
    control: str | None = None
    margin: float | str | None = None
    level: float = 0.95
    unit: Unit = FRACTION
    test_size: int | None = None
    looks: LookPlan | None = None
    share_variance: bool = False
    prior: PriorSd | None = None

    @property
    def margin_of_scores(self) -> float | None:
        """The margin in the unit of the scores.

        Raises:
            InputError: Not a number, or its unit is not clear.
        """
        return margin_in(self.unit, self.margin)


@dataclass(frozen=True)
class Known:
    """What is known of two arms, by their names, beside their scores.

    Attributes:
        new_data: Their comparison on new data; None where predictions do not allow it.
        mcnemar: P of McNemar's test, where each is one trained model.
        same_bits: Whether all their answers or weights are equal.
    """

    new_data: Callable[[str, str], TTest | None] = lambda _a, _b: None
    mcnemar: Callable[[str, str], float | None] = lambda _a, _b: None
    same_bits: Callable[[str, str], bool] = lambda _a, _b: False


SCORES_ALONE = Known()


def compare_scores(
    a: Floats,
    b: Floats,
    terms: Terms,
    *,
    names: tuple[str, str] = NAMES,
    beside: Beside = NOTHING,
    resplits: tuple[int, int] | None = None,
    same_bits: bool = False,
) -> Answer:
    """Compare two arms.

    Args:
        a: ``[run]`` scores of A, nan where the run failed.
        b: ``[run]`` scores of B, likewise; the same order of seeds when paired.
        terms: How they are compared; no control.
        names: What the arms are called.
        beside: What is known of them beside this, in the unit of the scores.
        resplits: Examples trained on and tested on, where the pairs are random re-splits.
        same_bits: Whether all answers or weights of both arms are known to be equal.
    """
    _check_terms(terms, 2)
    if resplits is None:
        found = compare_tried(
            a,
            b,
            paired=bool(terms.paired),
            margin=terms.margin_of_scores,
            level=terms.level,
            test_size=terms.test_size,
            same_bits=same_bits,
            ends=terms.unit.is_accuracy,
        )
    else:
        found = compare_paired(
            a, b, margin=terms.margin_of_scores, level=terms.level, resplits=resplits
        )
        beside = replace(beside, resplits=TTest(found.difference, found.t, found.df, found.p))
    pairs = pair_differences(a, b, paired=bool(terms.paired))
    found = with_prior(found, a, b, terms.prior)
    found = with_looks(found, pairs, terms.looks)
    if found.looks is not None or found.decided_by == PRIOR:
        decided = decide(found, found.decisive_p, found.equivalence, 1 - terms.level)
        found = replace(found, verdict=decided)
    pair = Pair(*names, terms.unit)
    verdict = verdict_of(pair, found, found.decisive_p, found.equivalence)
    odd = odd_sentences(pair, found, *_compared(a, b, paired=found.paired))
    sentences = comparison_sentences(pair, found, verdict, beside, odd)
    if terms.prior is not None:
        used = int(found.decided_by == PRIOR)
        sentences = (*sentences, prior_sentence(terms.prior, terms.unit, used, 1))
    on_new_data = beside.new_data is not None or found.decisive_p is not None
    fields: dict[str, object] = {"a": names[0], "b": names[1]}
    fields |= {key: value for key, value in vars(found).items() if key != "verdict"}
    fields["e_value"] = e_value(pairs, step=found.step) if pairs.size > 1 else None
    fields["sequential"] = (
        sequential_decision(pairs, alpha=1 - terms.level, step=found.step) if terms.paired else None
    )
    fields |= vars(beside)
    fields["verdict"] = verdict
    return Answer(
        sentences,
        fields,
        _table(fields, beside),
        (verdict.verdict,),
        headline=" ".join(sentences[: 1 + on_new_data]),
        scores={name: arm[np.isfinite(arm)] for name, arm in zip(names, (a, b), strict=True)},
        measure=terms.unit.measure,
    )


def _check_terms(terms: Terms, arms: int) -> None:
    """Refuse to share the variance of two arms, or of paired ones; and a prior for these."""
    if terms.prior is not None and (terms.paired or terms.share_variance):
        what = "paired" if terms.paired else "arms that share their variance"
        raise InputError(
            f"--prior-sd needs unpaired runs, because it is the sd of one run, got {what}: add "
            "--unpaired, or leave it out"
        )
    if terms.share_variance and (arms < 3 or terms.paired):
        what = "paired ones" if terms.paired else str(arms)
        raise InputError(
            f"--shared-variance needs three or more arms that are not paired, got {what}: leave it "
            "out, or add --unpaired"
        )


def _compared(a: Floats, b: Floats, *, paired: bool) -> tuple[Floats, Floats]:
    """The scores that were compared: of the runs that finished, paired of the whole pairs."""
    there = np.isfinite(a), np.isfinite(b)
    if paired:
        there = (there[0] & there[1],) * 2
    return a[there[0]], b[there[1]]


def _table(fields: Mapping[str, object], beside: Beside) -> tuple[tuple[str, object], ...]:
    rows = ["difference", "t", "df", "p", "p_sign_flip", "p_rank", "p_superior", "equivalence"]
    if fields["p_failures"] is not None:
        rows.append("p_failures")
    table = [(name, fields[name]) for name in rows]
    if beside.new_data is not None:
        table.append(("difference on new data", beside.new_data.difference))
    if beside.resplits is not None:
        table.append(("difference over re-splits", beside.resplits.difference))
    if beside.mcnemar is not None:
        table.append(("p of McNemar's test", beside.mcnemar))
    return (*table, ("verdict", fields["verdict"]))


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
        resplits: Of two arms, as ``compare_scores`` takes it.
    """
    _check_terms(terms, len(arms))
    if len(arms) == 2:
        first, second = arms
        if terms.control == first:
            first, second = second, first
        elif terms.control is not None and terms.control not in arms:
            raise InputError(
                f"no configuration is called {terms.control!r}: there are {', '.join(arms)}"
            )
        answer = compare_scores(
            arms[first],
            arms[second],
            terms,
            names=(first, second),
            beside=Beside(known.new_data(first, second), mcnemar=known.mcnemar(first, second)),
            same_bits=known.same_bits(first, second),
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
    )
    new = [known.new_data(pair.a, pair.b) for pair in family.pairs]
    answer = _family(family, arms, new, notes, terms)
    measure = terms.unit.measure
    finished = {name: arm[np.isfinite(arm)] for name, arm in arms.items()}
    return replace(answer, scores=finished, measure=measure)


def _family(
    family: Family,
    arms: Mapping[str, Floats],
    new_data: Sequence[TTest | None],
    notes: Sequence[str],
    terms: Terms,
) -> Answer:
    unit = terms.unit
    adjusted = holm([None if one is None else one.p for one in new_data])
    different = [one for one in family.pairs if one.comparison.verdict.verdict == "different"]
    lines = [
        f"{len(different)} of {len(family.pairs)} comparisons show a difference (Holm) on this "
        f"test set; without it about {number(family.expected_false)} would show one by "
        "chance alone."
    ]
    told = _most_telling(family)
    listed: list[dict[str, object]] = []
    rows: list[tuple[str, object]] = []
    for one, new, p_new in zip(family.pairs, new_data, adjusted, strict=True):
        pair = Pair(one.a, one.b, unit)
        verdict = verdict_of(
            pair, one.comparison, one.p_adjusted, one.equivalence_adjusted, "after Holm"
        )
        if id(one) in told:
            lines.append(pair.sentence(verdict.reason))
            if new is not None:
                lines.append(new_data_sentence(pair, new, f"{p_value(p_new)} after Holm"))
            lines += filter(None, [failed_sentence(pair, one.comparison)])
        listed.append(_listed(one, verdict, new, p_new))
        rows += _rows(one, verdict, new, p_new)
    if len(told) < len(family.pairs):
        lines.append(
            f"The other {len(family.pairs) - len(told)} comparisons, whose p is no smaller, are in "
            "--format json."
        )
    lines.append(
        "The intervals are those of each comparison alone; the values of p are adjusted for all "
        f"{len(family.pairs)} (Holm)."
    )
    lines += _odd_in_family(family, arms, unit)
    if terms.share_variance:
        lines.append(_shared(family))
    if terms.prior is not None:
        used = sum(one.comparison.decided_by == PRIOR for one in family.pairs)
        lines.append(prior_sentence(terms.prior, unit, used, len(family.pairs)))
    if all(one is None for one in new_data):
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


def _odd_in_family(family: Family, arms: Mapping[str, Floats], unit: Unit) -> list[str]:
    """Name the odd runs of each arm once, however many comparisons it is in."""
    said: dict[str, None] = {}
    for one in family.pairs:
        compared = _compared(arms[one.a], arms[one.b], paired=one.comparison.paired)
        said |= dict.fromkeys(odd_sentences(Pair(one.a, one.b, unit), one.comparison, *compared))
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
