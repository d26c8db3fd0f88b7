"""The ledger: which cell is waiting, running, done or failed. An Optuna study, one trial per try.

Every cell is queued in advance as a waiting trial. A driver claims one by moving it to RUNNING,
which the storage grants to one driver only. A try that came to nothing ends as FAIL and, if the
cell may be tried again, another waiting trial takes its place; so a cell is done exactly when it
has a COMPLETE trial.

MLflow is the record, never the ledger; SQLite is no ledger either, because there a waiting trial
may be handed to two processes.
"""

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState, create_trial

from sweeps.design import Cell, Design
from tracking.errors import InputError
from tracking.owner import Owner
from tracking.places import store_folder

MAX_TRIES = 3
"""Tries of a cell whose process died; a run that failed by itself is not tried again."""

UNMARKED_CLAIM = timedelta(seconds=60)
"""A claim without its owner's mark is younger than this, or its owner died in between."""

CELL, OWNER, DELIVERY, REASON = "cell", "owner", "delivery", "reason"
Standing = Literal["done", "running", "waiting", "failed"]


@dataclass(frozen=True)
class Claim:
    """A cell that this process is to run.

    Attributes:
        trial_id: The storage's id of the trial.
        cell: The cell.
        tries: Tries of this cell that came to nothing before.
    """

    trial_id: int
    cell: Cell
    tries: int


