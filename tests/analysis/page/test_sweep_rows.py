"""The newest sweeps at once, the older ones as they are read, and what changes among them."""

import time
from collections.abc import Sequence
from dataclasses import replace

from seedbed.analysis.page.views.sweep_rows import FIRST, WHOLE_S, SweepRows
from seedbed.tracking.reading.run_lists import ServedVisitor
from seedbed.tracking.reading.run_summary import RunSummary


class Server(ServedVisitor):
    """A server with sweeps; those under way first."""

    def __init__(self, sweeps: int) -> None:
        super().__init__("http://127.0.0.1:1", None)
        self.__dict__["rows"] = {str(at): _sweep(at) for at in range(sweeps)}
        self.__dict__["asked"] = []

    def runs(
        self, experiments: Sequence[str], wanted: str, most: int, newest: str = "start_time"
    ) -> list[RunSummary]:
        del experiments, newest
        self.__dict__["asked"].append(wanted)
        rows = sorted(self.__dict__["rows"].values(), key=lambda row: -row.started_ms)
        if "RUNNING" in wanted:
            rows = [row for row in rows if row.tags["state"] == "running"]
        if "run_id" in wanted:
            rows = [row for row in rows if f"'{row.run_id}'" in wanted]
        return rows[:most]

    def change(self, run_id: str, **tags: str) -> None:
        row = self.__dict__["rows"][run_id]
        self.__dict__["rows"][run_id] = replace(row, tags={**row.tags, **tags})


def _sweep(at: int) -> RunSummary:
    return RunSummary(str(at), "1", f"sweep {at}", 1000 + at, None, {"state": "finished"}, {})


def test_older_sweeps_follow_and_those_under_way_are_as_they_are_now() -> None:
    server, now = Server(3 * FIRST), [0.0]
    server.change("5", state="running")
    rows = SweepRows(server, clock=lambda: now[0])
    first = rows.read(["1"])
    assert [row.run_id for row in first[:2]] == [str(3 * FIRST - 1), str(3 * FIRST - 2)]
    assert not rows.complete
    assert len(first) == FIRST + 1, "the newest, and one that has run for long"
    deadline = time.monotonic() + 120
    while len(rows.read(["1"])) < 3 * FIRST:
        assert time.monotonic() < deadline
    server.change("5", state="finished", verdict="different")
    server.change("7", state="running")
    tags = {row.run_id: row.tags for row in rows.read(["1"])}
    assert tags["5"]["verdict"] == "different"
    assert tags["7"]["state"] == "running"
    server.change("9", verdict="undecided")
    now[0] += WHOLE_S
    while "verdict" not in {row.run_id: row.tags for row in rows.read(["1"])}["9"]:
        assert time.monotonic() < deadline
    assert rows.read(["2"]) == [], "experiments that the visitor may no longer read"


def test_sweeps_that_ended_meanwhile_are_asked_for_together() -> None:
    server = Server(3 * FIRST)
    for at in range(20):
        server.change(str(at), state="running")
    rows = SweepRows(server)
    deadline = time.monotonic() + 120
    while len(rows.read(["1"])) < 3 * FIRST:
        assert time.monotonic() < deadline
    for at in range(20):
        server.change(str(at), state="finished")
    server.__dict__["asked"].clear()
    tags = {row.run_id: row.tags for row in rows.read(["1"])}
    assert {tags[str(at)]["state"] for at in range(20)} == {"finished"}
    assert sum("run_id" in wanted for wanted in server.__dict__["asked"]) == 1


def test_a_small_store_is_read_whole_each_time() -> None:
    server = Server(3)
    rows = SweepRows(server)
    assert [row.run_id for row in rows.read(["1"])] == ["2", "1", "0"]
    assert rows.complete
    del server.__dict__["rows"]["1"]
    assert [row.run_id for row in rows.read(["1"])] == ["2", "0"]
