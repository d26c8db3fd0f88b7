"""Every place where Seedbed relies on what Dask and multiprocessing do not promise.

A task on a Dask worker cannot ask by a public call whether its result is still wanted, and a worker
under a nanny may not start processes. tests/sweeps/executors/test_dask_private.py fails when a new
version of Dask or Python changes what is used here.
"""

import asyncio
import logging
import multiprocessing
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client
    from distributed.worker import Worker

LOG = logging.getLogger(__name__)
LOST = ("worker-handle-scheduler-connection-broken", "worker-heartbeat-missing")
"""Why a worker closes itself: its scheduler is gone, or is another one that does not know it."""

HEARTBEAT = ("worker-heartbeat-missing", "worker-heartbeat-error")
"""Why it closes if the scheduler has no use for its heartbeat."""

STALE_S = 30.0
"""How long after its return a scheduler may get a heartbeat that was meant for the lost one."""

LISTENS_S = 0.25
"""How often a lost scheduler is looked for."""

AWAY_S = 600.0
"""How long a worker waits for its scheduler to return."""

_joining: "weakref.WeakSet[Worker]" = weakref.WeakSet()

UNWANTED = ("cancelled", "released", "forgotten")
"""States of a task whose result nobody waits for."""


def current_key() -> str:
    """Dask's key of the task that the calling thread runs."""
    from distributed.worker import thread_state

    return str(thread_state.key)


def is_wanted(key: str) -> bool:
    """Whether the scheduler still waits for a task of this worker."""
    from distributed import get_worker

    task = get_worker().state.tasks.get(key)
    return task is not None and task.state not in UNWANTED


def worker_threads() -> int:
    """How many tasks this worker runs at once."""
    from distributed import get_worker

    return int(get_worker().state.nthreads)


def runs_at_once() -> int:
    """How many runs this worker trains at once: its resource ``GPU``, or else its threads."""
    from distributed import get_worker

    given = get_worker().state.total_resources.get("GPU", 0)
    return max(1, min(int(given), worker_threads())) if given else worker_threads()


def allow_processes() -> None:
    """Let this process start others.

    A nanny marks its worker as a daemon, which may have no processes. Those of a pool end with the
    worker by themselves, so the mark is not needed.
    """
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]


def is_task(key: str) -> bool:
    """Whether this process's worker knows a task; its result may not have been fetched yet."""
    return any(key in worker.state.tasks for worker in _workers())


def _workers() -> "list[Worker]":
    from distributed.worker import Worker

    return list(Worker._instances)


def join_again(lost: Callable[[], None], back: Callable[[], None]) -> None:
    """Have this worker join a scheduler that returns; by itself it ends when it loses one.

    Dask's ``Worker`` calls its own ``close`` when the connection breaks (``handle_scheduler``), and
    does not reconnect (``_register_with_scheduler`` asserts that no task is left).

    Args:
        lost: Called when the scheduler is lost; ends the tasks that run.
        back: Called once the worker has joined again.
    """
    from distributed import Status, get_worker

    worker = get_worker()
    if worker in _joining:
        return
    _joining.add(worker)
    close = worker.close
    is_joining = False
    joined = -STALE_S

    async def close_unless_lost(
        timeout: float = 30,
        executor_wait: bool = True,
        nanny: bool = True,
        reason: str = "worker-close",
    ) -> str | None:
        nonlocal is_joining, joined
        if is_joining and reason in (*LOST, *HEARTBEAT):
            return None
        if reason in HEARTBEAT and time.monotonic() - joined < STALE_S:
            return None
        is_open = worker.status in (Status.running, Status.paused)
        is_ending = _is_cancelled()
        if reason in LOST and is_ending and not is_open:
            return None  # whoever closes it was cancelled too, so nobody would say that it is done
        is_lost = reason in LOST and is_open and not is_ending
        if is_lost and worker.batched_stream.closed():
            is_joining = True
            try:
                lost()
                await asyncio.wait_for(_join(worker), AWAY_S)
                joined = time.monotonic()
                back()
            except Exception:  # whatever Dask raises; it is logged
                LOG.exception("the scheduler did not return, so this worker ends")
            else:
                return None
            finally:
                is_joining = False
        ended: str | None = await close(timeout, executor_wait, nanny, reason)
        return ended

    worker.close = close_unless_lost


def _is_cancelled() -> bool:
    """Whether the loop ends all its tasks, as it does after SIGTERM and Ctrl-C.

    A task of Dask that is interrupted in this way says that the connection broke.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _join(worker: "Worker") -> None:
    """Forget all tasks, and register with the scheduler as a worker that has just begun."""
    from distributed.batched import BatchedSend
    from distributed.worker_state_machine import FreeKeysEvent

    worker.periodic_callbacks["heartbeat"].stop()
    keys = list(worker.state.tasks)
    worker.handle_stimulus(FreeKeysEvent(keys=keys, stimulus_id="seedbed-scheduler-lost"))
    while worker.state.tasks or worker.data:
        await asyncio.sleep(0.05)
    await _until_it_listens(worker)
    worker.batched_stream = BatchedSend(interval="2ms", loop=worker.loop)
    _drop_unsent(worker)
    await worker._register_with_scheduler()
    _drop_unsent(worker)


def _drop_unsent(worker: "Worker") -> None:
    """Drop what a heartbeat would have sent: it must be empty before the next one collects."""
    for extension in worker.extensions.values():
        if hasattr(extension, "heartbeat"):
            extension.heartbeat()


async def _until_it_listens(node: "Client | Worker") -> None:
    """Wait for a scheduler; Dask tries less and less often, with pauses of up to many seconds."""
    from distributed.comm import connect

    while True:
        try:
            comm = await connect(node.scheduler.address, timeout=1, **node.connection_args)
        except OSError:
            await asyncio.sleep(LISTENS_S)
        else:
            await comm.close()
            return


def wait_for_scheduler(client: "Client", seconds: float) -> None:
    """Have a client try for so long to reach a scheduler that it lost; then it closes."""
    client._timeout = seconds
    connect = client._ensure_connected

    async def connect_once_it_listens(timeout: float | None = None) -> None:
        if client.status == "connecting" and timeout is not None:
            await asyncio.wait_for(_until_it_listens(client), timeout)
        await connect(timeout=timeout)

    client._ensure_connected = connect_once_it_listens
