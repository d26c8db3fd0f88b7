"""Nights: the parent runs that a schedule made, read without their children, marked once judged.

``read_nights`` asks the store for one page of parent runs and opens no file unless a night has too
many charts for a tag, so that a page that shows a year of nights may call it every few seconds.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from seedbed.system.errors import NotRecordedError, StoreError
from seedbed.system.files.regular_file import regular_text
from seedbed.tracking import schema
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.reading.artifact_files import artifact
from seedbed.tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run

IN_FILE = f"in {schema.NIGHT}"


class NightOfProcessor(TypedDict, total=False):
    """Fingerprints of the nights on one kind of processor."""

    environment: Mapping[str, str]
    fingerprints: Mapping[str, str]


class NightPage(NightOfProcessor, total=False):
    """What ``night.json`` holds of a judged night; runs are named without their seeds."""

    elsewhere: Sequence[NightOfProcessor]
    """The last fingerprints of each other kind of processor."""
    cells: Mapping[str, str]
    accuracies: Mapping[str, float]
    moved: bool
    open_failures: Sequence[str]
    resolution: float


@dataclass(frozen=True)
class Point:
    """One night on one control chart.

    Attributes:
        value: The night's value: a mean as a fraction, a variance, or seconds.
        n: Number of runs behind it.
        q: Q statistic, standard normal while nothing changes; None before the baseline is there.
        ewma: Exponentially weighted mean of q; None likewise.
        limit: The alarm is raised where |ewma| reaches about this (Holm over several charts moves
            it outwards); None likewise.
        alarm: This night raised the alarm.
        open: An alarm was raised here or before, and the level has not come back.
    """

    value: float
    n: int
    q: float | None = None
    ewma: float | None = None
    limit: float | None = None
    alarm: bool = False
    open: bool = False


@dataclass(frozen=True)
class NightRecord:
    """One night as its parent run tells it.

    Attributes:
        series: Name of the series, e.g. ``nightly``.
        night: Its date, and the time where a day has several.
        run_id: MLflow's id of the parent run.
        experiment_id: MLflow's id of the experiment, for links.
        sweep: Name of the sweep, e.g. ``nightly-2030-01-31``.
        state: State of the sweep; see ``seedbed.tracking.records.State``.
        started_ms: Milliseconds since 1970.
        ended_ms: The same; None while it runs.
        outcome: ``quiet`` or ``alarm``; None before it is judged.
        changed: What changed: some of fingerprint, mean, spread, run time, failures.
        alarm: Changes and likely causes in words; empty without an alarm.
        accepted: From this night on, the level is the new normal.
        charts: Chart → the night's point on it; ``mean``, ``spread``, ``run time``, and with
            several configurations ``CONFIGURATION: mean`` and so on.
        metrics: The parent run's metrics, e.g. ``runs_finished`` and ``night_mean``.
        user: Who ran it; empty if unknown.
    """

    series: str
    night: str
    run_id: str
    experiment_id: str
    sweep: str
    state: str
    started_ms: int
    ended_ms: int | None
    outcome: str | None
    changed: tuple[str, ...]
    alarm: str
    accepted: bool
    charts: Mapping[str, Point] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    user: str = ""


def read_nights(store: Store, series: str | None = None) -> list[NightRecord]:
    """Every night in the store, oldest first.

    Args:
        store: Where they are recorded.
        series: Only the nights of this series.

    Raises:
        StoreError: The store cannot be reached.
    """
    wanted = f"tags.{schema.TAG_KIND} = 'sweep' AND tags.{schema.TAG_NIGHT} LIKE '%'"
    if series is not None:
        wanted += f" AND tags.{schema.TAG_SERIES} = '{series.replace(chr(39), '')}'"
    found = [_night(run, store) for run in store.runs(wanted)]
    return sorted(found, key=lambda one: (one.series, one.night, one.started_ms))


def _night(run: "Run", store: Store) -> NightRecord:
    tags, info = run.data.tags, run.info
    return NightRecord(
        series=tags.get(schema.TAG_SERIES, ""),
        night=tags[schema.TAG_NIGHT],
        run_id=info.run_id,
        experiment_id=info.experiment_id,
        sweep=tags.get(schema.TAG_SWEEP, ""),
        state=tags.get(schema.TAG_STATE, ""),
        started_ms=int(info.start_time or 0),
        ended_ms=info.end_time,
        outcome=tags.get(schema.TAG_OUTCOME),
        changed=tuple(part for part in tags.get(schema.TAG_CHANGED, "").split(", ") if part),
        alarm=tags.get(schema.TAG_ALARM, ""),
        accepted=tags.get(schema.TAG_ACCEPTED) == "true",
        charts=_charts(run, store),
        metrics=dict(run.data.metrics),
        user=tags.get(schema.TAG_USER, ""),
    )


def _charts(run: "Run", store: Store) -> dict[str, Point]:
    text = run.data.tags.get(schema.TAG_CHARTS, "{}")
    try:
        content = json_object(_text(run, store))["charts"] if text == IN_FILE else json_object(text)
        points = {name: Point(**point) for name, point in content.items()}
    except (StoreError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return {name: point for name, point in points.items() if _is_sound(point)}


def _is_sound(point: Point) -> bool:
    numbers = (point.value, point.n, point.q, point.ewma, point.limit)
    return all(isinstance(number, int | float | None) for number in numbers)


def _text(run: "Run", store: Store) -> str:
    return regular_text(artifact(run, schema.NIGHT, store))


def read_page(store: Store, run_id: str) -> NightPage:
    """What ``night.json`` of a judged night says; empty where it cannot be read as such.

    Raises:
        StoreError: The store cannot be reached.
    """
    with store.explained():
        run = store.client.get_run(run_id)
    try:
        return cast("NightPage", json_object(_text(run, store)))
    except (NotRecordedError, OSError, ValueError):
        return {}


def mark_night(
    store: Store,
    run_id: str,
    *,
    outcome: str,
    changed: Sequence[str],
    alarm: str,
    charts: Mapping[str, Point],
    metrics: Mapping[str, float],
    page: NightPage,
) -> None:
    """Write what was found of a night: ``night.json`` first, the outcome last.

    A night without an outcome is one that is still to be judged; so a judge that dies half-way is
    simply asked again.

    Raises:
        StoreError: The store cannot be reached.
    """
    points = {name: asdict(point) for name, point in charts.items()}
    slim = {
        name: {key: value for key, value in point.items() if value not in (None, False)}
        for name, point in points.items()
    }
    short = json.dumps(slim)
    with store.explained(), tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / schema.NIGHT
        path.write_text(json.dumps({**page, "charts": points}, indent=1), encoding="utf-8")
        store.client.log_artifact(run_id, str(path))
        for key, value in metrics.items():
            store.client.log_metric(run_id, key, value)
        tags = {
            schema.TAG_CHARTS: short if len(short) <= schema.TAG_MAX else IN_FILE,
            schema.TAG_CHANGED: ", ".join(changed),
            schema.TAG_ALARM: alarm[: schema.TAG_MAX],
            schema.TAG_OUTCOME: outcome,
        }
        for key, text in tags.items():
            if text:
                store.client.set_tag(run_id, key, text)


def accept_night(store: Store, run_id: str) -> None:
    """Take the level from this night on for the new normal.

    Raises:
        StoreError: The store cannot be reached.
    """
    with store.explained():
        store.client.set_tag(run_id, schema.TAG_ACCEPTED, "true")
