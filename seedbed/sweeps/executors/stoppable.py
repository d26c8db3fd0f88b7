"""Futures whose running task can be stopped."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from seedbed.system.errors import SeedbedError


class ProcessDiedError(SeedbedError):
    """A task's process ended without an answer."""


class StoppableFuture(Future[Any]):
    """A future whose ``cancel`` also asks a task that runs already to stop.

    So a driver needs nothing beyond ``concurrent.futures``. ``cancel`` then returns False, as for
    any running task, and the task's own answer still arrives. A second call is harmless, and is
    needed if the task was just about to start at the first call.

    Args:
        stop: Asks the running task to stop.
    """

    def __init__(self, stop: Callable[["StoppableFuture"], None]) -> None:
        super().__init__()
        self._stop = stop

    def cancel(self) -> bool:
        """Cancel a waiting task; ask a running one to stop."""
        if super().cancel():
            return True
        if self.running():
            self._stop(self)
        return False
