"""Whether the mean has moved from night to night."""

from dataclasses import replace
from math import inf

from seedbed.analysis.answers.drift import drift_of_nights, drift_of_sweeps
from seedbed.analysis.answers.inputs.imported.runs import Runs, open_runs
from seedbed.analysis.answers.inputs.imported_nights import nights_of
from seedbed.analysis.answers.inputs.read_inputs import read_matrix, same_unit
from seedbed.analysis.answers.inputs.recorded_sweep import read_nights
from seedbed.analysis.questions.inputs import (
    File,
    RunsOrNumbers,
    as_numbers,
    as_path,
    is_frame,
    of_frame,
)
from seedbed.analysis.questions.results.result import Result
from seedbed.analysis.statistics.control_chart import WEIGHT, WIDTH
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.readers import is_address


def drift(
    nights: RunsOrNumbers | None = None,
    *,
    from_file: File | None = None,
    baseline: int = 2,
    weight: float = WEIGHT,
    width: float = WIDTH,
    bit_identical: bool = False,
    progress: Progress = silent,
) -> Result:
    """Answer: did the last night differ from the nights before?

    Args:
        nights: Name of a sweep that ran night after night, runs of another tool (a night is the day
            on which a run started), or nightly means, oldest first.
        from_file: In their place a CSV file with a column per chart and a row per night.
        baseline: Nights before charting begins.
        weight: λ of the exponentially weighted mean.
        width: Width of the limits, in sd of that mean.
        bit_identical: Nights with equal means are known to be equal bit for bit, as runs with fixed
            seeds are; a sweep's fingerprints tell that by themselves.
        progress: Called while the sweeps' files are read.

    Raises:
        InputError: Too few nights, or input that makes no sense.
        StoreError: The store cannot be reached.
    """
    if not 0 < weight <= 1 or not 0 < width < inf:
        raise InputError(f"--weight must lie in (0, 1] and --width above 0, got {weight}, {width}")
    if is_frame(nights):
        nights = of_frame(nights)
    path = as_path(from_file)
    if path is not None:
        if nights is not None:
            raise InputError("give the nights either as numbers or with --from FILE, not both")
        names, matrix = read_matrix(path)
        names = names or [f"column {index + 1}" for index in range(matrix.shape[1])]
        series = dict(zip(names, matrix.T, strict=True))
    elif isinstance(nights, (str, Runs)):
        if bit_identical:
            raise InputError("--bit-identical is for numbers: a sweep's fingerprints tell it")
        if isinstance(nights, str) and is_address(nights):
            nights = open_runs(nights, progress=progress)
        told: tuple[str, ...] = ()
        if isinstance(nights, Runs):
            found = nights_of(nights, progress)
            sweeps, told = found.nights, found.read
        else:
            sweeps = read_nights(nights, progress)
        answer = drift_of_sweeps(sweeps, baseline=baseline, weight=weight, width=width)
        return Result(replace(answer, before=(*told, *answer.before)))
    else:
        series = {"the mean": as_numbers(nights, "nights")}
        same_unit(series["the mean"], name="nights")
    equal = tuple(series) if bit_identical else ()
    return Result(
        drift_of_nights(series, baseline=baseline, weight=weight, width=width, same_bits=equal)
    )
