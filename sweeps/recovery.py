"""Settles what a driver that vanished left in the ledger: a result that is there counts, once."""

from pathlib import Path

from optuna.trial import FrozenTrial

from sweeps.driver import SCORE
from sweeps.ledger import CELL, DELIVERY, MAX_TRIES, Ledger
from tracking.folder import RunFolder
from tracking.reaper import REASON
from tracking.schema import TAG_DELIVERY, TAG_STATE
from tracking.store import Store


def recover(ledger: Ledger, folders: Path, store: Store) -> int:
    """Give every abandoned claim its result, or queue its cell again; returns how many.

    To be called before ``tracking.reaper.reap``, which delivers and removes run folders.

    Args:
        ledger: The sweep's ledger.
        folders: Parent of the run folders.
        store: Where finished runs may already have been delivered to.

    Raises:
        StoreError: The store cannot be reached.
    """
    abandoned = ledger.abandoned()
    for trial in abandoned:
        score = _score_on_disk(trial, folders)
        if score is None:
            score = _score_in_store(trial, store)
        if score is not None:
            ledger.done(trial._trial_id, score)
        else:
            tries = ledger.tries(trial.user_attrs[CELL]) + 1
            ledger.failed(trial._trial_id, REASON, again=tries < MAX_TRIES)
    return len(abandoned)


def _score_on_disk(trial: FrozenTrial, folders: Path) -> float | None:
    delivery = trial.user_attrs.get(DELIVERY)
    for path in folders.glob(f"{trial.user_attrs[CELL]}-*/run.json"):
        folder = RunFolder(path.parent)
        end = folder.ended()
        if folder.header.delivery == delivery and end and end.state == "finished":
            return end.metrics[SCORE]
    return None


def _score_in_store(trial: FrozenTrial, store: Store) -> float | None:
    delivery = trial.user_attrs.get(DELIVERY)
    if delivery is None:
        return None
    found = store.runs(f"tags.{TAG_DELIVERY} = '{delivery}' AND tags.{TAG_STATE} = 'finished'")
    return next((float(run.data.metrics[SCORE]) for run in found), None)
