"""Runs that go on while a scheduler is away: who waits for them, and when they are stopped."""

import queue
import tempfile
from concurrent.futures import Future
from pathlib import Path
from typing import Any, cast

import pytest

from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.executors import dask_private, kept_runs, lost_tasks
from seedbed.sweeps.executors.kept_runs import KeptRuns, SchedulerLostError
from seedbed.sweeps.executors.lost_tasks import LostTasks
from seedbed.sweeps.executors.stoppable import StoppableFuture
from seedbed.tracking.writing.run_folder import RunFolder
from seedbed.tracking.writing.run_header import RunHeader
from tests.support.cells import SHORT, new_folder


class Worker:
    """Stands for Dask's worker: the tasks that it knows, and those whose result is wanted."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.now = 0.0


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Worker:
    made = Worker()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # where runs that are kept have folders
    monkeypatch.setattr(dask_private, "is_task", made.known.__contains__)
    monkeypatch.setattr(dask_private, "is_wanted", made.known.__contains__)
    return made


@pytest.fixture
def header(tmp_path: Path) -> RunHeader:
    return RunFolder(Path(new_folder(tmp_path, **SHORT))).header


class Runs:
    """Starts nothing, and counts how often it is asked to."""

    def __init__(self) -> None:
        self.futures: list[Future[Outcome]] = []
        self.stopped: list[Future[Outcome]] = []

    def start(self, _folder: RunFolder) -> Future[Outcome]:
        future = StoppableFuture(self.stopped.append)
        future.set_running_or_notify_cancel()
        self.futures.append(future)
        return future


def test_a_task_sent_again_waits_for_the_same_run(worker: Worker, header: RunHeader) -> None:
    kept, runs = KeptRuns(lambda: worker.now), Runs()
    worker.known.add("first")
    with kept.of(header, "first", runs.start) as run:
        before = kept.losses
        kept.scheduler_lost()
        worker.known.clear()
        with pytest.raises(SchedulerLostError):
            kept.check(run, before)
    assert kept.asked_for([header.delivery, "another"]) == [header.delivery]
    kept.scheduler_back()
    worker.known.add("second")
    with kept.of(header, "second", runs.start) as again:
        kept.check(again, kept.losses)
    assert again is run
    assert len(runs.futures) == 1
    assert runs.stopped == []
    assert kept.asked_for([header.delivery]) == []


def test_a_run_that_nobody_asks_for_is_stopped_and_its_folder_removed(
    worker: Worker, header: RunHeader
) -> None:
    kept, runs = KeptRuns(lambda: worker.now), Runs()
    with kept.of(header, "first", runs.start) as run:
        folder = run.folder.path
    kept.scheduler_lost()
    worker.now = 10_000.0
    kept._remove_left()
    assert runs.stopped == []  # while the scheduler is away nobody can ask
    kept.scheduler_back()
    worker.now += kept_runs.ASKED_S + 1
    kept._remove_left()
    assert runs.stopped == runs.futures
    assert folder.exists()
    runs.futures[0].set_result(Outcome("finished", {}))
    assert not folder.exists()
    assert kept.asked_for([header.delivery]) == []


def test_a_run_that_a_driver_asked_for_waits_for_its_task(
    worker: Worker, header: RunHeader
) -> None:
    kept, runs = KeptRuns(lambda: worker.now), Runs()
    with kept.of(header, "first", runs.start):
        pass
    kept.scheduler_lost()
    kept.scheduler_back()
    assert kept.asked_for([header.delivery]) == [header.delivery]
    worker.now += 2 * kept_runs.ASKED_S
    kept._remove_left()
    assert runs.stopped == []


def test_a_run_stays_until_its_result_was_fetched(worker: Worker, header: RunHeader) -> None:
    kept, runs = KeptRuns(lambda: worker.now), Runs()
    worker.known.add("first")
    with kept.of(header, "first", runs.start) as run:
        runs.futures[0].set_result(Outcome("finished", {}))
    kept._remove_left()
    assert run.folder.path.exists()
    worker.known.clear()
    kept._remove_left()
    assert not run.folder.path.exists()


def test_a_result_that_dask_no_longer_wants_stops_the_run(
    worker: Worker, header: RunHeader
) -> None:
    kept, runs = KeptRuns(lambda: worker.now), Runs()
    with kept.of(header, "first", runs.start) as run:
        worker.known.clear()
        kept.check(run, kept.losses)
    assert runs.stopped == runs.futures


class Client:
    """Stands for Dask's client of a scheduler that has just returned."""

    def __init__(self, holders: dict[str, list[str]]) -> None:
        self.status = "running"
        self.holders = holders

    def run(self, _function: object, wanted: list[str], *, on_error: str) -> dict[str, list[str]]:
        assert on_error == "ignore"
        return {a: [one for one in held if one in wanted] for a, held in self.holders.items()}


def test_each_lost_run_is_asked_for_where_it_is_and_the_others_are_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lost_tasks, "SETTLED_S", 0.0)
    monkeypatch.setattr(lost_tasks, "RETURN_S", 0.2)
    monkeypatch.setattr(lost_tasks, "LOOK_S", 0.01)
    again: list[tuple[str, str]] = []
    given_up: queue.SimpleQueue[str] = queue.SimpleQueue()
    back: list[int] = []
    names: dict[Future[Outcome], str] = {Future(): name for name in ("a", "b", "c")}
    client = Client({"tcp://one": ["a"], "tcp://two": ["c", "x"]})

    def sent(future: Future[Outcome], address: str) -> None:
        again.append((names[future], address))

    lost = LostTasks(
        cast("Any", client),
        lambda: back.append(1),
        sent,
        lambda future: given_up.put(names[future]),
    )
    for future, name in names.items():
        lost.add(name, future)
    assert given_up.get(timeout=120) == "b"
    assert sorted(again) == [("a", "tcp://one"), ("c", "tcp://two")]
    assert back
    assert lost.unfound == 0
    assert not lost.drop(next(iter(names)))
