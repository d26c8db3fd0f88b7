"""``paper``: the runs at hand against one published number."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.inputs.read_inputs import same_unit
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import FRACTION, PERCENT, Unit, margin_in
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Verdict
from seedbed.analysis.statistics.published import (
    FEW_PUBLISHED,
    PublishedComparison,
    against_published,
    binomial_test_set_sd,
    example_test_set_sd,
)
from seedbed.analysis.wording import count, p_value
from seedbed.system.errors import InputError
from seedbed.system.text.sentence_case import sentence_case


@dataclass(frozen=True)
class Published:
    """A published number, and how it is compared.

    Attributes:
        value: The number, in the unit of the runs; of recorded runs above 1 it is percent.
        runs: How many runs it is the mean of.
        different_test_set: Whether it was scored on other examples.
        test_size: How many; as many as here unless known.
        margin: Largest difference that counts as equivalent, in the unit of the runs, or points as
            text; without it, nothing is called equivalent.
        level: Confidence level.
    """

    value: float
    runs: int = 1
    different_test_set: bool = False
    test_size: int | None = None
    margin: float | str | None = None
    level: float = 0.95

    @property
    def scale(self) -> float:
        """What a perfect accuracy is in its unit: 100 for percent, 1 for fractions."""
        same_unit(np.array([self.value]), name="the published number")
        return 100.0 if self.value > 1 else 1.0


def paper_of_scores(scores: Floats, published: Published, test_size: int | None = None) -> Answer:
    """Set accuracies against a published number.

    Args:
        scores: ``[run]``, all percent or all fractions.
        published: The number, in the same unit.
        test_size: Examples in the test set here.

    Raises:
        InputError: Two units, or different test sets and no size of the one here.
    """
    same_unit(scores, published.value)
    extra = binomial_extra(scores, published, test_size) if published.different_test_set else 0.0
    return compare_with_paper(scores, published, extra)


def compare_with_paper(
    scores: Floats, published: Published, test_set_sd: float = 0.0, unit: Unit | None = None
) -> Answer:
    """Whether the runs and a published number disagree.

    Args:
        scores: ``[run]``.
        published: The number, in the same unit.
        test_set_sd: Sd added by different test sets, in the unit of the scores.
        unit: How scores are written; as accuracies unless given.
    """
    if unit is None:
        unit = PERCENT if published.scale == 100 else FRACTION
    margin = margin_in(unit, published.margin)
    found = against_published(
        scores,
        published.value,
        published_runs=published.runs,
        test_set_sd=test_set_sd,
        margin=margin,
        level=published.level,
    )
    verdict = _verdict_of(found, unit, margin)
    fields = {
        "n": found.spread.n,
        "mean": found.spread.mean.within(*unit.limits),
        "sd": found.spread.sd,
        "next_run": found.spread.next_run.within(*unit.limits),
        "published": found.published,
        "published_runs": found.published_runs,
        "difference": found.difference,
        "t": found.t,
        "df": found.df,
        "p": found.p,
        "test_set_sd": found.test_set_sd,
        "exposable_gap": found.exposable_gap,
        "runs_to_settle": found.runs_to_settle,
        "note": found.spread.note,
        "verdict": verdict,
    }
    rows = ("mean", "sd", "next_run", "difference", "t", "df", "p", "exposable_gap", "verdict")
    return Answer(
        _sentences(found, verdict, unit),
        fields,
        tuple((name, fields[name]) for name in rows),
        (verdict.verdict,),
        scores={"runs": scores},
        marked=published.value,
    )


def _verdict_of(found: PublishedComparison, unit: Unit, margin: float | None) -> Verdict:
    """The verdict in words with units."""
    figure, mean = unit.level(found.published), unit.level(found.spread.mean.value)
    runs = count(found.spread.n, "run")
    many = found.published_runs > 1
    one = f"the mean of {found.published_runs} runs" if many else "a single run"
    name = found.verdict.verdict
    if found.p is None:
        return found.verdict
    if name == "different":
        reason = (
            f"the published {figure} is not consistent with {one} of what was measured here (mean "
            f"{mean}, {runs}, {p_value(found.p)})"
        )
        return Verdict(name, reason, None)
    if name == "equivalent":
        within = f"within {unit.difference(margin or 0.0)}"
        if found.published_runs <= FEW_PUBLISHED:
            reason = (
                f"the published {figure} is consistent with {one} of what was measured here "
                f"({p_value(found.p)}), and lies {within} of the mean here, {mean}"
            )
        else:
            reason = f"the published {figure} and the mean here, {mean}, agree {within}"
        return Verdict(name, f"{reason} ({runs})", None)
    gap = unit.difference(found.exposable_gap or 0)
    reason = (
        f"the published {figure} is consistent with {one} of what was measured here "
        f"({p_value(found.p)}); {runs} can only expose a gap above {gap}"
    )
    settles = (
        f"no number of runs here would, because {one} is itself too uncertain; the published mean "
        "of more runs would help"
    )
    if found.runs_to_settle is not None:
        settles = (
            f"{found.runs_to_settle} runs would expose a gap as large as this one (power 50 %, "
            "with this sd)"
        )
    return Verdict(name, reason, settles)


def _sentences(found: PublishedComparison, verdict: Verdict, unit: Unit) -> tuple[str, ...]:
    lines = [f"{sentence_case(verdict.reason)}."]
    if found.p is not None:
        gap, extra = found.difference.value, ""
        if found.test_set_sd:
            extra = f", with an sd of {unit.difference(found.test_set_sd)} from other test examples"
        side = "below" if gap < 0 else "above"
        lines.append(
            f"It lies {unit.difference(abs(gap))} {side} the mean here, "
            f"{unit.level(found.spread.mean.value)}; by chance a gap can reach "
            f"{unit.difference(found.exposable_gap or 0)}{extra}."
        )
    if verdict.settles:
        lines.append(f"To settle it: {verdict.settles}.")
    return tuple(lines)


def paper_of_runs(
    found: Recorded, group: Group, published: Published, test_size: int | None = None
) -> Answer:
    """Set the recorded runs of one configuration against a published number, in its unit.

    Args:
        found: The sweep.
        group: The configuration.
        published: The number.
        test_size: Examples in the test set here; as recorded unless given.

    Raises:
        InputError: Different test sets, and no predictions nor the size of the test set.
    """
    perfect = found.unit.perfect
    if perfect is None:
        if published.different_test_set:
            raise InputError(f"--different-test-set needs accuracies, got {found.metric}")
        return compare_with_paper(group.models, published, unit=found.unit)
    scores = published.scale / perfect * group.models
    if not published.different_test_set:
        return compare_with_paper(scores, published)
    stack, why = found.stack(group)
    if stack is not None and len(stack.positions) > 1:
        other = published.test_size or stack.labels.size
        extra = published.scale * example_test_set_sd(stack.errors, other)
        answer = compare_with_paper(scores, published, extra)
        said = "How much different test sets add is taken from the runs' own predictions."
        return replace(answer, sentences=(*answer.sentences, said))
    if test_size is None:
        raise InputError(
            f"--different-test-set needs predictions of two runs or --test-size, "
            f"{why[0] if why else 'got neither'} ({group.label})"
        )
    return paper_of_scores(scores, published, test_size)


def paper_of_correct(correct: npt.NDArray[np.uint8], published: Published) -> Answer:
    """Set runs against a published number by their answers.

    Args:
        correct: ``[run, example]`` of 0/1, 1 is right.
        published: The number; above 1 it is percent, and so is the answer.
    """
    scale, extra = published.scale, 0.0
    if published.different_test_set:
        size = published.test_size or correct.shape[1]
        extra = scale * example_test_set_sd(1 - correct, size)
    return compare_with_paper(scale * correct.mean(axis=1), published, extra)


def binomial_extra(scores: Floats, published: Published, test_size: int | None) -> float:
    """Sd that different test sets add at most, in the unit of the scores.

    Args:
        scores: ``[run]`` accuracies.
        published: The published number.
        test_size: Examples in the test set here.

    Raises:
        InputError: The test set's size is not known.
    """
    if test_size is None:
        raise InputError("--different-test-set needs --test-size, the number of test examples")
    scale = same_unit(scores, published.value)
    other = published.test_size or test_size
    mean = float(scores.mean()) / scale
    return scale * binomial_test_set_sd(mean, test_size, published.value / scale, other)
