"""By how much A lies above B, with the limits that a rank test gives."""

from functools import lru_cache
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.arms.superiority import MOST_EXACT, rank_p
from seedbed.analysis.statistics.checks import Floats, as_scores
from seedbed.analysis.statistics.estimate import Estimate


def shift_unpaired(a: npt.ArrayLike, b: npt.ArrayLike, level: float = 0.95) -> Estimate:
    """Median of the differences of all pairs of one run each, limits by Mann–Whitney.

    Args:
        a: ``[run]`` scores of A.
        b: ``[run]`` scores of B.
        level: Confidence level.

    Returns:
        The shift; its limits are every shift of A that the test does not reject, None where
        so few runs reject no shift.

    Source: Hodges & Lehmann (1963), "Estimates of location based on rank tests".
    """
    first, second = as_scores(a, "A"), as_scores(b, "B")
    shifts = np.sort((first[:, None] - second[None, :]).ravel())
    rejected = _smallest_kept(first.size, second.size, _ties(first) + _ties(second), level)
    low = high = None
    if rejected > 0:
        low, high = float(shifts[rejected - 1]), float(shifts[-rejected])
        if not low <= 0 <= high and rank_p(first, second) >= 1 - level:
            low, high = min(low, 0.0), max(high, 0.0)  # ties at no shift make the test milder
    method = "difference A − B, Hodges–Lehmann with Mann–Whitney's limits"
    size = min(first.size, second.size)
    return Estimate(float(np.median(shifts)), low, high, size, method, level)


def _ties(values: Floats) -> float:
    """Σ(t³ − t) over runs of t equal scores; a shift of the arm does not change it."""
    counts = np.unique(values, return_counts=True)[1].astype(np.float64)
    return float((counts**3 - counts).sum())


@lru_cache(maxsize=1024)
def _smallest_kept(n: int, m: int, ties: float, level: float) -> int:
    """Smallest U that the test does not reject; as ``rank_p``, exact for few runs without ties."""
    alpha, size = 1 - level, n + m
    if ties == 0 and max(n, m) <= MOST_EXACT:
        counts = _orders(n, m)
        return int(np.searchsorted(np.cumsum(counts) / counts.sum(), alpha / 2 - 1e-12))
    sd = sqrt(n * m / 12 * (size + 1 - ties / (size * (size - 1))))
    edge = n * m / 2 - 0.5 - float(stats.norm.isf(alpha / 2)) * sd
    return max(int(np.ceil(edge)), 0)


def _orders(n: int, m: int) -> Floats:
    """``[U]`` number of orders of n and m runs in which B beats A in U of the n·m pairs.

    Source: Mann & Whitney (1947), equation 2.
    """
    counts = [np.ones(1) for _ in range(m + 1)]
    for size in range(1, n + 1):
        row = [np.ones(1)]
        for other in range(1, m + 1):
            both = np.zeros(size * other + 1)
            both[other:] += counts[other]  # the highest run is of A
            both[: row[-1].size] += row[-1]  # or of B
            row.append(both)
        counts = row
    return counts[m]


def shift_paired(differences: npt.ArrayLike, level: float = 0.95) -> Estimate:
    """Median of the differences, limits by the sign test.

    Args:
        differences: ``[pair]`` A − B.
        level: Confidence level.

    Returns:
        The median; its limits are the k-th smallest and the k-th largest difference, k the largest
        with P(Binomial(n, ½) < k) < (1 − level)/2; None where so few pairs have no such k.

    Source: Thompson (1936), confidence limits of a median.
    """
    values = np.sort(as_scores(differences, "differences"))
    rank = median_rank(values.size, level)
    low, high = (values[rank - 1], values[-rank]) if rank else (None, None)
    return Estimate(
        float(np.median(values)),
        None if low is None else float(low),
        None if high is None else float(high),
        values.size,
        "difference A − B, median with the sign test's limits",
        level,
    )


def median_rank(pairs: int, level: float) -> int:
    """Rank, from either end, of the difference that limits the median; 0 for too few pairs."""
    return int(stats.binom.ppf((1 - level) / 2, pairs, 0.5))


def share_above(differences: npt.ArrayLike) -> float:
    """Share of the differences above 0, ties half.

    Args:
        differences: ``[pair]``.
    """
    return float(np.sign(as_scores(differences, "differences")).mean() / 2 + 0.5)
