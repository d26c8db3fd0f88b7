"""What more runs bring, as a curve for the picture of a plan."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Self

FEWEST = 3
SHORTEST = 30
"""Runs to which a curve goes at least."""
POINTS = 60


@dataclass(frozen=True)
class PlanCurve:
    """What a number of runs brings.

    Attributes:
        label: What it is, with its unit.
        counts: What is counted, such as pairs.
        runs: Numbers of them.
        values: What each of these numbers brings.
        marked: The number that is at hand or asked for, and what it brings; None without one.
    """

    label: str
    counts: str
    runs: tuple[int, ...]
    values: tuple[float, ...]
    marked: tuple[int, float] | None

    @classmethod
    def around(
        cls, at: int | None, brings: Callable[[int], float], *, label: str, counts: str = "runs"
    ) -> Self:
        """The curve from a few runs to well beyond those in question.

        Args:
            at: The number that is at hand or asked for.
            brings: What a number of runs brings.
            label: As above.
            counts: As above.
        """
        last = max(SHORTEST, 2 * (at or 0))
        step = ceil((last - FEWEST) / POINTS)
        runs = tuple(sorted({*range(FEWEST, last + 1, step), *([at] if at and at > 1 else [])}))
        marked = (at, brings(at)) if at and at > 1 else None
        return cls(label, counts, runs, tuple(brings(n) for n in runs), marked)
