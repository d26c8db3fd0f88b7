"""A sweep run in memory: a strategy, results from a function, and runs that end in any order."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.design.design import Design, designed
from seedbed.sweeps.spec.checked_file import CheckedFile
from seedbed.sweeps.strategies.choose import strategy_of
from seedbed.sweeps.strategies.protocol import Standing, Strategy, SweepState

HEAD = "question: Why?\nexperiment: mnist_cnn\noptions: {dataset: digits, epochs: 4}\n"
Curve = Callable[[Cell], list[float] | None]
"""A cell's validation accuracy by epoch; None if its run fails."""


def made(more: str) -> Design:
    """The design of a file that goes on with ``more``."""
    return designed(CheckedFile.parse(HEAD + more, Path("s.yaml")))


class InMemory:
    """What the ledger and the drivers do, without processes: queue, run, report, ask, end.

    Args:
        design: The sweep.
        curve: What each run gives; its test score is the last value less a hundredth.
        order: Seed of the order in which runs end; runs take a minute each.
        workers: Runs at once.
        examples: Examples in the test set, where known.
        weights: Fingerprint of what each run ends with; None where runs have none.
    """

    def __init__(
        self,
        design: Design,
        curve: Curve,
        order: int = 0,
        workers: int = 3,
        examples: int | None = None,
        weights: Callable[[Cell], str] | None = None,
    ) -> None:
        self.design = design
        self.curve = curve
        self.workers = workers
        self.examples = examples
        self.weights = weights
        self.generator = np.random.default_rng(order)
        self.cells: dict[str, Cell] = {}
        self.standings: dict[str, Standing] = {}
        self.scores: dict[str, float] = {}
        self.curves: dict[str, dict[int, float]] = {}
        self.minutes = 0.0
        self.reasons: dict[str, str] = {}
        self.early_end: str | None = None
        self.most_running = 0
        self.queue(design.cells)

    @property
    def progress(self) -> SweepState:
        """How far the sweep is."""
        known = self.weights
        return SweepState(
            self.standings,
            self.scores,
            self.curves,
            self.minutes,
            test_examples=self.examples,
            weights={one: known(self.cells[one]) for one in self.scores} if known else {},
        )

    def queue(self, cells: "Mapping[str, Cell] | tuple[Cell, ...] | list[Cell]") -> None:
        """Queue the cells that are not there yet."""
        for cell in cells.values() if isinstance(cells, Mapping) else cells:
            if cell.id not in self.standings:
                self.cells[cell.id], self.standings[cell.id] = cell, "waiting"

    def of(self, standing: str) -> list[str]:
        """Identities of the cells with this standing, in the order they were queued."""
        return [cell for cell, found in self.standings.items() if found == standing]

    def run(self, most: int = 100_000) -> "InMemory":
        """Go on until nothing waits, or ``most`` runs ended."""
        self.consult(strategy_of(self.design))
        strategy = strategy_of(self.design)
        for _ in range(most):
            self._start()
            running = self.of("running")
            if not running:
                break
            self._train(running[int(self.generator.integers(len(running)))], strategy)
            # every decision must be told from the ledger: now and then another driver's object
            if self.generator.random() < 0.2:
                strategy = strategy_of(self.design)
            self.consult(strategy)
        return self

    def consult(self, strategy: Strategy) -> None:
        """Ask whether to end, and what else to run."""
        if self.early_end is None:
            self.early_end = strategy.finished(self.progress)
        if self.early_end is None:
            self.queue(list(strategy.more(self.progress)))

    def _start(self) -> None:
        if self.early_end is None:
            for cell in self.of("waiting")[: self.workers - len(self.of("running"))]:
                self.standings[cell] = "running"
        self.most_running = max(self.most_running, len(self.of("running")))

    def _train(self, identity: str, strategy: Strategy) -> None:
        cell = self.cells[identity]
        values = self.curve(cell)
        self.minutes += 1
        for epoch, value in enumerate(values or [], start=1):
            self.curves.setdefault(identity, {})[epoch] = value
            reason = strategy.prune(cell, self.progress)
            if reason:
                self.standings[identity], self.reasons[identity] = "pruned", reason
                return
        if values is None:
            self.standings[identity] = "failed"
            return
        self.standings[identity] = "done"
        self.scores[identity] = values[-1] - 0.01
