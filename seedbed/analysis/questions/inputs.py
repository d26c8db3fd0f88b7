"""What people give a question: a sweep's name, numbers, or files."""

import re
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.inputs.imported.runs import Runs, check_given, open_runs
from seedbed.analysis.answers.inputs.read_inputs import read_correct
from seedbed.analysis.statistics.checks import Floats, as_scores
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.readers import is_address
from seedbed.tracking.importing.tools.from_tables import runs_of_frame

Numbers = Sequence[float] | npt.NDArray[np.floating]
if TYPE_CHECKING:
    from pandas import DataFrame
    from typing_extensions import TypeIs

    Sweep = str | Runs | DataFrame
else:  # pandas is an extra, and takes long to import
    Sweep = str | Runs
"""The name of a recorded sweep, an address of another tool's runs, or such runs as read."""
RunsOrNumbers = Sweep | Numbers
"""The same, or one number per run."""
File = str | PathLike[str]
Right = File | Sequence[Sequence[int]] | npt.NDArray[np.generic]
"""``[run, example]`` of 1 (right) and 0 (wrong), or a CSV file of it."""


def as_numbers(values: Numbers | None, name: str = "accuracies", *, failed: bool = False) -> Floats:
    """One finite number per run.

    Args:
        values: The numbers.
        name: What the message calls them.
        failed: Whether nan may stand for a run that failed, beside one that did not.

    Raises:
        InputError: None given, or one that is not a finite number.
    """
    try:
        array = np.asarray([] if values is None else values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must be numbers, got {values!r}: write them as 75.57") from None
    if array.ndim == 0:
        raise InputError(f"{name} must be a list, got {values!r}: write [{values!r}]")
    if len(array) == 0:
        raise InputError(f"{name} are missing: give one number per run, such as 75.57 75.85 76.39")
    if failed and np.isnan(array).any() and not np.isnan(array).all():
        as_scores(array[~np.isnan(array)], name)
        return array
    return as_scores(array, name)


def as_right(given: Right, least_runs: int = 2) -> npt.NDArray[np.uint8]:
    """``[run, example]`` of 0 and 1, read from a file or as given.

    Args:
        given: A CSV file, or the matrix itself.
        least_runs: Smallest number of runs that the caller can use.

    Raises:
        InputError: No such file, not runs × examples, too few of them, or other values.
    """
    if isinstance(given, (str, PathLike)):
        return read_correct(Path(given), least_runs=least_runs)
    matrix = np.asarray(given)
    if matrix.ndim != 2 or matrix.shape[0] < least_runs or matrix.shape[1] < 2:
        raise InputError(
            f"correct must be runs × examples, {least_runs} × 2 or more, got an array of shape "
            f"{matrix.shape}"
        )
    if not np.isin(matrix, (0, 1)).all():
        raise InputError("correct must hold 1 (right) and 0 (wrong) only")
    return matrix.astype(np.uint8)


def as_names(name: str | None) -> tuple[str, ...]:
    """One name as a sequence; none where it is None."""
    return () if name is None else (name,)


def as_path(given: File | None) -> Path | None:
    """A file's path; None where no file is given."""
    return None if given is None else Path(given)


def is_frame(given: object) -> "TypeIs[DataFrame]":
    """Whether it is a pandas data frame, without importing pandas."""
    return hasattr(given, "columns") and hasattr(given, "to_dict")


def of_frame(frame: "DataFrame") -> Runs:
    """The runs of a data frame with a row per run."""
    return Runs(runs_of_frame(frame))


def folder_name(address: str) -> str:
    """The name of a folder for what is said about runs of another tool."""
    return re.sub(r"[^\w.=-]+", "-", address).strip(".-")[:100] or "runs"


def regrouped(
    given: Sweep,
    *,
    by: Sequence[str] = (),
    metric: str | None = None,
    seed: Sequence[str] = (),
    progress: Progress = silent,
) -> str | Runs:
    """Runs of another tool with what is said about them; a sweep's name as it is.

    Args:
        given: A sweep's name, an address, runs as read, or a data frame.
        by: Parameters that make the arms.
        metric: The score.
        seed: Parameters that number the repeats.
        progress: Told how far the reading is.

    Raises:
        InputError: It is none of them.
    """
    if is_frame(given):
        given = of_frame(given)
    check_given(given)
    if isinstance(given, str) and is_address(given):
        given = open_runs(given, progress=progress)
    return given if isinstance(given, str) else given.grouped(by, metric, seed)


def one_way(sweep: Sweep | None, path: Path | None, holds: str) -> None:
    """Refuse both a sweep's name and a file, and neither.

    Args:
        sweep: The sweep's name, if given.
        path: The CSV file, if given.
        holds: What the file holds.

    Raises:
        InputError: Both or neither.
    """
    if (sweep is None) == (path is None):
        got = "neither" if sweep is None else "both"
        raise InputError(
            f"give either a sweep's name or --from FILE with {holds}, got {got} of the two"
        )
