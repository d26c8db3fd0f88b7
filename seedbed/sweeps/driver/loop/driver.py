"""Run the cells of a ledger on an executor, until none waits or somebody says stop.

The executor may be any of ``concurrent.futures``. If cancelling a future also stops its running
task (``StoppableFuture``), a sweep can end at once.
"""

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from seedbed.runs.execution.catalog import SCRIPT
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.driver.loop.common_failure import CommonFailure
from seedbed.sweeps.driver.loop.ledger_patience import LedgerPatience
from seedbed.sweeps.driver.loop.outcome_of_future import outcome_of_future
from seedbed.sweeps.driver.loop.run_header import run_header
from seedbed.sweeps.driver.loop.running_cell import EndedCell, Limits, RunningCell
from seedbed.sweeps.driver.loop.sparing_reader import SparingReader
from seedbed.sweeps.driver.loop.stop_signals import FINISH, STOP, stop_signals
from seedbed.sweeps.driver.unchanged_data import note_loaded
from seedbed.sweeps.ledger.ledger import Claim, Ledger
from seedbed.sweeps.ledger.recovery import recover
from seedbed.sweeps.ledger.storages.storage_errors import ledger_away
from seedbed.sweeps.strategies.protocol import FixedDesign, Strategy
from seedbed.system.errors import InputError, StoreError
from seedbed.system.files.disk_errors import disk_error
from seedbed.system.paths import store_folder
from seedbed.tracking.schema import VAL_ACCURACY, score_of
from seedbed.tracking.writing.background_delivery import Deliverer
from seedbed.tracking.writing.run_folder import RunFolder

TICK_S = 0.25
LOOK_S = 1.0
"""How often orders, curves and time limits are looked at."""

RECOVER_S = 5.0
"""How often the driver looks for other drivers that died, and for claims that it lost."""

LOST_ANSWER = "it was claimed while the ledger did not answer, and no driver received it"
LOST_CLAIM = (
    "another driver took over its cell, because this driver showed no sign of life for too long"
)
ON_REQUEST = "it was asked to stop (Ctrl-C, SIGTERM or cancel)"

Watch = Callable[[list[EndedCell]], None]


