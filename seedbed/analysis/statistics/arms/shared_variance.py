"""The variance of a run, shared between arms that may be exchangeable: the moderated t."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log, sqrt

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from seedbed.analysis.statistics.arms.comparison import MODERATED, WELCH, Comparison
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate

MOST_PRIOR_DF = 10.0
"""A few arms tell the prior degrees of freedom badly; more would trust them too much."""
GUARD_P = 0.05
"""P of Bartlett's test over all arms below which no variance is shared."""
PAIR_GUARD_P = 0.05
"""P of the F test of a compared arm against the others below which its pair shares none."""


@dataclass(frozen=True)
class Shared:
    """The variance that the arms have in common.

    Attributes:
        variance: s₀², pooled over the arms.
        df: Prior degrees of freedom d₀, by which it counts beside an arm's own variance.
        total_df: Degrees of freedom of all arms together.
    """

    variance: float
    df: float
    total_df: float


def shared_variance(arms: Mapping[str, npt.ArrayLike]) -> Shared | None:
    """The variance that three or more arms share; None where they do not look exchangeable.

    d₀ by the method of moments on log s², at most 10. Guarded by Bartlett's test: if its p is below
    .05, nothing is shared. Power at n = 3 and 2 sd: .54 with four arms and .58 with eight, against
    .37 of Welch's t; type I .052 with equal sds, .057 where variances vary as with 4 prior degrees
    of freedom, but .10 where one of the two arms has an sd three times as large
    (docs/coverage.md).

    Args:
        arms: Name → ``[run]`` scores.

    Source: Smyth (2004), "Linear models and empirical Bayes methods for assessing differential
    expression in microarray experiments", sections 6 and 10; Bartlett (1937) for the guard.
    """
    scores = [np.asarray(arm, dtype=np.float64) for arm in arms.values()]
    scores = [arm[np.isfinite(arm)] for arm in scores]
    if len(scores) < 3 or any(arm.size < 2 or np.ptp(arm) == 0 for arm in scores):
        return None
    if float(stats.bartlett(*scores).pvalue) < GUARD_P:
        return None
    degrees = np.array([arm.size - 1.0 for arm in scores])
    variances = np.array([arm.var(ddof=1) for arm in scores])
    logs = np.log(variances) - special.digamma(degrees / 2) + np.log(degrees / 2)
    excess = float(logs.var(ddof=1) - special.polygamma(1, degrees / 2).mean())
    pooled = float((variances * degrees).sum() / degrees.sum())
    return Shared(pooled, _prior_df(excess), float(degrees.sum()))


def _prior_df(excess: float) -> float:
    """d₀ that solves ψ′(d₀/2) = excess; the most allowed where arms vary by chance alone."""
    if excess <= float(special.polygamma(1, MOST_PRIOR_DF / 2)):
        return MOST_PRIOR_DF
    found = optimize.brentq(
        lambda half: log(float(special.polygamma(1, half))) - log(excess), 1e-6, MOST_PRIOR_DF / 2
    )
    return 2 * float(found)


def moderated(found: Comparison, a: Floats, b: Floats, shared: Shared | None) -> Comparison:
    """A comparison by Welch's t, with each arm's variance moved towards the shared one.

    s̃² = (d₀·s₀² + d·s²)/(d₀ + d), with Welch and Satterthwaite's degrees of freedom of d₀ + d, at
    most those of all arms. Its verdict is still to be given.

    Args:
        found: The comparison, of unpaired runs; another test than Welch's stays.
        a: ``[run]`` scores of A that were compared.
        b: ``[run]`` likewise of B.
        shared: What the arms share; None leaves the comparison as it is.

    Source: Smyth (2004), equation 8; Satterthwaite (1946).
    """
    if shared is None or found.decided_by != WELCH:
        return found
    if min(_p_of_spread(a, shared), _p_of_spread(b, shared)) < PAIR_GUARD_P:
        return found
    own = [(float(arm.var(ddof=1)), arm.size - 1.0, arm.size) for arm in (a, b)]
    parts = [
        (shared.df * shared.variance + df * variance) / (shared.df + df) / size
        for variance, df, size in own
    ]
    dfs = [shared.df + df for _, df, _ in own]
    total = sum(parts)
    df = total**2 / sum(part**2 / each for part, each in zip(parts, dfs, strict=True))
    df, se, gap = min(df, shared.total_df), sqrt(total), found.difference.value
    level = found.difference.level
    half = float(stats.t.isf((1 - level) / 2, df)) * se
    equivalence = found.equivalence
    if found.margin is not None and equivalence is not None:
        equivalence = float(stats.t.sf((found.margin - abs(gap)) / se, df))
    n = found.difference.n
    return replace(
        found,
        difference=Estimate(
            gap, gap - half, gap + half, n, f"difference A − B, {MODERATED}", level
        ),
        t=gap / se,
        df=df,
        p=float(2 * stats.t.sf(abs(gap) / se, df)),
        equivalence=equivalence,
        decided_by=MODERATED,
    )


def _p_of_spread(arm: Floats, shared: Shared) -> float:
    """P of the F test of an arm's variance against that of the other arms."""
    df, variance = arm.size - 1.0, float(arm.var(ddof=1))
    rest = shared.total_df - df
    ratio = variance / ((shared.variance * shared.total_df - variance * df) / rest)
    below = float(stats.f.cdf(ratio, df, rest))
    return 2 * min(below, 1 - below)
