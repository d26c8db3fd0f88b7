"""Whether this process was asked to stop, even if a library swallowed the exception.

SIGTERM raises ``StoppedError`` wherever the process is. Where that is within a library's C code,
the library may go on with the error set and raise another one, such as ``SystemError``.
A process that is forked from this one ends at SIGTERM as others do: a pool ends its workers so, and
a worker that waits for a lock may never come to a handler of Python's.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from seedbed.tracking.run_states import State
from seedbed.tracking.writing.run_folder import RunFolder

_signals: list[int] = []
_raising: list[bool] = []
"""Not empty while SIGTERM raises in this process."""


class StoppedError(BaseException):
    """SIGTERM arrived; not an ``Exception``, so that a handler in user code lets it pass."""


@contextmanager
def sigterm_raises() -> Iterator[None]:
    """SIGTERM becomes ``StoppedError`` in this block; outside the main thread nothing changes."""

    def stop(number: int, _frame: FrameType | None) -> None:
        _signals.append(number)
        raise StoppedError

    _signals.clear()
    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:
        yield
        return
    _raising.append(True)
    try:
        yield
    finally:
        _raising.clear()
        signal.signal(signal.SIGTERM, before)


def _end_at_sigterm() -> None:
    if _raising:
        _raising.clear()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


os.register_at_fork(after_in_child=_end_at_sigterm)


def how_to_stop(record: RunFolder, error: BaseException) -> tuple[State, str] | None:
    """How a run ends that raised an error because it was asked to stop; None if it was not asked.

    Args:
        record: The run's folder, in which its driver may have said how and why.
        error: What ended it.
    """
    is_stop = isinstance(error, StoppedError | KeyboardInterrupt)
    if not is_stop and (not _signals or isinstance(error, SystemExit)):
        return None
    return record.asked() or ("stopped", "it was asked to stop (Ctrl-C or SIGTERM)")
