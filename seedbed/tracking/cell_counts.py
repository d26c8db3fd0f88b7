"""How far a sweep is: its cells counted alike for the terminal, the page, MLflow and the report."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

STANDINGS: Mapping[str, str] = {
    "finished": "done",
    "running": "running",
    "failed": "failed",
    "pruned": "pruned",
}
"""State of a cell's last run → where the cell stands; in any other it waits to go on."""


@dataclass(frozen=True)
class CellCounts:
    """Cells by where they stand.

    Attributes:
        cells: How many the sweep asks for.
        done: How many have their result.
        running: How many run now.
        failed: How many failed for good.
        pruned: How many the sweep's rule stopped early.
    """

    cells: int
    done: int = 0
    running: int = 0
    failed: int = 0
    pruned: int = 0

    @classmethod
    def of(cls, standings: Iterable[str], planned: int = 0, *, ended: bool = False) -> "CellCounts":
        """Count cells.

        Args:
            standings: Where each known cell stands: ``done``, ``running``, ``failed``, ``pruned``
                or ``waiting``.
            planned: How many cells the sweep asks for; a search queues them round by round.
            ended: Whether the sweep ended because it needs no more cells.
        """
        counts = Counter(standings)
        tried = sum(counts.values()) - counts["waiting"]
        cells = tried if ended else max(planned, sum(counts.values()))
        kinds = ("done", "running", "failed", "pruned")
        return cls(cells, *(counts[kind] for kind in kinds))

    @classmethod
    def of_runs(cls, states: Iterable[str], planned: int) -> "CellCounts":
        """Count the states of each cell's last run; a stopped or killed one waits to go on."""
        return cls.of((STANDINGS.get(state, "waiting") for state in states), planned)

    @property
    def left(self) -> int:
        """Cells that wait, whether a run of theirs was stopped or none has begun."""
        return max(0, self.cells - self.done - self.running - self.failed - self.pruned)

    @property
    def unended(self) -> int:
        """Cells that wait or run."""
        return self.left + self.running

    def words(self) -> str:
        """For people: ``7 of 12 done, 2 running, 1 failed, 2 left``."""
        parts = [f"{self.done} of {self.cells or '?'} done"]
        for number, word in (
            (self.running, "running"),
            (self.failed, "failed"),
            (self.pruned, "pruned"),
            (self.left, "left"),
        ):
            if number or word == "left":
                parts.append(f"{number} {word}")
        return ", ".join(parts)
