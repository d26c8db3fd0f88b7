"""Closes what a vanished process left behind.

Two leftovers are possible: a run folder without an end, and a run that MLflow believes RUNNING.
"""

import json
from collections.abc import Collection
from pathlib import Path

from seedbed.system.process_identity import Owner
from seedbed.tracking.schema import TAG_DELIVERY, TAG_KIND, TAG_OWNER, TAG_REASON, TAG_STATE
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import all_folders, deliver_all

REASON = "its process vanished (SIGKILL, out of memory or a reboot)"


def end_orphans(folders: Path) -> int:
    """Mark as killed every folder whose run never ended and whose owner is gone; returns how many.

    Needs no store: the folders are delivered by whoever delivers next.
    """
    reaped = 0
    for folder in all_folders(folders):
        if folder.ended() is None and Owner.parse(dict(folder.header.owner)).is_gone():
            folder.end("killed", REASON)
            reaped += 1
    return reaped


def reap(folders: Path, store: Store, lost: Collection[str] = ()) -> int:
    """Mark as killed every run whose owner is gone; returns how many.

    Args:
        folders: Parent of the run folders.
        store: Where to.
        lost: Deliveries of runs that are known to be lost although their owner was on another
            host, where this one cannot look.

    Raises:
        StoreError: The store cannot be reached.
    """
    reaped = end_orphans(folders)
    deliver_all(folders, store)
    here = {folder.header.delivery for folder in all_folders(folders)}
    for run in store.runs(f"attributes.status = 'RUNNING' AND tags.{TAG_KIND} = 'run'"):
        owner, delivery = run.data.tags.get(TAG_OWNER), run.data.tags.get(TAG_DELIVERY)
        gone = owner and Owner.parse(json.loads(owner)).is_gone()
        if delivery not in here and (gone or delivery in lost):
            with store.explained():
                store.client.set_tag(run.info.run_id, TAG_STATE, "killed")
                store.client.set_tag(run.info.run_id, TAG_REASON, REASON)
                store.client.set_terminated(run.info.run_id, "KILLED")
            reaped += 1
    return reaped
