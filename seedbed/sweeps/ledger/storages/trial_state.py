"""How far a try is: Optuna's states, for commands that read a ledger without importing Optuna."""

from enum import IntEnum


class TrialState(IntEnum):
    """The states of Optuna's ``TrialState``, with its numbers."""

    RUNNING = 0
    COMPLETE = 1
    PRUNED = 2
    FAIL = 3
    WAITING = 4

    def is_finished(self) -> bool:
        """Whether the try has ended."""
        return self not in (TrialState.RUNNING, TrialState.WAITING)
