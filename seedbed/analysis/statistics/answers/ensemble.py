"""What averaging the runs' probabilities would give, at any size."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import describe
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class Ensemble:
    """Brier score of ensembles of the runs.

    Attributes:
        member: Mean Brier score of one run, B̄₁.
        ambiguity: V̄, mean over examples of the summed variance of the probabilities over runs.
        sizes: Ensemble sizes M.
        brier: Expected Brier score at each size.
        limit: Expected Brier score of an endless ensemble.
        accuracy: Accuracy of the ensemble of all runs (no interval: there is only one).
        member_accuracy: Mean accuracy of one run.
    """

    member: Estimate
    ambiguity: float
    sizes: tuple[int, ...]
    brier: tuple[Estimate, ...]
    limit: Estimate
    accuracy: float
    member_accuracy: Estimate


def _checked(
    probabilities: npt.ArrayLike, labels: npt.ArrayLike, least: int = 2
) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.int64]]:
    cube, truth = np.asarray(probabilities), np.asarray(labels)
    if cube.ndim != 3 or cube.dtype.kind != "f":
        raise InputError(f"probabilities must be [run, example, class], got shape {cube.shape}")
    if cube.shape[0] < least:
        raise InputError(f"an ensemble needs at least {least} runs, got {cube.shape[0]}")
    if truth.shape != (cube.shape[1],) or truth.min() < 0 or truth.max() >= cube.shape[2]:
        raise InputError(
            f"labels must be one class per example: {cube.shape[1]} examples of "
            f"{cube.shape[2]} classes, got shape {truth.shape}"
        )
    return cube, truth.astype(np.int64)


def ensemble(
    probabilities: npt.ArrayLike,
    labels: npt.ArrayLike,
    sizes: Sequence[int] = (1, 2, 3, 5, 10, 20),
    level: float = 0.95,
) -> Ensemble:
    """Expected Brier score of an ensemble of any size, from two runs on.

    B_M = B̄₁ − (1 − 1/M)·V̄; at M = R it is exactly the Brier score of the mean of the runs.
    Intervals are delete-one-run jackknives. One run is held widened at a time.

    Args:
        probabilities: ``[run, example, class]``.
        labels: ``[example]`` true classes.
        sizes: Ensemble sizes M, at least 1.
        level: Confidence level.

    Raises:
        InputError: Fewer than two runs, or shapes that do not fit.

    Source: Krogh & Vedelsby (1995), "Neural network ensembles, cross validation, and active
    learning", equation 7, on probabilities; expectation over random members.
    """
    check_level(level)
    cube, truth = _checked(probabilities, labels)
    if min(sizes, default=0) < 1:
        raise InputError(f"ensemble sizes must be 1 or more, got {list(sizes)}")
    runs, examples, classes = cube.shape
    index = np.arange(examples)
    total = np.zeros((examples, classes))
    brier, accuracy, square = np.empty(runs), np.empty(runs), np.empty(runs)
    for run in range(runs):
        p = cube[run].astype(np.float64)
        total += p
        square[run] = float((p * p).sum())
        brier[run] = (square[run] - 2 * float(p[index, truth].sum())) / examples + 1
        accuracy[run] = float((p.argmax(axis=1) == truth).mean())
    whole = float((total * total).sum())
    overlap = np.array([float((cube[run] * total).sum()) for run in range(runs)])
    ambiguity = (float(square.sum()) - whole / runs) / (runs - 1) / examples
    left = _left_out(brier, square, whole, overlap, examples)
    curve = [_at(size, (float(brier.mean()), ambiguity), left, level) for size in sizes]
    return Ensemble(
        member=describe(brier, level).mean,
        ambiguity=ambiguity,
        sizes=tuple(sizes),
        brier=tuple(curve),
        limit=_at(None, (float(brier.mean()), ambiguity), left, level),
        accuracy=float((total.argmax(axis=1) == truth).mean()),
        member_accuracy=describe(accuracy, level).within(0, 1).mean,
    )


def _left_out(
    brier: Floats, square: Floats, whole: float, overlap: Floats, examples: int
) -> tuple[Floats, Floats] | None:
    """Mean Brier score and ambiguity without each run, from sums alone; None below 3 runs."""
    runs = brier.size
    if runs < 3:
        return None
    member = (brier.sum() - brier) / (runs - 1)
    rest = whole - 2 * overlap + square
    ambiguity = (square.sum() - square - rest / (runs - 1)) / (runs - 2) / examples
    return member, ambiguity


def _at(
    size: int | None, parts: tuple[float, float], left: tuple[Floats, Floats] | None, level: float
) -> Estimate:
    share = 1.0 if size is None else 1 - 1 / size
    value = parts[0] - share * parts[1]
    method = f"Brier score of {size or 'infinitely many'} averaged runs, jackknife over runs"
    if left is None:
        return Estimate(value, None, None, 2, method, level)
    found = left[0] - share * left[1]
    runs = found.size
    se = sqrt((runs - 1) / runs * float(((found - found.mean()) ** 2).sum()))
    half = float(stats.t.ppf((1 + level) / 2, runs - 1)) * se
    return Estimate(value, value - half, value + half, runs, method, level)


@dataclass(frozen=True)
class GroupAccuracy:
    """Accuracy of ensembles of one size.

    Attributes:
        size: Runs in each ensemble.
        groups: Number of disjoint ensembles.
        mean: Mean accuracy, with its t interval.
        sd: Sd of one ensemble's accuracy; None with one group.
    """

    size: int
    groups: int
    mean: Estimate
    sd: Estimate | None


def group_accuracy(
    probabilities: npt.ArrayLike, labels: npt.ArrayLike, size: int, level: float = 0.95
) -> GroupAccuracy:
    """Accuracy of ensembles of ``size`` runs, from disjoint groups so that they are independent.

    Args:
        probabilities: ``[run, example, class]``.
        labels: ``[example]`` true classes.
        size: Runs in each ensemble; runs left over are not used.
        level: Confidence level.

    Raises:
        InputError: More runs asked for in one ensemble than there are.
    """
    check_level(level)
    cube, truth = _checked(probabilities, labels, least=1)
    groups = cube.shape[0] // size if size >= 1 else 0
    if groups < 1:
        raise InputError(f"{cube.shape[0]} runs make no ensemble of {size}")
    scores = []
    for group in range(groups):
        mean = cube[group * size : (group + 1) * size].mean(axis=0, dtype=np.float64)
        scores.append(float((mean.argmax(axis=1) == truth).mean()))
    found = describe(scores, level).within(0, 1)
    return GroupAccuracy(size, groups, found.mean, found.sd)
