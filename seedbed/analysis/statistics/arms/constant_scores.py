"""Arms, or pairs, that do not vary: what the order of the runs and the numbers' step allow."""

from math import comb, sqrt

import numpy as np
from scipy import stats

from seedbed.analysis.statistics.arms.comparison import NO_SPREAD
from seedbed.analysis.statistics.arms.evidence import Arms, Evidence, varies
from seedbed.analysis.statistics.arms.resolution import largest_hidden_sd
from seedbed.analysis.statistics.checks import Floats

FAR = 1000
"""Runs per arm, or pairs, up to which a number is looked for."""


def constant_arms(arms: Arms) -> Evidence:
    """Arms that do not vary: how rare is this order of the runs, and what can rounding hide?"""
    n, m = arms.a.size, arms.b.size
    gap = float(arms.a.mean() - arms.b.mean())
    if min(n, m) < 2:
        return Evidence(gap, None, 0.0, NO_SPREAD)
    rarest = min(2 / comb(n + m, n), 1.0)
    hidden = [largest_hidden_sd(arms.step, size) / sqrt(size) for size in (n, m)]
    se = sqrt(hidden[0] ** 2 + hidden[1] ** 2)
    p = max(rarest, _p_beyond_rounding(gap, se, n + m - 2.0, arms))
    return Evidence(gap, se or None, n + m - 2.0, NO_SPREAD, p=p if gap else None)


def constant_pairs(arms: Arms, diff: Floats) -> Evidence:
    """Pairs that all differ by the same: likewise, by sign flips where the arms themselves vary."""
    if diff.size < 2:
        return Evidence(float(diff[0]), None, 0.0, NO_SPREAD)
    if not (varies(arms.a) or varies(arms.b)):
        return constant_arms(arms)
    gap = float(np.median(diff))
    gap = 0.0 if abs(gap) < 8 * np.finfo(float).eps * float(np.abs(arms.a).max()) else gap
    se = 2 * largest_hidden_sd(arms.step, diff.size) / sqrt(diff.size)
    flips = 2.0 ** (1 - diff.size)
    beyond = _p_beyond_rounding(gap, se, diff.size - 1.0, arms)
    p = max(beyond, flips) if gap else None
    sign_flip = flips if gap else None
    return Evidence(gap, se or None, diff.size - 1.0, NO_SPREAD, p=p, p_sign_flip=sign_flip)


def _p_beyond_rounding(gap: float, se: float, df: float, arms: Arms) -> float:
    """P of t for the part of the gap that rounding cannot explain, at the largest hidden sd."""
    beyond = max(abs(gap) - (arms.step if arms.rounded else 0.0), 0.0)
    if beyond <= 1e-9 * abs(gap):
        return 1.0
    return float(2 * stats.t.sf(beyond / se, df)) if se else 0.0


def runs_without_spread(arms: Arms, alpha: float, *, paired: bool) -> int | None:
    """Runs (or pairs) at which arms that still do not vary would be different.

    None where no number would, because the numbers' step explains the difference.
    """
    gap = abs(float(arms.a.mean() - arms.b.mean()))
    if gap <= arms.step * (2 if arms.rounded else 1):
        return None
    for n in range(2, FAR):
        hidden = 2 * largest_hidden_sd(arms.step, n) / sqrt(n)
        beyond = _p_beyond_rounding(gap, hidden / sqrt(2), 2 * n - 2.0, arms)
        rarest = 2.0 ** (1 - n) if paired else 2 / comb(2 * n, n)
        if max(rarest, beyond) < alpha:
            return n
    return None
