"""The ledger: which cell is waiting, running, done or failed. An Optuna study, one trial per try.

Every cell is queued in advance as a waiting trial. A driver claims a trial by moving it to RUNNING,
which the storage grants to one driver only. A try that fails ends as FAIL, and if the cell may be
tried again, another waiting trial is queued; so a cell is done exactly if it has a COMPLETE trial.
A driver renews its lease. If it stops doing so, its claims are given back, and a result that it
still brings is ignored.

MLflow is the record, never the ledger.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from optuna.exceptions import UpdateFinishedTrialError

from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.ledger.cell_queue import CellQueue
from seedbed.sweeps.ledger.cell_trials import CellTrials
from seedbed.sweeps.ledger.leases import Leases
from seedbed.sweeps.ledger.same_design import LedgerDesign, note_design
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.sweeps.ledger.storages.storage import LedgerStorage, LedgerTrial
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import (
    AGAIN,
    DELIVERY,
    FINGERPRINT,
    LOST,
    OWNER,
    REASON,
    TRY,
)
from seedbed.sweeps.strategies.protocol import FixedDesign, Strategy
from seedbed.system.errors import StoreError
from seedbed.system.processes.process_identity import Owner

MAX_TRIES = 3
"""Tries of a cell that fails for a reason that may pass, such as a process that vanished."""

MAX_LOST = 20
"""Times that a cell may vanish together with its driver, which is seldom the cell's fault."""

CANDIDATES = 8
"""Waiting trials that are read at once and remembered from one claim to the next."""


@dataclass(frozen=True)
class Claim:
    """A cell that this process is to run.

    Attributes:
        trial_id: The storage's id of the trial.
        cell: The cell.
        tries: Tries of this cell that failed before.
        lost: Tries that vanished with their driver.
    """

    trial_id: int
    cell: Cell
    tries: int
    lost: int = 0


@dataclass(frozen=True)
class RecordedResult:
    """A finished run as MLflow has it.

    Attributes:
        cell: Id of its cell.
        delivery: Identity of its folder.
        score: Its score.
        fingerprint: SHA-256 of its weights, or None.
    """

    cell: str
    delivery: str
    score: float
    fingerprint: str | None


