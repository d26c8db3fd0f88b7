"""``verification``: equal error rate and half total error rate of scored trials."""

from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from analysis.commands.inputs import cell_number, read_table
from analysis.commands.options import output_options
from analysis.commands.output import Answer, Format, emit, interval, number
from analysis.statistics.checks import Floats
from analysis.statistics.verification import Verification, hter_by_subject, verify
from tracking.errors import InputError

GENUINE = {"1": True, "true": True, "genuine": True, "0": False, "false": False, "impostor": False}


@dataclass(frozen=True)
class Trials:
    """Scored trials.

    Attributes:
        scores: ``[trial]``, higher is more alike.
        genuine: ``[trial]``, whether the claim is true.
        subjects: ``[trial]`` whose identity is claimed; None where not recorded.
        others: ``[trial]`` who was presented; None where not recorded.
    """

    scores: Floats
    genuine: npt.NDArray[np.bool_]
    subjects: npt.NDArray[np.str_] | None = None
    others: npt.NDArray[np.str_] | None = None

    @property
    def split(self) -> tuple[Floats, Floats]:
        """Impostor and genuine scores."""
        return self.scores[~self.genuine], self.scores[self.genuine]


def verification_of_trials(
    dev: Trials, test: Trials, *, by_subject: bool = False, level: float = 0.95
) -> Answer:
    """Choose the threshold on the development trials and score the test trials.

    Args:
        dev: Development trials.
        test: Test trials.
        by_subject: Take the interval from resampling subjects.
        level: Confidence level.

    Raises:
        InputError: A set without genuine or impostor trials, or no subjects to resample.
    """
    found = verify(dev.split, test.split, level)
    if by_subject:
        if test.subjects is None:
            raise InputError("--subjects needs a column subject in the test file")
        by = hter_by_subject(
            test.scores,
            test.genuine,
            test.subjects,
            found.threshold,
            others=test.others,
            level=level,
        )
        found = replace(found, hter=by)
    names = ("eer", "eer_hull", "threshold", "far", "frr", "hter", "impostors", "genuine")
    fields = {name: getattr(found, name) for name in names}
    return Answer(_sentences(found, test, by_subject), fields, tuple((n, fields[n]) for n in names))


def _sentences(found: Verification, test: Trials, by_subject: bool) -> tuple[str, ...]:
    lines = [
        f"HTER is {number(found.hter.value)} ({interval(found.hter)}) at the threshold "
        f"{number(found.threshold)} chosen on the development set.",
        f"FAR {number(found.far.value)} of {found.impostors} impostor trials, "
        f"FRR {number(found.frr.value)} of {found.genuine} genuine trials.",
        f"The equal error rate of the test set is {number(found.eer)} interpolated and "
        f"{number(found.eer_hull)} on the ROC's convex hull.",
    ]
    if test.subjects is not None and not by_subject:
        lines.append(
            "The interval takes trials for independent; they share subjects, so use --subjects."
        )
    return tuple(lines)


def read_trials(path: Path) -> Trials:
    """Read a CSV file of columns score, label and, optionally, subject and other.

    Raises:
        InputError: A missing column, or a score or label that makes no sense, with its line.
    """
    lines, cells = read_table(path, ["score", "label"])
    pairs = list(zip(lines, cells["score"], cells["label"], strict=True))
    scores = np.array([cell_number(path, line, "score", score) for line, score, _ in pairs])
    for line, _, label in pairs:
        if label.lower() not in GENUINE:
            raise InputError(
                f"{path}, line {line}: label must be 1 (genuine) or 0 (impostor), got {label!r}"
            )
    genuine = np.array([GENUINE[label.lower()] for _, _, label in pairs])
    for wanted, kind in ((True, "genuine"), (False, "impostor")):
        if not (genuine == wanted).any():
            raise InputError(f"{path} has no {kind} trials: both kinds are needed")
    subjects, others = (
        np.array(cells[name]) if name in cells else None for name in ("subject", "other")
    )
    return Trials(scores, genuine, subjects, others)


@click.command()
@click.option(
    "--dev",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV of development trials: score, label (1 genuine, 0 impostor).",
)
@click.option(
    "--test",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV of test trials; with --subjects also subject (claimed) and perhaps other (shown).",
)
@click.option("--subjects", is_flag=True, help="Take the interval from resampling subjects.")
@output_options
def verification(dev: Path, test: Path, subjects: bool, level: float, form: Format) -> None:
    """Equal error rate and half total error rate of scored trials."""
    answer = verification_of_trials(
        read_trials(dev), read_trials(test), by_subject=subjects, level=level
    )
    emit(answer, form)
