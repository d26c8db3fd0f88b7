"""What a sweep runs next: the interface between a sweep's drivers and its design.

A fixed design knows all of its cells before the first run. An adaptive one (a search, a stop rule)
looks at results: it may add cells, prune a run that is under way, and end the sweep early.

Any number of drivers share one sweep, and each has a strategy object of its own. So a strategy
keeps only what follows from its arguments: after a crash, another driver's object must decide the
same. Every call is made under the ledger's filling lock. Cells are queued by their identity, so a
cell that is proposed twice runs once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:  # a command that reads a ledger needs no SciPy
    from seedbed.sweeps.design.cells.cell import Cell
    from seedbed.sweeps.strategies.conclusion import Conclusion

Standing = Literal["done", "pruned", "running", "waiting", "failed"]
"""How far a cell is: failed means that it is not tried again."""


@dataclass(frozen=True)
class SweepState:
    """How far a sweep is, over all of its drivers.

    Attributes:
        standings: Cell id → how far it is, of every cell that was ever queued.
        scores: Cell id → score, of cells that are done.
        curves: Cell id → epoch → validation accuracy, of the last try of every cell that was
            started; only where the strategy asks for them (``needs_curves``).
        minutes: Minutes of training so far, summed over ended tries.
        test_examples: Examples that each score is a share of; None where that is not known.
        weights: Cell id → fingerprint of its weights, of cells that are done and have one.
    """

    standings: Mapping[str, Standing]
    scores: Mapping[str, float]
    curves: Mapping[str, Mapping[int, float]]
    minutes: float
    test_examples: int | None = None
    weights: Mapping[str, str] = field(default_factory=dict)


class Strategy(Protocol):
    """Decides what else is run."""

    adaptive: bool
    """Whether the other methods are to be called at all."""

    needs_curves: bool
    """Whether drivers report validation accuracy after each epoch and ask ``prune``."""

    def more(self, state: SweepState) -> "Sequence[Cell]":
        """Cells to queue beside those of the design; called at the start and when cells ended."""

    def finished(self, state: SweepState) -> str | None:
        """Why the sweep ends now although cells wait, in a sentence; None to go on.

        Cells that wait are then left out; those that run are finished.
        """

    def prune(self, cell: "Cell", state: SweepState) -> str | None:
        """Why this running cell is not worth finishing, in a sentence; None to go on."""

    def conclude(self, state: SweepState) -> "Conclusion | None":
        """What the strategy concludes at the end; None if it has nothing to say."""


class FixedDesign:
    """Runs the cells of the design, all of them and no other."""

    adaptive = False
    needs_curves = False

    def more(self, state: SweepState) -> "Sequence[Cell]":  # noqa: ARG002
        """Nothing beside the design."""
        return ()

    def finished(self, state: SweepState) -> str | None:  # noqa: ARG002
        """Never before all is done."""
        return None

    def prune(self, cell: "Cell", state: SweepState) -> str | None:  # noqa: ARG002
        """Never."""
        return None

    def conclude(self, state: SweepState) -> "Conclusion | None":  # noqa: ARG002
        """Nothing."""
        return None
