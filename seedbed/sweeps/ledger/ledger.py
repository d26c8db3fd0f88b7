"""The ledger: which cell is waiting, running, done or failed. An Optuna study, one trial per try.

Every cell is queued in advance as a waiting trial. A driver claims one by moving it to RUNNING,
which the storage grants to one driver only. A try that came to nothing ends as FAIL and, if the
cell may be tried again, another waiting trial takes its place; so a cell is done exactly when it
has a COMPLETE trial. A driver renews its lease; where another host's driver stops doing so, its
claims are given back, and a result that it still brings is not counted.

MLflow is the record, never the ledger.
"""

import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from optuna.distributions import CategoricalDistribution
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState, create_trial

from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.options import parse
from seedbed.sweeps.design.design import Cell, Design
from seedbed.sweeps.ledger.leases import LEASE, LEASE_S, RENEW_S, UNMARKED_S
from seedbed.sweeps.ledger.open_storage import open_storage
from seedbed.sweeps.ledger.same_design import place_of
from seedbed.sweeps.ledger.standings import last_tries, standings_of
from seedbed.sweeps.ledger.storage import LedgerStorage, LedgerTrial
from seedbed.sweeps.ledger.trial_attributes import (
    AGAIN,
    CELL,
    DELIVERY,
    FINGERPRINT,
    LOST,
    NAME,
    OWNER,
    PARAMS,
    REASON,
    SEEDS,
    TRY,
)
from seedbed.sweeps.strategies.protocol import FixedDesign, Standing, Strategy, SweepState
from seedbed.system.process_identity import Owner

MAX_TRIES = 3
"""Tries of a cell that failed for a reason that may pass, such as a process that vanished."""

MAX_LOST = 20
"""Times that a cell may vanish together with its driver, which is seldom the cell's fault."""


CANDIDATES = 8

Order = Literal["stop", "cancel"]
OPEN_STATES = (TrialState.WAITING, TrialState.RUNNING)


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


