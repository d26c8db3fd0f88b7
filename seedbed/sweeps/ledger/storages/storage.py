"""Where a ledger is kept: an Optuna storage, and what Optuna's interface lacks for 10,000 cells.

Four things are added, for a journal file and for PostgreSQL: queue many trials at once, read them
without building each Optuna trial, claim or end one together with its notes (in PostgreSQL in one
statement), and a lock that ends with its process. SQLite cannot be a ledger, because it hands one
trial to two processes.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import CELL, NAME

if TYPE_CHECKING:  # a command that reads a ledger does without Optuna
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

    from seedbed.sweeps.ledger.storages.tally import Tally


@dataclass(frozen=True)
class LedgerTrial:
    """One try of one cell.

    Attributes:
        trial_id: The storage's id of the trial.
        number: Its place in the study.
        state: Optuna's state.
        attrs: What the ledger noted with it, by the names in ``trial_attributes``.
        score: Its value, once complete.
        started: When it was claimed, or None.
        ended: When it ended, or None.
        curve: Epoch → validation accuracy; empty unless asked for.
    """

    trial_id: int
    number: int
    state: TrialState
    attrs: Mapping[str, Any]
    score: float | None = None
    started: datetime | None = None
    ended: datetime | None = None
    curve: Mapping[int, float] = field(default_factory=dict)


def is_cell(attrs: Mapping[str, Any]) -> bool:
    """Whether a trial is a try of a cell; another program may add trials of its own."""
    return isinstance(attrs.get(CELL), str) and isinstance(attrs.get(NAME), str)


class LedgerRecord(Protocol):
    """A ledger that is read, and whose drivers are given orders."""

    name: str
    """Name of the sweep and of the study."""

    place: str
    """Where the ledger is, without a password."""

    def close(self) -> None:
        """Close the connections; the record is not used afterwards."""

    def notes(self) -> dict[str, Any]:
        """What is noted about the sweep as a whole."""

    def note(self, key: str, value: object) -> None:
        """Note something about the sweep as a whole."""

    def trials(
        self,
        states: Sequence[TrialState] | None = None,
        limit: int | None = None,
        curves: bool = False,
    ) -> list[LedgerTrial]:
        """The trials of cells, in the order in which they were queued.

        Args:
            states: Only trials in these states; default: all.
            limit: At most so many.
            curves: Whether to read the epochs as well.
        """

    def tally(self) -> "Tally":
        """Where the cells stand, without reading every try where that can be avoided."""

    def any_done(self, cells: frozenset[str]) -> bool:
        """Whether one of these cells has a result."""


class LedgerStorage(LedgerRecord, Protocol):
    """An Optuna study, with bulk writing, bulk reading and a lock."""

    storage: "BaseStorage"
    study_id: int

    def lock(self) -> AbstractContextManager[None]:
        """A context in which no other process fills this study; the lock ends with the process.

        Raises:
            StoreError: Another process held the lock for too long; says which.
        """

    def damage(self) -> str | None:
        """What is lost of the ledger's file, as far as it was read; None if nothing is."""

    def add(self, trials: "Sequence[FrozenTrial]") -> None:
        """Queue waiting trials; call it under the lock."""

    def claim(self, trial_id: int, notes: Mapping[str, object]) -> bool:
        """Have a waiting try run, and note this with it; False if it does not wait."""

    def change(
        self,
        trial_id: int,
        notes: Mapping[str, object],
        state: TrialState | None = None,
        score: float | None = None,
    ) -> bool:
        """Note this with a try, then end it in this state; False if it has ended before.

        Args:
            trial_id: The try.
            notes: Name → value.
            state: How it ends; None if it does not.
            score: Its value, if it is complete.
        """

    def index(self) -> None:
        """Keep what ``status`` asks for, if reading it anew would take long."""
