"""Two arms compared, or many: the numbers and the table of an answer."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.comparison.comparison_words import (
    Beside,
    RunNames,
    comparison_sentences,
    odd_sentences,
    prior_sentence,
)
from seedbed.analysis.answers.comparison.pair import Pair
from seedbed.analysis.answers.comparison.verdict_words import verdict_of
from seedbed.analysis.answers.units import FRACTION, Unit, margin_in
from seedbed.analysis.statistics.arms.compare import compare_paired
from seedbed.analysis.statistics.arms.comparison import PRIOR
from seedbed.analysis.statistics.arms.equal_weights import settles_stuck
from seedbed.analysis.statistics.arms.failures import compare_tried
from seedbed.analysis.statistics.arms.many import (
    pair_differences,
)
from seedbed.analysis.statistics.arms.new_data import TTest
from seedbed.analysis.statistics.arms.prior_sd import PriorSd, with_prior
from seedbed.analysis.statistics.arms.verdict import decide
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Verdict
from seedbed.analysis.statistics.stopping.anytime import e_value
from seedbed.analysis.statistics.stopping.looks import LookPlan, with_looks
from seedbed.analysis.statistics.stopping.sequential import SequentialDecision, sequential_decision
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
        stuck: Names of the arms whose seeds change nothing.
        run_names: Arm and score → the name of its run; empty where runs have no names.
    """

    new_data: Callable[[str, str], TTest | None] = lambda _a, _b: None
    mcnemar: Callable[[str, str], float | None] = lambda _a, _b: None
    same_bits: Callable[[str, str], bool] = lambda _a, _b: False
    stuck: Collection[str] = ()
    run_names: RunNames = field(default_factory=dict)

    def settling(self, verdict: Verdict, a: str, b: str) -> Verdict:
        """The verdict on two arms, with what settles it where seeds change nothing."""
        stuck = [name for name in (a, b) if name in self.stuck]
        if verdict.verdict != "undecided" or not stuck:
            return verdict
        return replace(verdict, settles=settles_stuck(stuck))


SCORES_ALONE = Known()


def compare_scores(
    a: Floats,
    b: Floats,
    terms: Terms,
    *,
    names: tuple[str, str] = NAMES,
    beside: Beside = NOTHING,
    resplits: tuple[int, int] | None = None,
    known: Known = SCORES_ALONE,
) -> Answer:
    """Compare two arms.

    Args:
        a: ``[run]`` scores of A, nan where the run failed.
        b: ``[run]`` scores of B, likewise; the same order of seeds when paired.
        terms: How they are compared; no control.
        names: What the arms are called.
        beside: What is known of them beside this, in the unit of the scores.
        resplits: Examples trained on and tested on, where the pairs are random re-splits.
        known: What is known of them by their names.
    """
    check_terms(terms, 2)
    if resplits is None:
        found = compare_tried(
            a,
            b,
            paired=bool(terms.paired),
            margin=terms.margin_of_scores,
            level=terms.level,
            test_size=terms.test_size,
            same_bits=known.same_bits(*names),
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
    verdict = known.settling(verdict, *names)
    odd = odd_sentences(pair, found, *compared_scores(a, b, paired=found.paired), known.run_names)
    sentences = comparison_sentences(pair, found, verdict, beside, odd)
    if terms.prior is not None:
        used = int(found.decided_by == PRIOR)
        sentences = (*sentences, prior_sentence(terms.prior, terms.unit, used, 1))
    on_new_data = beside.new_data is not None or found.decisive_p is not None
    fields: dict[str, object] = {"a": names[0], "b": names[1]}
    fields |= {key: value for key, value in vars(found).items() if key != "verdict"}
    # both take the pairs for independent ones that all finished
    followed = resplits is None and not found.failed
    fields["e_value"] = e_value(pairs, step=found.step) if followed and pairs.size > 1 else None
    fields["sequential"] = _planned(pairs, terms, found.step) if followed and terms.paired else None
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


def _planned(pairs: Floats, terms: Terms, step: float) -> SequentialDecision:
    """Where the plan of looks stands: the one of its sweep, or else the usual one at this level."""
    plan = terms.looks
    if plan is None or not plan.looks:
        return sequential_decision(pairs, alpha=1 - terms.level, step=step)
    return sequential_decision(
        pairs, plan.looks, plan.alpha, futility=plan.futility, spending=plan.spending, step=step
    )


def check_terms(terms: Terms, arms: int) -> None:
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


def compared_scores(a: Floats, b: Floats, *, paired: bool) -> tuple[Floats, Floats]:
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
