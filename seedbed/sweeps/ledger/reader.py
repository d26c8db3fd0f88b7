"""Read a ledger, without the sweep's design and without a lock."""

import time
from collections.abc import Collection, Iterable
from datetime import timedelta
from pathlib import Path

from seedbed.sweeps.ledger.damaged_results import damaged_results, suspected_cells
from seedbed.sweeps.ledger.standings import standings_of, without_result
from seedbed.sweeps.ledger.storages.storage import LedgerRecord, LedgerTrial
from seedbed.sweeps.ledger.storages.tally import Tally, tally_of
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.study_notes import Order, StudyNotes
from seedbed.sweeps.ledger.trial_attributes import CELL, FINGERPRINT, REASON
from seedbed.sweeps.strategies.protocol import Standing, SweepState
from seedbed.tracking.cell_counts import CellCounts

REMOVAL_S = 0.1
"""A delivered folder is removed in less."""


class LedgerReader:
    """How far a sweep is, as its ledger says.

    Args:
        storage: The sweep's ledger.
        folders: Parent of the run folders, to leave out counted results whose folder is damaged
            before the next driver does; None to read the ledger alone.

    Attributes:
        name: Name of the sweep.
        place: Where the ledger is, without a password.
        notes: What the ledger notes about the sweep as a whole.
    """

    def __init__(self, storage: LedgerRecord, folders: Path | None = None) -> None:
        self._storage = storage
        self._folders = folders
        self.name = storage.name
        self.place = storage.place
        self.notes = StudyNotes(storage)

    def close(self) -> None:
        """Close the ledger's connections; it is not used afterwards."""
        self._storage.close()

    def order(self, what: Order) -> None:
        """Ask every driver to start no more (``stop``), or to stop current runs too."""
        self.notes.order(what)

    def trials(self, *states: TrialState, curves: bool = False) -> list[LedgerTrial]:
        """The tries in these states (default: all), in the order in which they were queued.

        Args:
            states: States of the tries.
            curves: Whether to read the accuracy of each epoch as well.
        """
        lost = self.notes.lost_results
        if not lost and self._folders is None:
            return self._storage.trials(states or None, curves=curves)
        trials = _without_results(self._storage.trials(curves=curves), lost)
        if self._folders is not None:
            trials = _without_results(trials, damaged_results(trials, self._folders))
        return [trial for trial in trials if not states or trial.state in states]

    def standings(self) -> dict[str, Standing]:
        """Cell id → where it stands, for every cell that was ever queued."""
        return standings_of(self.trials())

    def tally(self) -> Tally:
        """Where the cells stand; takes little longer for a large sweep than for a small one."""
        if self.notes.lost_results or self._is_suspected():
            return tally_of(self.trials())
        return self._storage.tally()

    def _is_suspected(self) -> bool:
        """Whether a counted result may lie in a damaged folder, and not in one just removed."""
        if self._folders is None:
            return False
        cells = suspected_cells(self._folders)
        if not cells or not self._storage.any_done(cells):
            return False
        time.sleep(REMOVAL_S)
        cells &= suspected_cells(self._folders)
        return bool(cells) and self._storage.any_done(cells)

    def counts(self, standings: Iterable[Standing] | None = None) -> CellCounts:
        """How far the sweep is.

        Args:
            standings: Where each cell stands, if that is known; else the ledger is read.
        """
        if standings is None:
            standings = self.tally().counts.elements()
        ended = self.notes.early_end is not None
        return CellCounts.of(standings, self.notes.planned, ended=ended)

    def scores(self) -> dict[str, float]:
        """Cell id → score, of every cell that is done."""
        done = self.trials(TrialState.COMPLETE)
        return {trial.attrs[CELL]: float(trial.score or 0) for trial in done}

    def fingerprints(self) -> dict[str, str]:
        """Cell id → fingerprint, of every cell that is done."""
        done = self.trials(TrialState.COMPLETE)
        return {t.attrs[CELL]: t.attrs[FINGERPRINT] for t in done if FINGERPRINT in t.attrs}

    def reasons(self) -> dict[str, str]:
        """Cell id → reason of its last failure, for cells that stand as failed."""
        trials = self.trials()
        standings = standings_of(trials)
        return {
            trial.attrs[CELL]: str(trial.attrs.get(REASON, ""))
            for trial in trials
            if trial.state == TrialState.FAIL and standings[trial.attrs[CELL]] == "failed"
        }

    def running(self) -> int:
        """How many tries run, here and elsewhere."""
        return len(self.trials(TrialState.RUNNING))

    def sweep_state(self, curves: bool = False) -> SweepState:
        """How far the sweep is, for a strategy to judge by.

        Args:
            curves: Whether to read the accuracy of each epoch as well.
        """
        trials = self.trials(curves=curves)
        times = (trial.ended - trial.started for trial in trials if trial.ended and trial.started)
        total = sum((max(time, timedelta()) for time in times), timedelta())
        return SweepState(
            standings=standings_of(trials),
            scores={trial.attrs[CELL]: trial.score for trial in trials if trial.score is not None},
            curves={trial.attrs[CELL]: trial.curve for trial in trials if trial.curve},
            minutes=total.total_seconds() / 60,
            test_examples=self.notes.test_examples,
            weights={
                trial.attrs[CELL]: trial.attrs[FINGERPRINT]
                for trial in trials
                if trial.score is not None and FINGERPRINT in trial.attrs
            },
        )


def _without_results(trials: list[LedgerTrial], lost: Collection[int]) -> list[LedgerTrial]:
    """The tries, those with a lost result as failed."""
    return [without_result(trial) if trial.number in lost else trial for trial in trials]
