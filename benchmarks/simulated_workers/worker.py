"""Makes a Dask worker one that sleeps: ``dask worker … --preload benchmarks/…/worker.py``.

Only the pool in which a worker trains is replaced. What the worker checks, sends and packs is what
a real one does.
"""

import json
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from benchmarks.simulated_workers import record
from seedbed.sweeps.executors import dask_worker
from seedbed.tracking.writing.run_folder import RunFolder


class SleepingPool(Executor):
    """Runs each task in a thread, which sleeps and then writes a record."""

    def submit(self, _fn: Callable[..., Any], /, *args: Any, **_: Any) -> Future[Any]:
        """Sleep and write the record of the run folder that the last argument names."""
        future: Future[Any] = Future()
        threading.Thread(target=_sleep, args=(future, Path(args[-1])), daemon=True).start()
        return future


def _sleep(future: Future[Any], path: Path) -> None:
    began = time.time()
    try:
        folder = RunFolder(path)
        seconds = record.seconds_of(folder.header.cell)
        _note("begun", [folder.header.cell, began])
        time.sleep(seconds)
        trained = RunFolder(Path(os.environ[record.FOLDER]))
        outcome = record.write_record(trained, folder)
        _note("worker", [folder.header.cell, began, began + seconds])
        future.set_result(outcome)
    except BaseException as error:  # the future passes it on
        future.set_exception(error)


def _note(name: str, fields: list[object]) -> None:
    """One line, one write: the cell of a run, when it began, and when it ended."""
    path = Path(os.environ[record.LOG]) / f"{name}-{os.getpid()}.jsonl"
    with path.open("ab", buffering=0) as stream:
        stream.write(json.dumps(fields).encode() + b"\n")


_POOL = SleepingPool()


def dask_setup(_worker: object) -> None:
    """Called by Dask when the worker starts."""
    dask_worker._pool = lambda *_: _POOL  # type: ignore[assignment]
