"""Nights as charts: which sweeps are one series, what the chart says, what stands in the SVG."""

import json
import re
from xml.etree import ElementTree

import numpy as np
from hypothesis import given, settings, strategies as st

from seedbed.analysis.findings.night_series import Night, NightSeries, series_of
from seedbed.analysis.page.charts.control_chart_svg import NARROW, WIDE, chart
from seedbed.analysis.statistics.drift import drift
from seedbed.tracking.reading.run_summary import RunSummary

DAY_MS = 86_400_000
QUIET = [0.950, 0.952, 0.949, 0.951, 0.950, 0.948]


def row(at: int, mean: float | None, sweep: str = "", **tags: str) -> RunSummary:
    name = sweep or f"nightly-2026-01-{at:02d}"
    metrics = {} if mean is None else {
        "accuracy_mean": mean, "accuracy_mean_low": mean - 0.01, "accuracy_mean_high": mean + 0.01
    }  # fmt: skip
    return RunSummary(
        f"r{at}{sweep}", "1", name, at * DAY_MS, at * DAY_MS + 1, {"sweep": name, **tags}, metrics
    )


def newest_first(rows: list[RunSummary]) -> list[RunSummary]:
    return rows[::-1]


def test_sweeps_with_a_day_in_their_name_are_one_series_and_charted() -> None:
    means = [*QUIET, 0.90]
    rows = [row(at, mean) for at, mean in enumerate(means, start=1)]
    (series,) = series_of(newest_first([*rows, row(9, None), row(10, 0.5, "other")]))
    assert (series.name, series.without) == ("nightly", 1)
    assert [night.day for night in series.nights][:2] == ["2026-01-01", "2026-01-02"]
    expected = drift(means)
    assert [night.ewma for night in series.nights][2:] == list(expected.ewma)
    assert expected.alarm == 7
    assert series.alarm
    assert series.words == (
        "Alarm in the night 2026-01-07: the mean went down to 90.00 %, from 95.00 % on average "
        "before."
    )


def test_a_judged_night_brings_its_own_point_and_alarm() -> None:
    rows = []
    for at, mean in enumerate(QUIET, start=1):
        point = {"mean": {"value": mean, "ewma": 0.1 * at, "limit": 1.5}}
        rows.append(
            row(at, mean, f"s{at}", series="n", night=f"2026-02-{at:02d}", charts=json.dumps(point))
        )
    (series,) = series_of(newest_first(rows))
    assert [night.ewma for night in series.nights] == [0.1 * at for at in range(1, 7)]
    assert series.words == "No alarm. The chart is at +0.60; its limits are ±1.50."
    rows[-1] = row(6, 0.9, "s6", series="n", night="2026-02-06", alarm="fingerprint: 2 of 5 differ")
    (series,) = series_of(newest_first(rows))
    assert series.words == "Alarm in the night 2026-02-06: fingerprint: 2 of 5 differ"


def test_a_second_try_is_no_series_and_two_nights_no_chart_yet() -> None:
    assert series_of([row(2, 0.9, "mine"), row(1, 0.9, "mine")]) == []
    (series,) = series_of([row(2, 0.9), row(1, 0.9)])
    assert series.words == "Too few nights for a chart: it begins with the third."
    assert not series.alarm


def test_tags_that_somebody_broke_do_no_harm() -> None:
    broken = ("no json", "[]", '{"mean": 3}', '{"mean": {"ewma": "x", "limit": null}}')
    for charts in broken:
        assert len(series_of([row(2, 0.9, charts=charts), row(1, 0.91)])) == 1


NUMBERS = st.floats(0, 1)


def test_a_point_opens_its_night() -> None:
    (series,) = series_of(newest_first([row(at, mean) for at, mean in enumerate(QUIET, start=1)]))
    text = str(chart(series, WIDE))
    links = re.findall(r'<a href="sweep/1/(\w+)/" aria-label="([\d-]+): ([\d.]+) %">', text)
    assert links == [
        (f"r{at}", f"2026-01-{at:02d}", f"{100 * mean:.2f}")
        for at, mean in enumerate(QUIET, start=1)
    ]
    assert 'role="group"' in text


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=30), NUMBERS, st.none() | st.text(max_size=30)), min_size=2
    ),
    st.text(max_size=40),
)
def test_the_chart_is_well_formed_whatever_the_names(
    nights: list[tuple[str, float, str | None]], name: str
) -> None:
    clean = str.maketrans(dict.fromkeys([*range(32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]))
    made = NightSeries(
        name.translate(clean),
        tuple(
            Night(
                day.translate(clean), "1", "r", mean, mean, mean, 0.5, 1.0,
                alarm=alarm.translate(clean) if alarm else None,
            )
            for day, mean, alarm in nights
        ),
        0,
        "words",
    )  # fmt: skip
    for width in (WIDE, NARROW):
        tree = ElementTree.fromstring(str(chart(made, width)))
        kinds = {element.tag for element in tree.iter()}
        assert kinds <= {"svg", "a", "title", "circle", "line", "polyline", "text"}
        assert {link.get("href") for link in tree.iter("a")} == {"sweep/1/r/"}
        for circle in tree.iter("circle"):
            assert 0 <= float(circle.get("cx", "nan")) <= width
            assert np.isfinite(float(circle.get("cy", "nan")))
