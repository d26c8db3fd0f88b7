"""A night against those before it: what changed, once for each change, and the page that it leaves.

Two kinds of comparison. Exact: runs with the same seeds must have the same fingerprints, and a run
that fails is news. By chance: means and spreads of the runs with fresh seeds, and the time that a
run takes, on control charts that share one false-alarm rate
(``seedbed.analysis.statistics.drift``).
"""

import math
import re
from collections.abc import Sequence

import numpy as np

from seedbed.analysis.nights.causes import causes, in_words
from seedbed.analysis.nights.fingerprints import (
    fingerprint_change,
    known_elsewhere,
    moved_runs,
    note_on_processor,
    same_processor,
)
from seedbed.analysis.nights.judgement import (
    FAILURES,
    MEAN,
    NAMED,
    SPREAD,
    TIME,
    Before,
    Change,
    Judgement,
)
from seedbed.analysis.nights.night_facts import Facts
from seedbed.analysis.statistics.control_chart import ChartNight
from seedbed.analysis.statistics.drift import night_charts
from seedbed.tracking.night_records import NightPage, Point


def judge(night: Facts, before: Sequence[Before], baseline: int, trouble: str = "") -> Judgement:
    """Compare a night with those before it.

    Args:
        night: What it gave.
        before: The judged nights of its series, oldest first.
        baseline: Nights before a chart may raise an alarm.
        trouble: Why its sweep did not end as it should; empty where it did.
    """
    last: NightPage = before[-1].page if before else {}
    known = same_processor(night, last)
    good = next((one for one in reversed(before) if one.quiet and one.page), None)
    charts = _charts(night, before, baseline)
    moved, unstable = fingerprint_change(night, last, known)
    failures, reasons = _failures(night, trouble, last.get("open_failures", ()))
    changes = [
        *([moved] if moved and not unstable else []),
        *(_chart_change(name, point, before) for name, point in charts.items() if point.alarm),
        *([failures] if failures else []),
    ]
    compared = good or (before[-1] if before else None)
    found = causes(compared.page.get("environment", {}), night.environment) if compared else []
    cells = compared.page.get("cells", {}) if compared else {}
    if any(cells.get(run, cell) != cell for run, cell in night.cells.items()):
        found.insert(0, "the experiment's own file")
    if compared is None or not night.environment:
        why = ""
    else:
        why = in_words(found, compared.night)
        if night.mixed:
            why += f" The runs of the night itself differ in {', '.join(night.mixed)}."
    fixed = {run: value for runs in night.fixed.values() for run, value in runs.items()}
    return Judgement(
        changes=tuple(changes),
        causes=why if changes else "",
        charts=charts,
        changed_runs=len(moved_runs(night, known)),
        page={
            "fingerprints": {**known, **night.fingerprints},
            "elsewhere": known_elsewhere(night, last),
            "cells": {**last.get("cells", {}), **night.cells},
            "accuracies": {**last.get("accuracies", {}), **fixed},
            "moved": bool(moved),
            "environment": dict(night.environment) or last.get("environment", {}),
            "open_failures": reasons,
            "resolution": _resolution(night, last),
        },
        mean=night.mean,
        seconds=night.seconds,
        note=note_on_processor(night, last, known),
    )


def _failures(night: Facts, trouble: str, known: Sequence[str]) -> tuple[Change | None, list[str]]:
    """Runs that failed for a reason that was not there the night before, and all reasons."""
    said = {f"{name}: {reason}": _kind(reason) for name, reason in night.failures.items()}
    if trouble and not night.failures:
        said[trouble] = _kind(trouble)
    if night.missing and not said:
        said[f"{night.missing} runs are missing"] = "runs are missing"
    reasons = sorted(set(said.values()))
    news = [text for text, kind in said.items() if kind not in known]
    if not news:
        return None, reasons
    more = f" (and {len(news) - NAMED} more)" if len(news) > NAMED else ""
    missing = f", {night.missing} runs missing" if night.missing else ""
    head = f"{len(night.failures)} runs failed{missing}" if night.failures else "the sweep"
    return Change(FAILURES, f"failures: {head}: {'; '.join(news[:NAMED])}{more}."), reasons


