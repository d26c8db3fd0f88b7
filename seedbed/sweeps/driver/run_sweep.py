"""One call of ``sweeps run``: get ready, run what is missing, settle the parent run."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from seedbed.runs.settings.tensorflow_setup import prepare, usable_cores
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.forecast import check_minutes, pace
from seedbed.sweeps.driver.display import Progress, Style
from seedbed.sweeps.driver.driver import PATIENCE_S, Driver, Limits
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.sweeps.ledger.ledger import MAX_TRIES, Ledger
from seedbed.sweeps.ledger.recovery import lost_deliveries, recover
from seedbed.sweeps.ledger.storage import ledger_away, open_book
from seedbed.sweeps.strategies.choose import conclude, strategy_of
from seedbed.sweeps.strategies.protocol import Strategy
from seedbed.system.errors import InputError, SeedbedError, StoreError
from seedbed.system.masking import masked
from seedbed.system.paths import store_folder
from seedbed.tracking.records import State
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import Deliverer
from seedbed.tracking.writing.parent_run import ParentRun
from seedbed.tracking.writing.reaper import reap


@dataclass(frozen=True)
class Where:
    """Where a sweep runs and what a run may use.

    Attributes:
        ledger: ``postgresql://…``, or None for a journal file in the store.
        cluster: Address of a Dask scheduler, or None for this machine.
        resources: What a run needs of a Dask worker, e.g. ``{"GPU": 1}``.
        memory_limit: Bytes that a run's process may keep, or None.
        time_limit_s: Seconds that a run may take, or None.
        max_tries: Tries of a cell that fails for a reason that may pass.
        patience_s: How long a ledger that cannot be reached or written is waited for.
        style: How to show what happens.
    """

    ledger: str | None = None
    cluster: str | None = None
    resources: dict[str, float] | None = None
    memory_limit: int | None = None
    time_limit_s: float | None = None
    max_tries: int = MAX_TRIES
    patience_s: float = PATIENCE_S
    style: Style = "live"


@dataclass(frozen=True)
class Result:
    """How a call ended.

    Attributes:
        finished: Cells with a result.
        failed: Cells that failed for good, by name, with the reason.
        left: Cells that still wait or run elsewhere.
        stopped: Whether somebody asked to stop.
        undelivered: Why records still wait on this machine, or None.
        pruned: Cells that were not worth finishing.
        early_end: Why the sweep ended although cells wait, or None.
        conclusion: What a search or a stop rule has to say once nothing is left, or None.
    """

    finished: int
    failed: dict[str, str]
    left: int
    stopped: bool
    undelivered: str | None
    pruned: int = 0
    early_end: str | None = None
    conclusion: str | None = None


HERE = Where()


def run_sweep(
    design: Design,
    workers: int | None = None,
    where: Where = HERE,
    strategy: Strategy | None = None,
) -> Result:
    """Run every cell of the design that has no result yet.

    Args:
        design: The sweep.
        workers: Runs at once; default one per core, or per thread of the cluster.
        where: Where it runs.
        strategy: Decides what is run beside the design's cells; default: what the file asks for.

    Raises:
        InputError: The design does not fit its ledger, mixes settings of oneDNN, or has a budget
            of minutes that does not reach for one run.
        StoreError: MLflow can be reached neither now nor before, so nothing was trained; or the
            ledger cannot be reached, at any time, and what was trained is kept.
    """
    try:
        return _run_sweep(design, workers, where, strategy or strategy_of(design))
    except SeedbedError:
        raise
    except Exception as error:
        lost = ledger_away(error, masked(where.ledger or str(store_folder("ledgers"))))
        if lost is None:
            raise
        raise type(lost)(f"{lost} No run is lost: seedbed resume {design.name} goes on.") from error


def _run_sweep(design: Design, workers: int | None, where: Where, strategy: Strategy) -> Result:
    if design.fields.stop and design.fields.stop.budget:
        check_minutes(design, pace(design))
    prepare(design.numerics)
    folders = store_folder("runs")
    store = Store()
    reachable = _reachable(design, store, where.ledger)
    with (
        _executor(design, workers, where) as (executor, slots),
        closing(Ledger.open(design, where.ledger, strategy, where.max_tries)) as ledger,
    ):
        parent = _ready(design, ledger, store, folders, reachable)
        deliverer = Deliverer(store)
        for folder in recover(ledger, folders, design.name):
            deliverer.add(folder)
        driver = Driver(
            design,
            ledger,
            executor,
            deliverer,
            parent_run_id=parent.run_id,
            limits=Limits(slots, where.time_limit_s, where.patience_s),
            strategy=strategy,
        )
        try:
            view = Progress(
                design,
                ledger.scores(),
                driver,
                slots(),
                style=where.style,
                fingerprints=ledger.fingerprints(),
            )
            with view as progress:
                completed = driver.run(progress)
        finally:
            executor.shutdown(cancel_futures=True)
            waiting = deliverer.close()
        trouble = (deliverer.trouble or "A record could not be delivered.") if waiting else None
        return _settle(
            design,
            ledger,
            strategy,
            parent,
            folders=folders,
            store=store,
            completed=completed,
            trouble=trouble,
        )


@contextmanager
def _executor(
    design: Design, workers: int | None, where: Where
) -> Iterator[tuple[Executor, Callable[[], int]]]:
    """The executor and how many cells it runs at once."""
    if where.cluster is None:
        pool = LocalPool(workers or usable_cores(), memory_limit=where.memory_limit)
        try:
            yield pool, lambda: pool.workers
        finally:
            pool.shutdown(cancel_futures=True)
        return
    from seedbed.sweeps.executors.dask_pool import ClusterPool

    cluster = ClusterPool(where.cluster, design, where.resources or {}, where.memory_limit)
    try:
        yield cluster, lambda: min(workers or cluster.workers, cluster.workers)
    finally:
        cluster.shutdown(cancel_futures=True)


def _reachable(design: Design, store: Store, url: str | None) -> bool:
    """Whether MLflow answers; a sweep that was started before goes on without it.

    Raises:
        StoreError: It does not, and the sweep has no parent run yet.
    """
    try:
        store.check()
    except StoreError:
        try:
            with closing(open_book(design.name, url, create=False)) as book:
                started = "parent_run_id" in book.storage.get_study_user_attrs(book.study_id)
        except InputError:
            started = False
        if not started:
            raise
        return False
    return True


def _ready(
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
        parent.describe_design(design.described(), design.text)
    reap(folders, store, lost_deliveries(ledger))
    return parent


def _settle(
    design: Design,
    ledger: Ledger,
    strategy: Strategy,
    parent: ParentRun,
    *,
    folders: Path,
    store: Store,
    completed: bool,
    trouble: str | None,
) -> Result:
    """Count, conclude, and set the parent run's figures and state."""
    standings = ledger.standings()
    names = {row.attrs["cell"]: row.attrs["name"] for row in ledger.rows()}
    values = list(standings.values())
    left = 0 if ledger.early_end else values.count("waiting") + values.count("running")
    said = None if left else conclude(strategy, ledger.progress(strategy.needs_curves))
    result = Result(
        finished=values.count("done"),
        failed={names[cell]: reason for cell, reason in ledger.reasons().items()},
        left=left,
        stopped=not completed,
        undelivered=trouble,
        pruned=values.count("pruned"),
        early_end=ledger.early_end,
        conclusion=said.text if said else None,
    )
    if trouble is not None:
        return result
    try:
        reap(folders, store, lost_deliveries(ledger))
        if said is not None:
            parent.concludes(said.text, said.metrics)
            asked = len(values) - values.count("waiting")
            parent.describe_design({**design.described(), "planned": asked}, design.text)
        _close(parent, result, others="running" in values)
    except StoreError as error:
        return replace(result, undelivered=str(error))
    return result


def _close(parent: ParentRun, result: Result, others: bool) -> None:
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
