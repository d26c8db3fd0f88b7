"""Results that the ledger counted and MLflow cannot get, since their run folder is damaged."""

from collections.abc import Sequence
from pathlib import Path

from seedbed.sweeps.ledger.storages.storage import LedgerTrial
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import CELL, DELIVERY, OWNER
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.writing.delivery_note import is_delivered
from seedbed.tracking.writing.run_folder import (
    EVENTS,
    ForeignFolderError,
    RunFolder,
    folder_name,
)

HEADER = "run.json"


def damaged_results(trials: Sequence[LedgerTrial], folders: Path) -> dict[int, Path]:
    """Number of the try → damaged file, of every counted result that nobody can deliver.

    Args:
        trials: The tries of one sweep. A try whose driver may live is left out: the driver has
            the header in memory.
        folders: Parent of the run folders; those that were set aside lie beside it.
    """
    try:
        present = _folders_by_name(folders)
    except PermissionError:  # another user's store
        return {}
    if not present:
        return {}
    noted = [trial for trial in trials if DELIVERY in trial.attrs]
    failed = {_folder_of(trial) for trial in noted if trial.state == TrialState.FAIL}
    found: dict[int, Path] = {}
    for trial in noted:
        name = _folder_of(trial)
        if trial.state != TrialState.COMPLETE or name in failed or name not in present:
            continue
        damaged = _damage(present[name], folders) if _has_ended(trial) else None
        if damaged is not None:
            found[trial.number] = damaged
    return found


def suspected_cells(folders: Path) -> frozenset[str]:
    """Cells with a run folder that holds no result: damaged, if the cell has one; else it runs.

    Args:
        folders: As for ``damaged_results``.
    """
    try:
        present = _folders_by_name(folders)
    except PermissionError:  # another user's store
        return frozenset()
    return frozenset(
        name.rpartition("-")[0]
        for name, path in present.items()
        if _damage(path, folders) is not None
    )


def _folders_by_name(folders: Path) -> dict[str, Path]:
    """Name → place of each run folder, also of those that were set aside."""
    aside = (folders.parent / "set-aside").glob("[!.]*-*")
    found = {path.name.rpartition("-")[0]: path for path in aside if path.is_dir()}
    return found | {path.name: path for path in folders.glob("[!.]*")}


def _damage(path: Path, folders: Path) -> Path | None:
    """The file that should hold a run's result and does not; None if it does, or may."""
    folder = RunFolder(path)
    try:
        if is_delivered(folder):
            return None
        if path.parent != folders:
            return path / HEADER
        folder.header  # noqa: B018 (reading it is the test)
        lost = folder.ended() is None and path.exists()
    except FileNotFoundError:
        return path / HEADER if path.exists() else None
    except ForeignFolderError as error:
        return None if "another version" in str(error) else path / HEADER
    except OSError:  # may pass
        return None
    return path / EVENTS if lost else None


def _folder_of(trial: LedgerTrial) -> str:
    return folder_name(trial.attrs[CELL], str(trial.attrs[DELIVERY]))


def _has_ended(trial: LedgerTrial) -> bool:
    """Whether the driver of a try is known to have ended."""
    try:
        owner = Owner.parse(trial.attrs[OWNER])
    except (KeyError, ValueError):
        return True
    return owner.is_gone() or owner.is_of_earlier_boot()
