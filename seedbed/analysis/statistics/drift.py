"""Night to night: has the mean of the nightly runs moved?

Taking the mean and sd of five nights for the truth and drawing control limits from them raises a
false alarm in half of the months. Q statistics need no known baseline and are exactly standard
normal.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import copysign, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, as_scores
from seedbed.analysis.statistics.estimate import Verdict
from seedbed.system.errors import InputError

WEIGHT = 0.2
WIDTH = 2.86
"""EWMA with λ = .2 and L = 2.86: 371 stable nights between false alarms on average."""
EXACT_NIGHTS = 3
"""So many nights known to be equal bit for bit: any change after them is real."""


@dataclass(frozen=True)
class Drift:
    """A chart of one series of nights.

    Attributes:
        nights: Numbers of the charted nights, from 1; the first ones only make the baseline.
        q: Q statistic of each charted night; None where the baseline has no spread.
        ewma: Its exponentially weighted mean.
        limit: Alarm when |ewma| reaches it.
        alarm: Night of the first alarm; None without one.
        baseline: Nights in the baseline at the end (frozen at the alarm).
        identical: The nights before the alarm (or all) have one and the same mean.
        verdict: ``different`` is a drift; no alarm is ``undecided``, never "stable".
    """

    nights: tuple[int, ...]
    q: tuple[float | None, ...]
    ewma: tuple[float, ...]
    limit: tuple[float, ...]
    alarm: int | None
    baseline: int
    identical: bool
    verdict: Verdict


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
class _Chart:
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


def _walk(charts: Mapping[str, _Chart], nights: int, width: float) -> None:
    """Chart every night, with Holm over the charts that have something to say of it."""
    point = float(2 * stats.norm.sf(width))
    for night in range(1, nights + 1):
        found = {name: chart.step(night) for name, chart in charts.items()}
        open_ = {name: p for name, p in found.items() if p is not None}
        alarms = set()
        for rank, name in enumerate(sorted(open_, key=lambda key: open_[key])):
            if open_[name] > point / (len(charts) - rank):
                break
            alarms.add(name)
        for name, chart in charts.items():
            chart.settle(night, name in alarms)


def night_charts(
    levels: Mapping[str, npt.ArrayLike],
    spreads: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
    *,
    baseline: int = 2,
    weight: float = WEIGHT,
    width: float = WIDTH,
) -> dict[str, list[ChartNight | None]]:
    """Chart levels and spreads of a series of nights with one false-alarm rate for all.

    A chart on which the alarm was raised keeps its baseline from before; once its EWMA is back
    within half its limit it goes on, without the nights between.

    Args:
        levels: Name → ``[night]`` values, oldest first; nan for a night without.
        spreads: Name → (``[night]`` variances, ``[night]`` degrees of freedom); nan likewise.
        baseline: Nights of each chart before it speaks, at least 2.
        weight: λ.
        width: L of a single chart.

    Returns:
        Name → one entry per night; None for a night without a value.

    Source: Quesenberry (1991); Lucas & Saccucci (1990); Holm (1979) over the charts of one night.
    """
    if baseline < 2:
        raise InputError(f"a baseline needs at least 2 nights, got {baseline}")
    charts = {
        name: _Chart(np.asarray(values, np.float64), baseline, weight, width, recovers=True)
        for name, values in levels.items()
    }
    for name, (variances, degrees) in spreads.items():
        charts[name] = _Chart(
            np.asarray(variances, np.float64),
            baseline,
            weight,
            width,
            np.asarray(degrees, np.float64),
            recovers=True,
        )
    lengths = {chart.values.size for chart in charts.values()}
    if len(lengths) > 1:
        raise InputError(f"all charts need the same nights, got lengths {sorted(lengths)}")
    _walk(charts, lengths.pop() if lengths else 0, width)
    return {name: chart.points for name, chart in charts.items()}


def drift_charts(
    series: Mapping[str, npt.ArrayLike],
    *,
    baseline: int = 2,
    weight: float = WEIGHT,
    width: float = WIDTH,
    same_bits: Collection[str] = (),
) -> dict[str, Drift]:
    """Chart several series of equal length with one false-alarm rate for all: Holm at each night.

    Equal means are not equal bits: of a test set of 100 examples, runs with other seeds often score
    the same. So nights without spread are not charted, except where they are known to be equal.

    Args:
        series: Name → ``[night]`` means, oldest first.
        baseline: Nights before charting begins, at least 2.
        weight: λ.
        width: L of a single chart.
        same_bits: Names of the series whose nights, while their means are equal, are known to be
            equal bit for bit; after three of them any change is an alarm.

    Raises:
        InputError: No series, unequal lengths, or numbers that are not finite.

    Source: Quesenberry (1991); Lucas & Saccucci (1990); Holm (1979) over the charts of one night.
    """
    if baseline < 2:
        raise InputError(f"a baseline needs at least 2 nights, got {baseline}")
    if not series:
        raise InputError("a drift chart needs at least one series of nights, got none")
    charts = {
        name: _Chart(
            as_scores(values, f"nights of {name}"),
            baseline,
            weight,
            width,
            same_bits=name in same_bits,
        )
        for name, values in series.items()
    }
    lengths = {chart.values.size for chart in charts.values()}
    if len(lengths) > 1:
        raise InputError(f"all charts need the same nights, got lengths {sorted(lengths)}")
    _walk(charts, lengths.pop(), width)
    return {name: _result(chart) for name, chart in charts.items()}


def drift(
    nights: npt.ArrayLike,
    *,
    baseline: int = 2,
    weight: float = WEIGHT,
    width: float = WIDTH,
    same_bits: bool = False,
) -> Drift:
    """Chart one series of nights; the baseline grows with every stable night and freezes on alarm.

    Args:
        nights: ``[night]`` means, oldest first.
        baseline: Nights before charting begins, at least 2.
        weight: λ of the EWMA.
        width: L, in sd of the EWMA.
        same_bits: Nights with equal means are known to be equal bit for bit.

    Raises:
        InputError: Numbers that are not finite, or a baseline below 2.

    Source: Quesenberry (1991); Lucas & Saccucci (1990).
    """
    name = "the mean"
    known = (name,) if same_bits else ()
    charts = drift_charts(
        {name: nights}, baseline=baseline, weight=weight, width=width, same_bits=known
    )
    return charts[name]


def _result(chart: _Chart) -> Drift:
    size = chart.values.size
    nights = tuple(range(chart.baseline + 1, size + 1))
    points = [point for point in chart.points[chart.baseline :] if point is not None]
    kept = size if chart.alarm is None else chart.alarm - 1
    identical = size > 1 and bool(np.ptp(chart.values[:kept]) == 0)
    if chart.alarm is not None:
        value = float(chart.values[chart.alarm - 1])
        mean = float(chart.values[:kept].mean())
        way = "up" if value > mean else "down"
        reason = f"the level moved {way} by night {chart.alarm} (from {mean:.5g} to {value:.5g})"
        if chart.exact:
            reason = f"bit-identical until night {chart.alarm}: any change is real"
        verdict = Verdict("different", reason, None)
    elif not nights:
        reason = f"{size} {'night is' if size == 1 else 'nights are'} no more than a baseline"
        verdict = Verdict("undecided", reason, f"{chart.baseline + 1 - size} more nights")
    elif identical:
        reason = f"all {size} nights have one and the same mean: no spread to judge a change by"
        if chart.same_bits:
            reason = f"all {size} nights are bit-identical: compare new ones exactly"
        verdict = Verdict("undecided", reason, None)
    else:
        reason = f"no drift seen in {len(nights)} nights (a small one may not show yet)"
        verdict = Verdict("undecided", reason, "more nights")
    return Drift(
        nights=nights,
        q=tuple(point.q for point in points),
        ewma=tuple(point.ewma for point in points),
        limit=tuple(point.limit for point in points),
        alarm=chart.alarm,
        baseline=kept,
        identical=identical,
        verdict=verdict,
    )
