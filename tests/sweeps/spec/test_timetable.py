"""Cron on the wall clock: every day once, also where the clock is put forward or back."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from seedbed.sweeps.spec.timetable import Timetable, timetable
from seedbed.system.errors import InputError

ZURICH = "Europe/Zurich"


def walls(cron: str, start: datetime, count: int, zone: str = ZURICH) -> list[str]:
    table = timetable(cron, zone)
    moment = start.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    times = islice(table.times(moment), count)
    return [f"{table.local(one):%m-%d %H:%M}" for one in times]


def test_a_time_that_spring_skips_is_taken_later_that_day() -> None:
    found = walls("30 2 * * *", datetime(2026, 3, 28), 3)
    assert found == ["03-28 02:30", "03-29 03:30", "03-30 02:30"]


def test_a_time_that_autumn_repeats_counts_once() -> None:
    found = walls("30 2 * * *", datetime(2026, 10, 24), 3)
    assert found == ["10-24 02:30", "10-25 02:30", "10-26 02:30"]
    again = walls("*/30 * * * *", datetime(2026, 10, 25, 1, 40), 4)
    assert again == ["10-25 02:00", "10-25 02:30", "10-25 03:00", "10-25 03:30"]


def test_times_around_spring_keep_their_order() -> None:
    found = walls("0,45 * * * *", datetime(2026, 3, 29, 1, 10), 5)
    assert found == ["03-29 01:45", "03-29 03:00", "03-29 03:45", "03-29 04:00", "03-29 04:45"]


@settings(deadline=None, max_examples=25)
@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    st.sampled_from([ZURICH, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_every_night_is_a_day_after_the_one_before(
    start: datetime, zone: str, hour: int, minute: int
) -> None:
    table = Timetable(f"{minute} {hour} * * *", zone)
    nights = list(islice(table.times(start.replace(tzinfo=UTC)), 4))
    assert nights[0] > start.replace(tzinfo=UTC)
    days = [table.local(one).date() for one in nights]
    assert [later - earlier for earlier, later in pairwise(days)] == [timedelta(1)] * 3
    assert table.after(nights[1]) == nights[2]


@pytest.mark.parametrize(
    ("cron", "days"),
    [
        ("0 2 * * 0", "Sun Sun Sun"),
        ("0 2 * * 7", "Sun Sun Sun"),
        ("0 2 * * 1-5", "Fri Mon Tue"),
        ("0 2 * * mon,fri", "Fri Mon Fri"),
        ("0 2 * * fri-sun", "Fri Sat Sun"),
        ("0 2 * * 6-1", "Sat Sun Mon"),
        ("0 2 * * */3", "Sat Sun Wed"),
        ("0 2 13 * fri", "Fri Fri Tue"),
        ("@weekly", "Sun Sun Sun"),
    ],
)
def test_days_are_those_of_cron(cron: str, days: str) -> None:
    table = timetable(cron, "UTC")
    times = islice(table.times(datetime(2026, 1, 1, 3, tzinfo=UTC)), 3)
    assert " ".join(f"{one:%a}" for one in times) == days


@pytest.mark.parametrize(
    ("cron", "zone", "words"),
    [
        ("0 2 * *", "UTC", "five fields"),
        ("61 2 * * *", "UTC", "minute '61'"),
        ("0 2 * * 8", "UTC", "day of week '8'"),
        ("0 2 * * noday", "UTC", "day of week 'noday'"),
        ("", "UTC", "five fields"),
        ("0 0 31 2 *", "UTC", "never"),
        ("0 2 * * *", "Europe/Zuerich", "'Europe/Zurich'"),
        ("0 2 * * *", "../../etc/passwd", "timezone"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(cron: str, zone: str, words: str) -> None:
    with pytest.raises(InputError, match=r"must .*, (got|but)") as caught:
        timetable(cron, zone)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
