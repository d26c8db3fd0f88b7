"""A cell that runs, the limits it runs under, and how it ended."""

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.ledger.ledger import Claim
from seedbed.tracking.run_states import State
from seedbed.tracking.writing.run_folder import Epoch, RunFolder

PATIENCE_S = 120.0


@dataclass
class RunningCell:
    """A cell that is being trained now.

    Attributes:
        claim: The ledger's claim.
        folder: The run's folder.
        future: The run's task.
        began: When it was started, on the monotonic clock.
        reported: How many epochs the ledger knows of.
    """

    claim: Claim
    folder: RunFolder
    future: Future[Outcome]
    began: float = field(default_factory=time.monotonic)
    reported: int = 0

    def epochs(self) -> list[Epoch]:
        """The epochs it has recorded."""
        return [event for event in self.folder.events() if isinstance(event, Epoch)]

    def last_epoch(self) -> Epoch | None:
        """The last epoch it has recorded."""
        return next(reversed(self.epochs()), None)

    def seconds(self) -> float:
        """How long it has run."""
        return time.monotonic() - self.began

    def end_early(self, state: State, reason: str) -> None:
        """Stop the run; its record says ``state`` and ``reason``."""
        self.folder.ask(state, reason)
        self.future.cancel()


@dataclass(frozen=True)
class EndedCell:
    """A cell that has just ended here.

    Attributes:
        cell: The cell.
        outcome: How it ended.
        seconds: How long it ran.
    """

    cell: Cell
    outcome: Outcome
    seconds: float


@dataclass(frozen=True)
class Limits:
    """What a driver allows.

    Attributes:
        slots: How many cells may run at once; asked again and again, because a cluster grows and
            shrinks.
        run_seconds: Longest time that a run may take, or None.
        patience_s: How long to wait for a ledger that cannot be reached or written.
    """

    slots: Callable[[], int]
    run_seconds: float | None = None
    patience_s: float = PATIENCE_S
