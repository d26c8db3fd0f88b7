"""The sweep's parent run in MLflow: opened before the first cell, closed after the last."""

import logging
from contextlib import closing
from pathlib import Path

from seedbed.sweeps.design.design import Design
from seedbed.sweeps.driver.own_files import with_own_files
from seedbed.sweeps.driver.script_findings import findings_tag
from seedbed.sweeps.driver.settings import SweepResult
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.recovery import lost_deliveries, queue_lost_results, recover
from seedbed.sweeps.ledger.repair import take_lost_results
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.sweeps.ledger.study_notes import StudyNotes
from seedbed.system.errors import InputError, StoreError
from seedbed.tracking.own_sweeps import note_parent
from seedbed.tracking.run_states import State
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from seedbed.tracking.writing.reaper import reap

LOG = logging.getLogger(__name__)


def reachable(design: Design, store: Store, url: str | None) -> bool:
    """Whether MLflow answers; a sweep that was started before goes on without it.

    Raises:
        StoreError: It does not, and the sweep has no parent run yet.
    """
    try:
        store.check()
    except StoreError:
        if not _has_parent(design.name, url):
            raise
        return False
    return True


def _has_parent(sweep: str, url: str | None) -> bool:
    try:
        with closing(open_storage(sweep, url, create=False)) as storage:
            return StudyNotes(storage).parent_run_id is not None
    except InputError:  # there is no such sweep yet
        return False


def open_parent(
    design: Design, ledger: Ledger, store: Store, folders: Path, reachable: bool
) -> ParentRun:
    """The sweep's parent run: the one there is, or a new one; what was left behind is closed."""
    recover(ledger, folders, design.name)
    queue_lost_results(ledger, folders)
    known = ledger.notes.parent_run_id
    if known and not reachable:
        note_parent(design.name, known)
        return ParentRun(store, known)
    with ledger.filling():
        known = ledger.notes.parent_run_id
        parent = ParentRun(store, known) if known else None
        if parent is None or not parent.exists():
            parent = ParentRun.start(store, design.experiment, design.name, ledger.notes.identity)
            ledger.notes.parent_run_id = parent.run_id
        note_parent(design.name, parent.run_id)
        if known == parent.run_id and ledger.waiting():
            _take_lost_results(ledger, store, folders)
        if ledger.running() or (ledger.waiting() and not ledger.notes.early_end):
            parent.running({**design.tags, **findings_tag(design)})
        parent.describe_design(with_own_files(design), design.file.text)
        parent.parameters(design.parameters())
    lost = lost_deliveries(ledger)
    reap(folders, store, lost, sweep=design.name, parent_run_id=parent.run_id)
    return parent


def _take_lost_results(ledger: Ledger, store: Store, folders: Path) -> None:
    """Train no cell again whose result the ledger took and lost: its file may be an old copy."""
    found = take_lost_results(ledger, store, folders)
    if found:
        LOG.warning(
            "%s: results that the ledger had lost, taken from where they are recorded: %d",
            ledger.name,
            found,
        )


def close_parent(parent: ParentRun, result: SweepResult, others: bool) -> None:
    """Write the figures and, unless other drivers still run cells, the state."""
    parent.metrics(
        {
            "runs_finished": result.finished,
            "runs_failed": len(result.failed),
            "runs_missing": result.left,
        }
    )
    state: State = "stopped" if result.left else "finished" if result.finished else "failed"
    if not others:
        parent.end(state)
