"""``seedbed why`` goes on after a kill -9 of its driver, and after one of a run."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedbed.analysis.answers.inputs.recorded_sweep import read

SLOW = """
import random, time
import numpy as np
split = np.random.permutation(1000)[0] / 1000
noise = random.random()
time.sleep(1)
print("test accuracy:", 0.5 + 0.30 * split + 0.15 * noise)
"""
PATIENCE_S = 120.0


@pytest.fixture
def script(store_path: Path, tmp_path: Path) -> Path:  # noqa: ARG001 (sets the environment)
    path = tmp_path / "mine" / "slow.py"
    path.parent.mkdir()
    path.write_text(SLOW)
    return path


def started(script: Path, output: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "seedbed",
        "why",
        str(script),
        "--runs",
        "12",
        "--name",
        "slow",
    ]
    with output.open("wb") as file:
        return subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)


def wait_for_runs(output: Path, number: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while sum(line.startswith("[") for line in output.read_text().splitlines()) < number:
        assert time.monotonic() < until, output.read_text()
        time.sleep(0.05)


def processes_in(folder: Path) -> Iterator[int]:
    """Processes that run a script's copy in the store."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            place = (entry / "cwd").readlink()
        except OSError:
            continue
        if place.is_relative_to(folder):
            yield int(entry.name)


def killed(process: int) -> bool:
    """Kill -9 a process; False if it has just ended by itself."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def check_each_cell_once() -> None:
    runs = read("slow", arms=False).sweep.finished
    assert len(runs) == 12
    assert set(Counter(run.cell for run in runs).values()) == {1}


@pytest.mark.long
def test_a_killed_driver_loses_no_run_and_repeats_none(script: Path, tmp_path: Path) -> None:
    first = started(script, tmp_path / "first.txt")
    wait_for_runs(tmp_path / "first.txt", 5)
    first.kill()
    first.wait()
    again = started(script, tmp_path / "again.txt")
    assert again.wait(PATIENCE_S) == 0, (tmp_path / "again.txt").read_text()
    assert "12 runs, recorded as the sweep slow" in (tmp_path / "again.txt").read_text()
    check_each_cell_once()


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="runs are found in /proc")
def test_a_killed_run_is_made_again(script: Path, store_path: Path, tmp_path: Path) -> None:
    command = started(script, tmp_path / "said.txt")
    wait_for_runs(tmp_path / "said.txt", 4)
    until = time.monotonic() + PATIENCE_S
    while not any(map(killed, processes_in(store_path / "runs"))):
        assert time.monotonic() < until, (tmp_path / "said.txt").read_text()
        time.sleep(0.02)
    assert command.wait(PATIENCE_S) == 0, (tmp_path / "said.txt").read_text()
    check_each_cell_once()
