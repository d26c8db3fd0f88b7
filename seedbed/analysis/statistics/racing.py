"""Racing: which configurations of a search may still be the best after common seeds."""

from math import inf, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

MOST_SHARED_DF = 10.0
"""Degrees of freedom that all configurations' spread counts beside one comparison's own."""


def may_be_best(values: npt.ArrayLike, p: float = 0.1) -> npt.NDArray[np.bool_]:
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
    better = scores[np.argsort(-means)[: max(2, (configurations + 1) // 2)]]
    rest = better - better.mean(axis=1, keepdims=True) - better.mean(axis=0) + better.mean()
    degrees = (len(better) - 1) * (seeds - 1)
    shared, weight = 2 * float((rest**2).sum()) / degrees, min(float(degrees), MOST_SHARED_DF)
    behind = scores[leader] - scores
    own = behind.var(axis=1, ddof=1)
    moved = (weight * shared + (seeds - 1) * own) / (weight + seeds - 1)
    gap = behind.mean(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(moved > 0, gap * sqrt(seeds) / np.sqrt(moved), np.where(gap > 0, inf, 0.0))
    kept = stats.t.sf(t, weight + seeds - 1) >= p
    kept[leader] = True
    return np.asarray(kept, dtype=bool)
