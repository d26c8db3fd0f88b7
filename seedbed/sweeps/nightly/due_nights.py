"""Which night is due: the next time of each series, kept on disk against clock changes."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from seedbed.sweeps.nightly.series import Series
from seedbed.sweeps.spec.timetable import triggers
from seedbed.system.errors import InputError
from seedbed.system.files.atomic_files import write_whole
from seedbed.system.files.regular_file import regular_text
from seedbed.tracking.foreign_values import json_object

IN_TIME = timedelta(minutes=10)
"""A night that begins this much late has not been missed."""
LOOK_BACK = timedelta(days=31)
"""Nights missed longer ago than this are not listed one by one."""


@dataclass(frozen=True)
class Due:
    """A night that is to begin now.

    Attributes:
        series: Of which series.
        planned: When it was to begin: the last such time up to now.
        before: Earlier times that nothing was made of.
        late: It could not begin in time.
    """

    series: Series
    planned: datetime
    before: tuple[datetime, ...]
    late: bool


class Plan:
    """The next time of each series.

    Args:
        path: File that keeps them.
        series: What is scheduled; each must have a timetable.
        now: The time.
        known: Tells whether a night of a series was planned for a time already.
    """

    def __init__(
        self,
        path: Path,
        series: Sequence[Series],
        now: datetime,
        known: Callable[[str, datetime], bool],
    ) -> None:
        self._path = path
        self._series = {one.name: one for one in series}
        self._known = known
        self._seen = datetime.max.replace(tzinfo=UTC)
        kept = read_plan(path)
        self.next: dict[str, datetime] = {}
        for name, one in self._series.items():
            table = one.timetable
            assert table is not None  # noqa: S101 (the command asks for it)
            before = kept.get(name, {})
            same = (before.get("cron"), before.get("timezone")) == (table.cron, table.timezone)
            self.next[name] = datetime.fromisoformat(before["next"]) if same else table.after(now)
        self._keep()

    def due(self, now: datetime) -> list[Due]:
        """What is to begin now; asking again gives nothing until the next time has come."""
        found = []
        put_back, self._seen = now < self._seen, now
        for name, one in self._series.items():
            if put_back:
                self._mind_the_clock(name, now)
            if self.next[name] <= now:
                found.append(self._due(one, now))
        if found:
            self._keep()
        return found

    def _due(self, series: Series, now: datetime) -> Due:
        table = series.timetable
        assert table is not None  # noqa: S101 (as above)
        first = self.next[series.name]
        times = [first] if first > now - LOOK_BACK else []
        for time in table.times(max(first, now - LOOK_BACK)):
            if time > now:
                self.next[series.name] = time
                break
            times.append(time)
        planned = times[-1] if times else first
        return Due(series, planned, tuple(times[:-1]), now - planned > IN_TIME)

    def _mind_the_clock(self, name: str, now: datetime) -> None:
        """A clock that was put back leaves a next time too far ahead, or nights that were had.

        At the first look of a process too, because the clock may have been put back before it.
        """
        table = self._series[name].timetable
        assert table is not None  # noqa: S101 (as above)
        for time in table.times(now):
            if time >= self.next[name]:
                return
            if not self._known(name, time):
                self.next[name] = time
                self._keep()
                return

    def _keep(self) -> None:
        content = {}
        for name, one in self._series.items():
            table = one.timetable
            assert table is not None  # noqa: S101 (as above)
            content[name] = {
                "next": self.next[name].astimezone(UTC).isoformat(),
                "cron": table.cron,
                "timezone": table.timezone,
                "file": str(one.path),
            }
        write_whole(self._path, json.dumps(content, indent=1))


def read_plan(path: Path) -> dict[str, dict[str, str]]:
    """What a plan's file says; empty where there is none."""
    try:
        content = json_object(regular_text(path, errors="replace"))
    except OSError:
        return {}
    return {name: fields for name, fields in content.items() if _is_plan(fields)}


def _is_plan(fields: object) -> bool:
    """Whether a scheduler may have written it."""
    if not isinstance(fields, dict) or not {"next", "cron", "timezone", "file"} <= set(fields):
        return False
    try:
        triggers(fields["cron"])
        ZoneInfo(fields["timezone"])
        return datetime.fromisoformat(fields["next"]).tzinfo is not None
    except (InputError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return False  # a zone that is not known is a KeyError
