"""Shares of a score's variance by source, and what all of them together say about each."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import as_scores, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.radial_effects import jansen

NORMAL = 3.0
"""Kurtosis of a normal distribution."""
PRIOR_PAIRS = 8
"""Pairs of a normal distribution that a pooled kurtosis is drawn towards."""


def chained_share(
    base: npt.ArrayLike,
    changed: npt.ArrayLike,
    all_vary: npt.ArrayLike,
    level: float = 0.95,
    kurtosis: float = NORMAL,
) -> Estimate:
    """Share of a score's variance that one source leaves alone, from a chain of baselines.

    In an attribution plan run k with source s changed takes s from run k + 1. So the differences
    form a chain, and the mean of n half squared differences has about 2n / (2κ - 3) degrees of
    freedom, which is 2n/3 for normal scores, not n. Assumes independent runs and effects that add
    up; simulated in benchmarks/why_shares.py. If no pair differs, see ``no_effect``. An interval
    above 1, where no share lies, comes of runs that all vary and lie close by chance: it then tells
    nothing, and begins at 0.

    Args:
        base: ``[baseline]`` scores.
        changed: ``[baseline]`` scores with the source changed, same order.
        all_vary: ``[run]`` scores of independent runs that vary all sources, not all equal.
        level: Confidence level.
        kurtosis: κ of the differences, at least 3; see ``pooled_kurtosis``.

    Source: Jansen (1999), equation 13; von Neumann (1941), "Distribution of the ratio of the mean
    square successive difference to the variance", and Satterthwaite (1946), for the degrees of
    freedom; Bonett (2006), "Approximate confidence interval for standard deviation of nonnormal
    distributions", for the kurtosis in their place.
    """
    check_level(level)
    every = as_scores(all_vary, "independent runs", least=2)
    n = as_scores(base, "baselines").size
    share = jansen(base, changed) / float(every.var(ddof=1))
    if share == 0:
        return no_effect(n, level)
    df = (max(2 * n / (2 * kurtosis - 3), 1.0), every.size - 1)
    low, high = (share / float(stats.f.ppf(q, *df)) for q in ((1 + level) / 2, (1 - level) / 2))
    low = low if low <= 1 else 0.0
    return Estimate(share, low, high, n, f"Jansen, F({df[0]:.3g}, {df[1]}) on a chain", level)


def pooled_kurtosis(differences: Iterable[npt.ArrayLike]) -> float:
    """Kurtosis about 0 of the differences that several sources make, 3 or more.

    Effects of sources that act together, and scores with few values, have heavy tails. A source has
    too few pairs to show its own, so they are pooled, and ``PRIOR_PAIRS`` normal ones are added.

    Args:
        differences: For each source, ``[baseline]`` changed scores minus the baselines'.

    Source: Layard (1973), "Robust large-sample tests for homogeneity of variances", for pooling;
    (n + 2) / n makes each source's kurtosis unbiased under normality.
    """
    fourth, pairs = NORMAL * PRIOR_PAIRS, PRIOR_PAIRS
    for given in differences:
        one = as_scores(given)
        squares = float((one**2).sum())
        if squares > 0:
            fourth += float((one**4).sum()) * one.size * (one.size + 2) / squares**2
            pairs += one.size
    return max(fourth / pairs, NORMAL)


def with_values(
    shares: Mapping[str, Estimate], values: Mapping[str, float]
) -> dict[str, Estimate | None]:
    """Shares with other estimates of their values, each within its interval.

    Args:
        shares: Source → its share.
        values: Source → a better estimate, such as that of ``component_shares``; those that are
            missing, and those of sources without any effect, are left as they are.
    """
    return {
        source: share
        if share.value == 0 or source not in values
        else replace(share, value=_within(values[source], share))
        for source, share in shares.items()
    }


def _within(value: float, share: Estimate) -> float:
    low = value if share.low is None else share.low
    high = value if share.high is None else share.high
    return min(max(value, low), high)


def no_effect(n: int, level: float = 0.95) -> Estimate:
    """Share of a source of which n changes, one by one, left the result equal: 0, with a bound.

    Half of the sources are taken to have no effect at all; of the others, any share of the changes
    may have one. The bound holds that share with the probability ``level``, 41 % after 2 changes
    and 16 % after 5; an effect is taken to be no larger than that of all sources together.
    """
    high = 1 - ((1 - level) * (n + 2)) ** (1 / (n + 1))
    return Estimate(0.0, 0.0, max(high, 0.0), n, f"none of {n} changes has an effect", level)


def bounded_shares(
    left: Mapping[str, Estimate | None], removed: Mapping[str, Estimate | None]
) -> dict[str, Estimate | None]:
    """Total effects, with intervals narrowed by what holds for all sources together.

    For independent sources the total effects T (``left``) and first-order effects S (``removed``)
    satisfy S_i ≤ T_i ≤ 1, ΣT ≥ 1 and ΣS ≤ 1. So T_i ≥ max(S_i, 1 − Σ T_j over the others), and
    T_i ≤ 1 − Σ S_j over the others. Each interval is cut there, with the others at their ends. One
    that nothing would be left of contradicts the others, as where two changes of each of two
    sources had no effect although both together have one: it is widened instead.

    Args:
        left: Source → share left if it alone varies, of every source; None where unknown.
        removed: Source → share removed if it alone is frozen; None where unknown.

    The values are scaled up to a sum of 1 where they stay below it, within their intervals.

    Returns:
        Source → ``left`` with a value from 0 to 1 and the narrower interval.

    Source: Saltelli et al. (2008), "Global Sensitivity Analysis", section 1.2.15, for the sums.
    """
    bounded = {name: _bounded(name, left, removed) for name in left}
    known = [one for one in bounded.values() if one is not None]
    total = sum(one.value for one in known)
    if len(known) < len(bounded) or not 0 < total < 1:
        return bounded
    return {name: one and _scaled(one, 1 / total) for name, one in bounded.items()}


def _scaled(share: Estimate, factor: float) -> Estimate:
    most = 1.0 if share.high is None else share.high
    return replace(share, value=min(share.value * factor, most))


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
    if others and (least > given.high or most < given.low):  # one of the intervals is wrong
        high = max(min(given.high, 1.0), most)
        return replace(given, value=value, low=min(given.low, most), high=high)
    low = min(max(given.low, least), most)
    high = max(min(given.high, most), low)
    return replace(given, value=min(max(value, low), high), low=low, high=high)


def _end(estimate: Estimate | None, end: str) -> float | None:
    found: float | None = None if estimate is None else getattr(estimate, end)
    return found
