"""The scores of a configuration so far, whose mean takes as long after 10,000 runs as after ten."""

from math import inf, sqrt

from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import mean_interval, mean_interval_of


class ScoreTally:
    """Counts each cell's score once.

    Attributes:
        mean: Mean of the scores; 0 while there is none.

    Source of the running spread: Welford (1962), "Note on a method for calculating corrected sums
    of squares and products".
    """

    def __init__(self) -> None:
        self._cells: set[str] = set()
        self._squares = 0.0
        self._least, self._most = inf, -inf
        self.mean = 0.0

    def __len__(self) -> int:
        return len(self._cells)

    def add(self, cell: str, score: float) -> bool:
        """Count a cell's score. False if the cell was counted before."""
        if cell in self._cells:
            return False
        self._cells.add(cell)
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
