"""When a schedule fires: cron's five fields on the wall clock of a time zone.

APScheduler's trigger reads the fields and walks the calendar, but it is given wall-clock times
without a zone. Given a zone, version 3.11 fires for ever within the hour that comes twice in autumn
(docs/decisions/0030-a-loop-of-our-own-for-nights.md).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest

if TYPE_CHECKING:
    from apscheduler.triggers.base import BaseTrigger

NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}
FIELDS = ("minute", "hour", "day", "month", "day_of_week")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Cron counts the days of the week from Sunday, which is both 0 and 7; APScheduler from Monday."""
SHIFT = timedelta(hours=3)
"""More than any zone's clock is ever put forward or back at once."""


@dataclass(frozen=True)
class Timetable:
    """When nights of a series begin.

    Attributes:
        cron: Minute, hour, day of the month, month, day of the week.
        timezone: Name of the zone on whose wall clock they are read.
    """

    cron: str
    timezone: str

    def after(self, moment: datetime) -> datetime:
        """The first time to begin after ``moment``, in UTC.

        Raises:
            InputError: It never fires again.
        """
        for found in self.times(moment):
            return found
        raise InputError(
            f"cron must fire some day, but {self.cron!r} never does: give days that exist, e.g. "
            "'0 2 * * *' for every night at two."
        )

    def times(self, moment: datetime) -> Iterator[datetime]:
        """The times to begin after ``moment``, in UTC, each once and in order.

        A wall-clock time that is skipped in spring is taken as much later as the clock was put
        forward; one that comes twice in autumn counts the first time only.
        """
        zone, last = ZoneInfo(self.timezone), moment
        waiting: list[datetime] = []
        for wall in _walk(triggers(self.cron), moment.astimezone(zone).replace(tzinfo=UTC) - SHIFT):
            instant = wall.replace(tzinfo=zone).astimezone(UTC)
            heappush(waiting, instant)
            # what is still to come cannot be earlier than this by more than a change of the clock
            while waiting[0] < instant - SHIFT:
                if (first := heappop(waiting)) > last:
                    yield (last := first)
        for instant in sorted(waiting):
            if instant > last:
                yield (last := instant)

    def local(self, moment: datetime) -> datetime:
        """The moment on the wall clock of the zone."""
        return moment.astimezone(ZoneInfo(self.timezone))


def _walk(every: "Sequence[BaseTrigger]", wall: datetime) -> Iterator[datetime]:
    """Wall-clock times at which one of the triggers fires."""
    now = wall
    while True:
        found = [one for trigger in every if (one := trigger.get_next_fire_time(None, now))]
        if not found:
            return
        yield min(found)
        now = min(found) + timedelta(microseconds=1)


def triggers(cron: str) -> list[object]:
    """APScheduler's triggers for five fields; a time that fits one of them fits.

    Two where both the day of the month and that of the week are restricted: cron then takes either.

    Raises:
        InputError: They are not five, or one is not what it can be.
    """
    fields = NICKNAMES.get(cron.strip(), cron).split()
    if len(fields) != len(FIELDS):
        raise InputError(
            "cron must have five fields (minute, hour, day of the month, month, day of the week), "
            f"got {cron!r}: e.g. '0 2 * * *' for every night at two."
        )
    minute, hour, day, month, week = fields
    days = _days_of_week(week)
    if day != "*" and week != "*":
        return [
            _trigger(cron, minute, hour, day, month, "*"),
            _trigger(cron, minute, hour, "*", month, days),
        ]
    return [_trigger(cron, minute, hour, day, month, days)]


def _trigger(cron: str, *fields: str) -> object:
    from apscheduler.triggers.cron import CronTrigger

    made = {}
    for name, text in zip(FIELDS, fields, strict=True):
        try:
            CronTrigger(**{name: text}, timezone=UTC)
        except (ValueError, TypeError) as error:
            why = re.sub(r"^Error validating expression '.*?': ", "", str(error))
            raise InputError(
                f"cron must be minute, hour, day of the month, month, day of the week, got {cron!r}"
                f", whose {name.replace('_', ' ')} {text!r} is not valid ({why}): e.g. '0 2 * * *' "
                "for every night at two."
            ) from None
        made[name] = text
    return CronTrigger(**made, timezone=UTC)


def _days_of_week(text: str) -> str:
    """Cron's days, numbers and ranges, as a list of names for APScheduler."""
    if text in ("*", "?"):
        return "*"
    names = []
    for part in text.lower().split(","):
        match = re.fullmatch(r"(\*|[0-7]|[a-z]{3})(?:-([0-7]|[a-z]{3}))?(?:/([1-7]))?", part)
        words = [word for word in match.groups()[:2] if word] if match else ["none"]
        if match is None or not all(word in ("*", *"01234567", *DAYS) for word in words):
            return text  # APScheduler says what is wrong with it
        numbers = [
            int(word) if word.isdigit() else DAYS.index(word) for word in words if word != "*"
        ]
        first, last = (numbers * 2)[:2] if numbers else (0, 6)
        if match[3] and len(numbers) == 1:
            last = 6
        span = range(first, last + (8 if last < first else 1))
        names += [DAYS[number % 7] for number in span[:: int(match[3] or 1)]]
    return ",".join(dict.fromkeys(names))


def checked_timezone(name: str) -> str:
    """The name, if the system knows such a zone.

    Raises:
        InputError: It does not.
    """
    known = available_timezones()
    if name not in known:
        raise InputError(
            f"timezone must be a name such as Europe/Zurich or UTC, got {name!r}"
            f"{nearest(name, sorted(known))}: take one of the IANA database."
        )
    return name


def timetable(cron: str, timezone: str) -> Timetable:
    """A timetable that is known to fire.

    Raises:
        InputError: The fields or the zone are wrong, or it never fires.
    """
    made = Timetable(" ".join(cron.split()), checked_timezone(timezone))
    made.after(datetime(2000, 1, 1, tzinfo=UTC))
    return made
