"""``calibration``: does 80 % sure mean right 8 times in 10?"""

import click
import numpy as np

from analysis.commands.options import output_options
from analysis.commands.output import Answer, Format, emit, interval, number
from analysis.commands.recorded import Recorded, each, no_predictions, read
from analysis.report.details import BINS
from analysis.report.grouping import Group
from analysis.statistics.calibration import calibration as calibrate
from tracking.errors import InputError


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
    if stack.labels.size < 2 * BINS:
        raise InputError(
            f"calibration in {BINS} bins needs {2 * BINS} test examples, got {stack.labels.size}"
        )
    confidence = np.clip(stack.probabilities.max(axis=2).astype(np.float64), 0, 1)
    result = calibrate(confidence, ~stack.errors, bins=BINS, level=level)
    sure, right = float(confidence.mean()), 1 - float(stack.errors.mean())
    how = "too sure" if sure > right else "not sure enough"
    lines = (
        f"The debiased L2 calibration error is {number(result.l2.value)} ({interval(result.l2)}); "
        "0 is perfect.",
        f"On average the runs are {number(sure)} sure and {number(right)} right: {how}, by "
        f"{number(abs(sure - right))}.",
        f"ECE is {number(result.ece.value)} ({interval(result.ece)}), where perfect calibration "
        f"would show {number(result.ece_if_calibrated)} ({result.bins} bins).",
    )
    fields = {
        "n": len(stack.positions),
        "examples": stack.labels.size,
        "l2": result.l2,
        "ece": result.ece,
        "ece_if_calibrated": result.ece_if_calibrated,
        "confidence": sure,
        "accuracy": right,
        "bins": result.bins,
    }
    keys = ("l2", "ece", "ece_if_calibrated", "confidence", "accuracy")
    return Answer(lines, fields, tuple((key, fields[key]) for key in keys))


@click.command()
@click.argument("sweep")
@output_options
def calibration(sweep: str, level: float, form: Format) -> None:
    """Whether the probabilities of SWEEP's runs can be trusted."""
    found = read(sweep)
    emit(each(found, lambda group: calibration_of_runs(found, group, level=level)), form)
