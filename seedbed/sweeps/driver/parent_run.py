"""The sweep's parent run in MLflow: opened before the first cell, closed after the last."""

from contextlib import closing
from pathlib import Path

from seedbed.sweeps.design.design import Design
from seedbed.sweeps.driver.settings import Result
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.open_storage import open_storage
from seedbed.sweeps.ledger.recovery import lost_deliveries, recover
from seedbed.system.errors import InputError, StoreError
from seedbed.tracking.records import State
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from seedbed.tracking.writing.reaper import reap


def reachable(design: Design, store: Store, url: str | None) -> bool:
    """Whether MLflow answers; a sweep that was started before goes on without it.

    Raises:
        StoreError: It does not, and the sweep has no parent run yet.
    """
    try:
        store.check()
    except StoreError:
        try:
            with closing(open_storage(design.name, url, create=False)) as book:
                started = "parent_run_id" in book.storage.get_study_user_attrs(book.study_id)
        except InputError:
            started = False
        if not started:
            raise
        return False
    return True


def open_parent(
    design: Design, ledger: Ledger, store: Store, folders: Path, reachable: bool
) -> ParentRun:
    """The sweep's parent run: the one there is, or a new one; what was left behind is closed."""
    recover(ledger, folders, design.name)
    known = ledger.parent_run_id
    if known and not reachable:
        return ParentRun(store, known)
    with ledger.filling():
        known = ledger.parent_run_id
        parent = ParentRun(store, known) if known else None
        if parent is None or not parent.exists():
            parent = ParentRun.start(store, design.experiment, design.name, ledger.identity)
            ledger.parent_run_id = parent.run_id
        if ledger.running() or (ledger.waiting() and not ledger.early_end):
            parent.running(design.tags)
        parent.describe_design(design.described(), design.file.text)
    reap(folders, store, lost_deliveries(ledger))
    return parent


def close_parent(parent: ParentRun, result: Result, others: bool) -> None:
    """Figures and, unless other drivers still run cells, the state."""
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
