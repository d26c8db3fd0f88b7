"""Past and next nights, for people and for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from seedbed.sweeps.nightly.due_nights import read_plan
from seedbed.sweeps.nightly.night_log import Entry, NightLog
from seedbed.sweeps.nightly.scheduler import holder
from seedbed.sweeps.spec.timetable import Timetable

NEXT = 3
"""Next nights that are shown."""


def as_json(
    night_log: NightLog, entries: Sequence[Entry], series: Sequence[str], now: datetime
) -> str:
    """The nights as one JSON object."""
    plan = _plan(night_log, series)
    following = {
        name: [one.isoformat() for one in _next(fields, now)] for name, fields in plan.items()
    }
    content: dict[str, object] = {
        "scheduler": holder(night_log) or None,
        "series": {name: {**plan[name], "next": times} for name, times in following.items()},
        "nights": [asdict(one) for one in entries],
    }
    return json.dumps(content, indent=1)


def show(
    night_log: NightLog, entries: Sequence[Entry], series: Sequence[str], last: int, now: datetime
) -> str:
    """The nights in lines, series by series."""
    plan = _plan(night_log, series)
    names = list(dict.fromkeys([*plan, *(one.series for one in entries)]))
    if not names:
        return (
            "There are no nights yet: seedbed schedule nightly begins, and "
            "with --now it runs one at once."
        )
    parts = [_series(name, plan.get(name), entries, last, now) for name in names]
    works = holder(night_log)
    if plan and not works:
        parts.append("No scheduler runs: seedbed schedule FILE… starts one.")
    return "\n\n".join(parts)


def _plan(night_log: NightLog, series: Sequence[str]) -> dict[str, dict[str, str]]:
    kept = read_plan(night_log.plan)
    return {name: fields for name, fields in kept.items() if not series or name in series}


def _next(fields: dict[str, str], now: datetime) -> list[datetime]:
    table = Timetable(fields["cron"], fields["timezone"])
    first = datetime.fromisoformat(fields["next"])
    found = [first]
    for one in table.times(max(first, now)):
        if len(found) >= NEXT:
            break
        found.append(one)
    return found


def _series(
    name: str, fields: dict[str, str] | None, entries: Sequence[Entry], last: int, now: datetime
) -> str:
    zone = fields["timezone"] if fields else "UTC"
    head = f"{name}: {fields['cron']} ({zone})" if fields else f"{name}: not scheduled"
    mine = [one for one in entries if one.series == name]
    lines = [head]
    if len(mine) > last:
        lines.append(f"  … {len(mine) - last} earlier ones (--last shows more)")
    lines += [f"  {_night(one, zone)}" for one in mine[-last:]]
    if fields:
        table = Timetable(fields["cron"], zone)
        lines += [f"  {table.local(one):%Y-%m-%d %H:%M}  next" for one in _next(fields, now)]
    return "\n".join(lines)


def _night(entry: Entry, zone: str) -> str:
    planned = Timetable("", zone).local(entry.planned_at)
    parts = [f"{planned:%Y-%m-%d %H:%M}", _word(entry)]
    if entry.mean is not None:
        parts.append(f"{100 * entry.mean:6.2f} %")
    if entry.started and entry.ended:
        parts.append(_span(entry))
    if entry.changed:
        parts.append(f"changed: {', '.join(entry.changed)}")
    if entry.reason:
        parts.append(entry.reason)
    if not entry.sweep.endswith(f"{planned:%Y-%m-%d}"):
        parts.append(f"({entry.sweep})")
    return "  ".join(parts)


def _word(entry: Entry) -> str:
    if entry.standing == "ended":
        return {"alarm": "ALARM  ", "quiet": "quiet  "}.get(entry.outcome, "ended  ")
    return f"{entry.standing:<7}"


def _span(entry: Entry) -> str:
    began, ended = (datetime.fromisoformat(text) for text in (entry.started, entry.ended))
    seconds = max(0, round((ended - began).total_seconds()))
    return f"{seconds // 60:3d} min" if seconds >= 120 else f"{seconds:3d} s  "


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)
