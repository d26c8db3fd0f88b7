"""Runs what a ledger still asks for, on an executor, until nothing waits or somebody says stop."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from experiments.cell import Outcome, run_cell
from experiments.environment import commit_and_state
from sweeps.design import Cell, Design
from sweeps.ledger import MAX_TRIES, Claim, Ledger
from sweeps.pool import LocalPool, ProcessDiedError
from tracking.delivery import Deliverer
from tracking.folder import Epoch, RunFolder, RunHeader
from tracking.owner import Owner
from tracking.places import store_folder

TICK_S = 0.25
SCORE = "test_accuracy"


@dataclass
class Running:
    """A cell that is being trained now."""

    claim: Claim
    folder: RunFolder
    began: float = field(default_factory=time.monotonic)

    def last_epoch(self) -> Epoch | None:
        """The last epoch it has recorded."""
        last = None
        for event in self.folder.events():
            if isinstance(event, Epoch):
                last = event
        return last


@dataclass(frozen=True)
class Ended:
    """A cell that has just ended here."""

    cell: Cell
    outcome: Outcome
    seconds: float


class Driver:
    """Takes cells from the ledger and trains them; what ends is told to ``watch``.

    Args:
        design: What is run.
        ledger: What is left to run.
        pool: Where it runs.
        deliverer: Brings the records to MLflow.
        parent_run_id: The sweep's run in MLflow.
    """

    def __init__(
        self,
        design: Design,
        ledger: Ledger,
        pool: LocalPool,
        deliverer: Deliverer,
        parent_run_id: str,
    ) -> None:
        self._design = design
        self._ledger = ledger
        self._pool = pool
        self._deliverer = deliverer
        self._parent_run_id = parent_run_id
        self._asked_to_stop = 0
        self.running: dict[Future[Any], Running] = {}

    def run(self, watch: Callable[[list[Ended]], None]) -> bool:
        """Run until nothing waits; True unless it was asked to stop.

        Args:
            watch: Called several times a second with the cells that ended since.
        """
        with self._stop_signals():
            while self._fill():
                done, _ = wait(self.running, timeout=TICK_S, return_when=FIRST_COMPLETED)
                watch([self._ended(future) for future in done])
        return not self._asked_to_stop

    def _fill(self) -> bool:
        """Start cells while there is room; True while any is running."""
        while not self._asked_to_stop and len(self.running) < self._pool.workers:
            claim = self._ledger.claim()
            if claim is None:
                break
            self._start(claim)
        return bool(self.running)

    def _start(self, claim: Claim) -> None:
        header = self._header(claim.cell)
        self._ledger.starts(claim, header.delivery)
        folder = RunFolder.create(store_folder("runs"), header)
        self._deliverer.add(folder)
        future = self._pool.submit(
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
        )

    def _ended(self, future: Future[Any]) -> Ended:
        """Write what came of a cell into the ledger; a vanished process also into its folder."""
        running = self.running.pop(future)
        claim = running.claim
        if future.cancelled():
            outcome = Outcome("stopped", {}, reason="it was asked to stop before it began")
            running.folder.end("stopped", outcome.reason)
        elif isinstance(error := future.exception(), ProcessDiedError):
            outcome = Outcome("killed", {}, reason=str(error))
            running.folder.end("killed", outcome.reason)
        elif error is not None:
            outcome = Outcome("failed", {}, reason=f"{type(error).__name__}: {error}")
            running.folder.end("failed", outcome.reason)
        else:
            outcome = future.result()
        self._tell(claim, outcome)
        return Ended(claim.cell, outcome, time.monotonic() - running.began)

    def _tell(self, claim: Claim, outcome: Outcome) -> None:
        if outcome.state == "finished":
            self._ledger.done(claim.trial_id, outcome.metrics[SCORE])
            return
        stopped = outcome.state == "stopped"
        died = outcome.state == "killed" and claim.tries + 1 < MAX_TRIES
        self._ledger.failed(claim.trial_id, outcome.reason or "", again=stopped or died)

    @contextmanager
    def _stop_signals(self) -> Iterator[None]:
        """First Ctrl-C: finish what runs. Second, or SIGTERM: stop it."""

        def stop(number: int, _frame: FrameType | None) -> None:
            self._asked_to_stop += 1 if number == signal.SIGINT else 2
            if self._asked_to_stop > 1:
                self._pool.stop_running()

        before = {n: signal.signal(n, stop) for n in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @property
    def stopping(self) -> int:
        """0 no, 1 after what runs, 2 at once."""
        return min(self._asked_to_stop, 2)
