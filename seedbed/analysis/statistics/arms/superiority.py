"""The chance that a run of A beats a run of B, with limits that agree with the rank test."""

from math import comb, exp
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from seedbed.analysis.statistics.arms.comparison import RankMethod
from seedbed.analysis.statistics.checks import Floats, as_scores
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.proportions import clopper_pearson_limits

MOST_EXACT = 20
"""Runs in an arm up to which the rank test counts every order."""


def superiority_paired(differences: npt.ArrayLike, level: float = 0.95) -> Estimate | None:
    """P(A > B) over pairs that are not tied, with exact limits; None if all pairs tie.

    Args:
        differences: ``[pair]`` A − B.
        level: Confidence level.

    Source: Clopper & Pearson (1934).
    """
    values = as_scores(differences, "differences")
    wins, untied = int((values > 0).sum()), int((values != 0).sum())
    if untied == 0:
        return None
    low, high = clopper_pearson_limits(wins, untied, level)
    method = "share of untied pairs that A wins, Clopper–Pearson"
    return Estimate(wins / untied, low, high, untied, method, level)


def rank_method(a: npt.ArrayLike, b: npt.ArrayLike) -> RankMethod:
    """How ``rank_p`` computes p: from every order of the runs, or by the normal approximation."""
    first, second = as_scores(a, "A"), as_scores(b, "B")
    ties = np.unique(np.concatenate([first, second])).size < first.size + second.size
    few = not ties and max(first.size, second.size) <= MOST_EXACT
    return "exact" if few else "normal approximation"


def rank_p(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """Two-sided p of the Mann–Whitney test: exact up to 20 runs in each arm if none tie.

    SciPy's default (``method="auto"``) is exact up to 8 runs in an arm only. With ties p is that of
    the normal approximation, but no smaller than 2/C(n + m, n), that of two arms that lie apart.

    Source: Mann & Whitney (1947), via ``scipy.stats.mannwhitneyu``.
    """
    first, second = as_scores(a, "A"), as_scores(b, "B")
    is_exact = rank_method(first, second) == "exact"
    method: Literal["exact", "asymptotic"] = "exact" if is_exact else "asymptotic"
    p = float(stats.mannwhitneyu(first, second, method=method).pvalue)
    return min(max(p, 2 / comb(first.size + second.size, first.size)), 1.0)


def superiority_unpaired(
    a: npt.ArrayLike, b: npt.ArrayLike, level: float = 0.95
) -> Estimate | None:
    """P(A > B) + ½P(A = B) over all pairs of one run each; None if an arm has one run or all tie.

    The limits are Newcombe's score limits, whose variance at ½ is that of the Mann–Whitney test,
    so they exclude ½ when that test rejects. If the arms do not overlap, the limit solves the
    exact chance of no overlap under Lehmann's alternatives F_A = F_B^θ.

    Args:
        a: ``[run]`` scores of A.
        b: ``[run]`` scores of B.
        level: Confidence level.

    Source: Newcombe (2006), "Confidence intervals for an effect size measure based on the
    Mann–Whitney statistic, part 2", method 5; Lehmann (1953), "The power of rank tests".
    """
    first, second = as_scores(a, "A"), as_scores(b, "B")
    both = np.concatenate([first, second])
    if min(first.size, second.size) < 2 or np.ptp(both) == 0:
        return None
    above = float(np.sign(first[:, None] - second[None, :]).mean() / 2 + 0.5)
    method = "P(A beats B), Newcombe's score limits"
    if above in (0.0, 1.0):
        method = "no overlap, exact under Lehmann's alternatives"
        winner, loser = (first, second) if above == 1 else (second, first)
        limit = _no_overlap_limit(winner.size, loser.size, level)
        low, high = (limit, 1.0) if above == 1 else (0.0, 1 - limit)
    else:
        low, high = _score_limits(above, first.size, second.size, _tie_factor(both), level)
        if rank_p(first, second) >= 1 - level:  # the exact test decides at the edge
            low, high = min(low, 0.5), max(high, 0.5)
    return Estimate(above, low, high, first.size + second.size, method, level)


def _tie_factor(values: Floats) -> float:
    """1 − Σ(t³ − t)/(N³ − N), by which ties lower the variance of the rank sum."""
    counts = np.unique(values, return_counts=True)[1].astype(np.float64)
    size = float(values.size)
    return 1 - float((counts**3 - counts).sum()) / (size**3 - size)


def _score_limits(above: float, n: int, m: int, factor: float, level: float) -> tuple[float, float]:
    """Every φ with (φ̂ − φ)² ≤ z²·V(φ)."""
    z2 = float(stats.norm.ppf((1 + level) / 2)) ** 2
    more = (n + m) / 2 - 1

    def outside(phi: float) -> float:
        spread = 1 + more * ((1 - phi) / (2 - phi) + phi / (1 + phi))
        return (above - phi) ** 2 - z2 * factor * phi * (1 - phi) * spread / (n * m)

    return float(optimize.brentq(outside, 0.0, above)), float(optimize.brentq(outside, above, 1.0))


def _no_overlap_limit(n: int, m: int, level: float) -> float:
    """Smallest chance to win at which n winners all above m losers reach probability (1 − level)/2.

    With A the winner and F_A = F_B^θ the chance is (m/θ)·B(m/θ, n + 1), and P(A > B) = θ/(1 + θ).
    """
    least = (1 - level) / 2

    def excess(log_theta: float) -> float:
        rate = m * exp(-log_theta)
        return float(np.log(rate) + special.betaln(rate, n + 1) - np.log(least))

    theta = exp(float(optimize.brentq(excess, -20.0, 20.0)))
    return theta / (1 + theta)
