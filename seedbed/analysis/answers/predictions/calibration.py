"""``calibration``: does 80 % sure mean right 8 times in 10?"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.configuration_answers import no_predictions, with_unread
from seedbed.analysis.answers.inputs.read_inputs import cell_number, read_table
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import FRACTION
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.predictions.from_predictions import BINS
from seedbed.analysis.statistics.answers.calibration import calibration as calibrate, overconfidence
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.system.errors import InputError


def calibration_of_runs(found: Recorded, group: Group, *, level: float = 0.95) -> Answer:
    """Calibration of the predicted class, over the runs of one configuration.

    Args:
        found: The sweep.
        group: The configuration.
        level: Confidence level of the t intervals over runs.

    Raises:
        InputError: No predictions, or too few test examples for the bins.
    """
    stack, said = found.stack(group)
    if stack is None:
        raise no_predictions(group, said, "calibration")
    confidence = np.clip(stack.probabilities.max(axis=2).astype(np.float64), 0, 1)
    if np.all(confidence == 1):
        raise InputError(
            f"calibration needs probabilities, but {group.label} recorded classes alone: hand "
            "probabilities to log_loss or roc_auc_score of scikit-learn in the script, or use a "
            "network that gives them"
        )
    answer = calibration_of_answers(confidence, ~stack.errors, level=level)
    return with_unread(answer, said)


def calibration_of_answers(
    confidence: Floats, correct: npt.NDArray[np.bool_], *, level: float = 0.95
) -> Answer:
    """Calibration of answers with their confidence.

    Args:
        confidence: ``[run, example]`` probability of the predicted class.
        correct: ``[run, example]`` whether it is right.
        level: Confidence level of the t intervals over runs.

    Raises:
        InputError: Too few examples for the bins.
    """
    if confidence.shape[1] < 2 * BINS:
        raise InputError(
            f"calibration in {BINS} bins needs {2 * BINS} test examples, got {confidence.shape[1]}"
        )
    result = calibrate(confidence, correct, bins=BINS, level=level)
    sure, right = float(confidence.mean()), float(correct.mean())
    gap = overconfidence(confidence, correct, level)
    lines = (
        f"On average the runs are {FRACTION.level(sure)} sure and {FRACTION.level(right)} right: "
        f"{_direction(gap)}.",
        f"The debiased L2 calibration error is {FRACTION.difference(result.l2.value)} "
        f"({FRACTION.interval(result.l2)}); 0 is perfect.",
        f"ECE is {FRACTION.difference(result.ece.value)} ({FRACTION.interval(result.ece)}), where "
        f"perfect calibration would show {FRACTION.difference(result.ece_if_calibrated)} "
        f"({result.bins} bins).",
    )
    fields = {
        "n": confidence.shape[0],
        "examples": confidence.shape[1],
        "l2": result.l2,
        "ece": result.ece,
        "ece_if_calibrated": result.ece_if_calibrated,
        "confidence": sure,
        "accuracy": right,
        "overconfidence": gap,
        "bins": result.bins,
    }
    keys = ("l2", "ece", "ece_if_calibrated", "confidence", "accuracy", "overconfidence")
    return Answer(lines, fields, tuple((key, fields[key]) for key in keys))


def _direction(gap: Estimate) -> str:
    """Whether the runs are overconfident, if the interval over examples tells."""
    size = FRACTION.difference(abs(gap.value))
    if gap.low is None or gap.high is None or gap.low <= 0 <= gap.high:
        interval = FRACTION.interval(gap)
        return (
            "neither over- nor underconfidence is shown (confidence minus accuracy: "
            f"{interval} points)"
        )
    numbers = f"({FRACTION.interval(gap, sign=1 if gap.value > 0 else -1)}, {gap.n} examples)"
    return f"{'over' if gap.value > 0 else 'under'}confident by {size} {numbers}"


def read_answers(path: Path) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Read a CSV file of columns confidence, correct and, for several runs, run.

    Returns:
        ``[run, example]`` confidences and whether the answer was right.

    Raises:
        InputError: A missing column, a number that makes no sense (with its line), or runs of
            different numbers of examples.
    """
    lines, cells = read_table(path, ["confidence", "correct"])
    runs: dict[str, list[tuple[float, bool]]] = {}
    names = cells.get("run", [""] * len(lines))
    for line, run, sure, right in zip(
        lines, names, cells["confidence"], cells["correct"], strict=True
    ):
        value = cell_number(path, line, "confidence", sure)
        if not 0 <= value <= 1:
            raise InputError(
                f"{path}, line {line}: confidence must be a fraction from 0 to 1, got {sure}: "
                "divide percent by 100"
            )
        if right not in ("0", "1"):
            raise InputError(
                f"{path}, line {line}: correct must be 1 (right) or 0 (wrong), got {right!r}"
            )
        runs.setdefault(run, []).append((value, right == "1"))
    sizes = {len(answers) for answers in runs.values()}
    if len(sizes) > 1:
        raise InputError(
            f"{path}: all runs need the same test examples, got {min(sizes)} in one and "
            f"{max(sizes)} in another"
        )
    table = np.array(list(runs.values()))
    return table[:, :, 0], table[:, :, 1].astype(np.bool_)
