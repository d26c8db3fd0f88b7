"""``verification``: equal error rate and half total error rate of scored trials."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer, number
from seedbed.analysis.answers.configuration_answers import no_predictions, with_unread
from seedbed.analysis.answers.inputs.read_inputs import cell_number, read_table
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import FRACTION
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.predictions.stacked_predictions import Stack
from seedbed.analysis.statistics.answers.verification import Verification, hter_by_subject, verify
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import mean_interval
from seedbed.system.errors import InputError

GENUINE = {"1": True, "true": True, "genuine": True, "0": False, "false": False, "impostor": False}


NAMES = ("eer", "eer_hull", "threshold", "far", "frr", "hter", "impostors", "genuine")


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
    fields = {name: getattr(found, name) for name in NAMES}
    return Answer(_sentences(found, test, by_subject), fields, tuple((n, fields[n]) for n in NAMES))


def _sentences(found: Verification, test: Trials, by_subject: bool) -> tuple[str, ...]:
    lines = [
        f"HTER is {FRACTION.level(found.hter.value)} ({FRACTION.interval(found.hter)}) at the "
        f"threshold {number(found.threshold)}, chosen on the development set.",
        f"FAR is {FRACTION.level(found.far.value)} of {found.impostors} impostor trials, FRR "
        f"{FRACTION.level(found.frr.value)} of {found.genuine} genuine trials.",
        f"The equal error rate of the test set is {FRACTION.level(found.eer)} interpolated and "
        f"{FRACTION.level(found.eer_hull)} on the ROC's convex hull.",
    ]
    if test.subjects is not None and not by_subject:
        lines.append(
            "The interval assumes independent trials; they share subjects, so use --subjects."
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


def verification_of_runs(found: Recorded, group: Group, *, level: float = 0.95) -> Answer:
    """Equal error rates of recorded runs with two classes; the second one is the genuine class.

    Runs record predictions of their test set only. So the threshold is chosen on one half of the
    test examples, drawn class by class with a fixed seed, and scored on the other half.

    Args:
        found: The sweep.
        group: The configuration.
        level: Confidence level; over two runs or more of the t interval over runs.

    Raises:
        InputError: No predictions, other than two classes, or too few examples of one.
    """
    stack, said = found.stack(group)
    if stack is None:
        raise no_predictions(group, said, "verification")
    classes = stack.probabilities.shape[2]
    if classes != 2:
        raise InputError(
            f"verification needs scores of two classes (genuine or not), but {group.label} told "
            f"{classes} classes apart: give scored trials with --dev and --test"
        )
    dev = _half(stack.labels)
    parts = [_trials(stack, run, dev) for run in range(len(stack.positions))]
    if len(parts) == 1:
        answer = verification_of_trials(*parts[0], level=level)
    else:
        answer = _over_runs([verify(a.split, b.split, level) for a, b in parts], level)
    line = (
        "No development scores were recorded: the threshold is chosen on half of the test examples "
        "(seed 0) and scored on the other half."
    )
    return with_unread(replace(answer, sentences=(*answer.sentences, line)), said)


def _half(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """``[example]``, a random half of each class.

    Raises:
        InputError: Fewer than two examples of a class.
    """
    chosen = np.zeros(labels.size, dtype=np.bool_)
    rng = np.random.default_rng(0)
    for label in (0, 1):
        own = rng.permutation(np.flatnonzero(labels == label))
        if own.size < 2:
            raise InputError(f"verification needs 2 examples of each class, got {own.size} of one")
        chosen[own[: own.size // 2]] = True
    return chosen


def _trials(stack: Stack, run: int, dev: npt.NDArray[np.bool_]) -> tuple[Trials, Trials]:
    scores, genuine = stack.probabilities[run, :, 1].astype(np.float64), stack.labels == 1
    return Trials(scores[dev], genuine[dev]), Trials(scores[~dev], genuine[~dev])


def _over_runs(found: Sequence[Verification], level: float) -> Answer:
    """Means over runs, with t intervals where the key is an estimate."""
    one = found[0]

    def mean(rate: Callable[[Verification], Estimate]) -> Estimate:
        return mean_interval([rate(run).value for run in found], level).within(0, 1)

    joined = Verification(
        eer=float(np.mean([run.eer for run in found])),
        eer_hull=float(np.mean([run.eer_hull for run in found])),
        threshold=float(np.mean([run.threshold for run in found])),
        far=mean(lambda run: run.far),
        frr=mean(lambda run: run.frr),
        hter=mean(lambda run: run.hter),
        impostors=one.impostors,
        genuine=one.genuine,
    )
    fields = {name: getattr(joined, name) for name in NAMES}
    lines = (
        f"HTER is {FRACTION.level(joined.hter.value)} ({FRACTION.interval(joined.hter)}), the mean "
        f"of {len(found)} runs, each at its own threshold ({number(joined.threshold)} on average).",
        f"FAR is {FRACTION.level(joined.far.value)} of {one.impostors} impostor trials, FRR "
        f"{FRACTION.level(joined.frr.value)} of {one.genuine} genuine trials.",
        f"The equal error rate is {FRACTION.level(joined.eer)} interpolated and "
        f"{FRACTION.level(joined.eer_hull)} on the ROC's convex hull, both means over runs.",
    )
    return Answer(lines, fields, tuple(fields.items()))
