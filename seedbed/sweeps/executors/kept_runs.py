"""Runs of a Dask worker that go on while its scheduler is away, until their driver asks again.

A run trains in a process of its own, so it needs no scheduler. Dask's task only waits for it. If
the scheduler is lost, the task ends and the run stays; the task that its driver sends once the
scheduler is back finds it by its delivery. A run that nobody asks for is stopped.
"""

import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.executors import dask_private
from seedbed.system.errors import SeedbedError
from seedbed.tracking.writing.run_folder import RunFolder
from seedbed.tracking.writing.run_header import RunHeader

ASKED_S = 30.0
"""After a scheduler's return, how long a driver may take to ask for a run."""

SENT_S = 600.0
"""How long the task may take to arrive that a driver sends for it."""


class SchedulerLostError(SeedbedError):
    """The scheduler was lost while a task waited for its run, which goes on."""


@dataclass
class KeptRun:
    """A run of this worker.

    Attributes:
        folder: What it has recorded.
        future: Its end.
        key: Dask's key of the task that waits for it, or did last.
        until: When it is given up, unless a task asks for it; None while one waits.
    """

    folder: RunFolder
    future: Future[Outcome]
    key: str
    until: float | None = None

    def __post_init__(self) -> None:
        self._clean = weakref.finalize(
            self, shutil.rmtree, self.folder.path.parent, ignore_errors=True
        )

    def remove(self) -> None:
        """Stop it if it runs, and remove its folder once it has ended."""
        self.future.cancel()
        self.future.add_done_callback(lambda _: self._clean())


class KeptRuns:
    """The runs of this worker, by their delivery.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._runs: dict[str, KeptRun] = {}
        self._lock = threading.Lock()
        self._losses = 0

    def asked_for(self, wanted: Collection[str]) -> list[str]:
        """The deliveries of these whose run is here and waits for a task; it is kept for that."""
        with self._lock:
            found = [one for one in wanted if one in self._runs]
            found = [one for one in found if self._runs[one].until is not None]
            for one in found:
                self._runs[one].until = self._clock() + SENT_S
        return found

    @contextmanager
    def of(
        self, header: RunHeader, key: str, start: Callable[[RunFolder], Future[Outcome]]
    ) -> Iterator[KeptRun]:
        """The run of a delivery: the one that goes on here, or a new one.

        Args:
            header: Its driver's header.
            key: Dask's key of the task that asks.
            start: Starts the run in a folder.
        """
        self._remove_left()
        with self._lock:
            run = self._runs.get(header.delivery)
            if run is not None:
                run.key, run.until = key, None
        if run is None:
            parent = Path(tempfile.mkdtemp(prefix="seedbed-"))
            folder = RunFolder.create(parent, replace(header))
            run = KeptRun(folder, start(folder), key)
            with self._lock:
                self._runs[header.delivery] = run
        yield run

    def check(self, run: KeptRun, losses: int) -> None:
        """Stop a run whose result Dask no longer wants.

        Args:
            run: The run.
            losses: ``losses`` when its task began.

        Raises:
            SchedulerLostError: The scheduler was lost since; the run goes on.
        """
        is_wanted = dask_private.is_wanted(run.key)  # before the losses: these make it unwanted
        if self._losses != losses:
            raise SchedulerLostError("the scheduler was lost; the run goes on")
        if not is_wanted:
            run.future.cancel()

    @property
    def losses(self) -> int:
        """How often the scheduler was lost."""
        return self._losses

    def scheduler_lost(self) -> None:
        """Have every task end and every run go on."""
        with self._lock:
            self._losses += 1
            for run in self._runs.values():
                run.until = float("inf")

    def scheduler_back(self) -> None:
        """Give drivers a while to ask for their runs."""
        with self._lock:
            for run in self._runs.values():
                if run.until is not None:
                    run.until = self._clock() + ASKED_S
        timer = threading.Timer(ASKED_S + 1, self._remove_left)
        timer.daemon = True
        timer.start()

    def _remove_left(self) -> None:
        """Remove the runs whose task has given its result away, and those that nobody wants."""
        now = self._clock()
        with self._lock:
            left = [
                name
                for name, run in self._runs.items()
                if (run.until is None and not dask_private.is_task(run.key))
                or (run.until is not None and run.until < now)
            ]
            removed = [self._runs.pop(name) for name in left]
        for run in removed:
            run.remove()


RUNS = KeptRuns()
