"""Show a running sweep: done, left, time to go, and the results so far."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from seedbed.analysis.findings.attribution_parts import cells_that_share_seeds
from seedbed.analysis.wording import count
from seedbed.sweeps.design.design import Cell, Design
from seedbed.sweeps.driver.display_tables import (
    head_lines,
    mean_words,
    means_table,
    numbers_words,
    running_table,
)
from seedbed.sweeps.driver.display_words import duration
from seedbed.sweeps.driver.loop.driver import Driver
from seedbed.sweeps.driver.loop.running_cell import EndedCell
from seedbed.sweeps.driver.resized_view import ResizedView
from seedbed.sweeps.driver.score_tally import ScoreTally
from seedbed.sweeps.json_events import CellEnded, Event, SweepStarted, Warned
from seedbed.system.paths import store_folder
from seedbed.system.text.terminal_escape import inert
from seedbed.system.text.terminal_lines import fitted
from seedbed.tracking.cell_counts import CellCounts
from seedbed.tracking.schema import SCORE, score_of

Style = Literal["live", "quiet", "json"]
Configuration = tuple[tuple[str, object], ...]

LOW_DISK = 1_000_000_000
"""Bytes; a run leaves about 1 MB, and a full disk loses the record of the runs that end."""

LOOK_AT_DISK_S = 30.0
AROUND = 6
"""Lines of the view besides configurations and runs."""


@dataclass
class Counts:
    """How far the sweep is, as this driver knows; ``seconds`` are those of ``timed`` runs."""

    cells: int
    done: int
    failed: int = 0
    pruned: int = 0
    timed: int = 0
    seconds: float = 0.0

    @property
    def left(self) -> int:
        """Cells that have not ended."""
        return max(0, self.cells - self.done - self.failed - self.pruned)


class SweepDisplay:
    """A live view on a terminal; one line per ended cell elsewhere; JSON lines for programs.

    Args:
        design: The sweep.
        scores: Cell id → score, of cells that were done before.
        driver: Knows what runs now.
        workers: How many cells run at once.
        style: ``live``, ``quiet`` (warnings and failures only) or ``json``.
        fingerprints: Cell id → fingerprint, of cells that were done before.
        warned: Warnings that were shown before; those of this view are added.
    """

    def __init__(
        self,
        design: Design,
        scores: Mapping[str, float],
        driver: Driver,
        workers: int,
        *,
        style: Style = "live",
        fingerprints: Mapping[str, str] | None = None,
        warned: set[str] | None = None,
    ) -> None:
        self._style = style
        self._name = design.name
        self._driver = driver
        self._workers = workers
        self._cells = {cell.id: cell for cell in design.cells}
        self._sharing = cells_that_share_seeds(design.plan)
        self._scores: dict[Configuration, ScoreTally] = {}
        for cell in design.cells:
            self._scores.setdefault(_key(cell), ScoreTally())
            if cell.id in scores:
                self._count(cell, scores[cell.id])
        self._arms: dict[Configuration, dict[str, ScoreTally]] = {}
        self._owners = {print_: cell for cell, print_ in (fingerprints or {}).items()}
        # A search queues its cells round by round, and knows how many there will be.
        cells = design.planned if design.proposer else len(design.cells)
        self._counts = Counts(cells, sum(cell in scores for cell in self._cells))
        self._shares = True
        self._taken: Mapping[str, float] = {}
        self._looked_at_disk = -LOOK_AT_DISK_S
        self._warned = set() if warned is None else warned
        self._console = Console(highlight=False)
        self._is_live = style == "live" and self._console.is_terminal
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._resized = ResizedView(self._console)

    def __enter__(self) -> Self:
        counts = self._counts
        self._say(
            f"{self._name}: {count(counts.cells, 'cell')}, {counts.done} done before, "
            f"{counts.left} to run, {self._workers} at a time",
            SweepStarted(sweep=self._name, cells=counts.cells, done=counts.done),
        )
        if self._is_live:
            self._live.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._is_live:
            self._resized.make_room()
            self._live.stop()

    def __call__(self, ended: list[EndedCell]) -> None:
        """Count the cells that ended, and show the sweep."""
        for item in ended:
            self._take(item)
        self._take_from_others()
        self._look_at_disk()
        if self._driver.trouble:
            self.warn(f"{self._driver.trouble} Waiting for it; current runs go on.")
        if self._is_live:
            self._resized.make_room()
            view = self._view()
            self._live.update(view, refresh=True)
            self._resized.shown(view)

    # Counting

    def _take(self, item: EndedCell) -> None:
        cell, outcome, counts = item.cell, item.outcome, self._counts
        if cell.id not in self._cells:  # added by the sweep's strategy
            self._cells[cell.id] = cell
            counts.cells = max(counts.cells, len(self._cells))
        what = f"{outcome.state}: {outcome.reason}"
        if outcome.state == "finished":
            score = score_of(outcome.metrics)
            self._shares = self._shares and SCORE in outcome.metrics
            counts.done += self._count(cell, score)
            counts.timed += 1
            counts.seconds += item.seconds
            what = numbers_words(outcome.arms or [("", score)], self._shares)
            for name, number in outcome.arms:
                tallies = self._arms.setdefault(_key(cell), {})
                tallies.setdefault(name, ScoreTally()).add(cell.id, number)
        elif outcome.state == "pruned":
            counts.pruned += 1
        elif outcome.state == "failed" and not outcome.may_pass:
            counts.failed += 1
        self._say(
            f"[{counts.done}/{counts.cells}] {cell.name}  {what}  {item.seconds:.1f} s"
            f"{self._to_go()}  {self._means(cell)}",
            CellEnded(
                name=cell.name,
                state=outcome.state,
                reason=outcome.reason,
                test_accuracy=outcome.metrics.get(SCORE),
                fingerprint=outcome.fingerprint,
                seconds=round(item.seconds, 3),
                done=counts.done,
                cells=counts.cells,
            ),
            important=outcome.state not in ("finished", "pruned"),
        )
        self._check(item)

    def _means(self, cell: Cell) -> str:
        """The mean of a configuration so far, or those of a script's arms."""
        arms = self._arms.get(_key(cell))
        if not arms:
            return mean_words(self._tally(cell), self._shares)
        means = numbers_words([(name, one.mean) for name, one in arms.items()], self._shares)
        return f"means {means} (n={len(next(iter(arms.values())))})"

    def _take_from_others(self) -> None:
        """Count the results of the sweep's other drivers, once each time they were read."""
        if self._driver.scores is self._taken:
            return
        self._taken = self._driver.scores
        for cell_id, score in self._taken.items():
            cell = self._cells.get(cell_id)
            if cell is None:
                continue
            self._counts.done += self._count(cell, score)

    def _check(self, item: EndedCell) -> None:
        """Warn of a run that collapsed, and of two cells with the same weights."""
        cell, outcome = item.cell, item.outcome
        for text in outcome.warnings:
            self.warn(text)
        if outcome.collapsed:
            self.warn(f"{cell.name} collapsed: {outcome.collapsed}")
        if outcome.fingerprint is None or getattr(cell.options, "keep_seeds", False):
            return
        other = self._owners.setdefault(outcome.fingerprint, cell.id)
        if other == cell.id:
            return
        known = self._cells.get(other)
        if known is None or known.seeds != cell.seeds:  # a repeat, or options that change nothing
            twin = known.name if known else other
            self.warn(
                f"{cell.name} and {twin} have the same weights (fingerprint "
                f"{outcome.fingerprint[:12]}): the seeds in which they differ change nothing"
            )

    def _look_at_disk(self) -> None:
        if time.monotonic() - self._looked_at_disk < LOOK_AT_DISK_S:
            return
        self._looked_at_disk = time.monotonic()
        folder = store_folder("runs")
        free = shutil.disk_usage(folder).free
        if free < LOW_DISK:
            self.warn(f"The disk of {folder} is nearly full: {free / 1e9:.2f} GB are left.")

    def warn(self, text: str) -> None:
        """Show a warning, once."""
        if text not in self._warned:
            self._warned.add(text)
            self._say(f"warning: {text}", Warned(text), important=True)

    def tell(self, text: str) -> None:
        """Show a line that is not a warning."""
        self._say(text, Warned(text))

    # Showing

    def _say(self, text: str, event: Event, important: bool = False) -> None:
        """Print one line; beside the live view, only what matters."""
        if self._style == "json":
            print(event.line(), flush=True)  # noqa: T201 (machine-readable output)
        elif important or (self._style == "live" and not self._is_live):
            style = "yellow" if important else ""
            shown = inert(text.rstrip())
            if self._console.is_terminal:
                shown = fitted(shown, self._console.width)
            self._console.print(Text(shown, style=style), soft_wrap=True)

    def _to_go(self) -> str:
        """Time to go, estimated from the cells that ended here."""
        counts = self._counts
        if not counts.timed or not counts.left:
            return ""
        each = counts.seconds / counts.timed
        at_once = self._workers + max(0, self._driver.elsewhere)
        return f", about {duration(each * counts.left / at_once)} to go"

    def _view(self) -> RenderableType:
        counts = self._counts
        running = list(self._driver.running.values())
        now = len(running) + max(0, self._driver.elsewhere)
        words = CellCounts(counts.cells, counts.done, now, counts.failed, counts.pruned).words()
        room = max(3, self._console.height - len(running) - AROUND)
        begun = [
            (_name(of, arm), scores)
            for of, whole in self._scores.items()
            for arm, scores in self._arms.get(of, {"": whole}).items()
            if len(scores)
        ]
        width = self._console.width
        means = means_table(begun, room, width, accuracies=self._shares)
        return Group(
            *head_lines(self._name, counts.done, counts.cells, words + self._to_go(), width),
            *self._stopping(),
            *([means] if means else []),
            running_table(running, self._driver.elsewhere, width),
        )

    def _count(self, cell: Cell, score: float) -> bool:
        """Count a result; False if it was counted before."""
        return self._tally(cell).add(cell.id, score, shares_seeds=cell.id in self._sharing)

    def _tally(self, cell: Cell) -> ScoreTally:
        return self._scores.setdefault(_key(cell), ScoreTally())

    def _stopping(self) -> list[Text]:
        words = ("", "finishing current runs; Ctrl-C again stops them", "stopping current runs")
        text = words[self._driver.stopping]
        return [Text(text, style="yellow")] if text else []


def _name(configuration: Configuration, arm: str = "") -> str:
    words = [f"{key}={value}" for key, value in configuration]
    return " ".join(filter(None, [*words, arm])) or "all runs"


def _key(cell: Cell) -> Configuration:
    return tuple(cell.configuration.items())
