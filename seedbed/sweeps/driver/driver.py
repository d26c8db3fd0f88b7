"""Runs what a ledger still asks for, on an executor, until nothing waits or somebody says stop.

The executor may be any of ``concurrent.futures``. If cancelling a future also stops its running
task (``local_pool.StoppableFuture``), a sweep can end at once.
"""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from types import FrameType
from typing import Any

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.runs.settings.environment import commit_and_state
from seedbed.sweeps.design.design import Cell, Design
from seedbed.sweeps.driver.running_cell import Ended, Limits, Running
from seedbed.sweeps.executors.stoppable import ProcessDiedError
from seedbed.sweeps.ledger.ledger import Claim, Ledger
from seedbed.sweeps.ledger.recovery import recover
from seedbed.sweeps.ledger.storage_errors import ledger_away
from seedbed.sweeps.strategies.protocol import FixedDesign, Strategy
from seedbed.system.disk_errors import disk_error
from seedbed.system.errors import InputError, StoreError
from seedbed.system.masking import masked
from seedbed.system.paths import store_folder
from seedbed.system.process_identity import Owner
from seedbed.tracking.records import State
from seedbed.tracking.schema import score_of
from seedbed.tracking.writing.background_delivery import Deliverer
from seedbed.tracking.writing.run_folder import RunFolder, RunHeader

TICK_S = 0.25
LOOK_S = 1.0
"""How often orders, curves and time limits are looked at."""

RECOVER_S = 5.0
"""How often it is looked for drivers that died."""

LOST_ANSWER = "it was claimed while the ledger was away, and nobody knew"
CURVE = "val_accuracy"
ON_REQUEST = "it was asked to stop (Ctrl-C, SIGTERM or cancel)"


