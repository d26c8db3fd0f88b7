"""Which examples change their label between runs, and how often."""

from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, as_matrix, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.system.errors import InputError


def votes(labels: npt.ArrayLike, classes: int) -> npt.NDArray[np.int64]:
    """Count the runs that gave each example each label.

    Args:
        labels: ``[run, example]`` predicted classes, integers from 0.
        classes: Number of classes.

    Returns:
        ``[example, class]`` counts; each row sums to the number of runs.

    Raises:
        InputError: Labels that are not integers, or outside 0 … classes − 1.
    """
    matrix = as_matrix(labels, "labels", least_runs=1)
    if matrix.dtype.kind not in "biu":
        raise InputError(f"labels must be integers from 0, got type {matrix.dtype}")
    whole = matrix.astype(np.int64, copy=False)
    if whole.min() < 0 or whole.max() >= classes:
        wrong = int(whole.min()) if whole.min() < 0 else int(whole.max())
        raise InputError(f"labels must lie from 0 to {classes - 1}, got {wrong}")
    examples = matrix.shape[1]
    counts = np.zeros(examples * classes, dtype=np.int64)
    offset = np.arange(examples, dtype=np.int64) * classes
    for row in matrix:
        counts[offset + row] += 1
    return counts.reshape(examples, classes)


def disagreement_by_example(labels: npt.ArrayLike, classes: int) -> Floats:
    """Chance that two different runs label an example differently.

    1 − Σ_c n_c(n_c − 1)/(R(R − 1)).

    Args:
        labels: ``[run, example]``, at least 2 runs.
        classes: Number of classes.

    Returns:
        ``[example]``, from 0 (all agree) upwards.
    """
    matrix = as_matrix(labels, "labels")
    runs = matrix.shape[0]
    counts = votes(matrix, classes)
    agree = (counts * (counts - 1)).sum(axis=1) / (runs * (runs - 1))
    return np.asarray(1 - agree, dtype=np.float64)


def churn(labels: npt.ArrayLike, classes: int, level: float = 0.95) -> Estimate:
    """Mean share of test examples on which two runs disagree, with a jackknife interval over runs.

    Args:
        labels: ``[run, example]``, at least 2 runs; two runs have no interval.
        classes: Number of classes.
        level: Confidence level.

    Source: Milani Fard et al. (2016), "Launch and iterate: reducing prediction churn"; jackknife
    of a U-statistic: Arvesen (1969).
    """
    check_level(level)
    matrix = as_matrix(labels, "labels")
    runs, examples = matrix.shape
    counts = votes(matrix, classes)
    index = np.arange(examples)
    of_run = np.array(
        [1 - (counts[index, row.astype(np.int64)] - 1).mean() / (runs - 1) for row in matrix]
    )
    value = float(of_run.mean())
    if runs == 2:
        return Estimate(value, None, None, 2, "disagreement of one pair of runs", level)
    se = 2 * sqrt((runs - 1) * float(((of_run - value) ** 2).sum()) / runs) / (runs - 2)
    half = float(stats.t.ppf((1 + level) / 2, runs - 1)) * se
    method = "mean pairwise disagreement, jackknife over runs"
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0), runs, method, level)


def pairwise_disagreement(labels: npt.ArrayLike, classes: int) -> Floats:
    """Share of examples on which each pair of runs disagrees.

    Args:
        labels: ``[run, example]``.
        classes: Number of classes.

    Returns:
        ``[run, run]``, symmetric, zero diagonal.
    """
    matrix = as_matrix(labels, "labels", least_runs=1)
    votes(matrix, classes)
    same = np.zeros((matrix.shape[0], matrix.shape[0]), dtype=np.float32)
    for label in range(classes):
        hit = (matrix == label).astype(np.float32)
        same += hit @ hit.T
    return np.asarray(1 - same.astype(np.float64) / matrix.shape[1], dtype=np.float64)
