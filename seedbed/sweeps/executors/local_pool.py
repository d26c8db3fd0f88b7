"""A pool that gives each task a fresh process, forked from a server that has TensorFlow loaded.

``concurrent.futures.ProcessPoolExecutor`` breaks as a whole when one of its processes is killed;
here that costs one task. A task's process ends with its driver: it watches a pipe that only the
driver holds.
"""

import contextlib
import multiprocessing
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any

from seedbed.runs.data.array_cache import found_whole
from seedbed.runs.execution.catalog import PRELOAD
from seedbed.runs.settings.tensorflow_setup import usable_cores
from seedbed.sweeps.executors.gpu_shares import Share
from seedbed.sweeps.executors.stoppable import ProcessDiedError, StoppableFuture
from seedbed.sweeps.executors.task_process import child, how_it_failed_to_start, receive
from seedbed.system.files.temporary_folder import process_folder
from seedbed.system.processes.child_path import started_like_this
from seedbed.system.processes.process_tree import kill_tree

STOP_GRACE_S = 10.0
MEMORY_LOOK_S = 0.25
SERVER_ENDS_S = 30.0
"""How long a fork server that hears nobody may take to end."""

CONNECT_AGAIN_S = 0.05


@dataclass
class _Process:
    """The process of a running task."""

    process: BaseProcess
    stopping: bool = False
    too_much: str | None = None

    @property
    def pid(self) -> int | None:
        """The process's id."""
        return self.process.pid


Task = tuple[StoppableFuture, Callable[..., Any], tuple[Any, ...], dict[str, Any]]


def start_fork_server(preload: tuple[str, ...] = (PRELOAD,)) -> None:
    """Start the fork server, unless it runs, so that it loads TensorFlow in the background.

    What the server reads from the environment must be set before. The terminal's Ctrl-C must not
    reach the server and its children, because the driver decides what stops.

    Args:
        preload: Modules that the server imports once.

    Raises:
        InputError: TMPDIR is too long for a socket, and no other folder can be written.
    """
    from multiprocessing import forkserver

    process_folder()
    multiprocessing.get_context("forkserver").set_forkserver_preload(list(preload))
    if threading.current_thread() is not threading.main_thread():
        with started_like_this():
            forkserver.ensure_running()
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with started_like_this():
            forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)


