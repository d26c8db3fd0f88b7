"""A clock that is set back while a sweep runs: no negative time, nothing lost, nothing hangs."""

import datetime
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.tracking.store import Store
from tests.support.chaos import driver
from tests.support.clock import Clock

HOUR = 3600


def test_the_clock_of_another_process_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(tmp_path)
    for name, value in clock.environment.items():
        monkeypatch.setenv(name, value)
    clock.set(-HOUR)
    code = "import datetime, time; print(time.time(), datetime.datetime.now().timestamp())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for said in done.stdout.split():
        assert -HOUR - 60 < float(said) - time.time() < -HOUR + 60


@pytest.mark.proof
def test_a_sweep_whose_clock_is_set_back_by_an_hour(
    write_design: Callable[..., Path],
    tmp_path: Path,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, log, clock = write_design("clock", seeds=4, epochs=3), tmp_path / "log", Clock(tmp_path)
    with monkeypatch.context() as patch:
        for name, value in clock.environment.items():
            patch.setenv(name, value)
        process = driver(file, "--workers", "1", log=log)
    deadline = time.monotonic() + 150
    while "[1/4]" not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    clock.set(-HOUR)
    assert process.wait(timeout=200) == 0, log.read_text()
    assert "Traceback" not in log.read_text()

    runs = list(store.runs("attributes.status = 'FINISHED'"))
    assert len(runs) == 5, "four runs and their parent"
    for run in runs:
        assert 0 <= run.info.end_time - run.info.start_time < 300_000
        for key in run.data.metrics:
            history = store.client.get_metric_history(run.info.run_id, key)
            times = [point.timestamp for point in sorted(history, key=lambda point: point.step)]
            assert times == sorted(times)
    starts = [run.info.start_time for run in runs]
    assert max(starts) - min(starts) > 1000 * (HOUR - 300), "the clock was set back in between"
    with closing(open_storage("clock", None, create=False)) as storage:
        ledger = LedgerReader(storage)
        assert ledger.sweep_state().minutes >= 0
        rows = ledger.trials()
    assert any(row.started and row.started < datetime.datetime.now(datetime.UTC) for row in rows)
