"""By how much A lies above B, with the limits that a rank test gives."""

from collections.abc import Callable
from functools import lru_cache
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.arms.permutation import signed_rank_p
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
    """Median of the means of all two differences (Walsh averages), limits by signed ranks.

    Args:
        differences: ``[pair]`` A − B.
        level: Confidence level.

    Returns:
        As ``shift_unpaired``, by the test of signed ranks.

    Source: Hodges & Lehmann (1963); Walsh (1949).
    """
    values = as_scores(differences, "differences")
    one, other = np.triu_indices(values.size)
    shifts = (values[one] + values[other]) / 2
    low, high = _walsh_limits(values, np.unique(shifts), level)
    method = "difference A − B, Hodges–Lehmann with Wilcoxon's limits"
    return Estimate(float(np.median(shifts)), low, high, values.size, method, level)


def share_above(differences: npt.ArrayLike) -> float:
    """Share of the pairs of differences whose sum is above 0, ties half: ½ without a difference.

    Args:
        differences: ``[pair]``, at least 2.

    Source: Noether (1987), the parameter of Wilcoxon's signed ranks.
    """
    values = as_scores(differences, "differences", least=2)
    first, second = np.triu_indices(values.size, 1)
    return float(np.sign(values[first] + values[second]).mean() / 2 + 0.5)


def _walsh_limits(values: Floats, edges: Floats, level: float) -> tuple[float | None, float | None]:
    """Every shift that the test does not reject, and 0 if it does not reject 0.

    Between two neighbours of ``edges`` p is constant, and it rises to their median and falls after
    it, so each end is found by halving.
    """
    inner = np.concatenate([[edges[0] - 1], (edges[:-1] + edges[1:]) / 2, [edges[-1] + 1]])
    last, middle = inner.size - 1, int(edges.size // 2)
    below = _first(0, middle, lambda j: signed_rank_p(values - inner[j]) >= 1 - level)
    above = last - _first(
        0, last - middle, lambda j: signed_rank_p(values - inner[last - j]) >= 1 - level
    )
    low = None if below == 0 else float(edges[below - 1])
    high = None if above == last else float(edges[above])
    if low is None or high is None or low <= 0 <= high or signed_rank_p(values) < 1 - level:
        return low, high
    return min(low, 0.0), max(high, 0.0)  # ties at no shift make the test milder


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """Smallest place from ``low`` to ``high`` where something holds that holds from there on."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
