"""Shares of a score's variance by source, and what all of them together say about each."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import as_scores, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.radial_effects import jansen


def chained_share(
    base: npt.ArrayLike, changed: npt.ArrayLike, all_vary: npt.ArrayLike, level: float = 0.95
) -> Estimate:
    """Share of a score's variance that one source leaves alone, from a chain of baselines.

    In an attribution plan run k with source s changed takes s from run k + 1. So the differences
    form a chain, and the mean of n half squared differences has about 2n/3 degrees of freedom,
    not n. Assumes normal scores and effects that add up; simulated in benchmarks/why_shares.py.

    Args:
        base: ``[baseline]`` scores.
        changed: ``[baseline]`` scores with the source changed, same order.
        all_vary: ``[run]`` scores of independent runs that vary all sources, not all equal.
        level: Confidence level.

    Source: Jansen (1999), equation 13; von Neumann (1941), "Distribution of the ratio of the mean
    square successive difference to the variance", for the degrees of freedom.
    """
    check_level(level)
    every = as_scores(all_vary, "independent runs", least=2)
    n = as_scores(base, "baselines").size
    share = jansen(base, changed) / float(every.var(ddof=1))
    df = (max(2 * n / 3, 1.0), every.size - 1)
    low, high = (share / float(stats.f.ppf(q, *df)) for q in ((1 + level) / 2, (1 - level) / 2))
    return Estimate(share, low, high, n, f"Jansen, F({df[0]:.3g}, {df[1]}) on a chain", level)


def clipped(share: Estimate | None) -> Estimate | None:
    """A share with its value and its interval cut to what a share can be, 0 to 1."""
    if share is None:
        return None
    value, low, high = (
        None if end is None else float(np.clip(end, 0.0, 1.0))
        for end in (share.value, share.low, share.high)
    )
    return replace(share, value=value or 0.0, low=low, high=high)


def bounded_shares(
    left: Mapping[str, Estimate | None], removed: Mapping[str, Estimate | None]
) -> dict[str, Estimate | None]:
    """Total effects, with intervals narrowed by what holds for all sources together.

    For independent sources the total effects T (``left``) and first-order effects S (``removed``)
    satisfy S_i ≤ T_i ≤ 1, ΣT ≥ 1 and ΣS ≤ 1. So T_i ≥ max(S_i, 1 − Σ T_j over the others), and
    T_i ≤ 1 − Σ S_j over the others. Each interval is cut there, with the others at their ends.

    Args:
        left: Source → share left if it alone varies, of every source; None where unknown.
        removed: Source → share removed if it alone is frozen; None where unknown.

    Returns:
        Source → ``left`` with a value from 0 to 1 and the narrower interval.

    Source: Saltelli et al. (2008), "Global Sensitivity Analysis", section 1.2.15, for the sums.
    """
    return {name: _bounded(name, left, removed) for name in left}


def _bounded(
    name: str, left: Mapping[str, Estimate | None], removed: Mapping[str, Estimate | None]
) -> Estimate | None:
    given = left[name]
    if given is None:
        return None
    others = [other for other in left if other != name]
    highs = [_end(left[other], "high") for other in others]
    lows = [max(_end(removed.get(other), "low") or 0.0, 0.0) for other in others]
    least = max(_end(removed.get(name), "low") or 0.0, 0.0)
    if None not in highs:
        least = max(least, 1 - sum(high for high in highs if high is not None))
    most = max(1 - sum(lows), least)
    value = min(max(given.value, least), most)
    if given.low is None or given.high is None:
        return replace(given, value=value)
    low = min(max(given.low, least), most)
    high = max(min(given.high, most), low)
    return replace(given, value=min(max(value, low), high), low=low, high=high)


def _end(estimate: Estimate | None, end: str) -> float | None:
    found: float | None = None if estimate is None else getattr(estimate, end)
    return found
