"""One call of ``seedbed sweep``: get ready, run what is missing, settle the parent run."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from seedbed.runs.settings.tensorflow_setup import prepare
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.forecast import check_minutes, pace
from seedbed.sweeps.driver.display import SweepDisplay
from seedbed.sweeps.driver.driver import Driver
from seedbed.sweeps.driver.executor import choose_executor
from seedbed.sweeps.driver.parent_run import close_parent, open_parent, reachable
from seedbed.sweeps.driver.running_cell import Limits
from seedbed.sweeps.driver.settings import HERE, Result, SweepSettings
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.recovery import lost_deliveries, recover
from seedbed.sweeps.ledger.storage_errors import ledger_away
from seedbed.sweeps.strategies.choose import conclude, strategy_of
from seedbed.sweeps.strategies.protocol import Strategy
from seedbed.system.errors import SeedbedError, StoreError
from seedbed.system.masking import masked
from seedbed.system.paths import store_folder
from seedbed.tracking.store import Store
from seedbed.tracking.writing.background_delivery import Deliverer
from seedbed.tracking.writing.parent_run import ParentRun
from seedbed.tracking.writing.reaper import reap


def run_sweep(
    design: Design,
    workers: int | None = None,
    where: SweepSettings = HERE,
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


def _run_sweep(
    design: Design, workers: int | None, where: SweepSettings, strategy: Strategy
) -> Result:
    if design.file.fields.stop and design.file.fields.stop.budget:
        check_minutes(design, pace(design))
    prepare(design.numerics)
    folders = store_folder("runs")
    store = Store()
    is_reachable = reachable(design, store, where.ledger)
    with (
        choose_executor(design, workers, where) as (executor, slots),
        closing(Ledger.open(design, where.ledger, strategy, where.max_tries)) as ledger,
    ):
        parent = open_parent(design, ledger, store, folders, is_reachable)
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
            view = SweepDisplay(
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
            parent.describe_design({**design.described(), "planned": asked}, design.file.text)
        close_parent(parent, result, others="running" in values)
    except StoreError as error:
        return replace(result, undelivered=str(error))
    return result
