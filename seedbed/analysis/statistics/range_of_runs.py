"""Two runs picked out of a sample: is their gap more than the range that chance makes?"""

from functools import lru_cache
from math import acos, pi, sqrt

import numpy as np

from seedbed.analysis.statistics.checks import Floats
from seedbed.system.errors import InputError

STUDIES = 200_000
CELLS = 4_000_000


def _check(n: int) -> None:
    if n < 3:
        raise InputError(f"the range of runs needs at least 3 runs, got {n}: add runs")


@lru_cache(maxsize=16)
def _ratios(n: int) -> Floats:
    """Range over sd of seeded studies of n normal runs, ascending."""
    rng = np.random.default_rng([1954, n])
    parts = []
    for left in range(0, STUDIES, max(CELLS // n, 1)):
        size = min(max(CELLS // n, 1), STUDIES - left)
        runs = rng.standard_normal((size, n))
        parts.append(np.ptp(runs, axis=1) / runs.std(axis=1, ddof=1))
    return np.sort(np.concatenate(parts))


def range_p(ratio: float, n: int) -> float:
    """Chance that the range of n normal runs is this many of their own sd, or more.

    Exact for three runs: 6/π·arccos(ratio/2). Beyond, from 200,000 seeded studies (standard error
    .0005 at .05). For two runs taken out of a sample because they are far apart; a pair named
    before the runs were seen lies closer together.

    Args:
        ratio: |x_i − x_j|/s, s the sd of all n runs, the two among them.
        n: Number of runs, at least 3.

    Source: David, Hartley & Pearson (1954), "The distribution of the ratio, in a single normal
    sample, of range to standard deviation".
    """
    _check(n)
    if n == 3:
        return min(max(6 / pi * acos(min(max(ratio / 2, -1.0), 1.0)), 0.0), 1.0)
    ratios = _ratios(n)
    above = ratios.size - int(np.searchsorted(ratios, ratio * (1 - 1e-12)))
    return (above + 1) / (ratios.size + 1) if ratio < sqrt(2 * (n - 1)) else 1 / (ratios.size + 1)


def ordinary_range(n: int, level: float = 0.95) -> float:
    """Range over sd that a share ``level`` of samples of n normal runs stays below.

    1.999 for three runs, 3.685 for ten and 4.49 for twenty at 95 %.

    Args:
        n: Number of runs, at least 3.
        level: Share of samples.

    Source: David, Hartley & Pearson (1954), table 1.
    """
    _check(n)
    if n == 3:
        return 2 * float(np.cos(pi / 6 * (1 - level)))
    return float(np.quantile(_ratios(n), level))
