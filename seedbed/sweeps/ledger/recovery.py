"""Settle the claims of a driver that vanished: a recorded result counts once, else the cell waits.

A finished run is delivered to MLflow only after the ledger took its result (``counted.json``). So
the folder on disk and the ledger together say how a cell ended, whatever a kill interrupted.
"""

from collections.abc import Mapping
from pathlib import Path

from optuna.trial import TrialState

from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.storage import LedgerTrial
from seedbed.sweeps.ledger.trial_attributes import CELL, DELIVERY
from seedbed.system.process_identity import Owner
from seedbed.tracking.schema import VAL_ACCURACY, score_of
from seedbed.tracking.writing.deliver import all_folders
from seedbed.tracking.writing.reaper import REASON
from seedbed.tracking.writing.run_folder import Epoch, RunFolder


def recover(ledger: Ledger, folders: Path, sweep: str) -> list[RunFolder]:
    """Give every abandoned claim its result, or queue its cell again; needs no MLflow.

    Args:
        ledger: The sweep's ledger.
        folders: Parent of the run folders.
        sweep: Name of the sweep.

    Returns:
        Folders of this sweep that no living process delivers, the oldest first.
    """
    with ledger.filling():
        return _recover(ledger, folders, sweep)


def _recover(ledger: Ledger, folders: Path, sweep: str) -> list[RunFolder]:
    orphans = [folder for folder in all_folders(folders) if _is_orphan(folder, sweep)]
    by_delivery = {folder.header.delivery: folder for folder in orphans}
    for folder in orphans:
        if folder.ended() is None:
            folder.end("killed", REASON)
    for trial in ledger.leases.abandoned():
        _settle(ledger, trial, by_delivery.get(trial.attrs.get(DELIVERY, "")))
    uncounted = [folder for folder in orphans if _is_uncounted(folder)]
    if uncounted:
        tries = {trial.attrs.get(DELIVERY): trial for trial in ledger.trials()}
        for folder in uncounted:
            _count(folder, tries)
    return orphans


def lost_deliveries(ledger: Ledger) -> set[str]:
    """Deliveries of failed tries, wherever they ran."""
    failed = ledger.trials(TrialState.FAIL)
    return {trial.attrs[DELIVERY] for trial in failed if DELIVERY in trial.attrs}


def _is_orphan(folder: RunFolder, sweep: str) -> bool:
    header = folder.header
    return header.sweep == sweep and Owner.parse(dict(header.owner)).is_gone()


def _is_uncounted(folder: RunFolder) -> bool:
    """Whether it has a result that was neither counted nor refused."""
    end = folder.ended()
    return end is not None and end.state == "finished" and folder.counted() is None


def _settle(ledger: Ledger, trial: LedgerTrial, folder: RunFolder | None) -> None:
    """End an abandoned try as its folder says."""
    end = folder.ended() if folder is not None else None
    if folder is not None and end is not None and end.state == "finished":
        epochs = (event for event in folder.events() if isinstance(event, Epoch))
        ledger.report(
            trial.trial_id,
            {e.epoch: e.metrics[VAL_ACCURACY] for e in epochs if VAL_ACCURACY in e.metrics},
        )
        # the folder is marked afterwards, by what the ledger then says
        ledger.done(trial.trial_id, score_of(end.metrics), end.fingerprint)
    elif end is not None and end.state == "failed":
        ledger.failed(trial.trial_id, end.reason or "", again=False)
    elif end is not None and end.state == "pruned":
        ledger.pruned(trial.trial_id, end.reason or "")
    else:
        ledger.lost(trial.trial_id, REASON)


def _count(folder: RunFolder, tries: Mapping[str | None, LedgerTrial]) -> None:
    """Mark a folder whose driver died before it noted the ledger's answer."""
    header = folder.header
    trial = tries.get(header.delivery)
    if trial is None or trial.attrs[CELL] != header.cell:
        folder.count(False)
    elif trial.state in (TrialState.COMPLETE, TrialState.FAIL):
        folder.count(trial.state == TrialState.COMPLETE)
