"""The report of a night draws the nights before it as a control chart."""

import dataclasses
import html
import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.night_series import Night, NightSeries, series_of
from seedbed.analysis.report.figures.drawing.style import NARROW, WIDE, styled
from seedbed.analysis.report.figures.nights import draw_nights, nights_picture
from seedbed.analysis.report.html import page
from seedbed.analysis.report.publish import publish
from seedbed.tracking.night_records import Point, mark_night
from seedbed.tracking.reading.nights_until import nights_until
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import TAG_NIGHT, TAG_SERIES, TAG_USER
from seedbed.tracking.store import Store
from tests.analysis.fake_sweep import Fake, Truth
from tests.support.recorded import Made, record

CAUSES = "Since 2030-01-02, the last night without an alarm: keras 3.15.0 → 3.16.0."


def night(store: Store, folder: Path, day: int, *, judged: bool = True, alarm: str = "") -> str:
    """Record a night of five runs, two of them with fresh seeds, 10 and 11."""
    date = f"2030-01-{day:02d}"
    fresh = [Made({"seed": seed}, 0.95 + day / 1000) for seed in (10, 11)]
    runs = [*(Made({"seed": seed}, 0.9) for seed in range(3)), *fresh]
    asked = {"series": "nightly", "night": date, "fresh": [10, 11]}
    run_id = record(store, folder / date, f"nightly-{date}", runs, night=asked)
    store.client.set_tag(run_id, TAG_SERIES, "nightly")
    store.client.set_tag(run_id, TAG_NIGHT, date)
    if judged:
        mark_night(
            store, run_id, outcome="alarm" if alarm else "quiet",
            changed=["mean"] if alarm else [], alarm=alarm,
            charts={"mean": Point(0.95, 2, 0.1, 0.1 * day, 1.2)},
            metrics={"night_mean": 0.95 + day / 1000}, page={},
        )  # fmt: skip
    return run_id


def test_the_report_of_a_night_charts_the_nights_up_to_it(store: Store, tmp_path: Path) -> None:
    stranger = night(store, tmp_path / "stranger", 1)
    store.client.set_tag(stranger, TAG_USER, "somebody-else")
    runs = [night(store, tmp_path, day, alarm=CAUSES if day == 3 else "") for day in (1, 2, 3)]
    runs.append(night(store, tmp_path, 4, judged=False))
    night(store, tmp_path, 5)
    files = publish("nightly-2030-01-04", store, tmp_path / "report").files
    series = files.findings.nights
    assert series is not None
    assert [one.run_id for one in series.nights] == runs
    assert [one.mean for one in series.nights] == pytest.approx([0.951, 0.952, 0.953, 0.954])
    assert [one.judged for one in series.nights] == [True, True, True, False]
    text = html.unescape(files.html.read_text(encoding="utf-8")).replace("\N{NO-BREAK SPACE}", " ")
    section = text.split('<h2 id="nights-before">')[1].split("<h2")[0]
    assert f"Alarm in the night 2030-01-03: {CAUSES}" in section
    assert "The night 2030-01-04 is not judged yet." in section
    assert "each of 4 nights of the series nightly" in section
    for words in (
        "night 2030-01-02 · mean 95.20 % · no alarm",
        "night 2030-01-03 · mean 95.30 % · alarm: mean",
        "night 2030-01-04 · mean 95.40 % · not judged yet",
    ):
        assert f"<title>{words}</title>" in section
    content = json.loads(files.json.read_text(encoding="utf-8"))["nights"]
    assert [one["day"] for one in content["nights"]][-1] == "2030-01-04"
    rows = files.tables["nights"].read_text(encoding="utf-8").splitlines()
    assert rows[1].startswith("2030-01-04,95.40,")
    assert "![Night after night](nights.png)" in files.markdown.read_text(encoding="utf-8")


def test_two_nights_and_a_sweep_that_is_no_night_have_no_chart(
    store: Store, tmp_path: Path
) -> None:
    night(store, tmp_path, 1)
    night(store, tmp_path, 2)
    record(store, tmp_path / "other", "other", [Made({"seed": s}, 0.9) for s in range(3)])
    for name in ("nightly-2030-01-02", "other"):
        files = publish(name, store, tmp_path / name).files
        assert files.findings.nights is None
        assert 'id="nights-before"' not in files.html.read_text(encoding="utf-8")