class Driver:
    """Takes cells from the ledger and trains them; what ends is told to ``watch``.

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
        scores: Cell id → score of whatever is done, by any driver, as of a few seconds ago.
        trouble: Why the ledger is waited for, or None.
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
        self._seen_order = ledger.orders()[1]
        self._looked = self._recovered = -RECOVER_S
        self._fatal: InputError | StoreError | None = None
        self._untold: list[tuple[Running, Outcome, float]] = []
        self._away_since: float | None = None
        self.running: dict[Future[Any], Running] = {}
        self.elsewhere = 0
        self.scores: dict[str, float] = {}
        self.trouble: str | None = None

    def run(self, watch: Callable[[list[Ended]], None]) -> bool:
        """Run until nothing waits here or elsewhere; True unless it was asked to stop.

        Args:
            watch: Called several times a second with the cells that ended since.

        Raises:
            InputError: The executor refuses the sweep, e.g. a cluster with mixed versions.
            StoreError: The ledger was away for too long, or a disk is full.
        """
        with self._stop_signals():
            going = True
            while going:
                try:
                    going = self._step(watch)
                    self._away_since = self.trouble = None
                except Exception as error:
                    self._away(error)
                    watch([])
        if self._fatal is not None:
            raise self._fatal
        return not self._asked_to_stop

    @property
    def stopping(self) -> int:
        """0 no, 1 after what runs, 2 at once."""
        return min(self._asked_to_stop, 2)

    def _step(self, watch: Callable[[list[Ended]], None]) -> bool:
        """Look, start, wait a moment and settle what ended; False once nothing is left."""
        self._ledger.renew()
        self._reclaim_lost()
        self._settle(watch)
        self._supervise()
        self._start_cells()
        if not self.running and not self._others_may_leave_work():
            return False
        self._take_ended()
        self._settle(watch)
        return True

    def _away(self, error: Exception) -> None:
        """Wait where the ledger cannot be reached or written; what runs here goes on meanwhile.

        Raises:
            StoreError: It was away for too long.
        """
        found = ledger_away(error, self._ledger.place)
        if found is None:
            raise error
        now = time.monotonic()
        self._away_since = self._away_since or now
        if self._fatal is not None:
            raise self._fatal
        if self._asked_to_stop > 1 or now - self._away_since >= self._limits.patience_s:
            raise StoreError(
                f"{found} It was waited for {now - self._away_since:.0f} s, and no run is lost: "
                f"seedbed resume {self._design.name} goes on."
            ) from error
        self.trouble = self.trouble or str(found)
        self._take_ended()

    def _reclaim_lost(self) -> None:
        """The ledger answers again: give back what it granted while its answer was lost."""
        if self._away_since is None:
            return
        self._ledger.forget_leases()
        held = [running.claim.trial_id for running in self.running.values()]
        held += [running.claim.trial_id for running, *_ in self._untold]
        for row in self._ledger.strays(held):
            self._ledger.returned(row.trial_id, LOST_ANSWER)

    def _take_ended(self) -> None:
        """Note what ended, for the ledger to be told."""
        for future in self._wait():
            running = self.running.pop(future)
            seconds = time.monotonic() - running.began
            self._untold.append((running, self._outcome(future, running), seconds))

    def _settle(self, watch: Callable[[list[Ended]], None]) -> None:
        """Tell the ledger what came of each cell; told twice is as told once."""
        while self._untold:
            running, outcome, seconds = self._untold[0]
            if self._strategy.needs_curves:
                self._report(running)
            self._tell(running, outcome)
            self._ledger.consult(self._strategy)
            del self._untold[0]
            watch([Ended(running.claim.cell, outcome, seconds)])
        watch([])

    def _wait(self) -> set[Future[Any]]:
        if not self.running:
            time.sleep(TICK_S)
            return set()
        return wait(self.running, timeout=TICK_S, return_when=FIRST_COMPLETED).done

    def _start_cells(self) -> None:
        """Start cells while there is room."""
        while not self._asked_to_stop and len(self.running) < self._limits.slots():
            claim = None if self._ledger.early_end else self._ledger.claim()
            if claim is None:
                break
            self._start(claim)

    def _others_may_leave_work(self) -> bool:
        """Whether cells run elsewhere that this driver must take over should their driver die."""
        if self._asked_to_stop:
            return False
        self.elsewhere = self._ledger.running()
        if self.elsewhere:
            return True
        return not self._ledger.early_end and self._ledger.waiting()

    def _start(self, claim: Claim) -> None:
        header = self._header(claim.cell)
        self._ledger.starts(claim, header.delivery)
        try:
            folder = RunFolder.create(self._folders, header)
        except OSError as error:
            disk = disk_error(error, self._folders)
            if disk is None:
                raise
            self._ends_with(disk)
            self._ledger.returned(claim.trial_id, str(disk))
            return
        self._deliverer.add(folder)
        future = self._executor.submit(
            run_cell, self._design.reference, claim.cell.params, str(folder.path)
        )
        self.running[future] = Running(claim, folder)

    def _header(self, cell: Cell) -> RunHeader:
        return RunHeader(
            experiment=self._design.experiment,
            name=cell.name,
            cell=cell.id,
            params=cell.params,
            seeds=cell.seeds,
            owner=Owner.this().asdict(),
            sweep=self._design.name,
            parent_run_id=self._parent_run_id,
            commit=commit_and_state()[0],
            configuration=cell.label,
        )

    # Looking round

    def _supervise(self) -> None:
        """Orders, time limits, pruning and the dead, each as often as it needs."""
        now = time.monotonic()
        if now - self._looked < LOOK_S:
            return
        self._looked = now
        self._read_orders()
        self._keep_time(now)
        if self._strategy.needs_curves:
            self._prune()
        if self._asked_to_stop > 1:
            self._stop_running()
        if now - self._recovered >= RECOVER_S and not self._asked_to_stop:
            self._recovered = now
            for folder in recover(self._ledger, self._folders, self._design.name):
                self._deliverer.add(folder)
            before, self.elsewhere = self.elsewhere, self._ledger.running() - len(self.running)
            if before or self.elsewhere:
                self.scores = self._ledger.scores()

    def _read_orders(self) -> None:
        """Orders given from another terminal since this driver began."""
        order, identity = self._ledger.orders()
        if order is not None and identity != self._seen_order:
            self._seen_order = identity
            self._asked_to_stop = max(self._asked_to_stop, 1 if order == "stop" else 2)

    def _keep_time(self, now: float) -> None:
        limit = self._limits.run_seconds
        for future, running in self.running.items():
            if limit is not None and now - running.began > limit:
                self._end_early(
                    future, "failed", f"it ran longer than the limit of {limit:g} s per run"
                )

    def _prune(self) -> None:
        """Report new epochs to the ledger, and stop what the strategy gives up."""
        news = [self._report(running) for running in self.running.values()]
        if not any(news):
            return
        progress = self._ledger.progress(curves=True)
        for future, running in self.running.items():
            reason = self._strategy.prune(running.claim.cell, progress)
            if reason:
                self._end_early(future, "pruned", reason)

    def _report(self, running: Running) -> bool:
        """Tell the ledger of epochs that it does not know; True if there were any."""
        epochs = running.epochs()[running.reported :]
        for epoch in epochs:
            if CURVE not in epoch.metrics:
                continue
            self._ledger.report(running.claim, epoch.epoch, epoch.metrics[CURVE])
        running.reported += len(epochs)
        return bool(epochs)

    def _stop_running(self) -> None:
        for future in self.running:
            self._end_early(future, "stopped", ON_REQUEST)

    def _end_early(self, future: Future[Any], state: State, reason: str) -> None:
        self.running[future].folder.ask(state, reason)
        future.cancel()

    # What came of it

    def _outcome(self, future: Future[Any], running: Running) -> Outcome:
        folder = running.folder
        error = None if future.cancelled() else future.exception()
        if error is None and not future.cancelled():
            outcome: Outcome = future.result()
            return outcome
        asked = folder.asked()
        if asked is not None:
            outcome = Outcome(asked[0], {}, reason=asked[1])
        elif isinstance(error, InputError | StoreError):
            self._ends_with(error)
            outcome = Outcome("stopped", {}, reason=str(error))
        elif error is not None and (disk := disk_error(error, folder.path)) is not None:
            self._ends_with(disk)
            outcome = Outcome("stopped", {}, reason=str(disk))
        elif error is None or isinstance(error, ProcessDiedError):
            outcome = Outcome("killed", {}, reason=str(error or "cancelled"), may_pass=True)
        else:
            reason = masked(f"{type(error).__name__}: {error}")
            outcome = Outcome("failed", {}, reason=reason, may_pass=True)
        try:
            folder.end(outcome.state, outcome.reason)
        except OSError as full:  # the next driver on this host finds the folder without an end
            disk = disk_error(full, folder.path)
            if disk is None:
                raise
            self._ends_with(disk)
        end = folder.ended()
        if end is not None and end.state == "finished":  # killed after it had recorded its result
            return Outcome("finished", dict(end.metrics), end.fingerprint)
        return outcome

    def _ends_with(self, error: InputError | StoreError) -> None:
        """Start nothing more, and end with this error."""
        self._fatal = self._fatal or error
        self._asked_to_stop = max(self._asked_to_stop, 1)

    def _tell(self, running: Running, outcome: Outcome) -> None:
        trial, reason = running.claim.trial_id, outcome.reason or ""
        if outcome.state == "finished":
            score = score_of(outcome.metrics)
            running.folder.count(self._ledger.done(trial, score, outcome.fingerprint))
        elif outcome.state == "pruned":
            self._ledger.pruned(trial, reason)
        elif outcome.state == "stopped":
            self._ledger.returned(trial, reason)
        else:
            self._ledger.failed(trial, reason, again=outcome.may_pass)

    @contextmanager
    def _stop_signals(self) -> Iterator[None]:
        """First Ctrl-C: finish what runs. Second, or SIGTERM: stop it."""

        def stop(number: int, _frame: FrameType | None) -> None:
            self._asked_to_stop += 1 if number == signal.SIGINT else 2
            self._looked = -LOOK_S  # look at once

        before = {n: signal.signal(n, stop) for n in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
