"""One reading of the store for many viewers."""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from seedbed.analysis.page.charts.run_curves import CurveReader
from seedbed.analysis.page.serving.access import Login
from seedbed.analysis.page.views.overview import Overview, Reader
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_view import SweepView, find_sweep_run, read_sweep_view
from seedbed.system.errors import StoreError
from seedbed.tracking.reading.run_lists import LoginError, RunLister
from seedbed.tracking.reading.run_summary import RunSummary

FRESH_S = 4.0
MOST_LOGINS = 64
RIGHTS_S = 30.0
"""How long a right to read or write a sweep holds without asking MLflow; an order always asks."""
MOST_SWEEP_PAGES = 64
"""Sweeps' own pages that are kept."""


@dataclass
class _Entry:
    reader: Reader
    lock: threading.Lock = field(default_factory=threading.Lock)
    read_at: float = float("-inf")
    overview: Overview | None = None
    error: StoreError | None = None
    readable: OrderedDict[Place, float] = field(default_factory=OrderedDict)
    rights: dict[str, tuple[float, bool]] = field(default_factory=dict)


@dataclass
class _Sweep:
    """A sweep's page, which all who may read it share."""

    curves: CurveReader = field(default_factory=CurveReader)
    lock: threading.Lock = field(default_factory=threading.Lock)
    read_at: float = float("-inf")
    view: SweepView | None = None
    error: StoreError | None = None


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
        self._sweeps: OrderedDict[Place, _Sweep] = OrderedDict()
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
        try:
            may, parent = self._may_read(entry, place)
            if not may:
                return None
            shared = self._shared(place)
            with shared.lock:
                if self._clock() - shared.read_at >= FRESH_S:
                    self._read_sweep(shared, entry.reader.visitor, place, parent)
                if shared.error is not None:
                    raise shared.error
                return shared.view
        except LoginError:
            self._forget(login)
            raise

    def _read_sweep(
        self, shared: _Sweep, visitor: RunLister, place: Place, parent: RunSummary | None
    ) -> None:
        """Read a sweep's page; that the store is away is kept too, for all who ask."""
        try:
            shared.view = read_sweep_view(visitor, place, shared.curves, parent)
            shared.error = None
        except LoginError:
            raise
        except StoreError as error:
            shared.error = error
        shared.read_at = self._clock()

    def _may_read(self, entry: _Entry, place: Place) -> tuple[bool, RunSummary | None]:
        """Whether the store shows the sweep to this login; asked again after ``RIGHTS_S``.

        Returns:
            That, and the sweep's run where it was read for this.
        """
        with entry.lock:
            if self._clock() - entry.readable.get(place, float("-inf")) < RIGHTS_S:
                return True, None
            entry.readable.pop(place, None)
            parent = find_sweep_run(entry.reader.visitor, place)
            if parent is None:
                return False, None
            entry.readable[place] = self._clock()
            while len(entry.readable) > MOST_SWEEP_PAGES:
                entry.readable.popitem(last=False)
            return True, parent

    def _shared(self, place: Place) -> _Sweep:
        with self._lock:
            shared = self._sweeps.setdefault(place, _Sweep())
            self._sweeps.move_to_end(place)
            while len(self._sweeps) > MOST_SWEEP_PAGES:
                self._sweeps.popitem(last=False)
            return shared

    def may_write(self, login: Login, experiment_id: str, *, now: bool = False) -> bool:
        """Whether this login may change an experiment's runs; errors as above.

        Args:
            login: Whose.
            experiment_id: MLflow's id of the experiment.
            now: Whether to ask MLflow although it was asked a moment ago.
        """
        entry = self._entry(login)
        read_at, may = entry.rights.get(experiment_id, (float("-inf"), False))
        if now or self._clock() - read_at >= RIGHTS_S:
            may = entry.reader.visitor.may_write(experiment_id)
            entry.rights[experiment_id] = (self._clock(), may)
        return may

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
