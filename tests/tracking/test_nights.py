"""Nights are read from their parent runs, in order, with what was found of them."""

from pathlib import Path

import pytest

from seedbed.tracking import schema
from seedbed.tracking.night_records import Point, accept_night, mark_night, read_nights, read_page
from seedbed.tracking.reading.sweep_reader import read_series
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from tests.support.recorded import EXPERIMENT


def a_night(store: Store, night: str, series: str = "nightly") -> str:
    tags = {schema.TAG_SERIES: series, schema.TAG_NIGHT: night}
    name = f"{series}-{night}"
    parent = ParentRun.start(store, EXPERIMENT, name, f"ledger of {name}")
    parent.running(tags)
    parent.end("finished")
    return parent.run_id


def mark(store: Store, run_id: str, charts: dict[str, Point], outcome: str = "alarm") -> None:
    mark_night(
        store,
        run_id,
        outcome=outcome,
        changed=["mean", "run time"] if outcome == "alarm" else [],
        alarm="the mean fell" if outcome == "alarm" else "",
        charts=charts,
        metrics={schema.NIGHT_MEAN: 0.9},
        page={"fingerprints": {"ab": "ff"}},
    )


def test_nights_come_in_order_with_what_was_found(store: Store) -> None:
    second = a_night(store, "2030-01-02")
    first = a_night(store, "2030-01-01")
    a_night(store, "2030-01-01", series="other")
    ParentRun.start(store, EXPERIMENT, "by-hand", "another ledger").end("finished")
    point = Point(0.9, 5, q=-3.0, ewma=-0.9, limit=0.6, alarm=True, open=True)
    mark(store, second, {"mean": point})
    found = read_nights(store, "nightly")
    assert [(one.night, one.run_id) for one in found] == [
        ("2030-01-01", first),
        ("2030-01-02", second),
    ]
    assert (found[0].outcome, found[0].charts) == (None, {})
    night = found[1]
    assert (night.outcome, night.changed) == ("alarm", ("mean", "run time"))
    assert (night.alarm, night.charts) == ("the mean fell", {"mean": point})
    assert night.metrics[schema.NIGHT_MEAN] == 0.9
    assert not night.accepted
    assert read_page(store, second)["fingerprints"] == {"ab": "ff"}
    assert read_page(store, first) == {}
    accept_night(store, second)
    assert read_nights(store, "nightly")[1].accepted
    assert {one.series for one in read_nights(store)} == {"nightly", "other"}
    assert read_nights(store, "no 'such") == []
    names = ["nightly-2030-01-01", "nightly-2030-01-02"]
    assert sorted(one.name for one in read_series("nightly", store)) == names
    assert [one.name for one in read_series("by-hand", store)] == ["by-hand"]


@pytest.mark.parametrize("charts", [1, 200])
def test_charts_that_have_no_room_in_a_tag_come_from_the_file(store: Store, charts: int) -> None:
    run_id = a_night(store, "2030-01-01")
    given = {f"batch_size={k}: mean": Point(0.5, 5, 0.1, 0.2, 0.3) for k in range(charts)}
    mark(store, run_id, given, outcome="quiet")
    (night,) = read_nights(store)
    assert night.charts == given
    assert night.changed == ()
    tags = store.client.get_run(run_id).data.tags
    assert (tags[schema.TAG_CHARTS] == f"in {schema.NIGHT}") == (charts == 200)
    assert schema.TAG_ALARM not in tags


def test_the_run_schema_names_what_a_night_writes() -> None:
    page = Path(__file__).parents[2].joinpath("docs/run-schema.md").read_text(encoding="utf-8")
    for key in ("night_mean", "series", "night", "outcome", "changed", "accepted", "night.json"):
        assert f"| `{key}` |" in page
