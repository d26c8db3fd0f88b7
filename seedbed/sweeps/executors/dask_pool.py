"""Run cells on a Dask cluster; the records come back to the driver's host.

A worker trains in a process of its own and into a folder of its own. It sends each epoch as it
ends, and the files with the result. So the driver's folder is the record, as for a local run, and
workers need neither the store nor MLflow. A worker that dies costs only time: Dask gives its cells
to another one.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, Future
from pathlib import Path
from typing import Any

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.executors import dask_private, dask_worker
from seedbed.sweeps.executors.dask_checks import (
    mixed_processors,
    one_per_data_set,
    refuse_a_mix,
)
from seedbed.sweeps.executors.dask_worker import Trained, versions
from seedbed.sweeps.executors.lost_tasks import LostTasks
from seedbed.sweeps.executors.remote_run import RemoteRun
from seedbed.sweeps.executors.stoppable import ProcessDiedError, StoppableFuture
from seedbed.system.errors import InputError
from seedbed.tracking.writing.run_folder import RunFolder

CONNECT_S = "15s"
FIRST_WORKER_S = 120
AWAY_S = 120.0
"""How long a scheduler that was lost is waited for."""

STOPPED = "it was stopped on the cluster"

COUNTED_S = 1.0
"""How long the number of workers is kept: the scheduler describes every one of them for it."""


class _LostError(Exception):
    """A task has no result here, whatever became of its run."""


class ClusterPool(Executor):
    """Runs each task in a fresh process on some worker of a Dask cluster.

    ``run_cell`` is treated apart, because its run folder is on this host; see above.

    Args:
        address: Of the scheduler, e.g. ``tcp://host:8786``.
        design: The sweep, whose code and data every worker must have.
        resources: What a task needs of a worker, e.g. ``{"GPU": 1}``.
        memory_limit: Bytes that a task's process may keep, or None.

    Attributes:
        warnings: What the user should know before the first cell, in sentences.

    Raises:
        InputError: The cluster cannot be reached, has no worker that fits, or has other versions.
    """

    def __init__(
        self,
        address: str,
        design: Design,
        resources: Mapping[str, float],
        memory_limit: int | None = None,
    ) -> None:
        from distributed import Client

        self._address = address
        self._resources = dict(resources)
        self._of = design.reference, one_per_data_set(design)
        self._expected = versions(*self._of)
        self._memory_limit = memory_limit
        try:
            self._client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(
                f"--cluster must be the address of a Dask scheduler that answers, got {address}: "
                f"{str(error).splitlines()[0]}. Start one with dask scheduler."
            ) from None
        self._topic = f"seedbed-{uuid.uuid4().hex}"
        self._remote: dict[str, RemoteRun] = {}
        self._futures: dict[Future[Any], Any] = {}
        self._calls: dict[Future[Any], tuple[str, tuple[Any, ...]]] = {}
        self._stopped: set[Future[Any]] = set()
        self._lock = threading.Lock()
        self._counted, self._counted_at = 0, -COUNTED_S
        self._is_shut = False
        self._lost = LostTasks(self._client, self._listen, self._again, self._give_up)
        try:
            self._wait_for_a_worker()
            refuse_a_mix(self._client, self._expected, self._of)
            self.warnings = mixed_processors(self._client)
        except BaseException:
            self._client.close()
            raise
        dask_private.wait_for_scheduler(self._client, AWAY_S)
        self._listen()

    @property
    def workers(self) -> int:
        """How many tasks the cluster runs at once now, with the resources that a task needs."""
        return self.slots(None)

    def slots(self, at_most: int | None) -> int:
        """How many tasks may run now, those included whose worker was lost.

        Args:
            at_most: How many the user allows at once; None for as many as the cluster runs.
        """
        if self._client.status == "connecting":  # the scheduler is away
            return 0
        if time.monotonic() - self._counted_at >= COUNTED_S:
            self._counted = self._count_workers()
            self._counted_at = time.monotonic()
        return min(at_most or self._counted, self._counted) + self._lost.unfound

    def _count_workers(self) -> int:
        info = self._client.scheduler_info(n_workers=-1)
        if "workers" not in info:  # the client gave up
            raise self._gone()
        return sum(self._slots(worker) for worker in info["workers"].values())

    def _gone(self) -> InputError:
        return InputError(
            f"The scheduler of the cluster {self._address} must stay reachable, but it is "
            "gone: start it and its workers again, then resume the sweep."
        )

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a task on the cluster.

        Raises:
            InputError: The scheduler is gone.
        """
        if self._is_shut:
            raise RuntimeError("the cluster's client is closed")
        if self._client.status not in ("running", "connecting"):
            raise self._gone()
        future = StoppableFuture(self._stop)
        call: tuple[Any, ...] = (dask_worker.call, fn, args, kwargs)
        if fn is run_cell:
            name, given, path = args
            remote = RemoteRun(RunFolder(Path(path)))
            header = remote.folder.header
            self._remote[header.delivery] = remote
            call = (dask_worker.train, name, dict(given), header, self._topic)
            self._calls[future] = header.delivery, call
        future.set_running_or_notify_cancel()
        self._send(future, call)
        return future

    def _send(self, future: Future[Any], call: tuple[Any, ...], worker: str | None = None) -> None:
        """Have Dask run a call; on this worker, if it is still there."""
        task = self._client.submit(
            *call,
            expected=self._expected,
            of=self._of,
            memory_limit=self._memory_limit,
            pure=False,
            resources=self._resources or None,
            workers=worker,
            allow_other_workers=worker is not None,
        )
        with self._lock:
            self._futures[future] = task
        task.add_done_callback(lambda task: self._finish(future, task))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks; wait for those queued, unless they are to be cancelled."""
        self._is_shut = True
        if self._client.status not in ("running", "connecting"):
            return
        with self._lock:
            open_futures = list(self._futures)
        for future in open_futures:
            if cancel_futures:
                future.cancel()
        if wait:
            for future in open_futures:
                future.exception()
        self._client.close()

    def _stop(self, future: Future[Any]) -> None:
        with self._lock:
            task = self._futures.get(future)
            self._stopped.add(future)
        if not self._lost.drop(future) and task is not None:
            task.cancel(force=True)

    def _listen(self) -> None:
        """Ask the scheduler for the epochs of this sweep's runs."""
        self._client.subscribe_topic(self._topic, self._on_event)

    def _again(self, future: Future[Any], worker: str) -> None:
        """Wait for a run that went on while the scheduler was away."""
        self._send(future, self._calls[future][1], worker)

    def _give_up(self, future: Future[Any]) -> None:
        """End a task whose run nobody has, or nobody wants."""
        what = STOPPED if future in self._stopped else "its worker and the scheduler were lost"
        self._forget(future)
        future.set_exception(ProcessDiedError(what))

    def _forget(self, future: Future[Any]) -> None:
        with self._lock:
            self._futures.pop(future, None)
            self._calls.pop(future, None)
            self._stopped.discard(future)

    def _finish(self, future: Future[Any], task: Any) -> None:
        """Called by Dask when a task has ended, in a thread of the client."""
        try:
            result = self._result(task)
        except _LostError:
            if future in self._calls and not self._ends(future):
                self._lost.add(self._calls[future][0], future)
                return
            future.set_exception(ProcessDiedError(STOPPED))
        except BaseException as error:  # the future passes it on
            future.set_exception(error)
        else:
            future.set_result(result)
        self._forget(future)

    def _result(self, task: Any) -> Any:
        """The result of a task, with its record complete.

        Raises:
            _LostError: The task was cancelled, or the scheduler is away.
        """
        if task.status == "cancelled":
            raise _LostError
        if task.status == "error":
            raise _translated(task.exception())
        try:
            result = task.result()
        except (CancelledError, OSError):  # it has ended well, but cannot be fetched
            raise _LostError from None
        return self._take_home(result) if isinstance(result, Trained) else result

    def _ends(self, future: Future[Any]) -> bool:
        """Whether a cancelled task is to end; else its scheduler was lost."""
        return self._is_shut or future in self._stopped or self._client.status == "closed"

    def _take_home(self, result: Trained) -> Outcome:
        """Complete the driver's folder from the worker's."""
        self._remote.pop(result.delivery).complete(result)
        return result.outcome

    def _on_event(self, event: tuple[Any, Any]) -> None:
        """Record an epoch of a running cell; called in the client's event loop."""
        message = json.loads(event[1])
        remote = self._remote.get(message["delivery"])
        if remote is not None:
            remote.take(message["epoch"], message["metrics"])

    def _slots(self, worker: Mapping[str, Any]) -> int:
        free = [worker["nthreads"]]
        offered = worker.get("resources") or {}
        free += [int(offered.get(name, 0) // amount) for name, amount in self._resources.items()]
        return int(min(free))

    def _wait_for_a_worker(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=FIRST_WORKER_S)
        except TimeoutError:
            raise InputError(
                f"The cluster {self._address} must have a worker, but none came within "
                f"{FIRST_WORKER_S} s: start one with dask worker {self._address}."
            ) from None
        if not self.workers:
            wanted = ", ".join(f"{name}={amount:g}" for name, amount in self._resources.items())
            raise InputError(
                f"A worker of the cluster {self._address} must offer {wanted}, but none does: "
                f'start one with --resources "{wanted}".'
            )


def _translated(error: BaseException) -> BaseException:
    from distributed.scheduler import KilledWorker

    if isinstance(error, KilledWorker):
        return ProcessDiedError("the workers that ran it died (often: out of memory)")
    return error
