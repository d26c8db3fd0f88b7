"""Where each cell stands: waiting, running, finished, failed."""

from collections.abc import Sequence

from optuna.trial import TrialState

from seedbed.sweeps.ledger.storage import LedgerTrial
from seedbed.sweeps.ledger.trial_attributes import CELL
from seedbed.sweeps.strategies.protocol import Standing

STANDING: dict[TrialState, Standing] = {
    TrialState.FAIL: "failed",
    TrialState.WAITING: "waiting",
    TrialState.RUNNING: "running",
    TrialState.PRUNED: "pruned",
    TrialState.COMPLETE: "done",
}


RANK: tuple[Standing, ...] = ("failed", "waiting", "running", "pruned", "done")


def last_tries(rows: Sequence[LedgerTrial]) -> dict[str, LedgerTrial]:
    """The last trial of each cell."""
    return {row.attrs[CELL]: row for row in rows}


def standings_of(rows: Sequence[LedgerTrial]) -> dict[str, Standing]:
    """Where each cell stands, by the best of its trials in the order of ``RANK``."""
    result: dict[str, Standing] = {}
    for row in rows:
        cell, standing = row.attrs[CELL], STANDING[row.state]
        if cell not in result or RANK.index(standing) >= RANK.index(result[cell]):
            result[cell] = standing
    return result
