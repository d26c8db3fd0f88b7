"""Run a sweep: get ready, run the cells that are left, close the parent run."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from seedbed.analysis.wording import count
from seedbed.runs.settings.tensorflow_setup import prepare_fork_server
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.forecast import check_minutes, pace
from seedbed.sweeps.driver.display import SweepDisplay
from seedbed.sweeps.driver.executor import choose_executor
from seedbed.sweeps.driver.loop.driver import Driver
from seedbed.sweeps.driver.loop.running_cell import Limits
from seedbed.sweeps.driver.parent_run import close_parent, open_parent, reachable
from seedbed.sweeps.driver.settings import HERE, SweepResult, SweepSettings
from seedbed.sweeps.driver.unchanged_data import check_data, note_files
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.recovery import lost_deliveries, recover
from seedbed.sweeps.ledger.storages.storage_errors import ledger_away
from seedbed.sweeps.ledger.study_notes import StudyNotes
from seedbed.sweeps.ledger.trial_attributes import CELL, NAME
from seedbed.sweeps.strategies.choose import strategy_of
from seedbed.sweeps.strategies.conclusion import Conclusion
from seedbed.sweeps.strategies.protocol import Strategy
from seedbed.system.errors import SeedbedError, StoreError
from seedbed.system.files.temporary_folder import temporary_files_of_this_process
from seedbed.system.paths import store_folder
from seedbed.system.text.masking import masked
from seedbed.tracking.cell_counts import CellCounts
from seedbed.tracking.store import Store
from seedbed.tracking.writing.background_delivery import Deliverer
from seedbed.tracking.writing.parent_run import ParentRun
from seedbed.tracking.writing.reaper import reap


def run_sweep(
    design: Design,
    workers: int | None = None,
    settings: SweepSettings = HERE,
    strategy: Strategy | None = None,
) -> SweepResult:
    """Run every cell of the design that has no result yet.

    Args:
        design: The sweep.
        workers: Runs at once; default one per core, or per thread of the cluster.
        settings: Where it runs, and what a run may use.
        strategy: Decides what is run beside the design's cells; default: what the file asks for.

    Raises:
        InputError: The design does not fit its ledger, mixes settings of oneDNN, has a budget of
            minutes that is too short for one run, or its data changed since its first runs.
        StoreError: MLflow could not be reached at the start of a new sweep, so nothing was
            trained; or the ledger cannot be reached, and what was trained is kept.
    """
    try:
        with temporary_files_of_this_process():
            return _run_sweep(design, workers, settings, strategy or strategy_of(design))
    except SeedbedError:
        raise
    except Exception as error:  # drivers of databases share no base
        lost = ledger_away(error, masked(settings.ledger or str(store_folder("ledgers"))))
        if lost is None:
            raise
        raise type(lost)(
            f"{lost} No run is lost: seedbed resume {design.name} continues."
        ) from error


@dataclass(frozen=True)
class _Call:
    """What one call of ``run_sweep`` works with.

    Attributes:
        design: The sweep.
        strategy: Decides what is run beside the design's cells.
        ledger: The sweep's ledger.
        store: The MLflow store.
        folders: Parent of the run folders.
        parent: The sweep's run in MLflow.
    """

    design: Design
    strategy: Strategy
    ledger: Ledger
    store: Store
    folders: Path
    parent: ParentRun


def _run_sweep(
    design: Design, workers: int | None, settings: SweepSettings, strategy: Strategy
) -> SweepResult:
    stop = design.file.fields.stop
    if stop and stop.budget:
        check_minutes(design, pace(design))
    prepare_fork_server(design.numerics)
    about_data = check_data(design, settings.ledger)
    folders = store_folder("runs")
    store = Store()
    is_reachable = reachable(design, store, settings.ledger)
    with (
        choose_executor(design, workers, settings) as (executor, slots, warnings),
        closing(Ledger.open(design, settings.ledger, strategy, settings.max_tries)) as ledger,
    ):
        note_files(design, ledger)
        retried = len(ledger.retry_failed()) if settings.retry_failed else 0
        parent = open_parent(design, ledger, store, folders, is_reachable)
        call = _Call(design, strategy, ledger, store, folders, parent)
        deliverer = Deliverer(store)
        for folder in recover(ledger, folders, design.name):
            deliverer.add(folder)
        ledger.consult(strategy)  # what was recovered may change what the strategy decides
        driver = Driver(
            design,
            ledger,
            executor,
            deliverer,
            parent_run_id=parent.run_id,
            limits=Limits(slots, settings.time_limit_s, settings.patience_s),
            strategy=strategy,
        )
        try:
            display = SweepDisplay(
                design,
                ledger.scores(),
                driver,
                slots(),
                style=settings.style,
                fingerprints=ledger.fingerprints(),
                warned=settings.warned,
            )
            with display:
                for text in (*about_data, *warnings):
                    display.warn(text)
                if retried:
                    display.tell(f"{count(retried, 'cell')} that failed before: tried again")
                completed = driver.run(display)
        finally:
            executor.shutdown(cancel_futures=True)
            waiting = deliverer.close()
        trouble = (deliverer.trouble or "A record could not be delivered.") if waiting else None
        result = _close(call, completed, trouble)
        failure = driver.common_failure.reason
        if failure is None:
            return result
        return replace(result, common_failure=failure, stopped=False)


def _close(call: _Call, completed: bool, trouble: str | None) -> SweepResult:
    """Count, conclude, and write the parent run's figures and state.

    Args:
        call: What the call works with.
        completed: True unless someone asked the sweep to stop.
        trouble: Why a record could not be delivered, or None.
    """
    ledger = call.ledger
    standings = list(ledger.standings().values())
    result = _result(call, standings, completed, trouble)
    concluded = None if result.left else _conclusion(call)
    if concluded:
        result = replace(result, conclusion=concluded.text)
    tried = CellCounts.of(standings, ended=True).cells
    if not result.left:  # a search that has all it asked for may have planned for more
        ledger.notes.planned = tried
    if trouble is not None:
        return result
    try:
        lost = lost_deliveries(ledger)
        sweep, parent = call.design.name, call.parent
        reap(call.folders, call.store, lost, sweep=sweep, parent_run_id=parent.run_id)
        if concluded:
            call.parent.concludes(concluded.text, concluded.metrics)
            call.parent.replan(call.design.described(), tried)
        close_parent(call.parent, result, others="running" in standings)
        pace(call.design)  # what MLflow says now, kept for `seedbed check`
    except StoreError as error:
        return replace(result, undelivered=str(error))
    return result


def _result(
    call: _Call, standings: Sequence[str], completed: bool, trouble: str | None
) -> SweepResult:
    ledger = call.ledger
    names = {trial.attrs[CELL]: trial.attrs[NAME] for trial in ledger.trials()}
    early_end = ledger.notes.early_end
    return SweepResult(
        finished=standings.count("done"),
        failed={names[cell]: reason for cell, reason in ledger.reasons().items()},
        left=_left(standings, ledger.notes, completed=completed),
        stopped=not completed,
        undelivered=trouble,
        pruned=standings.count("pruned"),
        early_end=early_end,
    )


def _left(standings: Sequence[str], notes: StudyNotes, *, completed: bool) -> int:
    """Cells that wait or run; of a search that was stopped, its later rounds too."""
    if notes.early_end:
        return 0
    return CellCounts.of(standings, 0 if completed else notes.planned).unended


def _conclusion(call: _Call) -> Conclusion | None:
    return call.strategy.conclude(call.ledger.sweep_state(call.strategy.needs_curves))
