"""Where each cell stands: waiting, running, done, pruned or failed."""

from collections.abc import Mapping, Sequence
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
    """Cell id → where it stands, by the best of its trials in the order of ``RANK``.

    A cell whose last try failed and is to be tried again waits, also before that try is queued.
    """
    best = _best_of(trials)
    return best | dict.fromkeys(_to_queue(trials, best), "waiting")


def tries_to_repeat(trials: Sequence[LedgerTrial]) -> list[LedgerTrial]:
    """The last try of each cell that is to be tried again and is not queued: a kill came first."""
    return list(_to_queue(trials, _best_of(trials)).values())


def _to_queue(
    trials: Sequence[LedgerTrial], best: Mapping[str, Standing]
) -> dict[str, LedgerTrial]:
    last = last_tries(trials)
    return {c: trial for c, trial in last.items() if best[c] == "failed" and trial.attrs.get(AGAIN)}


def _best_of(trials: Sequence[LedgerTrial]) -> dict[str, Standing]:
    result: dict[str, Standing] = {}
    for trial in trials:
        cell, standing = trial.attrs[CELL], STANDING[trial.state]
        if cell not in result or RANK.index(standing) >= RANK.index(result[cell]):
            result[cell] = standing
    return result
