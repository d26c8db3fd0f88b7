"""What the ledger notes about the sweep as a whole, in the attributes of Optuna's study."""

import uuid
from typing import Literal

from seedbed.sweeps.ledger.storages.storage import LedgerRecord
from seedbed.tracking.foreign_values import count_of, seeds_of

Order = Literal["stop", "cancel"]

DESIGN, FILE, IDENTITY = "design", "file", "identity"
PARENT_RUN, EARLY_END, ORDER, PLANNED = "parent_run_id", "early_end", "order", "planned"
TEST_EXAMPLES, DIFFERENT = "test_examples", 0
LOST_RESULTS = "lost_results"


class StudyNotes:
    """Reads and writes the attributes of a sweep's study.

    Args:
        storage: The sweep's ledger.
    """

    def __init__(self, storage: LedgerRecord) -> None:
        self._storage = storage

    def every(self) -> dict[str, object]:
        """All notes."""
        return self._storage.notes()

    def get(self, key: str) -> object:
        """One note; None if there is none."""
        return self.every().get(key)

    def set(self, key: str, value: object) -> None:
        """Write a note, unless it has this value already."""
        if self.get(key) != value:
            self._storage.note(key, value)

    @property
    def identity(self) -> str:
        """Tells this ledger from another of the same name; the parent run carries it."""
        return str(self.every()[IDENTITY])

    @property
    def file(self) -> str | None:
        """The sweep's file as it was last run; None if its driver was stopped before noting it."""
        noted = self.get(FILE)
        return str(noted["text"]) if isinstance(noted, dict) and noted else None

    @property
    def parent_run_id(self) -> str | None:
        """MLflow's id of the parent run, once there is one."""
        noted = self.get(PARENT_RUN)
        return str(noted) if noted else None

    @parent_run_id.setter
    def parent_run_id(self, run_id: str) -> None:
        self.set(PARENT_RUN, run_id)

    @property
    def early_end(self) -> str | None:
        """Why the strategy ended the sweep although cells wait; None while it goes on."""
        noted = self.get(EARLY_END)
        return str(noted) if noted else None

    @early_end.setter
    def early_end(self, reason: str | None) -> None:
        self.set(EARLY_END, reason)

    @property
    def planned(self) -> int:
        """How many cells the sweep asks for; 0 if its driver was stopped before noting it."""
        return count_of(self.get(PLANNED))

    @planned.setter
    def planned(self, cells: int) -> None:
        self.set(PLANNED, cells)

    @property
    def test_examples(self) -> int | None:
        """Examples that every score so far is a share of; None if unknown or not all the same."""
        return count_of(self.get(TEST_EXAMPLES)) or None

    def scored_on(self, examples: int) -> None:
        """Note how many examples a finished run was scored on."""
        noted = self.get(TEST_EXAMPLES)
        self.set(TEST_EXAMPLES, examples if noted in (None, examples) else DIFFERENT)

    @property
    def lost_results(self) -> frozenset[int]:
        """Numbers of the tries whose result was counted, but was damaged before MLflow had it."""
        return frozenset(seeds_of(self.get(LOST_RESULTS)))

    def lose_result(self, number: int) -> None:
        """Note that the result of a try counts no longer; call it under the lock."""
        self.set(LOST_RESULTS, sorted(self.lost_results | {number}))

    def order(self, what: Order) -> None:
        """Ask every driver to start no more (``stop``), or to stop current runs too."""
        self.set(ORDER, {"what": what, "id": uuid.uuid4().hex})

    def orders(self) -> tuple[Order | None, str]:
        """The newest order and its identity."""
        noted = self.get(ORDER)
        noted = noted if isinstance(noted, dict) else {}
        return noted.get("what"), noted.get("id", "")
