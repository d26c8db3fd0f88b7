"""Looking at a sweep, stopping it and going on with it, with real processes."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.tracking.store import Store

ROOT = Path(__file__).parents[2]
Write = Callable[..., Path]


def sweeps(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "seedbed", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def call(*arguments: str) -> tuple[int, str, str]:
    process = sweeps(*arguments)
    out, err = process.communicate(timeout=200)
    return process.returncode, out, err


def wait_for_epochs(store_path: Path, runs: int) -> None:
    """Until so many runs that have not ended have recorded an epoch."""
    deadline = time.monotonic() + 120
    while True:
        texts = [path.read_text() for path in store_path.glob("runs/*/events.jsonl")]
        if sum('"epoch"' in text and '"state"' not in text for text in texts) >= runs:
            return
        assert time.monotonic() < deadline
        time.sleep(0.1)


def states(store: Store) -> Counter[str]:
    return Counter(run.data.tags["state"] for run in store.runs("tags.kind = 'run'"))


@pytest.mark.long
def test_stopped_resumed_timed_out_retried_and_cancelled(
    write_design: Write, store_path: Path
) -> None:
    file = write_design("long", seeds=4, epochs=2000)
    driver = sweeps("sweep", str(file), "--workers", "2", "--no-report", "--format", "json")
    wait_for_epochs(store_path, 2)
    code, out, _ = call("status", "long", "--format", "json")
    status = json.loads(out)
    assert code == 0
    assert (status["cells"], status["done"], status["left"]) == (4, 0, 2)
    assert [cell["pid"] for cell in status["running"]] == [driver.pid] * 2
    assert all(cell["since"].endswith("+00:00") for cell in status["running"])

    driver.send_signal(signal.SIGINT)
    time.sleep(2)
    assert driver.poll() is None, "the first Ctrl-C lets it finish what runs"
    driver.send_signal(signal.SIGINT)
    began = time.monotonic()
    out, err = driver.communicate(timeout=60)
    assert time.monotonic() - began < 40
    assert driver.returncode == 130
    assert "4 cells are left: seedbed resume long continues it." in err
    events = [json.loads(line) for line in out.splitlines()]
    assert events[0] == {"event": "start", "sweep": "long", "cells": 4, "done": 0}
    assert [e["state"] for e in events if e["event"] == "cell"] == ["stopped", "stopped"]
    store = Store()
    assert states(store) == {"stopped": 2}
    assert all(r.info.status == "KILLED" for r in store.runs("tags.kind = 'run'"))

    # Resumed by its name, with a limit that no run keeps.
    flags = ["--workers", "2", "--time-limit", "1", "--quiet", "--no-report"]
    code, out, err = call("resume", "long", *flags)
    assert code == 1
    assert "it ran longer than the limit of 1 s per run" in err
    assert states(store) == {"stopped": 2, "failed": 4}
    code, out, _ = call("status", "long")
    assert out.startswith("long: 0 of 4 done, 4 failed, 0 left\n")
    assert out.count("it ran longer than the limit of 1 s per run (tried once)") == 4

    code, out, _ = call("retry", "long", "--failed")
    assert "4 cells are queued again. seedbed resume long runs them." in out
    again = sweeps("resume", "long", "--workers", "2", "--no-report")
    wait_for_epochs(store_path, 2)
    code, out, _ = call("cancel", "long")
    assert (code, out) == (
        0,
        "long: current runs stop now. seedbed resume long continues it.\n",
    )
    again.communicate(timeout=60)
    assert again.returncode == 130
    assert states(store) == {"stopped": 4, "failed": 4}
    assert not list(store.runs("attributes.status = 'RUNNING'"))


@pytest.mark.long
def test_stop_lets_what_runs_finish(write_design: Write, store_path: Path) -> None:
    file = write_design("calm", seeds=30, epochs=60)
    driver = sweeps("sweep", str(file), "--workers", "1", "--no-report")
    wait_for_epochs(store_path, 1)
    assert call("stop", "calm")[0] == 0
    driver.communicate(timeout=240)
    assert driver.returncode == 130
    standings = Counter(Ledger.open(load(file)).standings().values())
    assert standings["done"] + standings["waiting"] == 30
    assert 1 <= standings["done"] < 30
    assert states(Store()) == {"finished": standings["done"]}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["status", "nowhere"], "There is no sweep 'nowhere' in the ledger"),
        (["resume", "../x"], "SWEEP must be the name of a sweep"),
        (["sweep", "FILE", "--ledger", "sqlite:///x.db"], "must not be SQLite"),
        (["sweep", "FILE", "--memory-limit", "much"], "must be a size such as 3G"),
        (["sweep", "FILE", "--resource", "GPU"], "--resource must be NAME=AMOUNT, got 'GPU'"),
        (["sweep", "FILE", "--format", "json", "--quiet"], "must not be given together"),
        (["sweep", "FILE", "--time-limit", "0"], "0.0 is not in the range x>0"),
        (["retry", "short"], "retry needs --failed: write `seedbed retry SWEEP --failed`"),
    ],
)
def test_mistakes_are_one_sentence(
    write_design: Write, arguments: list[str], sentence: str
) -> None:
    file = str(write_design())
    code, out, err = call(*(file if a == "FILE" else a for a in arguments))
    assert code == 2
    assert sentence in err
    assert "Traceback" not in err
    assert err.count("\n") == 1
    assert out == ""
