"""An executor without processes, for tests and for a debugger."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import TypeVar

T = TypeVar("T")


class InProcess(Executor):
    """Runs each task in the calling thread, before ``submit`` returns.

    Its timing is deterministic. But a second training in one process starts from what the first one
    left in memory, so its results differ from those of a sweep.
    """

    workers = 1

    def __init__(self) -> None:
        self._closed = False

    def submit(self, fn: Callable[..., T], /, *args: object, **kwargs: object) -> Future[T]:
        """Run the task now; its future is done."""
        if self._closed:
            raise RuntimeError("the executor is closed")
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # a user's network raises anything
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Take no more tasks."""
        self._closed = True
