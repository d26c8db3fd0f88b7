"""Where each cell stands: waiting, running, done, pruned or failed."""

from collections.abc import Sequence
from dataclasses import replace

from seedbed.sweeps.ledger.storages.storage import LedgerTrial
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import AGAIN, CELL, LOST, REASON, TRY
from seedbed.sweeps.strategies.protocol import Standing
from seedbed.tracking.foreign_values import count_of

STANDING: dict[TrialState, Standing] = {
    TrialState.FAIL: "failed",
    TrialState.WAITING: "waiting",
    TrialState.RUNNING: "running",
    TrialState.PRUNED: "pruned",
    TrialState.COMPLETE: "done",
}

RANK: tuple[Standing, ...] = ("failed", "waiting", "running", "pruned", "done")
"""If a cell has several trials, the standing that is last here counts."""

RESULT_LOST = "its record was damaged before MLflow had it"


def without_result(trial: LedgerTrial) -> LedgerTrial:
    """A try whose result was lost after it counted: it failed, and its cell is to be run again."""
    tries, lost = count_of(trial.attrs.get(TRY)), count_of(trial.attrs.get(LOST))
    attrs = {**trial.attrs, REASON: RESULT_LOST, AGAIN: {TRY: tries, LOST: lost + 1}}
    return replace(trial, state=TrialState.FAIL, attrs=attrs, score=None, curve={})


def last_tries(trials: Sequence[LedgerTrial]) -> dict[str, LedgerTrial]:
    """Cell id → its last trial."""
    return {trial.attrs[CELL]: trial for trial in trials}


def standings_of(trials: Sequence[LedgerTrial]) -> dict[str, Standing]:
    """Cell id → where it stands, by the best of its trials in the order of ``RANK``."""
    result: dict[str, Standing] = {}
    for trial in trials:
        cell, standing = trial.attrs[CELL], STANDING[trial.state]
        if cell not in result or RANK.index(standing) >= RANK.index(result[cell]):
            result[cell] = standing
    return result
