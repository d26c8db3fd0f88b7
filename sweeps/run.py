"""One call of ``sweeps run``: get ready, run what is missing, settle the parent run."""

import os
from dataclasses import dataclass

from experiments.numerics import prepare
from experiments.options import RunOptions
from sweeps.design import Design
from sweeps.driver import Driver
from sweeps.ledger import Ledger
from sweeps.pool import LocalPool
from sweeps.progress import Progress
from sweeps.recovery import recover
from tracking.delivery import Deliverer
from tracking.errors import InputError
from tracking.parent import ParentRun
from tracking.places import store_folder
from tracking.reaper import reap
from tracking.records import State
from tracking.store import Store


@dataclass(frozen=True)
class Result:
    """How a call ended.

    Attributes:
        finished: Cells of the design with a result.
        failed: Cells that failed for good, by name, with the reason.
        left: Cells that still wait or run elsewhere.
        stopped: Whether somebody asked to stop.
        undelivered: Why records still wait on this machine, or None.
    """

    finished: int
    failed: dict[str, str]
    left: int
    stopped: bool
    undelivered: str | None


def run_sweep(design: Design, workers: int | None = None) -> Result:
    """Run every cell of the design that has no result yet.

    Args:
        design: The sweep.
        workers: Runs at once; default one per core.

    Raises:
        InputError: The design does not fit its ledger, or mixes settings of oneDNN.
        StoreError: The store cannot be reached or written; nothing was trained.
    """
    prepare(_numerics(design))
    folders = store_folder("runs")
    pool = LocalPool(workers or usable_cores())
    try:
        store = Store()
        store.check()
        ledger = Ledger.open(design)
        recover(ledger, folders, store)
        reap(folders, store)
        parent = _parent(design, ledger, store)
        deliverer = Deliverer(store)
        driver = Driver(design, ledger, pool, deliverer, parent.run_id)
        with Progress(design, ledger.scores(), driver, pool.workers) as progress:
            completed = driver.run(progress)
    finally:
        pool.shutdown(cancel_futures=True)
    waiting = deliverer.close()
    return _settle(design, ledger, parent, completed, deliverer.trouble if waiting else None)


def usable_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _numerics(design: Design) -> RunOptions:
    settings = {cell.options.onednn for cell in design.cells}
    if len(settings) > 1:
        raise InputError(
            "onednn must be the same in every cell, because TensorFlow reads it once, when the "
            "pool loads it: run one sweep with true and one with false."
        )
    return design.cells[0].options


def _parent(design: Design, ledger: Ledger, store: Store) -> ParentRun:
    """The sweep's parent run: the one there is, or a new one."""
    known = ledger.parent_run_id
    parent = ParentRun(store, known) if known else None
    if parent is None or not parent.exists():
        parent = ParentRun.start(store, design.experiment, design.name)
        ledger.parent_run_id = parent.run_id
    parent.running()
    parent.describe_design(
        {
            "question": design.question,
            "varied": design.varied,
            "sources": design.sources,
            "planned": len(design.cells),
        },
        design.text,
    )
    return parent


def _settle(
    design: Design, ledger: Ledger, parent: ParentRun, completed: bool, trouble: str | None
) -> Result:
    """Count, and set the parent run's figures and state."""
    standings = ledger.standings()
    names = {cell.id: cell.name for cell in design.cells}
    result = Result(
        finished=sum(standing == "done" for standing in standings.values()),
        failed={names[cell]: reason for cell, reason in ledger.reasons().items()},
        left=sum(standing in ("waiting", "running") for standing in standings.values()),
        stopped=not completed,
        undelivered=trouble,
    )
    if trouble is None:
        parent.metrics(
            {
                "runs_finished": result.finished,
                "runs_failed": len(result.failed),
                "runs_missing": result.left,
            }
        )
        state: State = "stopped" if result.left else "finished" if result.finished else "failed"
        parent.end(state)
    return result
