"""A scheduler that is killed while a run trains: the run goes on, and ends once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.sweeps.design.design import load
from seedbed.sweeps.executors import dask_private
from seedbed.sweeps.executors.dask_pool import ClusterPool
from seedbed.tracking.writing.run_folder import Epoch, RunFolder
from tests.support.cells import SHORT, new_folder
from tests.support.ports import free_port

ROOT = Path(__file__).parents[3]
EPOCHS = 300
WAIT_S = 130


@contextmanager
def started(*words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A module of Dask as a process of its own, killed at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", *words, "--no-dashboard"],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):  # it has ended
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(what: Callable[[], object], said: str) -> None:
    deadline = time.monotonic() + WAIT_S
    while not what():
        assert time.monotonic() < deadline, said
        time.sleep(0.05)


def training(worker: int) -> set[int]:
    """The processes that train under a Dask worker."""
    below = psutil.Process(worker).children(recursive=True)
    servers = [one for one in below if "forkserver" in " ".join(one.cmdline())]
    return {child.pid for server in servers for child in server.children()}


@pytest.mark.long
@pytest.mark.parametrize("nanny", ["--nanny", "--no-nanny"])
def test_a_run_outlives_the_scheduler(nanny: str, store: object, tmp_path: Path) -> None:
    del store
    path = tmp_path / "outlives.yaml"
    options = f"{{dataset: digits, epochs: {EPOCHS}}}"
    path.write_text(f"question: q?\nexperiment: mnist_cnn\nseeds: 2\noptions: {options}\n")
    port = str(free_port())
    address = f"tcp://127.0.0.1:{port}"
    scheduler = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port)
    flags = ("--nthreads", "1", "--memory-limit", "0", nanny)
    folder = RunFolder(Path(new_folder(tmp_path, **{**SHORT, "epochs": EPOCHS})))

    def epochs() -> list[int]:
        return [event.epoch for event in folder.events() if isinstance(event, Epoch)]

    with started("distributed.cli.dask_worker", address, *flags) as worker:
        with started(*scheduler):
            pool = ClusterPool(address, load(path), {})
            future = pool.submit(
                run_cell, "mnist_cnn", dict(folder.header.params), str(folder.path)
            )
            until(epochs, "no epoch arrived")
            before = training(worker.pid)
            assert len(before) == 1
        time.sleep(1.0)
        assert training(worker.pid) == before, "the run ended with the scheduler"
        with started(*scheduler), pool:
            outcome = future.result(timeout=WAIT_S)
            assert outcome.state == "finished"
            assert epochs() == list(range(1, EPOCHS + 1))
            assert pool.workers == 1
            again = pool.submit(sorted, [2, 1])
            assert again.result(timeout=WAIT_S) == [1, 2]


@pytest.mark.long
def test_a_worker_ends_that_is_told_so_together_with_its_scheduler() -> None:
    from distributed import Client

    port = str(free_port())
    address = f"tcp://127.0.0.1:{port}"
    flags = ("--nthreads", "1", "--memory-limit", "0", "--no-nanny")
    with (
        started("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port) as first,
        started("distributed.cli.dask_worker", address, *flags) as worker,
    ):
        with Client(address, timeout="120s", set_as_default=False) as client:
            client.wait_for_workers(1, timeout=WAIT_S)
            client.submit(dask_private.join_again, int, int).result(timeout=WAIT_S)
        for process in (first, worker):
            process.terminate()
        assert worker.wait(WAIT_S) == 0