class Ledger(CellQueue):
    """The cells of one sweep: queues them, hands them out, and notes how they end.

    Args:
        storage: Where the ledger is kept.
        cells: The sweep's cells, as trials.
        max_tries: Tries of a cell that fails for a reason that may pass.
        clock: Seconds that only grow, for leases.

    Attributes:
        leases: This driver's lease, and those of the others.
    """

    def __init__(
        self,
        storage: LedgerStorage,
        cells: CellTrials,
        max_tries: int = MAX_TRIES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(storage, cells)
        self._trials = storage.storage
        self._max_tries = max_tries
        self._candidates: list[LedgerTrial] = []
        self.leases = Leases(storage, clock)

    @classmethod
    def of(
        cls, design: LedgerDesign, storage: LedgerStorage, max_tries: int = MAX_TRIES
    ) -> "Ledger":
        """The ledger of a design in a storage that is open; nothing is queued."""
        return cls(storage, CellTrials(design.cells, design.reference, design.varied), max_tries)

    @classmethod
    def open(
        cls,
        design: LedgerDesign,
        url: str | None = None,
        strategy: Strategy | None = None,
        max_tries: int = MAX_TRIES,
    ) -> "Ledger":
        """Open the sweep's ledger, new or not, and queue cells that it does not have yet.

        Raises:
            InputError: The name belongs to a sweep with another experiment or other options, or
                the URL names no ledger.
            StoreError: The ledger cannot be reached.
        """
        ledger = cls.of(design, open_storage(design.name, url), max_tries)
        try:
            ledger.check_whole()
            with ledger.filling():
                note_design(ledger.notes, design)
            strategy = strategy or FixedDesign()
            if strategy.adaptive:  # it is asked about every cell
                ledger.queue(design.cells)
            else:
                ledger.queue_in_parts(design.cells)
            ledger.notes.early_end = None
            ledger.consult(strategy)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def check_whole(self) -> None:
        """Refuse a ledger whose file lost entries: results might be trained a second time.

        Raises:
            StoreError: Entries are lost; says which command mends it.
        """
        damage = self._filled.damage()
        if damage is not None:
            raise StoreError(
                f"A ledger must be whole before cells are run, but {damage}: seedbed repair "
                f"{self.name} mends it and keeps a copy."
            )

    def adopt(self, trial: LedgerTrial, result: RecordedResult) -> bool:
        """Count a result that MLflow has and the ledger lost. False if the try has ended."""
        noted = {DELIVERY: result.delivery}
        write = self._filled.claim if trial.state == TrialState.WAITING else self._filled.change
        if not write(trial.trial_id, noted):  # a driver has just claimed it, or it has ended
            return False
        return self.done(trial.trial_id, result.score, result.fingerprint)

    # Claims

    def claim(self) -> Claim | None:
        """Claim the next waiting cell for this process; None if none waits.

        The storage refuses a remembered candidate that another driver has claimed since.
        """
        while True:
            self._candidates = self._candidates or self._waiting_trials()
            if not self._candidates:
                return None
            trial = self._candidates.pop(0)
            if self._filled.claim(trial.trial_id, {OWNER: Owner.this().asdict()}):
                tries, lost = int(trial.attrs.get(TRY, 0)), int(trial.attrs.get(LOST, 0))
                return Claim(trial.trial_id, self._cells.cell_of(trial), tries, lost)

    def index(self) -> None:
        """Keep what ``status`` asks for, if reading it anew would take long; call it seldom."""
        self._filled.index()

    def waiting(self) -> bool:
        """Whether a cell waits that a driver of this design would claim."""
        return bool(self._waiting_trials())

    def _waiting_trials(self) -> list[LedgerTrial]:
        """A few waiting trials; a cell that was taken out of the sweep's file is left waiting."""
        limit = CANDIDATES
        while True:
            trials = self._storage.trials([TrialState.WAITING], limit=limit)
            mine = [trial for trial in trials if self._cells.belongs(trial)]
            if mine:
                return mine
            if len(trials) >= limit:
                limit *= 8
            elif not self.queue_part():
                return []

    def starts(self, claim: Claim, delivery: str) -> bool:
        """Note which run folder the claim writes, so that its result is found after a crash.

        False if the claim was given back: this process was suspended for too long.
        """
        return self._filled.change(claim.trial_id, {DELIVERY: delivery})

    def report(self, trial_id: int, curve: Mapping[int, float]) -> None:
        """Note the validation accuracy of epochs, for every driver to prune by."""
        try:
            for epoch, value in curve.items():
                self._trials.set_trial_intermediate_value(trial_id, epoch, value)
        except UpdateFinishedTrialError:
            return

    # Ends

    def done(self, trial_id: int, score: float, fingerprint: str | None = None) -> bool:
        """Record the result. False if the claim was lost; the result is then ignored."""
        notes = {} if fingerprint is None else {FINGERPRINT: fingerprint}
        ended = self._filled.change(trial_id, notes, TrialState.COMPLETE, score)
        return ended or self._has_result(trial_id, score)

    def pruned(self, trial_id: int, reason: str) -> bool:
        """Record that the cell was not worth finishing. False if the claim was lost."""
        return self._filled.change(trial_id, {REASON: reason}, TrialState.PRUNED)

    def failed(self, trial_id: int, reason: str, again: bool) -> bool:
        """Record that the try failed. False if the try had ended before.

        Args:
            trial_id: The try.
            reason: Why, in one sentence.
            again: Whether the reason may pass; the cell is queued once more up to the limit.
        """
        return self._fail(trial_id, reason, TRY if again else None, self._max_tries)

    def returned(self, trial_id: int, reason: str) -> bool:
        """Queue the cell of a try that was stopped on request; the try does not count."""
        return self._fail(trial_id, reason, "", 0)

    def lost(self, trial_id: int, reason: str) -> bool:
        """Queue the cell of a try that vanished with its driver, up to a limit."""
        return self._fail(trial_id, reason, LOST, MAX_LOST)

    # Optuna's trials

    def _has_result(self, trial_id: int, score: float) -> bool:
        """Whether the try has this result: it was recorded before, and the answer was lost."""
        trial = self._trials.get_trial(trial_id)
        return TrialState(trial.state) == TrialState.COMPLETE and bool(trial.values == [score])

    def _fail(self, trial_id: int, reason: str, counts: str | None, limit: int) -> bool:
        """End a try as failed, and queue its cell again unless the limit is reached.

        The next try is noted before the end, so that a kill in between loses nothing: whoever fills
        the ledger next queues what is missing.

        Args:
            trial_id: The try.
            reason: Why it failed.
            counts: Which count of tries it adds to; empty for none, None to try no more.
            limit: The limit of that count.
        """
        attrs = self._trials.get_trial(trial_id).user_attrs
        spent = None
        if counts is not None:
            spent = {TRY: int(attrs.get(TRY, 0)), LOST: int(attrs.get(LOST, 0))}
            if counts:
                spent[counts] += 1
                spent = spent if spent[counts] < limit else None
        notes = {AGAIN: spent, REASON: reason}
        ended = self._filled.change(trial_id, notes, TrialState.FAIL)
        if spent is not None or not ended:  # it was recorded before, perhaps without an answer
            self.queue(())
        return ended
