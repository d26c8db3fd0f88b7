"""Night to night: has the mean of the nightly runs moved?

Taking the mean and sd of five nights for the truth and drawing control limits from them raises a
false alarm in half of the months. Q statistics need no known baseline and are exactly standard
normal.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import as_scores
from seedbed.analysis.statistics.control_chart import WEIGHT, WIDTH, Chart, ChartNight
from seedbed.analysis.statistics.estimate import Verdict
from seedbed.system.errors import InputError


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


def _walk(charts: Mapping[str, Chart], nights: int, width: float) -> None:
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
        name: Chart(np.asarray(values, np.float64), baseline, weight, width, recovers=True)
        for name, values in levels.items()
    }
    for name, (variances, degrees) in spreads.items():
        charts[name] = Chart(
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
        name: Chart(
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


def _result(chart: Chart) -> Drift:
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
        seen = len(nights)
        span = f"{seen} night" if seen == 1 else f"{seen} nights"
        reason = f"no drift seen in {span} (a small one may not show yet)"
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
