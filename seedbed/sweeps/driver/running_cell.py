"""A cell that runs, the limits it runs under, and how it ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.design.design import Cell
from seedbed.sweeps.ledger.ledger import Claim
from seedbed.tracking.writing.run_folder import Epoch, RunFolder

PATIENCE_S = 120.0


@dataclass
class Running:
    """A cell that is being trained now."""

    claim: Claim
    folder: RunFolder
    began: float = field(default_factory=time.monotonic)
    reported: int = 0

    def epochs(self) -> list[Epoch]:
        """The epochs it has recorded."""
        return [event for event in self.folder.events() if isinstance(event, Epoch)]

    def last_epoch(self) -> Epoch | None:
        """The last epoch it has recorded."""
        return next(reversed(self.epochs()), None)


@dataclass(frozen=True)
class Ended:
    """A cell that has just ended here."""

    cell: Cell
    outcome: Outcome
    seconds: float


@dataclass(frozen=True)
class Limits:
    """What a driver allows.

    Attributes:
        slots: How many cells may be under way at once; asked again and again, because a cluster
            grows and shrinks.
        run_seconds: Longest time that a run may take, or None.
        patience_s: How long a ledger that cannot be reached or written is waited for.
    """

    slots: Callable[[], int]
    run_seconds: float | None = None
    patience_s: float = PATIENCE_S
