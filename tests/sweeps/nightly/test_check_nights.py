"""Nights in a real store are judged, marked and told of, once; training is left out."""

import html
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from seedbed.analysis.report.publish import publish
from seedbed.sweeps.nightly.judge_nights import accept, check
from seedbed.sweeps.nightly.night_log import Entry, NightLog
from seedbed.system.errors import InputError, StoreError
from seedbed.system.paths import store_folder
from seedbed.tracking import schema
from seedbed.tracking.night_records import read_nights, read_page
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from tests.support.receivers import Inbox, http_receiver
from tests.support.recorded import Made, record

BEGIN = datetime(2030, 1, 1, 2, tzinfo=UTC)
FILE = """\
name: nightly-{{date}}
question: Has anything changed?
experiment: mnist_cnn
seeds: 2
schedule:
  cron: "0 2 * * *"
  fresh: 3
  alarm: {{baseline: 3, webhook: "http://127.0.0.1:{port}/hook"}}
"""


class Nights:
    """Makes night after night, as the scheduler and its sweeps leave them."""

    def __init__(self, store: Store, folder: Path, port: int) -> None:
        self.store = store
        self.folder = folder
        self.book = NightLog()
        self.file = folder / "nightly.yaml"
        self.file.write_text(FILE.format(port=port))
        self.rng = np.random.default_rng(3)
        self.count = 0

    def add(
        self,
        mean: float = 0.95,
        prints: str = "a",
        environment: Mapping[str, str] | None = None,
        code: int = 0,
        recorded: bool = True,
        reason: str = "",
    ) -> Entry:
        planned = BEGIN + timedelta(days=self.count)
        night = f"{planned:%Y-%m-%d}"
        name = f"nightly-{night}"
        self.count += 1
        fresh = [1000 * self.count + k for k in range(3)]
        if recorded:
            fixed = [
                Made(
                    {"seed": k},
                    0.95,
                    fingerprint=f"{prints}{k}",
                    environment=environment or {},
                    cell=f"cell{k}",
                )
                for k in range(2)
            ]
            new = [
                Made(
                    {"seed": seed},
                    float(np.round(self.rng.normal(mean, 0.004), 4)),
                    environment=environment or {},
                )
                for seed in fresh
            ]
            run_id = record(self.store, self.folder / night, name, [*fixed, *new])
            parent = ParentRun(self.store, run_id)
            parent.running({schema.TAG_SERIES: "nightly", schema.TAG_NIGHT: night})
            parent.end("finished")
        entry = self.book.add(
            "nightly",
            night,
            name,
            self.file,
            planned,
            standing="ended",
            code=code,
            reason=reason,
        )
        self.book.path(entry, ".yaml").write_text(
            f"name: {name}\nquestion: Has anything changed?\nexperiment: mnist_cnn\n"
            f"seeds: {[0, 1, *fresh]}\n"
            f"night: {{series: nightly, night: '{night}', fresh: {fresh}}}\n"
        )
        return entry


Make = Callable[[Inbox], Nights]


