"""Futures whose running task can be stopped."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from seedbed.system.errors import SeedbedError


class ProcessDiedError(SeedbedError):
    """A task's process ended without an answer."""


class StoppableFuture(Future[Any]):
    """A future whose ``cancel`` also asks a task that runs already to stop.

    So a driver needs nothing beyond ``concurrent.futures``. ``cancel`` returns False then, as it
    does for any running task, and the task's own answer still arrives. Asking twice is harmless,
    and needed where the first time the task was just about to start.

    Args:
        stop: Asks the running task to stop.
    """

    def __init__(self, stop: Callable[["StoppableFuture"], None]) -> None:
        super().__init__()
        self._stop = stop

    def cancel(self) -> bool:
        """Cancel the task if it waits; ask it to stop if it runs."""
        if super().cancel():
            return True
        if self.running():
            self._stop(self)
        return False
