"""A night against those before it: what changed, once for each change, and the page that it leaves.

Two kinds of comparison. Exact: runs with the same seeds must have the same fingerprints, and a run
that fails is news. By chance: means and spreads of the runs with fresh seeds, and the time that a
run takes, on control charts that share one false-alarm rate
(``seedbed.analysis.statistics.drift``).
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from seedbed.analysis.nights.causes import causes, in_words
from seedbed.analysis.nights.night_facts import Facts
from seedbed.analysis.statistics.drift import ChartNight, night_charts
from seedbed.tracking.night_records import NightOfProcessor, NightPage, Point
from seedbed.tracking.processors import processor_change
from seedbed.tracking.schema import PROCESSOR_FIELDS

FINGERPRINT, MEAN, SPREAD, TIME, FAILURES = "fingerprint", "mean", "spread", "run time", "failures"
ORDER = (FINGERPRINT, MEAN, SPREAD, TIME, FAILURES)
NAMED = 5
"""Runs that a sentence names."""


@dataclass(frozen=True)
class Before:
    """An earlier night that was judged.

    Attributes:
        night: Its date.
        quiet: It raised no alarm.
        points: Chart → value and number of runs.
        page: What its ``night.json`` says.
        accepted: From it on, the level is the new normal.
    """

    night: str
    quiet: bool
    points: Mapping[str, Point]
    page: NightPage
    accepted: bool = False


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Attributes:
        kind: fingerprint, mean, spread, run time or failures.
        text: What is different, in a sentence.
    """

    kind: str
    text: str


@dataclass(frozen=True)
class Judgement:
    """What there is to say of a night.

    Attributes:
        changes: What changed since the nights before and was not said then.
        causes: What it may come from, in a sentence; empty without a change.
        charts: The night's points.
        changed_runs: Runs with fixed seeds whose weights differ from before, on the same kind of
            processor.
        note: That fingerprints were not compared, because the processor is another one; or empty.
        page: For ``night.json``: what later nights compare with.
        mean: Mean accuracy of the fresh runs, else of all; None without a result.
        seconds: Median time of a run; likewise.
    """

    changes: tuple[Change, ...]
    causes: str
    charts: Mapping[str, Point]
    changed_runs: int
    page: NightPage
    mean: float | None = None
    seconds: float | None = None
    note: str = ""

    @property
    def outcome(self) -> str:
        """``alarm`` or ``quiet``."""
        return "alarm" if self.changes else "quiet"

    @property
    def changed(self) -> tuple[str, ...]:
        """The kinds of change."""
        kinds = {change.kind for change in self.changes}
        return tuple(kind for kind in ORDER if kind in kinds)

    @property
    def text(self) -> str:
        """Changes, causes and note, a sentence each."""
        said = [*(change.text for change in self.changes), self.causes, self.note]
        return "\n".join(one for one in said if one)


def judge(night: Facts, before: Sequence[Before], baseline: int, trouble: str = "") -> Judgement:
    """Compare a night with those before it.

    Args:
        night: What it gave.
        before: The judged nights of its series, oldest first.
        baseline: Nights before a chart may raise an alarm.
        trouble: Why its sweep did not end as it should; empty where it did.
    """
    last: NightPage = before[-1].page if before else {}
    known = _same_processor(night, last)
    good = next((one for one in reversed(before) if one.quiet and one.page), None)
    charts = _charts(night, before, baseline)
    moved, unstable = _fingerprints(night, last, known)
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
        changed_runs=len(_moved(night, known)),
        page={
            "fingerprints": {**known, **night.fingerprints},
            "elsewhere": _elsewhere(night, last),
            "cells": {**last.get("cells", {}), **night.cells},
            "accuracies": {**last.get("accuracies", {}), **fixed},
            "moved": bool(moved),
            "environment": dict(night.environment) or last.get("environment", {}),
            "open_failures": reasons,
            "resolution": _resolution(night, last),
        },
        mean=night.mean,
        seconds=night.seconds,
        note=_note(night, last, known),
    )


# Exact comparisons


def _same_processor(night: Facts, last: NightPage) -> Mapping[str, str]:
    """The last fingerprints known of this kind of processor, by run."""
    for one in (last, *last.get("elsewhere", ())):
        if processor_change(one.get("environment", {}), night.environment) is None:
            return one.get("fingerprints", {})
    return {}


def _elsewhere(night: Facts, last: NightPage) -> list[NightOfProcessor]:
    """The last fingerprints known of each other kind of processor, with its fields."""
    found: list[NightOfProcessor] = []
    for one in (last, *last.get("elsewhere", ())):
        environment = one.get("environment", {})
        if processor_change(environment, night.environment) is not None:
            fields = {name.key: environment.get(name.key, "") for name in PROCESSOR_FIELDS}
            found.append({"environment": fields, "fingerprints": one.get("fingerprints", {})})
    return found


def _note(night: Facts, last: NightPage, known: Mapping[str, str]) -> str:
    """Why fingerprints were not compared, where runs with the same seeds ran elsewhere before."""
    before = last.get("fingerprints", {})
    change = processor_change(last.get("environment", {}), night.environment)
    others = [run for run, found in night.fingerprints.items() if before.get(run, found) != found]
    if change is None or not others or known.keys() & night.fingerprints.keys():
        return ""
    return (
        f"note: {len(others)} runs with the same seeds have other weights than the night before, "
        f"but on another processor ({change}), which may round differently: their fingerprints "
        "are compared with the next night on the same kind of processor."
    )


def _moved(night: Facts, known: Mapping[str, str]) -> list[str]:
    """Runs whose fingerprints differ from the last ones known of the same kind of processor."""
    return [run for run, found in night.fingerprints.items() if known.get(run, found) != found]


def _fingerprints(
    night: Facts, last: NightPage, known: Mapping[str, str]
) -> tuple[Change | None, bool]:
    """The change of weights, and whether it is the same as last night's: runs that never repeat."""
    moved = _moved(night, known)
    if not moved:
        return None, False
    names = [night.names.get(run, run) for run in moved]
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" * (len(names) > NAMED))
    compared = sum(run in known for run in night.fingerprints)
    text = (
        f"fingerprint: {len(moved)} of {compared} runs with the same seeds have other weights "
        f"than before ({shown}){_effect(night, last, moved)}."
    )
    same = not causes(last.get("environment", {}), night.environment)
    return Change(FINGERPRINT, text), bool(last.get("moved")) and same


def _effect(night: Facts, last: NightPage, moved: Sequence[str]) -> str:
    """By how much the accuracy of the moved runs changed, with its t interval."""
    known = last.get("accuracies", {})
    now = {run: value for runs in night.fixed.values() for run, value in runs.items()}
    gaps = [100 * (now[run] - known[run]) for run in moved if run in now and run in known]
    if not gaps:
        return ""
    mean = float(np.mean(gaps))
    if len(gaps) < 2 or np.ptp(gaps) == 0:
        return f"; their accuracy moved by {mean:+.2f} points (n={len(gaps)})"
    from seedbed.analysis.statistics.spread import mean_interval

    found = mean_interval(gaps)
    return (
        f"; their accuracy moved by {mean:+.2f} points (95 % interval {found.low:+.2f} to "
        f"{found.high:+.2f}, n={len(gaps)})"
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


# By chance


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
