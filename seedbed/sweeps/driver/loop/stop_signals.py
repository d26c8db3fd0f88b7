"""Ctrl-C and SIGTERM while a sweep runs: count them, and put the old handlers back at the end."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

FINISH, STOP = 1, 2
"""Let current runs finish and start no more; stop current runs too."""


@contextmanager
def stop_signals(ask_to_stop: Callable[[int], None]) -> Iterator[None]:
    """Turn signals into requests to stop, inside this context.

    Args:
        ask_to_stop: Called with ``FINISH`` at a Ctrl-C and with ``STOP`` at a SIGTERM; the caller
            adds them up, so that a second Ctrl-C stops current runs.
    """

    def handle(number: int, _frame: FrameType | None) -> None:
        ask_to_stop(FINISH if number == signal.SIGINT else STOP)

    before = {n: signal.signal(n, handle) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
