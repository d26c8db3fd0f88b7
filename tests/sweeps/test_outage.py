"""An MLflow server that is killed while a sweep trains, and comes back later."""

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.tracking.store import Store
from tests.support.chaos import Server, driver

Write = Callable[..., Path]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server(tmp_path)
    made.start()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", made.uri)
    yield made
    made.kill()


def done_cells(file: Path) -> int:
    try:
        with closing(open_storage(file.stem, None, create=False)) as storage:
            return len(LedgerReader(storage).scores())
    except Exception:  # not made yet
        return 0


def wait_for(file: Path, cells: int, log: Path) -> None:
    deadline = time.monotonic() + 150
    while done_cells(file) < cells:
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


@pytest.mark.long
def test_training_goes_on_and_records_arrive_in_order_after_a_restart(
    write_design: Write, store_path: Path, tmp_path: Path, server: Server
) -> None:
    file, log = write_design("outage", seeds=8, epochs=20), tmp_path / "log"
    first = driver(file, "--workers", "1", log=log)
    wait_for(file, 2, log)
    server.kill()
    wait_for(file, min(8, done_cells(file) + 2), log)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    waiting = {path.parent.name for path in store_path.glob("runs/*/run.json")}
    assert len(waiting) >= 2, "what was trained without the server waits on disk"

    second = driver(file, "--workers", "1", log=log)  # begins while the server is away
    assert second.wait(timeout=200) == 1, log.read_text()
    assert "The records wait in the store; run again." in log.read_text()
    assert done_cells(file) == 8

    server.start()
    assert driver(file, log=log).wait(timeout=120) == 0, log.read_text()
    assert list(store_path.glob("runs/*/run.json")) == []
    runs = list(Store(server.uri).runs("tags.kind = 'run'"))
    finished = [run for run in runs if run.data.tags["state"] == "finished"]
    assert sorted(run.data.params["seed"] for run in finished) == [str(n) for n in range(8)]
    assert {run.info.status for run in runs} <= {"FINISHED", "KILLED"}
    with closing(sqlite3.connect(tmp_path / "server.db")) as database:
        made = [row[0] for row in database.execute("SELECT start_time FROM runs ORDER BY rowid")]
    assert made == sorted(made), "runs are delivered in the order in which they began"
    assert list(Store(server.uri).runs("attributes.status = 'RUNNING'")) == []


def test_a_sweep_that_was_never_started_needs_the_server(
    write_design: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    log = tmp_path / "log"
    assert driver(write_design("new"), log=log).wait(timeout=120) == 2
    assert "The MLflow store http://127.0.0.1:9 must be reachable" in log.read_text()
