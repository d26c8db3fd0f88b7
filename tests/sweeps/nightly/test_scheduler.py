"""Nights on a clock that the test moves: due once, never two at a time, whatever happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import load
from seedbed.sweeps.nightly.alerts.outbox import Outbox
from seedbed.sweeps.nightly.night_log import Entry, NightLog
from seedbed.sweeps.nightly.night_process import Child
from seedbed.sweeps.nightly.runner import Step
from seedbed.sweeps.nightly.scheduler import Scheduler, ShutdownGrace, holder, only_one
from seedbed.sweeps.nightly.series import Series, all_series
from seedbed.system.errors import InputError
from seedbed.system.processes.process_identity import Owner

TEXT = """\
question: Has anything changed since last night?
experiment: mnist_cnn
options: {{dataset: digits, epochs: 1, train_size: 128}}
seeds: 2
schedule: {{cron: "{cron}", timezone: {zone}, missed: {missed}, fresh: 2}}
"""
NIGHT = "0 2 * * *"
EVENING = datetime(2030, 1, 1, 20, tzinfo=UTC)


@dataclass
class Process:
    """A child that ends when the test says so."""

    step: str
    arguments: Sequence[str]
    code: int | None = None
    signals: list[int] = field(default_factory=list)
    owner: Owner = field(default_factory=Owner.this)

    def poll(self) -> int | None:
        return self.code

    def send(self, number: int) -> None:
        self.signals.append(number)


class Stage:
    """A scheduler with a clock and processes that the test moves."""

    def __init__(self, folder: Path, files: Sequence[Path]) -> None:
        self.folder = folder
        self.files = files
        self.time = EVENING
        self.processes: list[Process] = []
        self.start_again()

    def start_again(self) -> None:
        """What a restart does: another scheduler on the same store."""
        self.book = NightLog(self.folder)
        series = all_series(self.files, None, None, timed=True)
        self.scheduler = Scheduler(
            series, self.book, self.begin, clock=lambda: self.time, patience=ShutdownGrace(0, 0)
        )
        self.scheduler.schedule()

    def begin(self, step: Step, arguments: Sequence[str], _log: Path) -> Child:
        process = Process(step, arguments)
        self.processes.append(process)
        return process

    def at(self, text: str) -> None:
        """Put the clock to that time, and have the scheduler look."""
        self.time = datetime.fromisoformat(text).replace(tzinfo=UTC)
        self.scheduler.look()

    def end(self, code: int = 0, outcome: str = "quiet") -> None:
        """End the sweep that runs, and its judgement."""
        self.processes[-1].code = code
        self.scheduler.look()
        self.scheduler.look()
        assert self.processes[-1].step == "check"
        (mine,) = (one for one in self.book.entries() if one.unjudged)
        self.book.change(mine, outcome=outcome)
        self.processes[-1].code = 0
        self.scheduler.look()

    def standings(self) -> dict[str, str]:
        return {one.night: one.outcome or one.standing for one in self.book.entries()}

    def runs(self) -> list[str]:
        return [Path(one.arguments[1]).stem for one in self.processes if one.step == "run"]


@pytest.fixture
def make(store_path: Path, tmp_path: Path) -> Callable[..., Stage]:
    def made(
        missed: str = "catch_up", cron: str = NIGHT, zone: str = "UTC", names: str = "nightly"
    ) -> Stage:
        files = [tmp_path / f"{name}.yaml" for name in names.split()]
        for file in files:
            file.write_text(TEXT.format(cron=cron, zone=zone, missed=missed))
        return Stage(store_path / "nightly", files)

    return made


Make = Callable[..., Stage]


def test_each_night_runs_once_and_its_outcome_is_kept(make: Make) -> None:
    stage = make()
    stage.at("2030-01-02 01:59:59")
    assert stage.processes == []
    stage.at("2030-01-02 02:00:00")
    assert stage.runs() == ["2030-01-02"]
    stage.at("2030-01-02 02:30:00")
    stage.end()
    stage.at("2030-01-03 02:00:01")
    stage.end(outcome="alarm")
    assert stage.runs() == ["2030-01-02", "2030-01-03"]
    assert stage.standings() == {"2030-01-02": "quiet", "2030-01-03": "alarm"}


def test_the_file_of_a_night_has_its_date_and_fresh_seeds_and_no_schedule(make: Make) -> None:
    stage = make()
    stage.at("2030-01-02 02:00")
    stage.end()
    stage.at("2030-01-03 02:00")
    paths = [Path(one.arguments[1]) for one in stage.processes if one.step == "run"]
    designs = [load(path) for path in paths]
    assert [one.name for one in designs] == ["nightly-2030-01-02", "nightly-2030-01-03"]
    assert [one.tags["night"] for one in designs] == ["2030-01-02", "2030-01-03"]
    assert {one.tags["series"] for one in designs} == {"nightly"}
    seeds = [[seed_set.seed for seed_set in one.seed_sets] for one in designs]
    assert [len(one) for one in seeds] == [4, 4]
    assert seeds[0][:2] == seeds[1][:2] == [0, 1]
    assert not set(seeds[0][2:]) & set(seeds[1][2:])
    assert "schedule:" not in paths[0].read_text()
    fresh = designs[0].file.fields.night
    assert fresh is not None
    assert fresh.fresh == seeds[0][2:]


@pytest.mark.parametrize("missed", ["catch_up", "skip"])
def test_a_night_that_no_scheduler_saw_is_run_late_once_or_left_out(
    make: Make, missed: str
) -> None:
    stage = make(missed)
    stage.time = datetime(2030, 1, 4, 9, tzinfo=UTC)
    stage.start_again()
    stage.scheduler.look()
    expected = ["2030-01-04"] if missed == "catch_up" else []
    assert stage.runs() == expected
    if expected:
        stage.end()
    last = "quiet" if missed == "catch_up" else "missed"
    assert stage.standings() == {"2030-01-02": "missed", "2030-01-03": "missed", "2030-01-04": last}
    stage.at("2030-01-05 02:00")
    assert stage.runs() == [*expected, "2030-01-05"]


def test_a_restart_of_some_minutes_is_no_missed_night(make: Make) -> None:
    stage = make("skip")
    stage.time = datetime(2030, 1, 2, 2, 5, tzinfo=UTC)
    stage.start_again()
    stage.scheduler.look()
    assert stage.runs() == ["2030-01-02"]


@pytest.mark.parametrize("missed", ["catch_up", "skip"])
def test_nights_do_not_overlap(make: Make, missed: str) -> None:
    stage = make(missed, cron="0 * * * *")
    stage.at("2030-01-01 21:00")
    stage.at("2030-01-01 22:00")
    stage.at("2030-01-01 23:00")
    assert len(stage.runs()) == 1
    stage.end()
    stage.scheduler.look()
    if missed == "catch_up":
        assert stage.runs() == ["2030-01-01", "2030-01-01-2200"]
        assert stage.standings()["2030-01-01-2300"] == "missed"
        stage.end()
        stage.scheduler.look()
        assert len(stage.runs()) == 2
    else:
        assert stage.runs() == ["2030-01-01"]
        assert list(stage.standings().values()) == ["quiet", "missed", "missed"]


def test_two_series_take_turns(make: Make) -> None:
    stage = make(names="nightly other")
    stage.at("2030-01-02 02:00")
    assert len(stage.processes) == 1
    stage.end()
    stage.scheduler.look()
    runs = [one for one in stage.processes if one.step == "run"]
    assert [Path(one.arguments[1]).parent.name for one in runs] == ["nightly", "other"]


def test_a_clock_that_is_put_back_runs_no_night_twice(make: Make) -> None:
    stage = make()
    stage.at("2030-01-02 02:00")
    stage.end()
    stage.at("2030-01-02 01:30")
    stage.at("2030-01-02 02:00")
    stage.start_again()
    stage.at("2030-01-02 02:01")
    assert stage.runs() == ["2030-01-02"]
    stage.at("2030-01-03 02:00")
    assert stage.runs() == ["2030-01-02", "2030-01-03"]


def test_a_clock_that_was_years_ahead_loses_no_night(make: Make) -> None:
    stage = make()
    stage.at("2034-06-01 12:00")
    stage.end()
    stage.at("2030-01-02 01:00")
    stage.at("2030-01-02 02:00")
    assert stage.runs() == ["2034-06-01", "2030-01-02"]
    stage.end()
    stage.start_again()
    stage.at("2030-01-03 02:00")
    assert stage.runs()[-1] == "2030-01-03"


def test_nights_where_the_clock_changes_are_one_each(make: Make) -> None:
    stage = make(cron="30 2 * * *", zone="Europe/Zurich")
    stage.time = datetime(2030, 3, 30, 12, tzinfo=UTC)
    stage.scheduler.look()
    stage.end()
    ran = []
    while stage.time < datetime(2030, 4, 1, tzinfo=UTC):
        stage.time += timedelta(minutes=15)
        stage.scheduler.look()
        if stage.scheduler.runner.busy:
            ran.append(f"{stage.time:%d %H:%M}")
            stage.end()
    assert ran == ["31 01:30"]  # 03:30 in Zurich: 02:30 is skipped on that day
    stage.time = datetime(2030, 10, 26, 12, tzinfo=UTC)
    stage.scheduler.look()
    stage.end()
    ran = []
    while stage.time < datetime(2030, 10, 28, 12, tzinfo=UTC):
        stage.time += timedelta(minutes=15)
        stage.scheduler.look()
        if stage.scheduler.runner.busy:
            ran.append(f"{stage.time:%d %H:%M}")
            stage.end()
    assert ran == ["27 00:30", "28 01:30"]


def test_a_night_that_was_cut_off_goes_on_unless_the_next_is_due(make: Make) -> None:
    stage = make()
    stage.at("2030-01-02 02:00")
    (entry,) = stage.book.entries()
    gone = Owner("elsewhere", "", 1, 1).asdict() | {"host": Owner.this().host, "boot": "before"}
    stage.book.change(entry, owner=gone)
    stage.start_again()
    stage.at("2030-01-02 04:00")
    assert stage.runs() == ["2030-01-02", "2030-01-02"]
    (entry,) = stage.book.entries()
    stage.book.change(entry, owner=gone)
    stage.time = datetime(2030, 1, 3, 2, 1, tzinfo=UTC)
    stage.start_again()
    stage.scheduler.look()
    assert stage.processes[-1].step == "check"
    first = stage.book.entries()[0]
    assert (first.standing, first.reason) == (
        "ended",
        "it was interrupted, and the next night was due",
    )


def test_a_sweep_that_outlived_its_scheduler_is_waited_for(make: Make) -> None:
    stage = make()
    stage.at("2030-01-02 02:00")
    stage.start_again()
    stage.at("2030-01-02 02:10")
    stage.at("2030-01-02 02:20")
    assert len(stage.processes) == 1
    assert stage.scheduler.runner.busy


@pytest.mark.parametrize(("code", "words"), [(-9, "signal 9"), (2, "no such thing"), (1, "failed")])
def test_a_sweep_that_dies_takes_no_scheduler_with_it(make: Make, code: int, words: str) -> None:
    stage = make()
    stage.at("2030-01-02 02:00")
    log = stage.book.path(stage.book.entries()[0], ".log")
    said = {2: "Error: There is no such thing.\n", 1: "failed: seed=1: no memory\n"}
    log.write_text('{"event": "start"}\n' + said.get(code, ""))
    for _ in range(3 if code < 0 else 1):
        assert stage.processes[-1].step == "run"
        stage.processes[-1].code = code
        stage.scheduler.look()
        stage.scheduler.look()
    assert words in stage.book.entries()[0].reason
    assert stage.processes[-1].step == "check"


def test_a_file_that_is_broken_by_now_is_an_outcome_and_no_crash(make: Make) -> None:
    stage = make()
    stage.files[0].write_text("question: what?\n")
    stage.at("2030-01-02 02:00")
    (entry,) = stage.book.entries()
    assert (entry.standing, entry.code) == ("ended", 2)
    assert "missing" in entry.reason


def test_another_timetable_begins_anew(make: Make) -> None:
    stage = make()
    text = stage.files[0].read_text()
    stage.files[0].write_text(text.replace(NIGHT, "0 5 * * *"))
    stage.start_again()
    stage.at("2030-01-02 02:00")
    assert stage.processes == []
    stage.at("2030-01-02 05:00")
    assert stage.runs() == ["2030-01-02"]


def test_an_alarm_that_was_not_taken_is_sent_again_when_it_is_due(make: Make) -> None:
    stage = make()
    box = Outbox(stage.folder, {"webhook": refuse}, lambda: stage.time)
    box.put("webhook", {}, {"event": "alarm"})
    (tried,) = box.flush()
    stage.scheduler.look()
    assert stage.processes == []
    stage.time = datetime.fromisoformat(tried.due)
    stage.scheduler.look()
    assert [(one.step, list(one.arguments)) for one in stage.processes] == [
        ("send", ["nights", "--check"])
    ]
    stage.processes[0].code = 0
    stage.at("2030-01-02 02:00")
    stage.scheduler.look()
    assert stage.runs() == ["2030-01-02"]


def refuse(_message: object) -> None:
    raise OSError("nobody is there")


def test_one_scheduler_at_most_works_on_a_store(store_path: Path) -> None:
    book = NightLog(store_path / "nightly")
    book.series("x")
    assert holder(book) == ""
    with only_one(book):
        with pytest.raises(InputError, match="One scheduler at most") as caught, only_one(book):
            pass
        assert f"process {Owner.this().pid}" in str(caught.value)
        assert holder(book)
    with only_one(book):
        pass


def test_two_files_of_one_series_and_files_without_times_are_refused(
    make: Make, tmp_path: Path
) -> None:
    stage = make()
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "nightly.yaml").write_text(stage.files[0].read_text())
    with pytest.raises(InputError, match="both 'nightly'"):
        all_series([stage.files[0], other / "nightly.yaml"], None, None, timed=True)
    plain = tmp_path / "plain.yaml"
    plain.write_text("question: what?\nexperiment: mnist_cnn\nseeds: 2\n")
    with pytest.raises(InputError, match="must say when its nights are"):
        all_series([plain], None, None, timed=True)
    (series,) = all_series([plain], NIGHT, "UTC", timed=True)
    assert isinstance(series, Series)
    assert series.sweep("2030-01-31") == "plain-2030-01-31"
    with pytest.raises(InputError, match="must be readable"):
        all_series([tmp_path / "none.yaml"], NIGHT, "UTC", timed=True)


def test_entries_of_another_version_are_passed_over(store_path: Path) -> None:
    book = NightLog(store_path / "nightly")
    made: Entry = book.add("x", "2030-01-01", "x-2030-01-01", Path("x.yaml"), EVENING)
    (book.series("x") / "odd.json").write_text('{"other": 1}')
    assert book.entries() == [made]
