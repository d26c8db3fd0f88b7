"""What a sweep shows while it runs: done, left, time to go, and what the numbers say so far."""

import time
from collections.abc import Iterable
from types import TracebackType
from typing import Literal, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from analysis.statistics.spread import mean_interval
from sweeps.design import Cell, Design
from sweeps.driver import Driver, Ended, Running

Style = Literal["live", "quiet", "json"]


class Progress:
    """A live view on a terminal; one line per ended cell elsewhere.

    Args:
        design: The sweep.
        scores: Cell id → score, of cells that were done before.
        driver: Tells what runs now.
        workers: How many cells run at once.
    """

    def __init__(
        self,
        design: Design,
        scores: dict[str, float],
        driver: Driver,
        workers: int,
        style: Style = "live",
    ) -> None:
        self._style = style
        self._design = design
        self._scores = dict(scores)
        self._driver = driver
        self._workers = workers
        self._failed: list[Ended] = []
        self._seconds: list[float] = []
        self._began = time.monotonic()
        self._left = len(design.cells) - len(scores)
        self._console = Console(highlight=False)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        self._line(
            f"{self._design.name}: {len(self._design.cells)} cells, {len(self._scores)} done "
            f"before, {self._left} to run, {self._workers} at a time"
        )
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def __call__(self, ended: list[Ended]) -> None:
        """Take in what ended, and show."""
        for item in ended:
            self._take(item)
        if self._console.is_terminal:
            self._live.update(self._view(), refresh=True)

    def _take(self, item: Ended) -> None:
        if item.outcome.state == "finished":
            self._left -= 1
            self._seconds.append(item.seconds)
            self._scores[item.cell.id] = item.outcome.metrics["test_accuracy"]
            what = f"{self._scores[item.cell.id]:.2%}"
        else:
            self._left -= item.outcome.state == "failed"
            self._failed.append(item)
            what = f"{item.outcome.state}: {item.outcome.reason}"
        if not self._console.is_terminal or item.outcome.state != "finished":
            done = len(self._scores)
            self._line(
                f"[{done}/{len(self._design.cells)}] {item.cell.name}  {what}  "
                f"{item.seconds:.1f} s{self._to_go()}  {self._so_far(item.cell)}"
            )

    def _line(self, text: str) -> None:
        self._console.print(Text(text.rstrip()), soft_wrap=True)

    def _to_go(self) -> str:
        """Time to go, from the cells that ended here."""
        if not self._seconds or not self._left:
            return ""
        each = sum(self._seconds) / len(self._seconds)
        return f", about {_duration(each * self._left / self._workers)} to go"

    def _so_far(self, cell: Cell) -> str:
        return _interval(self._of(cell.configuration))

    def _of(self, configuration: dict[str, object]) -> list[float]:
        """Scores so far of one configuration."""
        return [
            self._scores[cell.id]
            for cell in self._design.cells
            if cell.id in self._scores and cell.configuration == configuration
        ]

    def _configurations(self) -> Iterable[dict[str, object]]:
        seen: list[dict[str, object]] = []
        for cell in self._design.cells:
            if cell.configuration not in seen:
                seen.append(cell.configuration)
        return seen

    def _view(self) -> Group:
        total, done = len(self._design.cells), len(self._scores)
        head = Table.grid(padding=(0, 1))
        head.add_row(
            Text(self._design.name, style="bold"),
            ProgressBar(total=total, completed=done, width=28),
            Text(f"{done} of {total}{self._to_go()}{self._stopping()}"),
        )
        means = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for column in ("configuration", "runs", "test accuracy so far"):
            means.add_column(column)
        for configuration in self._configurations():
            scores = self._of(configuration)
            name = " ".join(f"{k}={v}" for k, v in configuration.items()) or "all runs"
            means.add_row(name, str(len(scores)), _interval(scores))
        now = [self._running(running) for running in self._driver.running.values()]
        return Group(head, means, *now)

    def _stopping(self) -> str:
        return ("", "  (finishing what runs; Ctrl-C again stops it)", "  (stopping)")[
            self._driver.stopping
        ]

    def _running(self, running: Running) -> Text:
        cell, last = running.claim.cell, running.last_epoch()
        if last is None:
            return Text(f"  {cell.name}: starting", style="dim")
        return Text(
            f"  {cell.name}: epoch {last.epoch}/{cell.options.epochs}, "
            f"validation accuracy {last.metrics['val_accuracy']:.2%}",
            style="dim",
        )


def _interval(scores: list[float]) -> str:
    """Mean and half width of its 95 % interval, as far as n allows."""
    if not scores:
        return "no run yet"
    estimate = mean_interval([100 * score for score in scores])
    if estimate.low is None or estimate.high is None:
        return f"mean {estimate.value:.2f} % (n={len(scores)}, no interval)"
    half = (estimate.high - estimate.low) / 2
    return f"mean {estimate.value:.2f} ± {half:.2f} % (95 %, n={len(scores)})"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