class Ledger:
    """The cells of one sweep and how far each is.

    Args:
        book: Where it is kept.
        design: What the sweep asks for.
        max_tries: Tries of a cell that fails for a reason that may pass.
        clock: Seconds that only grow, for leases.
    """

    def __init__(
        self,
        book: LedgerStorage,
        design: Design,
        max_tries: int = MAX_TRIES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._book = book
        self._storage = book.storage
        self._study_id = book.study_id
        self._design = design
        self._cells = {cell.id: cell for cell in design.cells}
        self._designed = frozenset(self._cells)
        self._remembered: list[LedgerTrial] = []
        self._values: dict[str, list[Any]] = {}
        self._max_tries = max_tries
        self._clock = clock
        self._seen_leases: dict[str, tuple[object, float]] = {}
        self._seen_unmarked: dict[int, float] = {}
        self._renewals = 0
        self._depth = 0
        self._renewed = -RENEW_S
        self.name = design.name
        self.place = book.place

    @classmethod
    def open(
        cls,
        design: Design,
        url: str | None = None,
        strategy: Strategy | None = None,
        max_tries: int = MAX_TRIES,
    ) -> "Ledger":
        """Open the sweep's ledger, made and filled when new; cells that are missing are queued.

        Raises:
            InputError: The name belongs to a sweep with another experiment or other options, or
                the URL names no ledger.
            StoreError: The ledger cannot be reached.
        """
        ledger = cls(open_storage(design.name, url), design, max_tries)
        try:
            with ledger.filling():
                ledger._check_same_design()
                ledger._set_study("file", {"name": design.name, "text": design.file.text})
            ledger.queue(design.cells)
            ledger._set_study("early_end", None)
            ledger.consult(strategy or FixedDesign())
        except BaseException:
            ledger.close()
            raise
        return ledger

    def close(self) -> None:
        """Let go of its connections; the ledger is not used afterwards."""
        self._book.close()

    # What the sweep as a whole notes

    @property
    def identity(self) -> str:
        """Tells this ledger from another of the same name; the parent run carries it."""
        return str(self._attrs()["identity"])

    @property
    def parent_run_id(self) -> str | None:
        """MLflow's id of the parent run, once there is one."""
        found = self._attrs().get("parent_run_id")
        return str(found) if found else None

    @parent_run_id.setter
    def parent_run_id(self, run_id: str) -> None:
        self._set_study("parent_run_id", run_id)

    @contextmanager
    def filling(self) -> Iterator[None]:
        """A context in which no other process fills or settles this ledger; may be nested."""
        if self._depth:
            yield
            return
        with self._book.lock():
            self._depth = 1
            try:
                yield
            finally:
                self._depth = 0

    def order(self, what: Order) -> None:
        """Ask every driver to stop after what runs, or to stop what runs too."""
        self._set_study("order", {"what": what, "id": uuid.uuid4().hex})

    def orders(self) -> tuple[Order | None, str]:
        """The newest order and its identity."""
        found = self._attrs().get("order") or {}
        return found.get("what"), found.get("id", "")

    @property
    def early_end(self) -> str | None:
        """Why the strategy ended the sweep although cells wait; None while it goes on."""
        found = self._attrs().get("early_end")
        return str(found) if found else None

    # Claims

    def claim(self) -> Claim | None:
        """The next waiting cell, now this process's to run; None when none waits.

        A few candidates are remembered from one call to the next; one that another driver has
        claimed since is refused by the storage.
        """
        while True:
            self._remembered = self._remembered or self._candidates()
            if not self._remembered:
                return None
            row = self._remembered.pop(0)
            try:
                mine = self._storage.set_trial_state_values(row.trial_id, TrialState.RUNNING)
            except UpdateFinishedTrialError:
                continue
            if mine:
                self._set(row.trial_id, OWNER, Owner.this().asdict())
                tries, lost = int(row.attrs.get(TRY, 0)), int(row.attrs.get(LOST, 0))
                return Claim(row.trial_id, self.cell_of(row), tries, lost)

    def _candidates(self) -> list[LedgerTrial]:
        """A few waiting cells; one that was taken out of the sweep's file is left waiting."""
        limit = CANDIDATES
        while True:
            rows = self._book.rows([TrialState.WAITING], limit=limit)
            mine = [row for row in rows if self._is_mine(row)]
            if mine or len(rows) < limit:
                return mine
            limit *= 8

    def _is_mine(self, row: LedgerTrial) -> bool:
        """Whether the cell is still in the sweep's file, or was added by a strategy."""
        return row.attrs[CELL] in self._cells or PARAMS in row.attrs

    def starts(self, claim: Claim, delivery: str) -> None:
        """Note which run folder the claim writes, so that its result is found after a crash."""
        self._set(claim.trial_id, DELIVERY, delivery)

    def report(self, claim: Claim, epoch: int, value: float) -> None:
        """Note validation accuracy after an epoch, for every driver to prune by."""
        self.report_curve(claim.trial_id, {epoch: value})

    def report_curve(self, trial_id: int, curve: Mapping[int, float]) -> None:
        """The same for several epochs of a try."""
        try:
            for epoch, value in curve.items():
                self._storage.set_trial_intermediate_value(trial_id, epoch, value)
        except UpdateFinishedTrialError:
            return

    def done(self, trial_id: int, score: float, fingerprint: str | None = None) -> bool:
        """The cell has its result; False where the claim was lost, and the result counts not."""
        try:
            if fingerprint is not None:
                self._set(trial_id, FINGERPRINT, fingerprint)
        except UpdateFinishedTrialError:
            return self._was_told(trial_id, score)
        ended = self._end(trial_id, TrialState.COMPLETE, [score])
        return ended or self._was_told(trial_id, score)

    def _was_told(self, trial_id: int, score: float) -> bool:
        """Whether the try stands with this result: the ledger's answer was lost before."""
        trial = self._storage.get_trial(trial_id)
        return bool(trial.state == TrialState.COMPLETE and trial.values == [score])

    def pruned(self, trial_id: int, reason: str) -> bool:
        """The cell was not worth finishing; False where the claim was lost."""
        return self._end(trial_id, TrialState.PRUNED, reason=reason)

    def failed(self, trial_id: int, reason: str, again: bool) -> bool:
        """The try came to nothing; False where somebody else said so before.

        Args:
            trial_id: The try.
            reason: Why, in one sentence.
            again: Whether the reason may pass; the cell is queued once more up to the limit.
        """
        return self._fail(trial_id, reason, TRY if again else None, self._max_tries)

    def returned(self, trial_id: int, reason: str) -> bool:
        """The try was stopped on request: its cell waits again, and nothing counts against it."""
        return self._fail(trial_id, reason, "", 0)

    def lost(self, trial_id: int, reason: str) -> bool:
        """The try vanished with its driver: its cell waits again."""
        return self._fail(trial_id, reason, LOST, MAX_LOST)

    def retry_failed(self) -> list[str]:
        """Queue every cell that stands as failed once more; returns their ids."""
        with self.filling():
            rows = self._book.rows()
            standings = standings_of(rows)
            failed = {
                cell: row
                for cell, row in last_tries(rows).items()
                if standings[cell] == "failed" and self._is_mine(row)
            }
            self._book.add([self._again(row, {TRY: 0, LOST: 0}) for row in failed.values()])
        return list(failed)

    # Leases

    def renew(self) -> None:
        """Show the other drivers that this one lives; cheap to call often."""
        if self._clock() - self._renewed >= RENEW_S:
            self._renewed, self._renewals = self._clock(), self._renewals + 1
            self._set_study(LEASE + Owner.this().key, self._renewals)

    def abandoned(self) -> list[LedgerTrial]:
        """Running tries whose driver is gone from this host, or let its lease expire on another."""
        running = self._book.rows([TrialState.RUNNING])
        attrs = self._attrs() if any(self._is_elsewhere(row) for row in running) else {}
        return [row for row in running if self._is_abandoned(row, attrs)]

    def forget_leases(self) -> None:
        """After the ledger was away: nobody could renew a lease meanwhile."""
        self._seen_leases.clear()

    def strays(self, held: Collection[int]) -> list[LedgerTrial]:
        """Tries that this process claimed, but whose claim it never learnt of.

        Args:
            held: The tries that it knows of.
        """
        mine = Owner.this().asdict()
        running = self._book.rows([TrialState.RUNNING])
        return [r for r in running if r.attrs.get(OWNER) == mine and r.trial_id not in held]

    def _is_elsewhere(self, row: LedgerTrial) -> bool:
        owner = row.attrs.get(OWNER)
        return owner is not None and owner["host"] != Owner.this().host

    def _is_abandoned(self, row: LedgerTrial, attrs: Mapping[str, Any]) -> bool:
        if OWNER not in row.attrs:
            since = self._seen_unmarked.setdefault(row.trial_id, self._clock())
            return self._clock() - since > UNMARKED_S
        owner = Owner.parse(row.attrs[OWNER])
        if not self._is_elsewhere(row):
            return owner.is_gone()
        counter, now = attrs.get(LEASE + owner.key), self._clock()
        seen, since = self._seen_leases.get(owner.key, (object(), now))
        if seen != counter:
            self._seen_leases[owner.key] = (counter, now)
            return False
        return now - since > LEASE_S

    # How far it is

    def standings(self) -> dict[str, Standing]:
        """Cell id → how far it is, for every cell that was ever queued."""
        return standings_of(self._book.rows())

    def scores(self) -> dict[str, float]:
        """Cell id → score, of every cell that is done."""
        rows = self._book.rows([TrialState.COMPLETE])
        return {row.attrs[CELL]: float(row.score or 0) for row in rows}

    def fingerprints(self) -> dict[str, str]:
        """Cell id → fingerprint, of every cell that is done."""
        rows = self._book.rows([TrialState.COMPLETE])
        return {r.attrs[CELL]: r.attrs[FINGERPRINT] for r in rows if FINGERPRINT in r.attrs}

    def reasons(self) -> dict[str, str]:
        """Cell id → reason of its last failure, for cells that stand as failed."""
        rows = self._book.rows()
        standings = standings_of(rows)
        return {
            row.attrs[CELL]: str(row.attrs.get(REASON, ""))
            for row in rows
            if row.state == TrialState.FAIL and standings[row.attrs[CELL]] == "failed"
        }

    def running(self) -> int:
        """How many tries run, here and elsewhere."""
        return len(self._book.rows([TrialState.RUNNING]))

    def waiting(self) -> bool:
        """Whether a cell waits that a driver of this design would claim."""
        return bool(self._candidates())

    def rows(self, *states: TrialState) -> list[LedgerTrial]:
        """The tries, in the order they were queued."""
        return self._book.rows(states or None)

    def cell_of(self, row: LedgerTrial) -> Cell:
        """The cell of a try; one that a strategy added is built from what was noted with it."""
        known = self._cells.get(row.attrs[CELL])
        if known is None:
            known = self._cells[row.attrs[CELL]] = self._rebuilt(row.attrs)
        return known

    # Filling

    def queue(self, cells: Sequence[Cell]) -> int:
        """Queue the cells that the ledger does not have yet; returns how many."""
        with self.filling():
            return self._queue_missing(cells)

    def consult(self, strategy: Strategy) -> None:
        """Let an adaptive strategy add cells or end the sweep, one driver at a time."""
        if not strategy.adaptive or self.early_end:
            return
        with self.filling():
            progress = self.progress(strategy.needs_curves)
            reason = strategy.finished(progress)
            if reason:
                self._set_study("early_end", reason)
            else:
                self._queue_missing(strategy.more(progress))

    def progress(self, curves: bool = False) -> SweepState:
        """How far the sweep is, for a strategy to judge by."""
        rows = self._book.rows(curves=curves)
        ended = [row.ended - row.started for row in rows if row.ended and row.started]
        return SweepState(
            standings=standings_of(rows),
            scores={row.attrs[CELL]: row.score for row in rows if row.score is not None},
            curves={row.attrs[CELL]: row.curve for row in rows if row.curve},
            minutes=sum((max(t, timedelta()) for t in ended), timedelta()).total_seconds() / 60,
        )

    def _queue_missing(self, cells: Iterable[Cell]) -> int:
        """To be called under the lock; also queues what a killed driver could not queue again."""
        rows = self._book.rows()
        standings = standings_of(rows)
        self._book.add(
            [
                self._again(row, row.attrs[AGAIN])
                for row in last_tries(rows).values()
                if standings[row.attrs[CELL]] == "failed"
                and row.attrs.get(AGAIN)
                and self._is_mine(row)
            ]
        )
        missing = {cell.id: cell for cell in cells if cell.id not in standings}
        for cell in missing.values():
            self._cells[cell.id] = cell
        self._book.add([self._noted(cell) for cell in missing.values()])
        return len(missing)

    def _noted(self, cell: Cell, **more: Any) -> FrozenTrial:
        """A waiting trial for the cell, with its options where Optuna's own tools look for them."""
        noted = {CELL: cell.id, NAME: cell.name, SEEDS: cell.seeds, **more}
        if cell.id not in self._designed:
            noted[PARAMS] = cell.params
        return create_trial(
            state=TrialState.WAITING,
            params=dict(cell.configuration),
            distributions={
                key: CategoricalDistribution(self._choices(key, value))
                for key, value in cell.configuration.items()
            },
            user_attrs=noted,
        )

    def _choices(self, key: str, value: Any) -> list[Any]:
        """Values of an option in the design, and ``value`` if a strategy came up with it."""
        if key not in self._values:
            values = (cell.configuration.get(key) for cell in self._design.cells)
            self._values[key] = [v for v in dict.fromkeys(values) if v is not None]
        known = self._values[key]
        return known if value in known else [*known, value]

    def _again(self, row: LedgerTrial, spent: Mapping[str, int]) -> FrozenTrial:
        """The next try of a cell."""
        return self._noted(self.cell_of(row), **spent)

    def _rebuilt(self, attrs: Mapping[str, Any]) -> Cell:
        options = parse(find(self._design.reference).options, attrs[PARAMS])
        configuration = {key: getattr(options, key) for key in self._design.varied}
        return Cell(attrs[CELL], attrs[NAME], configuration, options, dict(attrs[SEEDS]))

    def _end(
        self,
        trial_id: int,
        state: TrialState,
        values: Sequence[float] | None = None,
        reason: str | None = None,
    ) -> bool:
        try:
            if reason is not None:
                self._set(trial_id, REASON, reason)
            return self._storage.set_trial_state_values(trial_id, state, values)
        except UpdateFinishedTrialError:
            return False

    def _fail(self, trial_id: int, reason: str, counts: str | None, limit: int) -> bool:
        """End a try as failed, and queue its cell again: ``counts`` says what it counts as.

        What is to follow is noted before the end, so that a kill in between loses nothing: the
        next one to fill the ledger queues what is missing.
        """
        attrs = self._storage.get_trial(trial_id).user_attrs
        again = None
        if counts is not None:
            spent = {TRY: int(attrs.get(TRY, 0)), LOST: int(attrs.get(LOST, 0))}
            if counts:
                spent[counts] += 1
            if not counts or spent[counts] < limit:
                again = spent
        try:
            self._set(trial_id, AGAIN, again)
        except UpdateFinishedTrialError:
            self.queue(())  # told before, perhaps without an answer
            return False
        ended = self._end(trial_id, TrialState.FAIL, reason=reason)
        if ended and again is not None:
            self.queue(())
        return ended

    def _attrs(self) -> dict[str, Any]:
        return self._storage.get_study_user_attrs(self._study_id)

    def _set(self, trial_id: int, key: str, value: object) -> None:
        self._storage.set_trial_user_attr(trial_id, key, value)

    def _set_study(self, key: str, value: object) -> None:
        if self._attrs().get(key) != value:
            self._storage.set_study_user_attr(self._study_id, key, value)

    def _check_same_design(self) -> None:
        """A name stands for one experiment and one set of fixed options; cells may be added."""
        mine = {"experiment": self._design.experiment, **self._design.fixed}
        stored = self._attrs().get("design")
        if stored is None:
            self._set_study("identity", uuid.uuid4().hex)
            self._set_study("design", mine)
        elif stored != mine:
            differing = [k for k in {**stored, **mine} if stored.get(k) != mine.get(k)]
            what = "; ".join(
                f"{key}: {stored.get(key, 'varied')} there, {mine.get(key, 'varied')} here"
                for key in differing
            )
            raise self._design.file.refuse(
                place_of(differing[0], self._design),
                f"A sweep's name must belong to one design, but {self._design.name!r} is taken by "
                f"another ({what}): choose another name.",
            )
