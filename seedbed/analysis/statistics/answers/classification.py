"""Recall, precision, macro-F1 and confusion matrices, of one run and over runs.

Matrices are ``[true class, predicted class]`` counts; over runs ``[run, true, predicted]``.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.checks import Floats, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.proportions import wilson, wilson_limits
from seedbed.analysis.statistics.spread import mean_interval
from seedbed.system.errors import InputError

MOST_EXAMPLES = 1e15
"""Counts up to here are whole numbers in floating point, with room for their sums."""


@dataclass(frozen=True)
class ClassScores:
    """What a confusion matrix says, of one run (Wilson, delta) or over runs (t).

    Attributes:
        n: Test examples of one run.
        runs: Number of runs.
        accuracy: Share on the diagonal.
        macro_f1: Mean F1 over the classes that occur.
        recall: One per class; None where the class has no examples.
        precision: One per class; None where it was never predicted.
        f1: One value per class; None where the class neither occurs nor was predicted.
    """

    n: int
    runs: int
    accuracy: Estimate
    macro_f1: Estimate
    recall: tuple[Estimate | None, ...]
    precision: tuple[Estimate | None, ...]
    f1: tuple[float | None, ...]


@dataclass(frozen=True)
class ConfusionSpread:
    """Row-normalised confusion matrix over runs.

    Attributes:
        mean: ``[true, predicted]`` mean share of the row.
        sd: ``[true, predicted]`` sd over runs; nan with one run.
        runs: Number of runs.
    """

    mean: Floats
    sd: Floats
    runs: int


def as_confusion(counts: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return square counts, or say what is wrong.

    Raises:
        InputError: Not square, negative, not whole numbers, or all zero.
    """
    matrix = np.asarray(counts, dtype=np.float64)
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2] or matrix.shape[-1] < 2:
        raise InputError(
            "a confusion matrix must be square, true classes as rows, with 2 or more classes, "
            f"got shape {matrix.shape}"
        )
    if not np.isfinite(matrix).all() or (matrix < 0).any() or (matrix != np.round(matrix)).any():
        raise InputError("a confusion matrix must hold counts: whole numbers of 0 or more")
    if (matrix > MOST_EXAMPLES).any():
        raise InputError(
            f"a confusion matrix must hold counts of at most {MOST_EXAMPLES:.0e}, got "
            f"{matrix.max():g}: give examples, not weights"
        )
    if (matrix.sum(axis=(-2, -1)) == 0).any():
        raise InputError("a confusion matrix must count at least one example, got only zeros")
    return matrix.astype(np.int64)


def f1_by_class(counts: npt.ArrayLike) -> Floats:
    """F1 per class, nan where the class neither occurs nor was predicted.

    Args:
        counts: ``[..., true, predicted]``.
    """
    matrix = as_confusion(counts)
    below = (matrix.sum(axis=-1) + matrix.sum(axis=-2)).astype(np.float64)
    above = 2.0 * np.diagonal(matrix, axis1=-2, axis2=-1)
    result: Floats = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return result


def macro_f1(counts: npt.ArrayLike, level: float = 0.95) -> Estimate:
    """Macro-F1 of one run: Wilson's interval on the variance of the multinomial delta method.

    The variance is that of a proportion of so many examples (``effective``), at most those there
    are; where no error was seen, K²/Σ 1/n_c of K classes of n_c examples. Delta's own symmetric
    interval covers .86 at .97 and .63 at .99 of 100 examples, this one .96 and .94
    (docs/coverage.md).

    Args:
        counts: ``[true, predicted]``.
        level: Confidence level.

    Source: Takahashi et al. (2022), "Confidence interval for micro-averaged F1 and macro-averaged
    F1 scores", section 3.2; Korn & Graubard (1998), limits of a proportion with an effective size.
    """
    check_level(level)
    matrix = as_confusion(counts)
    n = int(matrix.sum())
    share = matrix / n
    f1 = f1_by_class(matrix)
    there = ~np.isnan(f1)
    below = np.where(there, share.sum(axis=0) + share.sum(axis=1), 1.0)
    slope = np.where(there, f1 / below, 0.0)  # of F1_c in the row and in the column total
    gradient = -(slope[:, None] + slope[None, :])
    gradient += np.diag(np.where(there, 2 / below, 0.0))
    gradient /= int(there.sum())
    mean = float((share * gradient).sum())
    variance = max(float((share * gradient**2).sum()) - mean**2, 0.0) / n
    value = float(f1[there].mean())
    rows = matrix.sum(axis=1)
    effective = float((rows > 0).sum() ** 2 / (1 / rows[rows > 0]).sum())
    if variance > 0 and 0 < value < 1:
        effective = min(value * (1 - value) / variance, n)
    low, high = wilson_limits(value * effective, effective, level)
    method = "macro-F1 of one run, Wilson on the variance of the multinomial delta"
    return Estimate(value, low, high, n, method, level)


