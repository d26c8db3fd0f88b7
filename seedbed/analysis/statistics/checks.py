"""What every statistic asks of its input, said in one sentence when it is not so."""

from math import inf
from typing import Literal

import numpy as np
import numpy.typing as npt

from seedbed.system.errors import InputError

Floats = npt.NDArray[np.float64]
Scale = Literal["percent", "fraction"]


def as_scores(values: npt.ArrayLike, name: str = "scores", least: int = 1) -> Floats:
    """Return one finite number per run.

    Args:
        values: ``[run]``, in any unit.
        name: What the message calls them.
        least: Smallest number of runs that the caller can use.

    Returns:
        ``[run]`` float64.

    Raises:
        InputError: Not one-dimensional, too few, or not finite.
    """
    scores = np.asarray(values, dtype=np.float64)
    if scores.ndim != 1:
        raise InputError(f"{name} must be one number per run, got an array of shape {scores.shape}")
    if scores.size < least:
        runs = "run" if least == 1 else "runs"
        raise InputError(f"{name} need at least {least} {runs}, got {scores.size}: add runs")
    if not np.isfinite(scores).all():
        where = int(np.flatnonzero(~np.isfinite(scores))[0])
        raise InputError(
            f"{name} must be finite numbers, got {scores[where]} as number {where + 1}: "
            "leave out runs that ended without a result, and say how many they were"
        )
    return scores


def as_matrix(
    values: npt.ArrayLike, name: str = "errors", least_runs: int = 2
) -> npt.NDArray[np.generic]:
    """Return ``[run, example]`` as given, without widening its type (a store may be large).

    Raises:
        InputError: Not two-dimensional, fewer than 2 examples, too few runs, or not finite.
    """
    matrix = np.asarray(values)
    if matrix.ndim != 2:
        raise InputError(f"{name} must be runs × examples, got an array of shape {matrix.shape}")
    if matrix.shape[0] < least_runs or matrix.shape[1] < 2:
        raise InputError(
            f"{name} need at least {least_runs} runs and 2 examples, "
            f"got {matrix.shape[0]} runs × {matrix.shape[1]} examples"
        )
    if matrix.dtype.kind == "f":
        if not np.isfinite(matrix).all():
            raise InputError(f"{name} must be finite numbers, got nan or inf")
    elif matrix.dtype.kind not in "biu":
        raise InputError(f"{name} must be numbers, got type {matrix.dtype}")
    return matrix


def accuracy_scale(values: npt.ArrayLike, name: str = "accuracies") -> Scale:
    """Tell percent from fraction, and refuse a mixture.

    Args:
        values: ``[run]`` accuracies. All at most 1 are fractions; all above 1 are percent.
        name: What the message calls them.

    Raises:
        InputError: Below 0, above 100, or some at most 1 beside some above 1.
    """
    scores = as_scores(values, name)
    if scores.min() < 0 or scores.max() > 100:
        wrong = scores.min() if scores.min() < 0 else scores.max()
        raise InputError(
            f"{name} must lie between 0 and 100 percent, got {wrong:g}: "
            "write them as 75.57 or 0.7557"
        )
    if scores.max() <= 1:
        return "fraction"
    low = scores[scores <= 1]
    if low.size and low.max() > 0:
        raise InputError(
            f"{name} must be all percent or all fractions, got {low.max():g} beside "
            f"{scores.max():g}: write both in one unit"
        )
    return "percent"


def check_level(level: float) -> None:
    """Refuse a confidence level that is not strictly between 0 and 1."""
    if not 0 < level < 1:
        raise InputError(f"the confidence level must lie between 0 and 1, got {level:g}: try 0.95")


def check_test_size(examples: int | None) -> int | None:
    """Refuse a test set without examples; None means that its size is not known."""
    if examples is not None and examples < 1:
        raise InputError(f"the test set must have 1 example or more, got {examples}")
    return examples


def check_margin(margin: float | None) -> None:
    """Refuse a margin of equivalence that is not a finite number above 0; None means no margin."""
    if margin is not None and not 0 < margin < inf:
        raise InputError(f"the margin must be a number above 0, got {margin:g}")
