"""What a driver spends on each cell of a large sweep, and whether that grows with what is done.

    python -m benchmarks.many_cells [--cells 10000] [--ends 10000] [--ledger postgresql://…]

A sweep whose runs take no time: a thread writes the end of each run at once. The rest is a sweep's
own loop: claims, run folders, results, the line that is printed for each cell. Delivery to MLflow
is left out (``benchmarks.many_writers`` measures it); folders are removed as if delivered. Counted
is the processor time of the driver's own thread, in ten parts of the sweep, and the memory at the
end of each. *Begins* is from the start of the process to the first run, imports included, in a
store of MLflow that has its tables. At last ``seedbed status`` is called as its own process, three
times. With ``--ends`` the sweep is stopped after so many cells; the others wait.
"""

import argparse
import contextlib
import hashlib
import json
import os
import queue
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil

from benchmarks.simulated_workers.sweep_file import write_sweep
from seedbed.runs.recording.outcome import Outcome
from seedbed.runs.settings.processor import processor
from seedbed.sweeps.design.design import load
from seedbed.sweeps.driver import run_sweep as module
from seedbed.sweeps.driver.loop.driver import Driver
from seedbed.sweeps.driver.settings import SweepSettings
from seedbed.tracking.store import Store
from seedbed.tracking.writing.run_folder import RunFolder

PARTS = 10
SLOTS = 50
STATUS_CALLS = 3


class NoTraining(Executor):
    """Ends each run at once, in a thread of its own."""

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[tuple[Future[Outcome], str] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        self.began: float | None = None
        self.spent = 0.0

    def submit(self, _fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        """Queue a run; its folder is the last argument."""
        if self.began is None:
            self.began, self.spent = time.time(), time.process_time()
        future: Future[Outcome] = Future()
        self._tasks.put((future, args[-1]))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Take no more runs."""
        self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, path = task
            folder = RunFolder(Path(path))
            cell = folder.header.cell
            score = 0.9 + int(cell[:8], 16) % 5000 / 1e5
            print_ = hashlib.sha256(cell.encode()).hexdigest()
            folder.end("finished", fingerprint=print_, metrics={"test_accuracy": score})
            future.set_result(Outcome("finished", {"test_accuracy": score}, print_))


class NoDelivery:
    """Removes the folders of runs whose result was counted."""

    def __init__(self, _store: Store) -> None:
        self.trouble: str | None = None
        self._folders: queue.SimpleQueue[RunFolder | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def add(self, folder: RunFolder) -> None:
        """Remove this folder once it is counted."""
        self._folders.put(folder)

    def close(self) -> list[RunFolder]:
        """Remove what is left."""
        self._folders.put(None)
        self._thread.join()
        return []

    def _work(self) -> None:
        while (folder := self._folders.get()) is not None:
            while folder.counted() is None:
                time.sleep(0.01)
            shutil.rmtree(folder.path, ignore_errors=True)


@dataclass
class Parts:
    """What each part of the sweep took.

    Attributes:
        size: Cells of a part.
        stop: Called after the last part.
        milliseconds: The driver's thread, per cell.
        memory: Megabytes of the process at the end.
    """

    size: int
    stop: Callable[[], None]
    milliseconds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    _ended: int = 0
    _spent: float = 0.0

    def take(self, ended: int) -> None:
        """Count ended cells; called in the driver's thread."""
        self._ended += ended
        if ended and self._ended % self.size == 0:
            spent = time.thread_time()
            self.milliseconds.append(1000 * (spent - self._spent) / self.size)
            self.memory.append(psutil.Process().memory_info().rss / 1e6)
            self._spent = spent
            said = f"{self._ended} cells: {self.milliseconds[-1]:.2f} ms each, "
            print(f"{said}{self.memory[-1]:.0f} MB", file=sys.__stdout__, flush=True)
            if len(self.memory) == PARTS:
                self.stop()


@contextlib.contextmanager
def simulated(parts: Parts) -> Iterator[NoTraining]:
    """A context in which a sweep of this process trains and delivers nothing."""
    executor = NoTraining()
    whole = Driver.run

    def run(self: Driver, watch: Callable[..., None]) -> bool:
        def counted(ended: list[Any]) -> None:
            watch(ended)
            parts.take(len(ended))

        parts._spent = time.thread_time()
        return whole(self, counted)

    @contextlib.contextmanager
    def choose(*_: Any) -> Iterator[Any]:
        yield executor, lambda: SLOTS, ()

    with (
        patch.object(module, "choose_executor", choose),
        patch.object(module, "Deliverer", NoDelivery),
        patch.object(Driver, "run", run),
    ):
        yield executor


def measure(cells: int, ends: int, ledger: str | None, scratch: Path) -> None:
    """Run a sweep of so many cells, until so many have ended, and print what it took."""
    file = write_sweep(scratch, "cells", "What does a driver spend on a cell?", cells)
    kind = "PostgreSQL" if ledger else "journal file"
    print(f"{cells} cells, {kind}, {os.cpu_count()} cores, {processor().name}", flush=True)
    before = time.time()
    code = "from seedbed.tracking.store import Store; Store().check()"
    subprocess.run([sys.executable, "-c", code], check=True)  # MLflow makes its tables once
    prepared = time.time() - before
    parts = Parts(ends // PARTS, lambda: os.kill(os.getpid(), signal.SIGINT))
    with (
        simulated(parts) as executor,
        (scratch / "out").open("w") as out,
        contextlib.redirect_stdout(out),
    ):
        module.run_sweep(load(file), settings=SweepSettings(ledger=ledger, style="json"))
    begins = (executor.began or 0.0) - psutil.Process().create_time() - prepared
    print(f"begins after        {begins:8.2f} s   {executor.spent:.2f} s of a processor")
    for _ in range(STATUS_CALLS):
        show_status(file.stem, ledger)


def show_status(sweep: str, ledger: str | None) -> None:
    """Call ``seedbed status`` and print how long it took."""
    command = [sys.executable, "-m", "seedbed", "status", sweep, "--format", "json"]
    command += ["--ledger", ledger] if ledger else []
    before, began = processor_seconds(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds, spent = time.perf_counter() - began, processor_seconds() - before
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    found = {key: value for key, value in json.loads(done.stdout).items() if type(value) is int}
    print(f"status              {seconds:8.2f} s   {spent:.2f} s of a processor   {found}")


def processor_seconds() -> float:
    """Of all processes that this one waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cells", type=int, default=10_000, help="a multiple of 50")
    parser.add_argument("--ends", type=int, help="a multiple of 10; default: all cells")
    parser.add_argument("--ledger", help="an empty PostgreSQL database; default: a journal file")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["SEEDBED_STORE"] = f"{scratch}/store"
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{scratch}/mlflow.db"
        measure(given.cells, given.ends or given.cells, given.ledger, Path(scratch))


if __name__ == "__main__":
    main()