class Driver:
    """Takes cells from the ledger, trains them, and records how they end.

    Args:
        design: What is run.
        ledger: What is left to run.
        executor: Where it runs.
        deliverer: Brings the records to MLflow.
        parent_run_id: The sweep's run in MLflow.
        limits: What it allows.
        strategy: Decides what else is run.

    Attributes:
        running: What runs here.
        elsewhere: How many cells other drivers run, as of a few seconds ago.
        scores: Cell id → score of all done cells, of any driver, as of a few seconds ago.
        common_failure: Whether all runs so far ended with one error.
    """

    def __init__(
        self,
        design: Design,
        ledger: Ledger,
        executor: Executor,
        deliverer: Deliverer,
        *,
        parent_run_id: str,
        limits: Limits,
        strategy: Strategy | None = None,
    ) -> None:
        self._design = design
        self._ledger = ledger
        self._executor = executor
        self._deliverer = deliverer
        self._parent_run_id = parent_run_id
        self._limits = limits
        self._strategy: Strategy = strategy or FixedDesign()
        self._folders = store_folder("runs")
        self._asked_to_stop = 0
        self._seen_order = ledger.notes.orders()[1]
        self._looked = self._recovered = -RECOVER_S
        self._fatal: InputError | StoreError | None = None
        self._unrecorded: list[tuple[RunningCell, EndedCell]] = []
        self.common_failure = CommonFailure(design.experiment == SCRIPT)
        self._patience = LedgerPatience(ledger.place, design.name, limits.patience_s)
        self.running: dict[Future[Outcome], RunningCell] = {}
        self._test_examples: int | None = None
        self.elsewhere = 0
        self.scores: dict[str, float] = {}
        self._others = SparingReader(ledger.scores)
        self._index = SparingReader(ledger.index)

    def run(self, watch: Watch) -> bool:
        """Run until nothing waits here or elsewhere; True unless it was asked to stop.

        Args:
            watch: Called several times a second with the cells that ended since.

        Raises:
            InputError: The executor refuses the sweep, e.g. a cluster with mixed versions.
            StoreError: The ledger was away for too long, or a disk is full.
        """
        with stop_signals(self._ask_to_stop):
            going = True
            while going:
                try:
                    going = self._step(watch)
                    self._patience.answered()
                except Exception as error:  # raised again unless the ledger is away
                    self._wait_for_ledger(error)
                    watch([])
        if self._fatal is not None:
            raise self._fatal
        return not self._asked_to_stop

    @property
    def stopping(self) -> int:
        """0 no, 1 after current runs, 2 at once."""
        return min(self._asked_to_stop, STOP)

    @property
    def trouble(self) -> str | None:
        """Why the driver waits for the ledger; None if it does not."""
        return self._patience.trouble

    def _ask_to_stop(self, how: int) -> None:
        self._asked_to_stop += how
        self._looked = -LOOK_S  # look at once

    def _step(self, watch: Watch) -> bool:
        """Go through all phases once; False if nothing is left to do."""
        self._ledger.leases.renew()
        self._reclaim_lost()
        self._record_ended(watch)
        self._supervise()
        self._start_cells()
        if not self.running and not self._others_may_leave_work():
            return False
        self._collect_ended()
        self._record_ended(watch)
        return True

    def _supervise(self) -> None:
        """Look at orders, times, curves and other drivers, each as often as it needs."""
        now = time.monotonic()
        if now - self._looked < LOOK_S:
            return
        self._looked = now
        self._read_orders()
        self._keep_time()
        self._prune()
        self._stop_running()
        if now - self._recovered >= RECOVER_S and not self._asked_to_stop:
            self._recovered = now
            self._drop_lost_claims()
            self._recover_abandoned()
            self._index.read()

    # The ledger is away, or was

    def _wait_for_ledger(self, error: Exception) -> None:
        """Wait if the ledger cannot be reached or written; current runs go on meanwhile.

        Raises:
            StoreError: The ledger was away for too long.
        """
        if self._fatal is not None and ledger_away(error, self._ledger.place):
            raise self._fatal
        self._patience.away(error, in_a_hurry=self._asked_to_stop >= STOP)
        self._collect_ended()

    def _reclaim_lost(self) -> None:
        """Give back what the ledger granted while its answer was lost.

        A ledger that can be read but not written is still away, so the lease is written first.
        """
        if not self._patience.is_waiting:
            return
        self._ledger.leases.renew(at_once=True)
        self._ledger.leases.forget()
        held = [cell.claim.trial_id for cell in self.running.values()]
        held += [cell.claim.trial_id for cell, _ in self._unrecorded]
        for trial in self._ledger.leases.strays(held):
            self._ledger.returned(trial.trial_id, LOST_ANSWER)

    # Cells that ended

    def _collect_ended(self) -> None:
        """Wait a moment, and collect the runs that ended."""
        if not self.running:
            time.sleep(TICK_S)
            return
        for future in wait(self.running, timeout=TICK_S, return_when=FIRST_COMPLETED).done:
            running = self.running.pop(future)
            end = outcome_of_future(future, running.folder)
            if end.fatal is not None:
                self._end_with(end.fatal)
            ended = EndedCell(running.claim.cell, end.outcome, running.seconds())
            self._unrecorded.append((running, ended))

    def _record_ended(self, watch: Watch) -> None:
        """Record ended cells in the ledger. Safe to repeat."""
        while self._unrecorded:
            running, ended = self._unrecorded[0]
            if self._strategy.needs_curves:
                self._report(running)
            self._record(running, ended.outcome)
            self.common_failure.take(ended.outcome)
            if self.common_failure.reason is not None and not self._asked_to_stop:
                self._asked_to_stop = STOP
            self._ledger.consult(self._strategy)
            del self._unrecorded[0]
            watch([ended])
        watch([])

    def _record(self, running: RunningCell, outcome: Outcome) -> None:
        trial, reason = running.claim.trial_id, outcome.reason or ""
        if outcome.state == "finished":
            if outcome.test_examples not in (None, self._test_examples):
                self._ledger.notes.scored_on(outcome.test_examples)
                self._test_examples = outcome.test_examples
            counted = self._ledger.done(trial, score_of(outcome.metrics), outcome.fingerprint)
            cell, experiment = running.claim.cell, self._design.factory.experiment
            note_loaded(self._ledger.notes, cell, running.folder, experiment)
            with contextlib.suppress(FileNotFoundError):  # its folder was removed just now
                running.folder.count(counted)
        elif outcome.state == "pruned":
            self._ledger.pruned(trial, reason)
        elif outcome.state == "stopped":
            self._ledger.returned(trial, reason)
        else:
            self._ledger.failed(trial, reason, again=outcome.may_pass)

    def _end_with(self, error: InputError | StoreError) -> None:
        """Start nothing more, and end with this error."""
        self._fatal = self._fatal or error
        self._asked_to_stop = max(self._asked_to_stop, FINISH)

    # Cells to start

    def _start_cells(self) -> None:
        """Start cells while there is room."""
        room = self.common_failure.allowed(self._limits.slots())
        while not self._asked_to_stop and len(self.running) < room:
            claim = None if self._ledger.notes.early_end else self._ledger.claim()
            if claim is None:
                break
            self._start(claim)

    def _start(self, claim: Claim) -> None:
        header = run_header(self._design, claim.cell, self._parent_run_id)
        if not self._ledger.starts(claim, header.delivery):
            return  # another driver has taken it over
        try:
            folder = RunFolder.create(self._folders, header)
        except OSError as error:
            disk = disk_error(error, self._folders)
            if disk is None:
                raise
            self._end_with(disk)
            self._ledger.returned(claim.trial_id, str(disk))
            return
        try:
            future = self._executor.submit(
                run_cell, self._design.reference, claim.cell.params, str(folder.path)
            )
        except InputError as error:  # the scheduler of a cluster is gone
            self._end_with(error)
            folder.end("stopped", str(error))
            self._deliverer.add(folder)
            self._ledger.returned(claim.trial_id, str(error))
            return
        self._deliverer.add(folder)
        self.running[future] = RunningCell(claim, folder, future)

    def _others_may_leave_work(self) -> bool:
        """Whether cells run elsewhere that this driver must take over if their driver dies."""
        if self._asked_to_stop:
            return False
        self.elsewhere = self._ledger.running()
        if self.elsewhere:
            return True
        return not self._ledger.notes.early_end and self._ledger.waiting()

    # Supervision

    def _read_orders(self) -> None:
        """Obey orders given from another terminal since this driver began."""
        order, identity = self._ledger.notes.orders()
        if order is not None and identity != self._seen_order:
            self._seen_order = identity
            self._asked_to_stop = max(self._asked_to_stop, FINISH if order == "stop" else STOP)

    def _keep_time(self) -> None:
        """End runs that take longer than the limit."""
        limit = self._limits.run_seconds
        for running in self.running.values():
            if limit is not None and running.seconds() > limit:
                running.end_early("failed", f"it ran longer than the limit of {limit:g} s per run")

    def _prune(self) -> None:
        """Report new epochs to the ledger, and end runs that the strategy gives up."""
        if not self._strategy.needs_curves:
            return
        news = [self._report(running) for running in self.running.values()]
        if not any(news):
            return
        state = self._ledger.sweep_state(curves=True)
        for running in self.running.values():
            reason = self._strategy.prune(running.claim.cell, state)
            if reason:
                running.end_early("pruned", reason)

    def _report(self, running: RunningCell) -> bool:
        """Report epochs that the ledger does not know; True if there were any."""
        epochs = running.epochs()[running.reported :]
        curve = {e.epoch: e.metrics[VAL_ACCURACY] for e in epochs if VAL_ACCURACY in e.metrics}
        self._ledger.report(running.claim.trial_id, curve)
        running.reported += len(epochs)
        return bool(epochs)

    def _stop_running(self) -> None:
        """End current runs if somebody asked for it."""
        if self._asked_to_stop >= STOP:
            for running in self.running.values():
                running.end_early("stopped", ON_REQUEST)

    def _drop_lost_claims(self) -> None:
        """End runs whose cells another driver has: this one was suspended for too long."""
        held = {running.claim.trial_id: running for running in self.running.values()}
        for trial_id in self._ledger.leases.lost(held) if held else ():
            held[trial_id].end_early("stopped", LOST_CLAIM)

    def _recover_abandoned(self) -> None:
        """Settle the claims of drivers that died, and look at what the others do."""
        had_ended = self._ledger.notes.early_end
        for folder in recover(self._ledger, self._folders, self._design.name):
            self._deliverer.add(folder)
        if had_ended and not self._ledger.notes.early_end:  # it was decided with a lost result
            self._ledger.consult(self._strategy)
        before, self.elsewhere = self.elsewhere, self._ledger.running() - len(self.running)
        if before or self.elsewhere:
            self.scores = self._others.read() or self.scores
