"""One reading of the store for many viewers."""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from seedbed.analysis.page.overview import Overview, Place, Reader
from seedbed.analysis.page.sweep_view import SweepView, read_sweep_view
from seedbed.system.errors import StoreError
from seedbed.tracking.reading.run_lists import LoginError, RunLister

Login = tuple[str, str] | None
FRESH_S = 4.0
MOST_LOGINS = 64
MOST_SWEEP_PAGES = 16
"""Sweeps' own pages that are kept for a login."""


@dataclass
class _Entry:
    reader: Reader
    lock: threading.Lock = field(default_factory=threading.Lock)
    read_at: float = float("-inf")
    overview: Overview | None = None
    error: StoreError | None = None
    sweeps: OrderedDict[Place, tuple[float, SweepView | None]] = field(default_factory=OrderedDict)


class Cache:
    """Overviews by login; each is read at most once in ``FRESH_S`` seconds, by one thread.

    Args:
        visitor: Login → the store as it may be read with it.
        clock: Seconds, for tests.
    """

    def __init__(
        self, visitor: Callable[[Login], RunLister], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._visitor = visitor
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def overview(self, login: Login) -> Overview:
        """What this login may see.

        Raises:
            LoginError: The store does not know the login.
            StoreError: The store cannot be reached.
        """
        entry = self._entry(login)
        with entry.lock:
            if self._clock() - entry.read_at >= FRESH_S:
                try:
                    self._read(entry)
                except LoginError:
                    self._forget(login)
                    raise
            if entry.error is not None:
                raise entry.error
            assert entry.overview is not None  # noqa: S101 (read, or an error was kept)
            return entry.overview

    def sweep(self, login: Login, place: Place) -> SweepView | None:
        """One sweep as this login may see it; None if there is none.

        Raises:
            LoginError: The store does not know the login.
            StoreError: The store cannot be reached.
        """
        entry = self._entry(login)
        with entry.lock:
            read_at, view = entry.sweeps.pop(place, (float("-inf"), None))
            if self._clock() - read_at >= FRESH_S:
                try:
                    view = read_sweep_view(entry.reader.visitor, place)
                except LoginError:
                    self._forget(login)
                    raise
                read_at = self._clock()
            entry.sweeps[place] = (read_at, view)
            while len(entry.sweeps) > MOST_SWEEP_PAGES:
                entry.sweeps.popitem(last=False)
            return view

    def _read(self, entry: _Entry) -> None:
        try:
            entry.overview, entry.error = entry.reader.read(), None
        except LoginError:
            raise
        except StoreError as error:
            entry.error = error
        entry.read_at = self._clock()

    def _entry(self, login: Login) -> _Entry:
        """The login's entry; passwords are kept only inside of their visitors."""
        key = self._key(login)
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = _Entry(Reader(self._visitor(login)))
            self._entries.move_to_end(key)
            while len(self._entries) > MOST_LOGINS:
                self._entries.popitem(last=False)
            return entry

    def _forget(self, login: Login) -> None:
        """Keep nothing of a refused login: it may be made any moment, and others are endless."""
        with self._lock:
            self._entries.pop(self._key(login), None)

    def _key(self, login: Login) -> bytes:
        return hashlib.blake2b(repr(login).encode(), key=self._salt).digest()
