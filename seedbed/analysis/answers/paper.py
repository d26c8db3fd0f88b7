"""``paper``: the runs at hand against one published number."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer, number
from seedbed.analysis.answers.read_inputs import same_unit
from seedbed.analysis.answers.recorded_sweep import Recorded
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.published import (
    PublishedComparison,
    against_published,
    binomial_test_set_sd,
    example_test_set_sd,
)
from seedbed.system.errors import InputError


def compare_with_paper(
    scores: Floats,
    published: float,
    *,
    published_runs: int = 1,
    test_set_sd: float = 0.0,
    margin: float | None = None,
    level: float = 0.95,
) -> Answer:
    """Whether the runs and a published number disagree.

    Args:
        scores: ``[run]``.
        published: The published number, in the same unit.
        published_runs: How many runs it is the mean of.
        test_set_sd: Sd added by different test sets, in the unit of the scores.
        margin: Largest difference that counts as equivalent.
        level: Confidence level.
    """
    found = against_published(
        scores,
        published,
        published_runs=published_runs,
        test_set_sd=test_set_sd,
        margin=margin,
        level=level,
    )
    fields = {
        "n": found.spread.n,
        "mean": found.spread.mean,
        "sd": found.spread.sd,
        "next_run": found.spread.next_run,
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
        "verdict": found.verdict,
    }
    rows = ("mean", "sd", "next_run", "difference", "t", "df", "p", "exposable_gap", "verdict")
    return Answer(
        _sentences(found),
        fields,
        tuple((name, fields[name]) for name in rows),
        (found.verdict.verdict,),
    )


def _sentences(found: PublishedComparison) -> tuple[str, ...]:
    verdict = found.verdict
    lines = [f"{verdict.verdict.capitalize()}: {verdict.reason}."]
    if found.p is not None:
        extra = ""
        if found.test_set_sd:
            extra = f", of which different test sets add an sd of {number(found.test_set_sd)}"
        lines.append(
            f"The published number lies {number(found.difference.value)} from the mean "
            f"{number(found.spread.mean.value)}; chance alone makes up to "
            f"{number(found.exposable_gap or 0)}{extra}."
        )
    if verdict.settles:
        lines.append(f"What would settle it: {verdict.settles}.")
    return tuple(lines)


def paper_of_runs(
    found: Recorded,
    group: Group,
    published: float,
    *,
    published_runs: int = 1,
    sizes: tuple[int | None, int | None] | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Answer:
    """Set the recorded runs of one configuration against a published number, in its unit.

    Args:
        found: The sweep.
        group: The configuration.
        published: The published number; above 1 it is percent, and so is the answer.
        published_runs: How many runs it is the mean of.
        sizes: On different test sets, examples in the one here (None: as recorded) and in the
            paper's (None: as many); None on the same test set.
        margin: Largest difference that counts as equivalent, in the same unit.
        level: Confidence level.

    Raises:
        InputError: Different test sets, and no predictions nor the size of the test set.
    """
    same_unit(np.array([published]), name="the published number")
    scale = 100.0 if published > 1 else 1.0
    extra, said = 0.0, ""
    if sizes is not None:
        stack, why = found.stack(group)
        if stack is not None and len(stack.positions) > 1:
            other = sizes[1] or stack.labels.size
            extra = scale * example_test_set_sd(stack.errors, other)
            said = "How much different test sets add is taken from the runs' own predictions."
        elif sizes[0] is None:
            raise InputError(
                f"--different-test-set needs predictions of two runs or --test-size, "
                f"{why[0] if why else 'got neither'} ({group.label})"
            )
        else:
            extra = binomial_extra(scale * group.scores, published, *sizes)
    answer = compare_with_paper(
        scale * group.scores,
        published,
        published_runs=published_runs,
        test_set_sd=extra,
        margin=margin,
        level=level,
    )
    return replace(answer, sentences=(*answer.sentences, said)) if said else answer


def paper_of_correct(
    correct: npt.NDArray[np.uint8],
    published: float,
    *,
    published_runs: int = 1,
    different_test_set: bool = False,
    other_size: int | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Answer:
    """Set runs against a published number by their answers.

    Args:
        correct: ``[run, example]`` of 0/1, 1 is right.
        published: The published number; above 1 it is percent, and so is the answer.
        published_runs: How many runs it is the mean of.
        different_test_set: Whether it was scored on other examples.
        other_size: How many; as many as here unless given.
        margin: Largest difference that counts as equivalent, in the same unit.
        level: Confidence level.
    """
    same_unit(np.array([published]), name="the published number")
    scale = 100.0 if published > 1 else 1.0
    extra = 0.0
    if different_test_set:
        extra = scale * example_test_set_sd(1 - correct, other_size or correct.shape[1])
    return compare_with_paper(
        scale * correct.mean(axis=1),
        published,
        published_runs=published_runs,
        test_set_sd=extra,
        margin=margin,
        level=level,
    )


def binomial_extra(
    scores: Floats, published: float, test_size: int | None, published_test_size: int | None
) -> float:
    """Sd that different test sets add at most, in the unit of the scores.

    Raises:
        InputError: The test set's size is not known.
    """
    if test_size is None:
        raise InputError("--different-test-set needs --test-size, the number of test examples")
    scale = same_unit(scores, published)
    other = published_test_size or test_size
    mean = float(scores.mean()) / scale
    return scale * binomial_test_set_sd(mean, test_size, published / scale, other)