class LocalPool(Executor):
    """Runs each task in a process of its own on this machine.

    Args:
        workers: How many tasks run at once.
        preload: Modules that the fork server imports once, before the first task.
        memory_limit: Bytes that a task's process may keep resident, shared pages included; one
            that keeps more is killed.
        stop_grace_s: How long a task that is asked to stop may take before it is killed.
        cores: Cores that all tasks together may keep busy; default: those of this process.
        shares: Of GPUs: each task holds one while it runs; none where tasks use no GPU.
    """

    def __init__(
        self,
        workers: int,
        preload: tuple[str, ...] = (PRELOAD,),
        *,
        memory_limit: int | None = None,
        stop_grace_s: float = STOP_GRACE_S,
        cores: int | None = None,
        shares: tuple[Share, ...] = (),
    ) -> None:
        self.workers = workers
        self._cores = (cores or usable_cores()) // workers
        self._memory_limit = memory_limit
        self._stop_grace_s = stop_grace_s
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        start_fork_server(preload)
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._shares: queue.SimpleQueue[Share] = queue.SimpleQueue()
        for share in shares:
            self._shares.put(share)
        self._uses_gpus = bool(shares)
        self._alive_here, self._alive_there = self._context.Pipe()
        self._running: dict[Future[Any], _Process] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"pool-{n}", daemon=True)
            for n in range(workers)
        ]
        for thread in self._threads:
            thread.start()
        if memory_limit is not None:
            threading.Thread(target=self._watch_memory, name="pool-memory", daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a task; its future raises ``ProcessDiedError`` if the process vanishes."""
        if self._closed:
            raise RuntimeError("the pool is closed")
        future = StoppableFuture(self._stop)
        self._tasks.put((future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more tasks; wait for those queued, unless they are to be cancelled."""
        self._closed = True
        if cancel_futures:
            self._cancel_queued()
        for _ in self._threads:
            self._tasks.put(None)
        if wait:
            for thread in self._threads:
                thread.join()
            self._alive_here.close()

    def _stop(self, future: StoppableFuture) -> None:
        """SIGTERM now, SIGKILL after the grace."""
        with self._lock:
            running = self._running.get(future)
            if running is None or running.stopping:
                return
            running.stopping = True
        with contextlib.suppress(ValueError):  # closed: it ended by itself
            running.process.terminate()
        grace = threading.Timer(self._stop_grace_s, _kill, [running.process])
        grace.daemon = True
        grace.start()

    def _watch_memory(self) -> None:
        """Kill a task that keeps more than its limit, before the system kills any process."""
        import psutil

        limit = self._memory_limit or 0
        while not self._closed or self._running:
            with self._lock:
                watched = list(self._running.values())
            for item in watched:
                with contextlib.suppress(psutil.Error, ValueError):
                    used = psutil.Process(item.process.pid).memory_info().rss
                    if used > limit:
                        item.too_much = (
                            f"it kept {used / 1e9:.2f} GB of memory, above the limit of "
                            f"{limit / 1e9:.2f} GB per run"
                        )
                        _kill(item.process)
            time.sleep(MEMORY_LOOK_S)

    def _cancel_queued(self) -> None:
        while True:
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:
                return
            if task is not None:
                task[0].cancel()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, fn, args, kwargs = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                with self._share() as variables:
                    result = self._run(future, variables, (fn, args, kwargs))
                future.set_result(result)
            except BaseException as error:  # the future passes it on
                future.set_exception(error)

    @contextlib.contextmanager
    def _share(self) -> Iterator[dict[str, str]]:
        """Hold a share of a GPU; yields what its task's process is told."""
        if not self._uses_gpus:
            yield {}
            return
        share = self._shares.get()
        try:
            yield share.variables
        finally:
            self._shares.put(share)

    def _run(
        self,
        future: StoppableFuture,
        variables: dict[str, str],
        call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]],
    ) -> Any:
        given = (self._alive_there, self._cores, variables | found_whole(), call)
        try:
            answer, process = self._started(given)
        except (EOFError, OSError) as error:  # EOF: the server that forks it has ended
            raise ProcessDiedError(how_it_failed_to_start(error)) from error
        item = _Process(process)
        with self._lock:
            self._running[future] = item
        try:
            return receive(answer, process)
        except ProcessDiedError:
            if item.too_much is None:
                raise
            raise ProcessDiedError(item.too_much) from None
        finally:
            with self._lock:
                del self._running[future]
            process.join()
            process.close()
            answer.close()

    def _started(self, given: tuple[Any, ...]) -> tuple[Connection, BaseProcess]:
        """Where a task's process answers, and the process.

        A fork server that was killed, say, hears nobody for a moment before it has ended; then
        another one takes its place.
        """
        deadline = time.monotonic() + SERVER_ENDS_S
        while True:
            try:
                return self._forked(given)
            except ConnectionRefusedError:  # it was asked nothing, so no process runs the task
                if time.monotonic() > deadline:
                    raise
                time.sleep(CONNECT_AGAIN_S)

    def _forked(self, given: tuple[Any, ...]) -> tuple[Connection, BaseProcess]:
        """The same, of the fork server that runs now."""
        answer, question = self._context.Pipe(duplex=False)
        process = self._context.Process(target=child, args=(question, *given), daemon=False)
        try:
            process.start()
        except BaseException:
            answer.close()
            raise
        finally:
            question.close()
        return answer, process


def _kill(process: BaseProcess) -> None:
    with contextlib.suppress(ValueError):  # closed: it ended by itself
        if process.pid is not None:
            kill_tree(process.pid)
