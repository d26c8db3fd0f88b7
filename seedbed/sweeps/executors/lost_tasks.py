"""Runs whose Dask scheduler was lost: once it is back, each is asked for where it goes on."""

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING

from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.executors import dask_worker

if TYPE_CHECKING:
    from distributed import Client

LOOK_S = 0.5
SETTLED_S = 1.5
"""After a scheduler's return, when most of its workers have joined it again."""

RETURN_S = 10.0
"""After a scheduler's return, how long its workers may take to join it again."""


class LostTasks:
    """Asks the workers of a scheduler that has returned for the runs that went on.

    Args:
        client: Dask's client, which looks for the scheduler by itself.
        back: Called when the scheduler is back.
        again: Sends a run's task again, to the worker with this address.
        give_up: Ends a run that no worker has.
    """

    def __init__(
        self,
        client: "Client",
        back: Callable[[], None],
        again: Callable[[Future[Outcome], str], None],
        give_up: Callable[[Future[Outcome]], None],
    ) -> None:
        self._client = client
        self._back, self._again, self._give_up = back, again, give_up
        self._lost: dict[str, Future[Outcome]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_settled = False

    @property
    def unfound(self) -> int:
        """How many runs no worker has though most are back: these take up no worker's place."""
        with self._lock:
            return len(self._lost) if self._is_settled else 0

    def add(self, delivery: str, future: Future[Outcome]) -> None:
        """Look for a run as soon as the scheduler is back."""
        with self._lock:
            self._lost[delivery] = future
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def drop(self, future: Future[Outcome]) -> bool:
        """Look for a run no longer; whether it was looked for."""
        with self._lock:
            found = [name for name, one in self._lost.items() if one is future]
            for name in found:
                del self._lost[name]
        if found:
            self._give_up(future)
        return bool(found)

    def _work(self) -> None:
        while self._client.status in ("connecting", "newly-created"):
            time.sleep(LOOK_S)
        if self._client.status == "running":
            self._back()
        began = time.monotonic()
        while self._left() and self._client.status == "running":
            self._send(self._holders())
            waited = time.monotonic() - began
            self._is_settled = waited >= SETTLED_S
            if waited >= RETURN_S:
                break
            time.sleep(LOOK_S)
        with self._lock:
            lost, self._lost, self._thread = self._lost, {}, None
            self._is_settled = False
        for future in lost.values():
            self._give_up(future)

    def _left(self) -> bool:
        with self._lock:
            return bool(self._lost)

    def _holders(self) -> Mapping[str, list[str]]:
        """Address of a worker → the deliveries that it has."""
        with self._lock:
            wanted = list(self._lost)
        with contextlib.suppress(OSError, TimeoutError, ValueError, RuntimeError):
            found: Mapping[str, list[str]] = self._client.run(
                dask_worker.asked_for, wanted, on_error="ignore"
            )
            return found
        return {}

    def _send(self, holders: Mapping[str, list[str]]) -> None:
        for address, deliveries in holders.items():
            for delivery in deliveries or ():
                with self._lock:
                    future = self._lost.pop(delivery, None)
                if future is not None:
                    self._again(future, address)
