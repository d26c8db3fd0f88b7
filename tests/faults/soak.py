"""Many tiny cells in one sweep: memory, descriptors, threads and files must stay flat.

    python -m tests.faults.soak [CELLS]

Prints the driver's figures after a quarter of the cells, before the last one ended and at the end,
and how long reading the status took meanwhile. The runs train nothing; driver, ledger, folders and
delivery are those of every sweep. The driver is a process of its own, because what the watcher
reads takes memory too.
"""

import multiprocessing
import os
import sys
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.status import read_status
from seedbed.sweeps.ledger.storages.open_record import open_record
from seedbed.system.errors import SeedbedError
from tests.faults.tiny_sweep import damage, run, write_file

SHORT = 200


@dataclass(frozen=True)
class Sample:
    """What the driver holds.

    Attributes:
        cells: Cells that are done.
        memory_mb: Resident memory, in 10⁶ bytes.
        descriptors: Open files and sockets.
        threads: Threads.
        folders: Entries of the folder of runs.
        status_s: Seconds that reading the status took.
    """

    cells: int
    memory_mb: float
    descriptors: int
    threads: int
    folders: int
    status_s: float


def _sample(process: psutil.Process, store: Path) -> Sample:
    began = time.monotonic()
    with closing(LedgerReader(open_record("tiny", None))) as ledger:
        done = read_status(ledger).done
    taken = time.monotonic() - began
    with process.oneshot():
        memory, descriptors = process.memory_info().rss, process.num_fds()
        threads = process.num_threads()
    return Sample(
        done, memory / 1e6, descriptors, threads, len(list((store / "runs").iterdir())), taken
    )


def soak(folder: Path, cells: int) -> list[Sample]:
    """Run the sweep; samples of its driver until it has ended.

    Raises:
        AssertionError: A cell was lost, or counts twice.
    """
    store = folder / "store"
    os.environ["SEEDBED_STORE"] = str(store)
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder / 'mlflow.db'}"
    file = write_file(folder, cells)
    process = multiprocessing.get_context("fork").Process(target=run, args=(file,))
    process.start()
    watched, samples = psutil.Process(process.pid), list[Sample]()
    while process.is_alive():
        process.join(1.0)
        with suppress(SeedbedError, OSError, psutil.Error):  # it begins, or it has just ended
            samples.append(_sample(watched, store))
    assert process.exitcode == 0
    found = damage(file, store)
    assert not found, found
    return samples


def main(cells: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        samples = soak(Path(folder), cells)
        quarter = next((one for one in samples if one.cells >= cells / 4), samples[0])
        running = next((one for one in reversed(samples) if one.cells < cells), samples[-1])
        last = samples[-1]  # the driver reads all runs once when it closes the sweep
        for name, one in (("a quarter", quarter), ("still running", running), ("the end", last)):
            print(  # noqa: T201
                f"{name:>13}: {one.cells} cells, {one.memory_mb:.0f} MB, {one.descriptors} "
                f"descriptors, {one.threads} threads, {one.folders} entries in runs"
            )
        slowest = max(one.status_s for one in samples)
        print(  # noqa: T201
            f"{cells} cells in {time.monotonic() - began:.0f} s, each once; status took at most "
            f"{slowest:.2f} s (n = {len(samples)})"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SHORT)
