"""Closes what a vanished process left behind, on this host.

Two leftovers are possible: a run folder without an end, and a run that MLflow believes RUNNING.
"""

import json
from pathlib import Path

from tracking.delivery import deliver_all
from tracking.folder import RunFolder
from tracking.owner import Owner
from tracking.schema import TAG_KIND, TAG_OWNER, TAG_REASON, TAG_STATE
from tracking.store import Store

REASON = "its process vanished (SIGKILL, out of memory or a reboot)"


def reap(folders: Path, store: Store) -> int:
    """Mark as killed every run whose owner is gone; returns how many.

    Raises:
        StoreError: The store cannot be reached.
    """
    reaped = 0
    for path in folders.glob("*/run.json"):
        folder = RunFolder(path.parent)
        if folder.ended() is None and Owner.parse(dict(folder.header.owner)).is_gone():
            folder.end("killed", REASON)
            reaped += 1
    deliver_all(folders, store)
    for run in store.runs(f"attributes.status = 'RUNNING' AND tags.{TAG_KIND} = 'run'"):
        owner = run.data.tags.get(TAG_OWNER)
        if owner and Owner.parse(json.loads(owner)).is_gone():
            with store.explained():
                store.client.set_tag(run.info.run_id, TAG_STATE, "killed")
                store.client.set_tag(run.info.run_id, TAG_REASON, REASON)
                store.client.set_terminated(run.info.run_id, "KILLED")
            reaped += 1
    return reaped
