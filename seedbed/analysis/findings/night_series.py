"""Nights as control charts: the same sweep, night after night.

A night that was judged brings its point of the chart along, so page, report and alarm agree. Sweeps
that only have a day in their name, or were run again under one name, are charted here.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.drift import drift_charts
from seedbed.analysis.wording import one_line, percent, with_minus
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import (
    NIGHT_MEAN,
    TAG_ALARM,
    TAG_CHANGED,
    TAG_CHARTS,
    TAG_NIGHT,
    TAG_OUTCOME,
    TAG_SERIES,
    TAG_SWEEP,
)

DAY = re.compile(r"(.+?)[-_ .]?(\d{4}-\d\d-\d\d(?:-\d{4})?)$")
FEWEST = 2
FEWEST_UNDATED = 3
"""Runs of one sweep under one name that count as nights; two may be a second try."""
MOST_NIGHTS = 60
MOST_SERIES = 8
MOST_WORDS = 2000
"""Letters of an alarm with its causes that are kept."""
SHORT = 300
"""Letters of it where little is told of many nights."""


@dataclass(frozen=True)
class Night:
    """One night.

    Attributes:
        day: Its date, or its number where it has none.
        experiment_id: MLflow's id of its experiment.
        run_id: MLflow's id of its parent run.
        mean: Mean accuracy, a fraction.
        low: Lower end of its 95 % interval; None without one.
        high: Upper end likewise.
        ewma: Exponentially weighted mean of the Q statistics; None in the baseline.
        limit: Alarm where |ewma| reaches it; None likewise.
        alarm: What changed, and from what, in words, where an alarm was raised; None otherwise.
        changed: The kinds of change that the alarm names, such as ``mean``; empty otherwise.
        judged: Whether the night was compared with those before it.
    """

    day: str
    experiment_id: str
    run_id: str
    mean: float
    low: float | None = None
    high: float | None = None
    ewma: float | None = None
    limit: float | None = None
    alarm: str | None = None
    changed: str = ""
    judged: bool = True

    @property
    def beyond(self) -> bool:
        """Whether its place on the chart is at the limit or beyond."""
        return self.ewma is not None and self.limit is not None and abs(self.ewma) >= self.limit


@dataclass(frozen=True)
class NightSeries:
    """The nights of one sweep, oldest first.

    Attributes:
        name: Its name.
        nights: The newest of them.
        without: Nights without a result, which are left out.
        words: What the chart says, in one sentence.
    """

    name: str
    nights: tuple[Night, ...]
    without: int
    words: str

    @property
    def alarm(self) -> bool:
        """Whether the newest night is beyond the limit or raised an alarm."""
        last = self.nights[-1]
        return last.alarm is not None or last.beyond


def series_of(sweeps: Sequence[RunSummary]) -> list[NightSeries]:
    """The series among ended sweeps; the one that ran last comes first.

    Args:
        sweeps: Parent runs, newest first.
    """
    members: dict[tuple[str, str, bool], list[tuple[str, RunSummary]]] = {}
    for row in reversed(sweeps):
        name, day = _series_and_day(row)
        members.setdefault((row.experiment_id, name, day is None), []).append(
            (day or _started(row), row)
        )
    found = [
        made
        for (_, name, undated), nights in sorted(members.items(), key=lambda one: -_newest(one[1]))
        if (made := _series(name, nights, FEWEST_UNDATED if undated else FEWEST))
    ]
    return found[:MOST_SERIES]


def _newest(nights: Sequence[tuple[str, RunSummary]]) -> int:
    return max(row.started_ms for _, row in nights)


def _series_and_day(row: RunSummary) -> tuple[str, str | None]:
    series, night = row.tags.get(TAG_SERIES), row.tags.get(TAG_NIGHT)
    if series and night:
        return one_line(series, 80), one_line(night, 20)
    sweep = one_line(row.tags.get(TAG_SWEEP) or row.name, 100)
    match = DAY.fullmatch(sweep)
    return (match[1], match[2]) if match else (sweep, None)


def _series(name: str, rows: Sequence[tuple[str, RunSummary]], fewest: int) -> NightSeries | None:
    ordered = sorted(rows, key=lambda one: (one[0], one[1].started_ms))
    nights = [_night(day, row) for day, row in ordered]
    charted = [night for night in nights if night is not None][-MOST_NIGHTS:]
    if len(charted) < fewest:
        return None
    outcomes = {row.run_id for _, row in ordered if TAG_OUTCOME in row.tags}
    placed = any(night.ewma is not None for night in charted)
    if placed or outcomes:
        charted = [replace(night, judged=_judged(night, outcomes)) for night in charted]
    if not placed:
        charted = _drawn(charted, alarms=not outcomes)
    return NightSeries(name, tuple(charted), nights.count(None), with_minus(_words(charted)))


def _judged(night: Night, outcomes: Collection[str]) -> bool:
    return night.ewma is not None or night.alarm is not None or night.run_id in outcomes


def _started(row: RunSummary) -> str:
    return datetime.fromtimestamp(row.started_ms / 1000).astimezone().date().isoformat()


def _night(day: str, row: RunSummary) -> Night | None:
    """A night with a result; None without one."""
    metrics = row.metrics
    best = metrics.get("accuracy_mean")
    mean = metrics.get(NIGHT_MEAN, best)
    if mean is None or not np.isfinite(mean):
        return None
    point = _point(row.tags)
    low, high = metrics.get("accuracy_mean_low"), metrics.get("accuracy_mean_high")
    if mean != best:  # the interval belongs to another mean
        low = high = None
    alarm = row.tags.get(TAG_ALARM)
    return Night(
        day,
        row.experiment_id,
        row.run_id,
        float(mean),
        low,
        high,
        ewma=_number(point.get("ewma")),
        limit=_number(point.get("limit")),
        alarm=one_line(alarm, MOST_WORDS) if alarm else None,
        changed=one_line(row.tags.get(TAG_CHANGED, "")),
    )


def _point(tags: Mapping[str, str]) -> Mapping[str, object]:
    """The night's place on the chart of its mean, as the nightly command noted it."""
    point = json_object(tags.get(TAG_CHARTS)).get("mean")
    return point if isinstance(point, dict) else {}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and np.isfinite(value) else None


