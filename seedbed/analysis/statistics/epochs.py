"""How optimistic choosing the best epoch on the test set would have been."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.checks import as_matrix, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import mean_interval
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class EpochOptimism:
    """The best epoch's score on the test set against what it is worth.

    Attributes:
        best: Mean over runs of the best epoch's score, chosen and scored on the same examples.
        honest: Mean over runs of the score with choice and scoring apart.
        optimism: best − honest.
        epochs: ``[run]`` the epoch that looks best, from 0.
        lower_bound: Whether ``optimism`` is only a lower bound.
    """

    best: Estimate
    honest: Estimate
    optimism: Estimate
    epochs: tuple[int, ...]
    lower_bound: bool


def cross_fit(
    correct: Iterable[npt.ArrayLike], folds: int = 10, seed: int = 0, level: float = 0.95
) -> EpochOptimism:
    """Choose the epoch on 9/10 of the examples, score it on the other tenth, and average.

    Recovers the true optimism; the half-split overstates it, because half the examples choose
    worse. All runs share one random partition.

    Args:
        correct: Per run ``[epoch, example]`` 0/1 (or any score, higher better); may be a generator,
            so that only one run is held at a time.
        folds: Number of parts; at most the number of examples.
        seed: Seed of the partition.
        level: Confidence level of the t intervals over runs.

    Raises:
        InputError: No runs, or too few examples for the folds.

    Source: cross-fitting: Stone (1974), "Cross-validatory choice and assessment of statistical
    predictions".
    """
    check_level(level)
    best, honest, epochs = [], [], []
    order: npt.NDArray[np.int64] | None = None
    for run in correct:
        matrix = as_matrix(run, "correct", least_runs=1)
        examples = matrix.shape[1]
        if not 2 <= folds <= examples:
            raise InputError(f"folds must lie from 2 to {examples} (the examples), got {folds}")
        if order is None or order.size != examples:
            order = np.random.default_rng(seed).permutation(examples)
        starts = np.arange(folds) * examples // folds
        sums = np.add.reduceat(matrix[:, order].astype(np.float64), starts, axis=1)
        total = sums.sum(axis=1)
        chosen = (total[:, None] - sums).argmax(axis=0)
        epochs.append(int(total.argmax()))
        best.append(float(total.max()) / examples)
        honest.append(float(sums[chosen, np.arange(folds)].sum()) / examples)
    if not best:
        raise InputError("the optimism of the best epoch needs at least 1 run, got none")
    return _result(np.array(best), np.array(honest), epochs, lower_bound=False, level=level)


def from_other_runs(curves: npt.ArrayLike, level: float = 0.95) -> EpochOptimism:
    """Without predictions: score each run at the epoch where the other runs' mean curve is best.

    A lower bound, because the other runs were scored on the same test set.

    Args:
        curves: ``[run, epoch]`` test scores, higher better; at least 2 runs.
        level: Confidence level of the t intervals over runs.

    Raises:
        InputError: Fewer than two runs or epochs.
    """
    check_level(level)
    matrix = as_matrix(curves, "curves").astype(np.float64)
    runs = matrix.shape[0]
    others = (matrix.sum(axis=0) - matrix) / (runs - 1)
    honest = matrix[np.arange(runs), others.argmax(axis=1)]
    epochs = [int(epoch) for epoch in matrix.argmax(axis=1)]
    return _result(matrix.max(axis=1), honest, epochs, lower_bound=True, level=level)


def _result(
    best: npt.NDArray[np.float64],
    honest: npt.NDArray[np.float64],
    epochs: list[int],
    *,
    lower_bound: bool,
    level: float,
) -> EpochOptimism:
    return EpochOptimism(
        best=mean_interval(best, level),
        honest=mean_interval(honest, level),
        optimism=mean_interval(best - honest, level),
        epochs=tuple(epochs),
        lower_bound=lower_bound,
    )
