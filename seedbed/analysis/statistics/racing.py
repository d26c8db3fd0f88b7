"""Racing: which configurations of a search may still be the best after common seeds."""

from math import inf

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats

MOST_SHARED_DF = 10.0
"""Degrees of freedom that all configurations' spread counts beside one comparison's own."""


Bools = npt.NDArray[np.bool_]


def may_be_best(values: npt.ArrayLike, p: float = 0.1, own: npt.ArrayLike | None = None) -> Bools:
    """Which configurations are not shown to be worse than the one that leads.

    Each is compared with the leader by a one-sided paired t over the common seeds, whose variance
    is moved towards that of the better half of all configurations, as few seeds tell a spread
    badly: s̃² = (d₀·2·MS_res + d·s²)/(d₀ + d), with MS_res of configurations × seeds without
    replication and d₀ at most 10. p is the level of one comparison; how often a whole race drops
    the truly best configuration is measured in docs/search-by-racing.md.

    Args:
        values: ``[configuration, seed]`` scores of the configurations that are in the race, higher
            is better, the same seeds for all; at least 2 seeds.
        p: Level below which a configuration is dropped.
        own: ``[configuration, seed]`` whether a run has weights that no earlier run of its
            configuration has; None if all have. A seed of which either run repeats such weights
            tells nothing new of the two, and does not count.

    Returns:
        ``[configuration]``; the leader always stays.

    Source: Birattari et al. (2002), "A racing algorithm for configuring metaheuristics" (blocks of
    common instances); Hutter, Hoos & Leyton-Brown (2011), SMAC's intensification; Smyth (2004),
    equation 8.
    """
    scores = np.asarray(values, dtype=np.float64)
    configurations, seeds = scores.shape
    means = scores.mean(axis=1)
    leader = int(means.argmax())
    if configurations < 2 or seeds < 2:
        return np.ones(configurations, dtype=bool)
    is_own = np.ones_like(scores, dtype=bool) if own is None else np.asarray(own, dtype=bool)
    shared, degrees = _shared_variance(scores, means, is_own)
    weight = min(degrees, MOST_SHARED_DF)
    counts = is_own & is_own[leader]
    n = counts.sum(axis=1)
    behind = np.where(counts, scores[leader] - scores, 0.0)
    gap = behind.sum(axis=1) / n
    squares = (np.where(counts, behind - gap[:, None], 0.0) ** 2).sum(axis=1)
    df = weight + n - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = np.where(df > 0, (weight * shared + squares) / df, 0.0)
        t = np.where(moved > 0, gap * np.sqrt(n) / np.sqrt(moved), np.where(gap > 0, inf, 0.0))
    stuck = is_own.sum(axis=1) == 1  # seeds change nothing: the value is what it is
    kept = (stats.t.sf(t, np.maximum(df, 1)) >= p) | ((df == 0) & ~(stuck & stuck[leader]))
    kept[leader] = True
    return np.asarray(kept, dtype=bool)


def _shared_variance(scores: Floats, means: Floats, own: Bools) -> tuple[float, float]:
    """Variance of the difference of two configurations, from the better half, and its df.

    A configuration takes no part if one of its runs has the weights of another run.
    """
    varied = np.flatnonzero(own.all(axis=1))
    if varied.size < 2:
        return 0.0, 0.0
    chosen = varied[np.argsort(-means[varied])[: max(2, (varied.size + 1) // 2)]]
    better = scores[chosen]
    rest = better - better.mean(axis=1, keepdims=True) - better.mean(axis=0) + better.mean()
    degrees = (len(better) - 1) * (better.shape[1] - 1)
    return 2 * float((rest**2).sum()) / degrees, float(degrees)
