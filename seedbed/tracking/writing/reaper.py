"""Close what a vanished process left behind.

Two things may be left: a run folder without an end, and a run that MLflow believes RUNNING. Each
driver closes the runs of its own sweep, and runs by hand; other sweeps' runs are left to their
drivers. What may not be changed or cannot be read is skipped and counted: it is somebody else's.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.files.atomic_files import finish_removals
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.schema import (
    TAG_DELIVERY,
    TAG_KIND,
    TAG_MAX,
    TAG_OWNER,
    TAG_PARENT,
    TAG_REASON,
    TAG_STATE,
    TAG_SWEEP,
)
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import all_folders, deliver, drop_locks
from seedbed.tracking.writing.run_folder import RunFolder, drop_unmade

if TYPE_CHECKING:
    from mlflow.entities import Run

LOG = logging.getLogger(__name__)
REASON = "its process vanished (SIGKILL, out of memory or a reboot)"
NOT_MINE = ("PERMISSION_DENIED", "UNAUTHENTICATED", "RESOURCE_DOES_NOT_EXIST", "INVALID_STATE")
"""MLflow's answers about a run that this user may not change, or that is gone by now."""


@dataclass(frozen=True)
class Reaped:
    """What a reaper did.

    Attributes:
        closed: Runs that were closed as killed.
        skipped: Runs that could not be read or may not be changed.
    """

    closed: int
    skipped: int = 0


def reap(
    folders: Path,
    store: Store,
    lost: Mapping[str, str] | None = None,
    *,
    sweep: str | None = None,
    parent_run_id: str | None = None,
) -> Reaped:
    """Mark as killed the runs whose owner is gone: those of one sweep, and those by hand.

    Args:
        folders: Parent of the run folders.
        store: The MLflow store.
        lost: Delivery → reason of runs that are known to be lost, although their folder is gone or
            their owner was on another host, which this one cannot ask.
        sweep: Name of the sweep; None for runs by hand only.
        parent_run_id: MLflow's id of the sweep's own run.

    Raises:
        StoreError: The store cannot be reached.
    """
    closed = 0
    here = set()
    finish_removals(folders)
    drop_locks(folders)
    drop_unmade(folders)
    for folder in all_folders(folders):
        if folder.header.sweep not in (None, sweep):
            continue
        closed += end_if_orphan(folder)
        if not deliver(folder, store):
            here.add(folder.header.delivery)
    skipped = 0
    for run in store.runs(f"attributes.status = 'RUNNING' AND tags.{TAG_KIND} = 'run'"):
        if _is_mine(run, parent_run_id) and run.data.tags.get(TAG_DELIVERY) not in here:
            gone = _is_gone(run, lost or {})
            reason = (lost or {}).get(run.data.tags.get(TAG_DELIVERY, ""), REASON)
            is_closed = bool(gone) and _close(run, store, reason)
            closed += is_closed
            skipped += gone is None or (gone and not is_closed)
    if skipped:
        LOG.warning("%d unfinished runs of others, or unreadable ones, are left alone", skipped)
    return Reaped(closed, skipped)


def end_if_orphan(folder: RunFolder) -> bool:
    """End a folder as killed if its owner is gone without an end; returns whether it did."""
    owner = Owner.parse(folder.header.owner)
    if folder.ended() is not None or not (owner.is_gone() or owner.is_of_earlier_boot()):
        return False
    folder.end("killed", REASON)
    return True


def _is_mine(run: "Run", parent_run_id: str | None) -> bool:
    """Whether a run belongs to the sweep with this parent, or to no sweep."""
    parent = run.data.tags.get(TAG_PARENT)
    if parent is None:
        return TAG_SWEEP not in run.data.tags
    return bool(parent == parent_run_id)


def _is_gone(run: "Run", lost: Mapping[str, str]) -> bool | None:
    """Whether the run's process has ended; None if its record cannot be read."""
    if run.data.tags.get(TAG_DELIVERY) in lost:
        return True
    text = run.data.tags.get(TAG_OWNER)
    if text is None:
        return False
    try:
        owner = Owner.parse(json.loads(text))
    except (ValueError, RecursionError):
        return None
    return owner.is_gone() or owner.is_of_earlier_boot()


def _close(run: "Run", store: Store, reason: str) -> bool:
    """Close a run as killed; False if this user may not, or if the run is gone."""
    from mlflow.exceptions import MlflowException

    with store.explained():
        try:
            store.client.set_tag(run.info.run_id, TAG_STATE, "killed")
            store.client.set_tag(run.info.run_id, TAG_REASON, reason[:TAG_MAX])
            store.client.set_terminated(run.info.run_id, "KILLED")
        except MlflowException as error:
            if error.error_code not in NOT_MINE:
                raise
            return False
    return True