def test_only_the_newest_nights_are_read(store: Store, tmp_path: Path) -> None:
    runs = [night(store, tmp_path, day) for day in (1, 2, 3)]
    assert [row.run_id for row in nights_until(runs[2], store, 2)] == runs[:0:-1]
    assert [row.run_id for row in nights_until(runs[0], store, 2)] == runs[:1]


@cache
def of_a_night() -> Findings:
    return collect(Fake(configurations={"32": Truth()}, seeds=(0, 1, 2), examples=300).build())


def charted(nights: int, **last: object) -> NightSeries:
    made = [
        Night(f"2030-{1 + at // 28:02d}-{1 + at % 28:02d}", "1", f"r{at}", 0.95, ewma=0.1, limit=1)
        for at in range(nights)
    ]
    made[-1] = dataclasses.replace(made[-1], **last)  # type: ignore[arg-type]
    return NightSeries("nightly", tuple(made), 0, "words")


def test_a_night_beyond_the_limit_without_an_alarm_says_so() -> None:
    findings = dataclasses.replace(of_a_night(), nights=charted(4, ewma=-1.5))
    text = html.unescape(page(findings))
    assert "mean 95.00 % · beyond the limit, no new alarm</title>" in text


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("nights", [3, 8, 60])
def test_dates_never_overlap_and_the_newest_is_there(nights: int, width: float) -> None:
    with styled():
        figure = draw_nights(charted(nights).nights, width)
        figure.draw_without_rendering()
        labels = figure.axes[-1].get_xticklabels()
        spans = [label.get_window_extent() for label in labels]
    assert labels[-1].get_text() == charted(nights).nights[-1].day
    for left, right in pairwise(spans):
        assert left.x1 + 4 < right.x0
    assert spans[-1].x1 <= figure.bbox.x1
    half_a_mark = figure.dpi * 4 / 72
    for axes in figure.axes:
        newest = axes.transData.transform((nights - 1, 0))[0]
        assert newest + half_a_mark <= axes.get_window_extent().x1


def test_without_places_on_a_chart_only_the_means_are_drawn() -> None:
    series = NightSeries(
        "nightly", tuple(Night(f"d{at}", "1", f"r{at}", 0.9) for at in range(4)), 2, "words"
    )
    picture = nights_picture(series)
    assert picture is not None
    assert "Dashed" not in picture.caption
    assert "2 nights without a result left out." in picture.caption
    with styled():
        assert len(picture.draw(WIDE).axes) == 1


def test_a_night_that_is_not_judged_yet_is_no_missing_chart() -> None:
    place = json.dumps({"mean": {"value": 0.95, "ewma": 0.3, "limit": 1.1}})
    tags = [{"charts": place, "outcome": "quiet"}] * 3 + [{}]
    (series,) = series_of(rows(tags))
    assert series.words == (
        "No alarm before the night 2030-01-04, which is not judged yet. The chart was at +0.30 on "
        "2030-01-03; its limits are ±1.10."
    )


def test_nights_that_were_judged_quiet_raise_no_alarm_afterwards() -> None:
    means = [0.95, 0.951, 0.949, 0.95, 0.5]
    (series,) = series_of(rows([{"outcome": "quiet"}] * 5, means))
    assert [one.alarm for one in series.nights] == [None] * 5
    (series,) = series_of(rows([{}] * 5, means))
    assert series.nights[-1].alarm is not None


def rows(tags: list[dict[str, str]], means: list[float] | None = None) -> list[RunSummary]:
    """Nights of one series, newest first."""
    return [
        RunSummary(
            f"r{at}", "1", f"n{at}", at, at + 1,
            {"series": "n", "night": f"2030-01-{at:02d}", **more},
            {"night_mean": means[at - 1] if means else 0.95},
        )
        for at, more in enumerate(tags, start=1)
    ][::-1]  # fmt: skip


def test_every_mark_of_the_chart_names_its_night() -> None:
    findings = dataclasses.replace(of_a_night(), nights=charted(5, alarm="moved", changed="mean"))
    drawn = page(findings).split('<figure id="nights"')[1].split('<div class="narrow"')[0]
    assert len(re.findall("<title>night 2030-", drawn)) == 10  # five in each panel
