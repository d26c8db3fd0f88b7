"""Repair what a sweep keeps on disk: its journal, its run folders, and results that it lost.

Nothing is deleted: a journal is copied before it is rewritten, and a foreign folder is moved to
``set-aside`` in the store.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from seedbed.sweeps.ledger.ledger import Ledger, RecordedResult
from seedbed.sweeps.ledger.same_design import LedgerDesign, note_design
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import CELL, OWNER
from seedbed.system.errors import StoreError
from seedbed.system.paths import store_folder
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking import schema
from seedbed.tracking.own_sweeps import parent_of
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import all_folders
from seedbed.tracking.writing.run_folder import ForeignFolderError, RunFolder

LOG = logging.getLogger(__name__)
RESTS_S = 60.0
"""A foreign folder that nothing has changed for so long is not a folder that is being made."""


@dataclass(frozen=True)
class LedgerRepair:
    """What was mended beside the journal.

    Attributes:
        found: Cells whose result MLflow has and the ledger had lost.
        queued: Cells that the ledger had lost, and that wait again.
    """

    found: int
    queued: int


def repair_ledger(design: LedgerDesign, url: str | None, store: Store) -> LedgerRepair:
    """Queue the cells that a ledger lost, and count the results that MLflow has of them.

    Args:
        design: The sweep.
        url: Address of its ledger, or None for a journal.
        store: Where it is recorded.

    Raises:
        StoreError: The ledger or MLflow cannot be reached.
    """
    with closing(Ledger.of(design, open_storage(design.name, url))) as ledger:
        with ledger.filling():
            note_design(ledger.notes, design)
            if ledger.notes.parent_run_id is None and (known := parent_of(design.name)):
                ledger.notes.parent_run_id = known
            queued = ledger.queue(design.cells)
            found = take_lost_results(ledger, store, store_folder("runs"))
        return LedgerRepair(found, max(queued - found, 0))


def take_lost_results(ledger: Ledger, store: Store, folders: Path) -> int:
    """Count the results that the ledger took and lost since; returns how many.

    Only a result that the ledger had taken is in MLflow, or in a folder that says so.

    Args:
        ledger: The sweep's ledger, while nobody else fills it.
        store: Where the sweep is recorded.
        folders: Parent of the run folders.

    Raises:
        StoreError: The ledger or MLflow cannot be reached.
    """
    standings = ledger.standings()
    results = (*_recorded(ledger, store), *_counted(ledger, folders))
    return sum(_take(ledger, one) for one in results if standings.get(one.cell) != "done")


def _counted(ledger: Ledger, folders: Path) -> Iterator[RecordedResult]:
    """The finished runs of the sweep that wait to be delivered."""
    for folder in all_folders(folders):
        end = folder.ended()
        if folder.header.sweep != ledger.name or end is None or not folder.counted():
            continue
        if end.state == "finished":
            yield RecordedResult(
                folder.header.cell,
                folder.header.delivery,
                schema.score_of(end.metrics),
                end.fingerprint,
            )


def _recorded(ledger: Ledger, store: Store) -> Iterator[RecordedResult]:
    """The finished runs of the sweep as MLflow has them."""
    parent = ledger.notes.parent_run_id
    if parent is None:
        return
    wanted = (
        f"tags.`mlflow.parentRunId` = '{parent}' AND tags.{schema.TAG_KIND} = 'run' "
        f"AND tags.{schema.TAG_STATE} = 'finished'"
    )
    for run in store.runs(wanted):
        tags, metrics = run.data.tags, run.data.metrics
        if not {schema.TAG_CELL, schema.TAG_DELIVERY} <= tags.keys():
            continue
        if metrics.keys() & {schema.SCORE, schema.HEADLINE}:
            yield RecordedResult(
                tags[schema.TAG_CELL],
                tags[schema.TAG_DELIVERY],
                schema.score_of(metrics),
                tags.get(schema.TAG_FINGERPRINT),
            )


def _take(ledger: Ledger, result: RecordedResult) -> bool:
    """Count a result unless its cell has one, or is being run."""
    trials = [trial for trial in ledger.trials() if trial.attrs[CELL] == result.cell]
    if any(trial.state == TrialState.COMPLETE for trial in trials):
        return False
    for trial in trials:
        waits = trial.state == TrialState.WAITING
        if waits or (trial.state == TrialState.RUNNING and _is_gone(trial.attrs.get(OWNER))):
            return ledger.adopt(trial, result)
    return False


def _is_gone(owner: object) -> bool:
    try:
        return Owner.parse(owner).is_gone() if isinstance(owner, dict) else True
    except ValueError:
        return True


def set_folders_aside(folders: Path) -> list[Path]:
    """Move folders that hold no run out of the way; returns where they are now.

    A folder of another version of Seedbed stays: that version reads it.

    Args:
        folders: Parent of the run folders.

    Raises:
        StoreError: A folder cannot be moved.
    """
    moved = []
    for path in sorted(folders.glob("[!.]*/run.json")):
        try:
            RunFolder(path.parent).header  # noqa: B018 (reading it is the test)
        except FileNotFoundError:
            continue
        except ForeignFolderError as error:
            rests = time.time() - max(path.stat().st_mtime, path.parent.stat().st_mtime)
            if "another version" in str(error) or rests < RESTS_S:
                LOG.warning("left alone: %s", error)
                continue
            moved.append(_moved(path.parent))
    return moved


def _moved(folder: Path) -> Path:
    target = store_folder("set-aside") / f"{folder.name}-{time.time_ns()}"
    try:
        folder.rename(target)
    except OSError as error:
        raise StoreError(
            f"{folder} must be moved to {target}, but it cannot be ({error.strerror}): move it by "
            "hand."
        ) from None
    return target