class Ledger:
    """The cells of one sweep and how far each is."""

    def __init__(self, storage: BaseStorage, study_id: int, design: Design) -> None:
        self._storage = storage
        self._study_id = study_id
        self._design = design
        self._cells = {cell.id: cell for cell in design.cells}

    @classmethod
    def open(cls, design: Design) -> "Ledger":
        """Open the sweep's ledger, made and filled when new; cells that are missing are queued.

        Raises:
            InputError: The name belongs to a sweep with another experiment or other options.
        """
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        path = store_folder("ledgers") / f"{design.name}.journal"
        with _locked(path):
            storage = JournalStorage(JournalFileBackend(str(path)))
            study = optuna.create_study(
                storage=storage, study_name=design.name, direction="maximize", load_if_exists=True
            )
            ledger = cls(storage, study._study_id, design)
            ledger._check_same_design()
            ledger._queue_missing()
        return ledger

    @property
    def parent_run_id(self) -> str | None:
        """MLflow's id of the parent run, once there is one."""
        found = self._attrs().get("parent_run_id")
        return str(found) if found else None

    @parent_run_id.setter
    def parent_run_id(self, run_id: str) -> None:
        self._storage.set_study_user_attr(self._study_id, "parent_run_id", run_id)

    def claim(self) -> Claim | None:
        """The next waiting cell, now this process's to run; None when none waits."""
        waiting = self._trials(TrialState.WAITING)
        for trial in sorted(waiting, key=lambda t: t.number):
            cell = self._cells.get(trial.user_attrs[CELL])
            if cell is None:
                continue
            if self._is_won(trial):
                self._set(trial, OWNER, Owner.this().asdict())
                return Claim(trial._trial_id, cell, self.tries(cell.id))
        return None

    def _is_won(self, trial: FrozenTrial) -> bool:
        """Move a waiting trial to RUNNING, unless another driver did, or even ended it since."""
        try:
            return self._storage.set_trial_state_values(trial._trial_id, TrialState.RUNNING)
        except UpdateFinishedTrialError:
            return False

    def starts(self, claim: Claim, delivery: str) -> None:
        """Note which run folder the claim writes, so that its result is found after a crash."""
        self._storage.set_trial_user_attr(claim.trial_id, DELIVERY, delivery)

    def done(self, trial_id: int, score: float) -> None:
        """The cell has its result."""
        self._storage.set_trial_state_values(trial_id, TrialState.COMPLETE, [score])

    def failed(self, trial_id: int, reason: str, again: bool) -> None:
        """The try came to nothing.

        Args:
            trial_id: The try.
            reason: Why, in one sentence.
            again: Queue the cell once more.
        """
        trial = self._storage.get_trial(trial_id)
        self._storage.set_trial_user_attr(trial_id, REASON, reason)
        self._storage.set_trial_state_values(trial_id, TrialState.FAIL)
        if again:
            self._queue(self._cells[trial.user_attrs[CELL]])

    def abandoned(self) -> list[FrozenTrial]:
        """Running trials whose owner is gone from this host."""
        return [trial for trial in self._trials(TrialState.RUNNING) if _is_abandoned(trial)]

    def tries(self, cell_id: str) -> int:
        """Tries of a cell that came to nothing."""
        return sum(t.user_attrs[CELL] == cell_id for t in self._trials(TrialState.FAIL))

    def standings(self) -> Mapping[str, Standing]:
        """Cell id → how far it is, for every cell of the design."""
        rank: dict[Standing, int] = {"failed": 0, "waiting": 1, "running": 2, "done": 3}
        of_state: dict[TrialState, Standing] = {
            TrialState.COMPLETE: "done",
            TrialState.RUNNING: "running",
            TrialState.WAITING: "waiting",
            TrialState.FAIL: "failed",
        }
        result: dict[str, Standing] = {}
        for trial in self._trials():
            cell, standing = trial.user_attrs[CELL], of_state[trial.state]
            if cell in self._cells and rank[standing] >= rank.get(result.get(cell, "failed"), 0):
                result[cell] = standing
        return result

    def scores(self) -> dict[str, float]:
        """Cell id → score, of every cell of the design that is done."""
        return {
            trial.user_attrs[CELL]: float(trial.values[0])
            for trial in self._trials(TrialState.COMPLETE)
            if trial.user_attrs[CELL] in self._cells
        }

    def reasons(self) -> dict[str, str]:
        """Cell id → reason of its last failure, for cells that stand as failed."""
        standings = self.standings()
        return {
            trial.user_attrs[CELL]: trial.user_attrs.get(REASON, "")
            for trial in self._trials(TrialState.FAIL)
            if standings.get(trial.user_attrs[CELL]) == "failed"
        }

    def _trials(self, *states: TrialState) -> list[FrozenTrial]:
        return self._storage.get_all_trials(self._study_id, deepcopy=False, states=states or None)

    def _attrs(self) -> dict[str, Any]:
        return self._storage.get_study_user_attrs(self._study_id)

    def _set(self, trial: FrozenTrial, key: str, value: object) -> None:
        self._storage.set_trial_user_attr(trial._trial_id, key, value)

    def _check_same_design(self) -> None:
        """A name stands for one experiment and one set of fixed options; cells may be added."""
        mine = {"experiment": self._design.experiment, **self._design.fixed}
        stored = self._attrs().get("design")
        if stored is None:
            self._storage.set_study_user_attr(self._study_id, "design", mine)
        elif stored != mine:
            differing = [k for k in {**stored, **mine} if stored.get(k) != mine.get(k)]
            what = "; ".join(
                f"{key}: {stored.get(key, 'varied')} there, {mine.get(key, 'varied')} here"
                for key in differing
            )
            raise InputError(
                f"A sweep's name must belong to one design, but {self._design.name!r} is taken by "
                f"another ({what}): choose another name."
            )

    def _queue_missing(self) -> None:
        known = {trial.user_attrs[CELL] for trial in self._trials()}
        for cell in self._design.cells:
            if cell.id not in known:
                self._queue(cell)

    def _queue(self, cell: Cell) -> None:
        distributions: dict[str, BaseDistribution] = {
            key: CategoricalDistribution(
                list(dict.fromkeys(c.configuration[key] for c in self._design.cells))
            )
            for key in self._design.varied
        }
        template = create_trial(
            state=TrialState.WAITING,
            params=dict(cell.configuration),
            distributions=distributions,
            user_attrs={CELL: cell.id, "name": cell.name, "seeds": cell.seeds},
        )
        self._storage.create_new_trial(self._study_id, template)


def _is_abandoned(trial: FrozenTrial) -> bool:
    owner = trial.user_attrs.get(OWNER)
    if owner is not None:
        return Owner.parse(owner).is_gone()
    started = trial.datetime_start
    return started is not None and datetime.now(started.tzinfo) - started > UNMARKED_CLAIM


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time fills a ledger."""
    with path.with_suffix(".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
