"""Settle the claims of a driver that vanished: a recorded result counts once, else the cell waits.

A finished run is delivered to MLflow only after the ledger took its result (``counted.json``). So
the folder on disk and the ledger together say how a cell ended, whatever a kill interrupted.
"""

import contextlib
import logging
from pathlib import Path

from seedbed.sweeps.ledger.damaged_results import damaged_results
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.standings import RESULT_LOST
from seedbed.sweeps.ledger.storages.storage import LedgerTrial
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import CELL, DELIVERY, NAME, REASON
from seedbed.system.processes.process_identity import Owner
from seedbed.system.text.terminal_escape import inert
from seedbed.tracking.schema import VAL_ACCURACY, score_of
from seedbed.tracking.writing.deliver import all_folders
from seedbed.tracking.writing.delivery_note import is_delivered
from seedbed.tracking.writing.reaper import REASON as VANISHED
from seedbed.tracking.writing.run_folder import Epoch, RunFolder

LOG = logging.getLogger(__name__)
UNFINISHED = (TrialState.WAITING, TrialState.RUNNING)


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


def queue_lost_results(ledger: Ledger, folders: Path) -> None:
    """Queue the cells again whose counted result lies in a damaged folder.

    Args:
        ledger: The sweep's ledger.
        folders: Parent of the run folders; those that were set aside lie beside it.
    """
    if not damaged_results(ledger.trials(), folders):
        return
    with ledger.filling():
        trials = ledger.trials()
        by_number = {trial.number: trial for trial in trials}
        for number, damaged in damaged_results(trials, folders).items():
            _lose(ledger, by_number[number], damaged)


def lost_deliveries(ledger: Ledger) -> dict[str, str]:
    """Delivery → reason of every failed try, wherever it ran."""
    return {
        trial.attrs[DELIVERY]: str(trial.attrs.get(REASON) or VANISHED)
        for trial in ledger.trials(TrialState.FAIL)
        if DELIVERY in trial.attrs
    }


def _recover(ledger: Ledger, folders: Path, sweep: str) -> list[RunFolder]:
    mine = [folder for folder in all_folders(folders) if folder.header.sweep == sweep]
    by_delivery = {folder.header.delivery: folder for folder in mine}
    suspects = [
        folder for folder in mine if _owner(folder).is_gone() or not _owner(folder).is_here()
    ]
    tries = {trial.attrs.get(DELIVERY): trial for trial in ledger.trials()} if suspects else {}
    for folder in suspects:
        if _owner(folder).is_gone():
            _end(folder, ledger, tries.get(folder.header.delivery))
    for trial in ledger.leases.abandoned():
        _settle(ledger, trial, by_delivery.get(trial.attrs.get(DELIVERY, "")))
    if not suspects:
        return []
    tries = {trial.attrs.get(DELIVERY): trial for trial in ledger.trials()}
    orphans = [f for f in suspects if _is_orphan(f, tries.get(f.header.delivery), ledger)]
    for folder in orphans:
        own = tries.get(folder.header.delivery)
        _end(folder, ledger, own)
        is_lost = own is not None and own.number in ledger.notes.lost_results
        if _is_uncounted(folder) or is_lost:
            _count(folder, own)
    return orphans


def _owner(folder: RunFolder) -> Owner:
    return Owner.parse(folder.header.owner)


def _is_orphan(folder: RunFolder, trial: LedgerTrial | None, ledger: Ledger) -> bool:
    """Whether nobody delivers the folder of a process that has ended or cannot be seen here."""
    owner = _owner(folder)
    if owner.is_gone():
        return True
    if trial is None or trial.state in UNFINISHED:
        return False
    return owner.is_of_earlier_boot() or ledger.leases.is_silent(owner)


def _end(folder: RunFolder, ledger: Ledger, trial: LedgerTrial | None) -> None:
    """Note that the run's process vanished, unless the run has an end; its result may be lost."""
    if folder.ended() is None and folder.path.exists() and not is_delivered(folder):
        reason = VANISHED
        if trial is not None and trial.state == TrialState.COMPLETE:
            _lose(ledger, trial, folder.path / "events.jsonl")
            reason = RESULT_LOST
        with contextlib.suppress(FileNotFoundError):  # delivered and removed just now
            folder.end("killed", reason)


def _lose(ledger: Ledger, trial: LedgerTrial, damaged: Path) -> None:
    """Take a result out of the ledger that MLflow cannot get, and queue its cell again."""
    ledger.notes.lose_result(trial.number)
    ledger.notes.early_end = None  # it was decided with this result; the strategy decides anew
    ledger.queue(())
    LOG.warning(
        "%s must be whole until MLflow has the result of %s, but it is damaged: the cell is "
        "queued again",
        damaged,
        inert(str(trial.attrs[NAME])),
    )


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
        if end.test_examples is not None:
            ledger.notes.scored_on(end.test_examples)
        ledger.done(trial.trial_id, score_of(end.metrics), end.fingerprint)
    elif end is not None and end.state == "failed":
        ledger.failed(trial.trial_id, end.reason or "", again=False)
    elif end is not None and end.state == "pruned":
        ledger.pruned(trial.trial_id, end.reason or "")
    else:
        ledger.lost(trial.trial_id, VANISHED)


def _count(folder: RunFolder, trial: LedgerTrial | None) -> None:
    """Mark a folder whose driver died before it noted the ledger's answer."""
    with contextlib.suppress(FileNotFoundError):  # delivered and removed just now
        if trial is None or trial.attrs[CELL] != folder.header.cell:
            folder.count(False)
        elif trial.state in (TrialState.COMPLETE, TrialState.FAIL):
            folder.count(trial.state == TrialState.COMPLETE)