def _drawn(nights: Sequence[Night], *, alarms: bool) -> list[Night]:
    """The nights with their places on a chart made here, which may raise alarms of its own."""
    means = np.array([night.mean for night in nights])
    chart = drift_charts({"mean": means})["mean"]
    places = dict(zip(chart.nights, zip(chart.ewma, chart.limit, strict=True), strict=True))
    said = _moved(means, chart.alarm) if alarms and chart.alarm else None
    return [
        replace(
            night,
            ewma=places[at][0] if at in places else None,
            limit=places[at][1] if at in places else None,
            alarm=night.alarm or (said if at == chart.alarm else None),
        )
        for at, night in enumerate(nights, start=1)
    ]


def _moved(means: Floats, alarm: int) -> str:
    """What an alarm saw: the mean of the nights before, and that of the night (from 1)."""
    before, value = means[: alarm - 1], float(means[alarm - 1])
    usual = float(before.mean())
    same = np.ptp(before) == 0
    return (
        f"the mean went {'up' if value > usual else 'down'} to {percent(value)}, "
        f"{'from the same' if same else 'from'} {percent(usual)} "
        f"{'in every night' if same else 'on average'} before."
    )


def _words(nights: Sequence[Night]) -> str:
    alarms = [night for night in nights if night.alarm]
    if alarms:
        last = alarms[-1]
        return f"Alarm in the night {last.day}: {one_line(last.alarm, SHORT)}"
    charted = [
        (night.day, night.ewma, night.limit)
        for night in nights
        if night.ewma is not None and night.limit is not None
    ]
    if not charted:
        return "Too few nights for a chart: it begins with the third."
    day, at, limit = charted[-1]
    if not nights[-1].judged:
        return (
            f"No alarm before the night {nights[-1].day}, which is not judged yet. The chart was "
            f"at {at:+.2f} on {day}; its limits are ±{limit:.2f}."
        )
    return f"No alarm. The chart is at {at:+.2f}; its limits are ±{limit:.2f}."