@pytest.fixture
def make(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.setenv("SEEDBED_WEBHOOK_SECRET", "secret")
    monkeypatch.delenv("SEEDBED_WEBHOOK_URL", raising=False)
    return lambda inbox: Nights(store, tmp_path, inbox.port)


def test_nights_are_judged_marked_and_told_of_once(
    make: Make, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with http_receiver() as inbox:
        nights = make(inbox)
        for _ in range(4):
            nights.add()
        quiet = check(nights.book)
        assert [one.outcome for one in quiet.judged] == ["quiet"] * 4
        assert (quiet.alarm, inbox.requests) == (False, [])
        nights.add(prints="b", environment={"tensorflow": "2.22.0"})
        found = check(nights.book)
        assert [one.changed for one in found.judged] == [("fingerprint",)]
        assert found.alarm
        ((_, _, body),) = inbox.requests
        assert check(nights.book).judged == ()
        assert check(nights.book).alarm
        nights.add(prints="b", environment={"tensorflow": "2.22.0"})
        assert not check(nights.book).alarm
        assert len(inbox.requests) == 1
    message = json.loads(body)
    assert "tensorflow 2.21.0 → 2.22.0" in caplog.text
    assert message["changed"] == ["fingerprint"]
    assert "tensorflow 2.21.0 → 2.22.0" in message["causes"]
    assert message["sweep"] == "nightly-2030-01-05"
    marked = read_nights(store, "nightly")
    assert [one.outcome for one in marked] == ["quiet"] * 4 + ["alarm", "quiet"]
    assert marked[4].changed == ("fingerprint",)
    assert marked[4].metrics[schema.NIGHT_CHANGED] == 2
    assert marked[3].charts["mean"].q is not None
    assert set(marked[3].charts) == {"mean", "spread"}
    assert read_page(store, marked[4].run_id)["environment"]["tensorflow"] == "2.22.0"
    assert message["run_id"] == marked[4].run_id
    tags = store.client.get_run(marked[4].run_id).data.tags
    assert "tensorflow 2.21.0 → 2.22.0" in tags[schema.TAG_ALARM]


def test_a_judged_night_has_its_alarm_in_its_report(make: Make, store: Store) -> None:
    with http_receiver() as inbox:
        nights = make(inbox)
        nights.add()
        last = nights.add(prints="b", environment={"tensorflow": "2.22.0"})
        report = publish(last.sweep, store).files.html
        assert "Alarm in the night" not in report.read_text(encoding="utf-8")
        assert check(nights.book).alarm
    text = html.unescape(report.read_text(encoding="utf-8")).replace("\N{NO-BREAK SPACE}", " ")
    assert "Alarm in the night 2030-01-02: " in text
    assert "tensorflow 2.21.0 → 2.22.0" in text
    assert "not judged yet" not in text
    assert not (store_folder("reports") / "nightly-2030-01-01").exists()


def test_a_report_that_cannot_be_written_stops_no_alarm(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with http_receiver() as inbox:
        nights = make(inbox)
        nights.add()
        last = nights.add(prints="b")
        report = store_folder("reports", last.sweep) / "report.html"
        report.write_text("")
        (report.parent / "findings.json").mkdir()
        assert check(nights.book).alarm
        assert len(inbox.requests) == 1
    assert "nightly-2030-01-02: its report was not written again: " in caplog.text


def test_a_judge_that_died_half_way_tells_nobody_twice(make: Make, store: Store) -> None:
    with http_receiver() as inbox:
        nights = make(inbox)
        for prints in "aaab":
            nights.add(prints=prints)
        assert check(nights.book).alarm
        last = nights.book.entries()[-1]
        nights.book.change(last, outcome="")
        store.client.delete_tag(read_nights(store)[-1].run_id, schema.TAG_OUTCOME)
        (again,) = check(nights.book).judged
        assert again.outcome == "alarm"
        assert len(inbox.requests) == 1


def test_a_fall_of_the_mean_stays_open_until_it_is_accepted(make: Make, store: Store) -> None:
    with http_receiver() as inbox:
        nights = make(inbox)
        for _ in range(5):
            nights.add()
        for _ in range(3):
            nights.add(mean=0.5)
        found = check(nights.book)
        alarms = [one.night for one in found.judged if one.outcome == "alarm"]
        assert len(alarms) == len(inbox.requests) == 1
        assert not found.alarm
        assert accept("nightly") == alarms[0]
        nights.add(mean=0.5)
        check(nights.book)
        assert not read_nights(store)[-1].charts["mean"].open
        with pytest.raises(InputError, match="has none"):
            accept("nightly")


def test_a_sweep_that_left_no_record_is_an_alarm_once(make: Make) -> None:
    with http_receiver() as inbox:
        nights = make(inbox)
        nights.add()
        crash = {"code": -9, "recorded": False, "reason": "its process ended by signal 9"}
        nights.add(**crash)  # type: ignore[arg-type]
        found = check(nights.book)
        assert found.judged[-1].changed == ("failures",)
        assert "signal 9" in inbox.requests[0][2].decode()
        nights.add(**crash)  # type: ignore[arg-type]
        assert not check(nights.book).alarm
        nights.add()
        nights.add(**crash)  # type: ignore[arg-type]
        assert check(nights.book).alarm
        assert len(inbox.requests) == 2


def test_a_store_that_is_away_is_asked_again_and_is_an_alarm_in_the_end(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http_receiver() as inbox:
        nights = make(inbox)
        entry = nights.add(recorded=False)
        monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:pw@127.0.0.1:9")
        with pytest.raises(StoreError):
            check(nights.book)
        assert inbox.requests == []
        nights.book.change(entry, tries=6)
        (found,) = check(nights.book).judged
        assert found.changed == ("failures",)
        assert "not judged" in found.text
        assert "pw" not in found.text + inbox.requests[0][2].decode()
