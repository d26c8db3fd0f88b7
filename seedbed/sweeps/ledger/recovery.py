"""Settles what a driver that vanished left in the ledger: a result that is there counts, once.

A finished run is delivered to MLflow only after the ledger took its result (``counted.json``); so
whatever a kill interrupted, the folder on disk and the ledger together say what came of it.
"""

from collections.abc import Mapping
from pathlib import Path

from optuna.trial import TrialState

from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.storage import LedgerTrial
from seedbed.sweeps.ledger.trial_attributes import CELL, DELIVERY
from seedbed.system.process_identity import Owner
from seedbed.tracking.schema import score_of
from seedbed.tracking.writing.deliver import all_folders
from seedbed.tracking.writing.reaper import REASON
from seedbed.tracking.writing.run_folder import Epoch, RunFolder

CURVE = "val_accuracy"


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
    for row in ledger.abandoned():
        _settle(ledger, row, by_delivery.get(row.attrs.get(DELIVERY, "")))
    if any(_is_open(folder) for folder in orphans):
        tries = {row.attrs.get(DELIVERY): row for row in ledger.rows()}
        for folder in filter(_is_open, orphans):
            _count(folder, tries)
    return orphans


def lost_deliveries(ledger: Ledger) -> set[str]:
    """Deliveries of tries that came to nothing, wherever they ran."""
    return {row.attrs[DELIVERY] for row in ledger.rows(TrialState.FAIL) if DELIVERY in row.attrs}


def _is_orphan(folder: RunFolder, sweep: str) -> bool:
    header = folder.header
    return header.sweep == sweep and Owner.parse(dict(header.owner)).is_gone()


def _is_open(folder: RunFolder) -> bool:
    """Whether it has a result that nobody has counted or refused."""
    end = folder.ended()
    return end is not None and end.state == "finished" and folder.counted() is None


def _settle(ledger: Ledger, row: LedgerTrial, folder: RunFolder | None) -> None:
    end = folder.ended() if folder is not None else None
    if folder is not None and end is not None and end.state == "finished":
        epochs = (event for event in folder.events() if isinstance(event, Epoch))
        ledger.report_curve(
            row.trial_id, {e.epoch: e.metrics[CURVE] for e in epochs if CURVE in e.metrics}
        )
        # The folder is marked below, by what the ledger says then.
        ledger.done(row.trial_id, score_of(end.metrics), end.fingerprint)
    elif end is not None and end.state == "failed":
        ledger.failed(row.trial_id, end.reason or "", again=False)
    elif end is not None and end.state == "pruned":
        ledger.pruned(row.trial_id, end.reason or "")
    else:
        ledger.lost(row.trial_id, REASON)


def _count(folder: RunFolder, tries: Mapping[str | None, LedgerTrial]) -> None:
    """The driver died between the ledger's answer and noting it, or lost its claim before."""
    header = folder.header
    row = tries.get(header.delivery)
    if row is None or row.attrs[CELL] != header.cell:
        folder.count(False)
    elif row.state in (TrialState.COMPLETE, TrialState.FAIL):
        folder.count(row.state == TrialState.COMPLETE)
