"""Progress on standard error, once a reading has taken long enough to be wondered about."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


PATIENCE_S = 2.0


class Waiting:
    """Shows how far a reading is; says nothing when it is short or nobody watches."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._begin_at = time.monotonic() + patience_s
        self._shown: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Waiting":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown is not None:
            self._shown.stop()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` are done; a total of 0 is not known."""
        if time.monotonic() < self._begin_at or not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        if self._shown is None:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._shown = Progress(*columns, console=Console(stderr=True), transient=True)
            self._shown.start()
        if what not in self._tasks:
            self._tasks[what] = self._shown.add_task(what, total=None)
        most = max(total, done) if total else None
        self._shown.update(self._tasks[what], completed=done, total=most)
