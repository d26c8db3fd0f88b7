"""The sd of earlier sweeps as a prior for the sd of a run: fewer runs for the same verdict."""

from dataclasses import dataclass, replace
from math import isfinite, sqrt

from scipy import stats

from seedbed.analysis.statistics.arms.comparison import PRIOR, WELCH, Comparison
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.system.errors import InputError

MOST_DF = 4.0
"""Degrees of freedom that a prior counts at most: more would trust an sd that drifts too much."""
NUMBER_DF = 10.0
"""Degrees of freedom of a prior that is given as a number."""
GUARD_P = 0.2
"""P of the F test of the runs' variance against the prior's below which no prior is used."""


@dataclass(frozen=True)
class PriorSd:
    """The sd of a run, known from earlier runs.

    Attributes:
        sd: In the unit of the scores.
        df: Its degrees of freedom.
        source: Where it is from, in words.
    """

    sd: float
    df: float = NUMBER_DF
    source: str = "the number given"

    def __post_init__(self) -> None:
        if not (isfinite(self.sd) and self.sd > 0):
            raise InputError(f"the prior sd must be a number above 0, got {self.sd:g}")


def with_prior(found: Comparison, a: Floats, b: Floats, prior: PriorSd | None) -> Comparison:
    """A comparison of unpaired runs by t with the variance moved towards a prior.

    s̃² = (d₀·s₀² + d·s²)/(d₀ + d) with d₀ + d degrees of freedom, s² pooled over both arms and d₀ at
    most 4. If the runs vary more than the prior says (F test, p < .2), Welch's t stays: so a true
    sd of 1.5 times the prior keeps the type I error at .061 or below for n = 3, 4 and 5. Power at
    2 sd: .49, .66 and .79, against .37, .61 and .77 of Welch's t (docs/coverage.md). Arms of
    unequal numbers stay with Welch's t: if the sd of the smaller one alone has doubled, the pooled
    variance would err in up to .14.

    Args:
        found: The comparison by Welch's t; another test stays. Its verdict is still to be given.
        a: ``[run]`` scores of A that were compared.
        b: ``[run]`` likewise of B.
        prior: The prior; None leaves the comparison as it is.

    Source: Smyth (2004), equation 8, with the prior from other runs; Student (1908).
    """
    if prior is None or found.decided_by != WELCH or found.difference.value == 0:
        return found
    if a.size != b.size:
        return found
    df = a.size + b.size - 2.0
    variance = float(((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum()) / df
    if float(stats.f.sf(variance / prior.sd**2, df, prior.df)) < GUARD_P:
        return found
    weight = min(prior.df, MOST_DF)
    moved = (weight * prior.sd**2 + df * variance) / (weight + df)
    se, total = sqrt(moved * (1 / a.size + 1 / b.size)), weight + df
    gap, level = found.difference.value, found.difference.level
    half = float(stats.t.isf((1 - level) / 2, total)) * se
    equivalence = found.equivalence
    if found.margin is not None and equivalence is not None:
        equivalence = float(stats.t.sf((found.margin - abs(gap)) / se, total))
    method = f"difference A − B, {PRIOR}"
    return replace(
        found,
        difference=Estimate(gap, gap - half, gap + half, found.difference.n, method, level),
        t=gap / se,
        df=total,
        p=float(2 * stats.t.sf(abs(gap) / se, total)),
        equivalence=equivalence,
        decided_by=PRIOR,
    )
