"""How a sweep is to be run, and what became of it."""

from dataclasses import dataclass

from seedbed.sweeps.driver.display import Style
from seedbed.sweeps.driver.running_cell import PATIENCE_S
from seedbed.sweeps.ledger.ledger import MAX_TRIES


@dataclass(frozen=True)
class SweepSettings:
    """Where a sweep runs and what a run may use.

    Attributes:
        ledger: ``postgresql://…``, or None for a journal file in the store.
        cluster: Address of a Dask scheduler, or None for this machine.
        resources: What a run needs of a Dask worker, e.g. ``{"GPU": 1}``.
        memory_limit: Bytes that a run's process may keep, or None.
        time_limit_s: Seconds that a run may take, or None.
        max_tries: Tries of a cell that fails for a reason that may pass.
        patience_s: How long a ledger that cannot be reached or written is waited for.
        style: How to show what happens.
    """

    ledger: str | None = None
    cluster: str | None = None
    resources: dict[str, float] | None = None
    memory_limit: int | None = None
    time_limit_s: float | None = None
    max_tries: int = MAX_TRIES
    patience_s: float = PATIENCE_S
    style: Style = "live"


@dataclass(frozen=True)
class Result:
    """How a call ended.

    Attributes:
        finished: Cells with a result.
        failed: Cells that failed for good, by name, with the reason.
        left: Cells that still wait or run elsewhere.
        stopped: Whether somebody asked to stop.
        undelivered: Why records still wait on this machine, or None.
        pruned: Cells that were not worth finishing.
        early_end: Why the sweep ended although cells wait, or None.
        conclusion: What a search or a stop rule has to say once nothing is left, or None.
    """

    finished: int
    failed: dict[str, str]
    left: int
    stopped: bool
    undelivered: str | None
    pruned: int = 0
    early_end: str | None = None
    conclusion: str | None = None


HERE = SweepSettings()
