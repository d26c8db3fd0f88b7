"""Reads what takes longer the further a sweep is, so seldom that it takes little of the time."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

SHARE = 0.02
"""Of the driver's time, at most."""

T = TypeVar("T")


class SparingReader(Generic[T]):
    """Calls a function again once enough time has passed since its last call.

    Args:
        read: What to call.
        share: Of the time, that the calls may take.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        read: Callable[[], T],
        share: float = SHARE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._share = share
        self._clock = clock
        self._due = -float("inf")

    def read(self) -> T | None:
        """What the function gives now; None if it took too long the last time to be called yet."""
        began = self._clock()
        if began < self._due:
            return None
        found = self._read()
        ended = self._clock()
        self._due = ended + (ended - began) / self._share
        return found
