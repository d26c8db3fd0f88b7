"""One control chart of nights: Q statistics and their exponentially weighted mean."""

from dataclasses import dataclass
from math import copysign, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, as_scores
from seedbed.system.errors import InputError

WEIGHT = 0.2
WIDTH = 2.86
"""EWMA with λ = .2 and L = 2.86: 371 stable nights between false alarms on average."""
EXACT_NIGHTS = 3
"""So many nights known to be equal bit for bit: any change after them is real."""


def q_statistic(value: float, baseline: npt.ArrayLike) -> float:
    """Q_n = Φ⁻¹(T_{n−2}((x_n − x̄_{n−1})/(s_{n−1}·√(1 + 1/(n−1))))): iid N(0, 1) when stable.

    Args:
        value: The night's mean x_n.
        baseline: ``[night]`` the n − 1 nights before, at least 2 and not all the same.

    Source: Quesenberry (1991), "SPC Q charts for start-up processes and short or long runs", case
    UU for the mean.
    """
    before = as_scores(baseline, "baseline nights", least=2)
    if np.ptp(before) == 0:
        raise InputError("nights with one and the same mean have no spread to judge a change by")
    k = before.size
    t = (value - float(before.mean())) / (float(before.std(ddof=1)) * sqrt(1 + 1 / k))
    tail = max(float(stats.t.sf(abs(t), k - 1)), 1e-300)
    return copysign(float(stats.norm.isf(tail)), t)


def q_of_spread(
    variance: float, degrees: float, before: npt.ArrayLike, degrees_before: npt.ArrayLike
) -> float:
    """Q_n = Φ⁻¹(F_{ν_n, ν}(s_n²/s²)), s² pooled over the nights before: iid N(0, 1) when stable.

    Args:
        variance: The night's variance s_n², of normal runs.
        degrees: Its degrees of freedom ν_n, runs less one.
        before: ``[night]`` variances of the nights before, at least one above 0.
        degrees_before: ``[night]`` their degrees of freedom; ν is their sum.

    Source: Quesenberry (1991), "SPC Q charts for start-up processes and short or long runs", case
    of the variance with σ unknown.
    """
    nu = np.asarray(degrees_before, np.float64)
    total = float(nu.sum())
    pooled = float((np.asarray(before, np.float64) * nu).sum()) / total
    if not pooled > 0:
        raise InputError("nights without any spread give nothing to compare a spread with")
    ratio = variance / pooled
    upper = float(stats.f.sf(ratio, degrees, total))
    if upper <= 0.5:
        return float(stats.norm.isf(max(upper, 1e-300)))
    return float(stats.norm.ppf(max(float(stats.f.cdf(ratio, degrees, total)), 1e-300)))


def ewma_limit(step: int, weight: float = WEIGHT, width: float = WIDTH) -> float:
    """Exact limit after ``step`` nights: L·√(λ/(2−λ)·(1 − (1−λ)^{2·step})).

    Source: Lucas & Saccucci (1990), "Exponentially weighted moving average control schemes".
    """
    return width * sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * step)))


@dataclass(frozen=True)
class ChartNight:
    """One night on one chart.

    Attributes:
        q: Q statistic; None where the baseline is too short or has no spread.
        ewma: Its exponentially weighted mean.
        limit: Of a single chart; Holm over several moves it outwards.
        alarm: The alarm was raised on this night.
        open: It was raised on this night or before, and the level has not come back.
    """

    q: float | None
    ewma: float
    limit: float
    alarm: bool
    open: bool


@dataclass
class Chart:
    """One chart while nights come in; a night that is not a number is left out of it."""

    values: Floats
    baseline: int
    weight: float
    width: float
    degrees: Floats | None = None
    recovers: bool = False
    same_bits: bool = False
    z: float = 0.0
    steps: int = 0
    alarm: int | None = None
    exact: bool = False
    open: bool = False

    def __post_init__(self) -> None:
        self.kept: list[int] = []
        self.points: list[ChartNight | None] = []

    def step(self, night: int) -> float | None:
        """Chart one night; returns its p, 0 for an exact change, None when there is nothing."""
        index = night - 1
        if not np.isfinite(self.values[index]):
            return None
        before, value = self.values[self.kept], float(self.values[index])
        self._q: float | None = None
        if before.size < self.baseline:
            return None
        if np.ptp(before) == 0 and self.degrees is None:
            if value != before[0] and self.same_bits and before.size >= EXACT_NIGHTS:
                self.exact = True
                return 0.0
            return None
        if self.degrees is None:
            self._q = q_statistic(value, before)
        else:
            self._q = q_of_spread(value, self.degrees[index], before, self.degrees[self.kept])
        self.steps += 1
        self.z = (1 - self.weight) * self.z + self.weight * self._q
        return float(2 * stats.norm.sf(abs(self.z) / ewma_limit(self.steps, self.weight, 1.0)))

    def settle(self, night: int, alarm: bool) -> None:
        """Take the night for charted: raise the alarm, or let it grow the baseline."""
        index = night - 1
        if not np.isfinite(self.values[index]):
            self.points.append(None)
            return
        raised = alarm and not self.open
        limit = ewma_limit(max(self.steps, 1), self.weight, self.width)
        if raised:
            self.open = True
            self.alarm = self.alarm or night
        elif self.open and self.recovers and self._back(index, limit):
            self.open = False
        self.points.append(ChartNight(self._q, self.z, limit, raised, self.open))
        if not self.open:
            self.kept.append(index)

    def _back(self, index: int, limit: float) -> bool:
        """Whether an open chart's level is where it was before the alarm."""
        if self._q is None:
            return bool(self.values[index] == self.values[self.kept[0]])
        return abs(self.z) < limit / 2
