"""What the shares of all sources together say about each of them."""

from collections.abc import Mapping
from dataclasses import replace

from seedbed.analysis.statistics.estimate import Estimate


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
