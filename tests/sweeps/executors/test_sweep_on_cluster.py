"""A whole sweep on a Dask cluster whose workers are killed while they train."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from seedbed.sweeps.design.design import load
from seedbed.tracking.store import Store
from tests.support.chaos import assert_each_cell_once, driver, undisturbed
from tests.support.dask import dask

Write = Callable[..., Path]
KILLS = 3


def workers_that_train() -> list[psutil.Process]:
    """The Dask workers under this process that have a run under way."""
    nannies = (p for p in _children(psutil.Process()) if "dask_worker" in _command(p))
    workers = [worker for nanny in nannies for worker in _children(nanny)]
    return [
        worker
        for worker in workers
        if any(_children(s) for s in _children(worker) if "forkserver" in _command(s))
    ]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children())
    except psutil.Error:
        return []


@pytest.mark.proof
def test_workers_killed_while_they_train_lose_nothing(
    write_design: Write, tmp_path: Path, store: Store
) -> None:
    file, log = write_design("spread_out", seeds=16, epochs=40), tmp_path / "log"
    expected = undisturbed(file, tmp_path / "undisturbed")
    chance = random.Random(3)
    with dask("", "") as address:
        process = driver(file, "--cluster", address, log=log)
        kills = 0
        deadline = time.monotonic() + 480
        while process.poll() is None:
            assert time.monotonic() < deadline, log.read_text()
            busy = workers_that_train()
            if busy and kills < KILLS:
                time.sleep(chance.uniform(0, 2))  # at any moment of a run
                chance.choice(busy).kill()
                kills += 1
                time.sleep(6)  # its nanny starts another one
            time.sleep(0.2)
    assert process.returncode == 0, log.read_text()
    assert kills == KILLS
    states = assert_each_cell_once(file, store, expected)
    assert states["finished"] == len(load(file).cells)