def _kind(reason: str) -> str:
    """A reason without what differs from night to night: numbers, addresses, temporary names."""
    return re.sub(r"0x[0-9a-f]+|\d+(?:\.\d+)?|/\S+", "#", reason)[:200]


def _charts(night: Facts, before: Sequence[Before], baseline: int) -> dict[str, Point]:
    """Tonight's point on every chart."""
    start = max((index for index, one in enumerate(before) if one.accepted), default=0)
    past = before[start:]
    tonight = _values(night, _resolution(night, before[-1].page if before else {}))
    levels: dict[str, list[float]] = {}
    spreads: dict[str, tuple[list[float], list[float]]] = {}
    charted = {name for name in tonight if not night.fingerprints or _has_fresh(name, night)}
    for name, point in tonight.items():
        every = [*(one.points.get(name) for one in past), point]
        values = [one.value if one else math.nan for one in every]
        if name.endswith(SPREAD):
            spreads[name] = (values, [one.n - 1 if one else math.nan for one in every])
        elif name in charted or name == TIME:
            levels[name] = [math.log(v) if name == TIME and v > 0 else v for v in values]
    walked = night_charts(levels, spreads, baseline=baseline)
    return {name: _point(point, walked.get(name)) for name, point in tonight.items()}


def _has_fresh(name: str, night: Facts) -> bool:
    return any(name == _chart(label, MEAN, len(night.fresh)) for label in night.fresh)


def _point(point: Point, walked: Sequence[ChartNight | None] | None) -> Point:
    found = walked[-1] if walked else None
    if found is None:
        return point
    if found.q is None:
        return Point(point.value, point.n, alarm=found.alarm, open=found.open)
    return Point(
        point.value, point.n, found.q, found.ewma, found.limit, alarm=found.alarm, open=found.open
    )


def _values(night: Facts, resolution: float) -> dict[str, Point]:
    """Chart → tonight's value: means, variances of two and more fresh runs, seconds."""
    found = {}
    labels = list(night.fresh or night.fixed)
    for label in labels:
        fresh = night.fresh.get(label, ())
        runs = fresh or tuple(night.fixed.get(label, {}).values())
        found[_chart(label, MEAN, len(labels))] = Point(float(np.mean(runs)), len(runs))
        if len(fresh) > 1:
            variance = max(float(np.var(fresh, ddof=1)), resolution**2 / 12)
            found[_chart(label, SPREAD, len(labels))] = Point(variance, len(fresh))
    if night.seconds is not None:
        found[TIME] = Point(night.seconds, 1)
    return found


def _chart(label: str, what: str, labels: int) -> str:
    return what if labels == 1 else f"{label}: {what}"


def _resolution(night: Facts, last: NightPage) -> float:
    """Smallest difference of two accuracies so far: they are counts of a finite test set.

    Equal accuracies of all fresh runs of a night are then a spread below that step, not none.
    """
    values = sorted(
        {v for cells in night.fixed.values() for v in cells.values()}
        | {v for values in night.fresh.values() for v in values}
    )
    gaps = [gap for gap in np.diff(values) if gap > 1e-9]
    known = [float(last["resolution"])] if last.get("resolution") else []
    return float(min([*gaps, *known], default=0.0))


def _chart_change(name: str, point: Point, before: Sequence[Before]) -> Change:
    """The alarm of a chart in a sentence."""
    past = [one.points[name].value for one in before if name in one.points]
    usual = float(np.mean(past)) if past else point.value
    kind = name.rpartition(": ")[2]
    where = f" of {name.rpartition(': ')[0]}" if ": " in name else ""
    if kind == SPREAD:
        was, now = (f"{100 * math.sqrt(v):.2f} points" for v in (usual, point.value))
        what = "standard deviation of a run"
    elif kind == TIME:
        was, now = (f"{v:.3g} s" for v in (usual, point.value))
        what = "time of a run"
    else:
        was, now = (f"{100 * v:.2f} %" for v in (usual, point.value))
        what = "mean accuracy"
    chart = ""
    if point.ewma is not None and point.limit is not None:
        chart = f" (EWMA {point.ewma:+.2f}, limit {point.limit:.2f})"
    return Change(
        kind,
        f"{kind}: the {what}{where} has moved: {now} tonight, {was} on average over the "
        f"{len(past)} nights before{chart}.",
    )
