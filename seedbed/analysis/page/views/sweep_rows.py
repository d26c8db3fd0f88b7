"""The runs of all sweeps, the newest read each time and the older ones now and then.

A server takes longer to list a thousand sweeps than a page may take, so the first reading lists
the newest, and the older ones follow in a thread of their own. An SQLite file has them all at once.
"""

import threading
import time
from collections.abc import Callable, Sequence

from seedbed.system.errors import StoreError
from seedbed.tracking.reading.run_lists import RunLister
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import TAG_KIND, TAG_STATE

SWEEPS = f"tags.{TAG_KIND} = 'sweep'"
FIRST = 200
"""Newest sweeps of the first reading."""
NEWEST = 50
"""Newest sweeps that are read again each time, beside those under way."""
MOST_SWEEPS = 5000
AT_ONCE = 100
"""Runs that one question names."""
WHOLE_S = 120.0
"""After so long the older sweeps are read again: a verdict may have come, or a run be deleted."""


class SweepRows:
    """Keeps the runs of sweeps that one visitor may read.

    Args:
        visitor: Who reads.
        clock: Seconds, for tests.
    """

    def __init__(self, visitor: RunLister, clock: Callable[[], float] = time.monotonic) -> None:
        self._visitor = visitor
        self._clock = clock
        self._rows: dict[str, RunSummary] = {}
        self._thread: threading.Thread | None = None
        self._older: list[RunSummary] | None = None
        self._whole_at = float("-inf")
        self.complete = False

    def read(self, experiments: Sequence[str]) -> list[RunSummary]:
        """The sweeps in these experiments, newest first.

        Args:
            experiments: Those that the visitor may read now.

        Raises:
            LoginError: The store does not know the visitor.
            StoreError: The store cannot be reached.
        """
        whole = self._visitor.quick_sweeps(MOST_SWEEPS)
        if whole is not None:
            self._rows, self.complete = {row.run_id: row for row in whole}, True
        else:
            self._read_newest(experiments)
        allowed = set(experiments)
        rows = [row for row in self._rows.values() if row.experiment_id in allowed]
        return sorted(rows, key=lambda row: row.started_ms, reverse=True)

    def _read_newest(self, experiments: Sequence[str]) -> None:
        most = NEWEST if self.complete else FIRST
        fresh = {row.run_id: row for row in self._visitor.runs(experiments, SWEEPS, most)}
        if len(fresh) < most:
            self._rows, self.complete = fresh, True
        else:
            self._take_older(experiments)
            oldest = min(row.started_ms for row in fresh.values())
            kept = {key: row for key, row in self._rows.items() if row.started_ms <= oldest}
            self._rows = {**self._under_way(experiments, kept), **fresh}

    def _under_way(
        self, experiments: Sequence[str], kept: dict[str, RunSummary]
    ) -> dict[str, RunSummary]:
        """The older rows, those of sweeps that run or ran at the last reading as they are now."""
        running = self._visitor.runs(
            experiments, f"{SWEEPS} AND attributes.status = 'RUNNING'", MOST_SWEEPS
        )
        now = {row.run_id: row for row in running}
        ran = [
            key
            for key, row in kept.items()
            if row.tags.get(TAG_STATE) == "running" and key not in now
        ]
        for start in range(0, len(ran), AT_ONCE):
            some = ran[start : start + AT_ONCE]
            listed = ", ".join(f"'{key}'" for key in some)
            wanted = f"{SWEEPS} AND attributes.run_id IN ({listed})"
            ended = self._visitor.runs(experiments, wanted, len(some))
            now.update((one.run_id, one) for one in ended)
        return {**kept, **now}

    def _take_older(self, experiments: Sequence[str]) -> None:
        """Take what the thread has read, and start it when it is time."""
        if self._thread is not None and not self._thread.is_alive():
            self._thread = None
            if self._older is not None:
                self._rows = {row.run_id: row for row in self._older}
                self._older, self.complete = None, True
        if self._thread is None and self._clock() - self._whole_at >= WHOLE_S:
            self._whole_at = self._clock()
            self._thread = threading.Thread(
                target=self._read_older, args=(list(experiments),), daemon=True
            )
            self._thread.start()

    def _read_older(self, experiments: list[str]) -> None:
        try:
            self._older = self._visitor.runs(experiments, SWEEPS, MOST_SWEEPS)
        except StoreError:  # the next reading meets it too, and says so
            self._whole_at = float("-inf")
