"""Queue the cells of a sweep: those of its file, those of its strategy, and those that failed."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.ledger.cell_trials import CellTrials
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.standings import last_tries, standings_of, tries_to_repeat
from seedbed.sweeps.ledger.storages.storage import LedgerStorage
from seedbed.sweeps.ledger.trial_attributes import AGAIN, LOST, TRY
from seedbed.sweeps.strategies.protocol import Strategy

AT_ONCE = 10_000
"""Cells of a fixed design that are queued at a time."""


class CellQueue(LedgerReader):
    """Queues cells as waiting trials, one process at a time.

    Args:
        storage: Where the ledger is kept.
        cells: The sweep's cells, as trials.
    """

    def __init__(self, storage: LedgerStorage, cells: CellTrials) -> None:
        super().__init__(storage)
        self._filled = storage
        self._cells = cells
        self._is_filling = False
        self._designed: Sequence[Cell] = ()
        self._queued = 0

    @contextmanager
    def filling(self) -> Iterator[None]:
        """A context in which no other process fills or settles this ledger; may be nested.

        Raises:
            LockedError: Another process holds the lock for too long.
        """
        if self._is_filling:
            yield
            return
        with self._filled.lock():
            self._is_filling = True
            try:
                yield
            finally:
                self._is_filling = False

    def queue(self, cells: Sequence[Cell]) -> int:
        """Queue the cells that the ledger does not have yet; returns how many."""
        with self.filling():
            return self._queue_missing(cells)

    def queue_in_parts(self, cells: Sequence[Cell]) -> None:
        """Queue the first ``AT_ONCE`` cells that the ledger lacks, ``queue_part`` the others.

        So a driver of 100,000 cells begins as soon as one of 10,000.
        """
        self._designed, self._queued = cells, 0
        self.queue_part()

    def queue_part(self) -> bool:
        """Queue the next cells of the design, unless some wait; False if there are no more."""
        if self._queued == len(self._designed):
            return False
        with self.filling():
            self._queue_missing(())
            known = self.standings()
            are_many = len(self._designed) > AT_ONCE
            if are_many and any(known.get(cell.id) == "waiting" for cell in self._designed):
                return True  # another driver has just queued them
            part: list[Cell] = []
            end = self._queued
            while end < len(self._designed) and len(part) < AT_ONCE:
                part += [self._designed[end]] * (self._designed[end].id not in known)
                end += 1
            self._queue_missing(part)
            self._queued = end
        return bool(part)

    def retry_failed(self) -> list[str]:
        """Queue every cell that stands as failed once more; returns their ids."""
        with self.filling():
            trials = self.trials()
            standings = standings_of(trials)
            failed = {
                cell: trial
                for cell, trial in last_tries(trials).items()
                if standings[cell] == "failed" and self._cells.belongs(trial)
            }
            spent = {TRY: 0, LOST: 0}
            self._filled.add([self._cells.next_try(trial, spent) for trial in failed.values()])
        return list(failed)

    def consult(self, strategy: Strategy) -> None:
        """Let an adaptive strategy add cells or end the sweep, one driver at a time."""
        if not strategy.adaptive or self.notes.early_end:
            return
        with self.filling():
            state = self.sweep_state(strategy.needs_curves)
            reason = strategy.finished(state)
            if reason:
                self.notes.early_end = reason
            else:
                self._queue_missing(strategy.more(state))

    def _queue_missing(self, cells: Iterable[Cell]) -> int:
        """Queue new cells, and tries that a killed driver could not queue; call under the lock."""
        trials = self.trials()
        standings = standings_of(trials)
        self._filled.add(
            [
                self._cells.next_try(trial, trial.attrs[AGAIN])
                for trial in tries_to_repeat(trials)
                if self._cells.belongs(trial)
            ]
        )
        missing = {cell.id: cell for cell in cells if cell.id not in standings}
        self._filled.add([self._cells.waiting(cell) for cell in missing.values()])
        return len(missing)
