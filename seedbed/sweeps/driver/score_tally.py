"""The scores of a configuration so far, whose mean takes as long after 10,000 runs as after ten."""

from math import inf, sqrt

from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import mean_interval, mean_interval_of


class ScoreTally:
    """Counts each cell's score once; only scores of independent runs enter the mean.

    Attributes:
        mean: Mean of the independent scores; 0 while there is none.

    Source of the running spread: Welford (1962), "Note on a method for calculating corrected sums
    of squares and products".
    """

    def __init__(self) -> None:
        self._cells: set[str] = set()
        self._number = 0
        self._squares = 0.0
        self._least, self._most = inf, -inf
        self.mean = 0.0

    def __len__(self) -> int:
        return self._number

    def add(self, cell: str, score: float, *, shares_seeds: bool = False) -> bool:
        """Count a cell's score. False if the cell was counted before.

        Args:
            cell: Its id.
            score: Its score.
            shares_seeds: Whether it shares seeds with another cell, so that its score says nothing
                new of the mean or the spread.
        """
        if cell in self._cells:
            return False
        self._cells.add(cell)
        if shares_seeds:
            return True
        self._number += 1
        step = score - self.mean
        self.mean += step / len(self)
        self._squares += step * (score - self.mean)
        self._least, self._most = min(self._least, score), max(self._most, score)
        return True

    def interval(self) -> Estimate:
        """Mean and 95 % interval in percent; at least one score is needed."""
        if self._least == self._most:
            return mean_interval([100 * self.mean] * min(len(self), 2))
        sd = sqrt(self._squares / (len(self) - 1))
        return mean_interval_of(len(self), 100 * self.mean, 100 * sd)