def macro_f1_bootstrap(
    counts: npt.ArrayLike, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> Estimate:
    """Macro-F1 of one run with a percentile bootstrap over examples; for small classes.

    Args:
        counts: ``[true, predicted]``.
        level: Confidence level.
        resamples: Number of resamples.
        seed: Their seed.
    """
    check_level(level)
    matrix = as_confusion(counts)
    n = int(matrix.sum())
    drawn = np.random.default_rng(seed).multinomial(n, matrix.ravel() / n, size=resamples)
    values = np.nanmean(f1_by_class(drawn.reshape(resamples, *matrix.shape)), axis=1)
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    value = float(np.nanmean(f1_by_class(matrix)))
    method = f"macro-F1 of one run, bootstrap of examples ({resamples} resamples)"
    return Estimate(value, float(low), float(high), n, method, level)


def class_scores(counts: npt.ArrayLike, level: float = 0.95) -> ClassScores:
    """Accuracy, macro-F1, recall and precision of one run or over runs.

    One run's intervals (Wilson, delta) are about the finite test set; those over runs (t) are
    about the next seed on the same test set.

    Args:
        counts: ``[true, predicted]`` or ``[run, true, predicted]``.
        level: Confidence level.

    Raises:
        InputError: Not a confusion matrix.
    """
    matrix = as_confusion(counts)
    if matrix.ndim == 3 and matrix.shape[0] > 1:
        return _over_runs(matrix, level)
    matrix = matrix.reshape(matrix.shape[-2:])
    hits, rows, columns = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)

    def each(totals: npt.NDArray[np.int64]) -> tuple[Estimate | None, ...]:
        pairs = zip(hits.tolist(), totals.tolist(), strict=True)
        return tuple(wilson(hit, total, level) if total else None for hit, total in pairs)

    return ClassScores(
        n=int(matrix.sum()),
        runs=1,
        accuracy=wilson(int(hits.sum()), int(matrix.sum()), level),
        macro_f1=macro_f1(matrix, level),
        recall=each(rows),
        precision=each(columns),
        f1=_plain(f1_by_class(matrix)),
    )


def _plain(values: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in values)


def _over_runs(matrix: npt.NDArray[np.int64], level: float) -> ClassScores:
    hits = np.diagonal(matrix, axis1=1, axis2=2).astype(np.float64)

    def each(totals: npt.NDArray[np.int64]) -> tuple[Estimate | None, ...]:
        found: list[Estimate | None] = []
        for hit, total in zip(hits.T, totals.T, strict=True):
            there = total > 0
            shares = hit[there] / total[there]
            found.append(mean_interval(shares, level).within(0, 1) if there.any() else None)
        return tuple(found)

    f1 = f1_by_class(matrix)
    there = ~np.isnan(f1).all(axis=0)
    per_class = np.full(f1.shape[1], np.nan)
    per_class[there] = np.nanmean(f1[:, there], axis=0)
    return ClassScores(
        n=int(matrix[0].sum()),
        runs=matrix.shape[0],
        accuracy=mean_interval(hits.sum(axis=1) / matrix.sum(axis=(1, 2)), level).within(0, 1),
        macro_f1=mean_interval(np.nanmean(f1, axis=1), level).within(0, 1),
        recall=each(matrix.sum(axis=2)),
        precision=each(matrix.sum(axis=1)),
        f1=_plain(per_class),
    )


def row_shares(counts: npt.ArrayLike) -> Floats:
    """Normalise each row by its total; rows without examples are nan.

    Args:
        counts: ``[..., true, predicted]``.
    """
    matrix = as_confusion(counts).astype(np.float64)
    totals = np.broadcast_to(matrix.sum(axis=-1, keepdims=True), matrix.shape)
    result: Floats = np.divide(matrix, totals, out=np.full(matrix.shape, np.nan), where=totals > 0)
    return result


def confusion_spread(counts: npt.ArrayLike) -> ConfusionSpread:
    """Row-normalised confusion matrix: cell mean ± sd over runs.

    Args:
        counts: ``[run, true, predicted]``.
    """
    shares = row_shares(counts)
    if shares.ndim != 3:
        raise InputError(f"confusion matrices must be [run, true, predicted], got {shares.shape}")
    runs = shares.shape[0]
    sd = shares.std(axis=0, ddof=1) if runs > 1 else np.full(shares.shape[1:], np.nan)
    return ConfusionSpread(shares.mean(axis=0), sd, runs)
