"""Where a ledger is kept: an Optuna storage, and what Optuna's interface lacks for 10,000 cells.

Optuna's own calls claim and end trials. Filling many at once, looking at them without building
every trial, and a lock that dies with its process are added here: for a journal file, and for
PostgreSQL. SQLite is no ledger: processes that share a study there are handed the same trial twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial, TrialState


@dataclass(frozen=True)
class LedgerTrial:
    """One try of one cell, as the book has it.

    Attributes:
        trial_id: The storage's id of the trial.
        number: Its place in the study.
        state: Optuna's state.
        attrs: What the ledger noted with it.
        score: Its value, once complete.
        started: When it was claimed, or None.
        ended: When it ended, or None.
    """

    trial_id: int
    number: int
    state: TrialState
    attrs: Mapping[str, Any]
    score: float | None = None
    started: datetime | None = None
    ended: datetime | None = None
    curve: Mapping[int, float] = field(default_factory=dict)


class LedgerStorage(Protocol):
    """A study in a storage, and the three things that Optuna's interface lacks."""

    storage: BaseStorage
    study_id: int
    place: str
    """Where it is, without a password."""

    def lock(self) -> Any:
        """A context in which no other process fills this study; ends with the process."""

    def close(self) -> None:
        """Let go of connections; the book is not used afterwards."""

    def add(self, trials: Sequence[FrozenTrial]) -> None:
        """Queue waiting trials; to be called under the lock."""

    def rows(
        self,
        states: Sequence[TrialState] | None = None,
        limit: int | None = None,
        curves: bool = False,
    ) -> list[LedgerTrial]:
        """The tries in the order they were queued, without building Optuna's trials."""
