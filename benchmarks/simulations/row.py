"""One line of the table: what was promised, and what a simulation of a known truth measured."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Row:
    """One measured figure.

    Attributes:
        what: The statistic.
        truth: What was simulated.
        nominal: What it promises, in words or a number.
        measured: What came out.
        error: Monte Carlo standard error of ``measured``.
        n: Number of simulated studies.
        low: Smallest value that passes, before three Monte Carlo errors; None where the figure
            is a warning and not a promise.
        high: Largest value that passes.
    """

    what: str
    truth: str
    nominal: str
    measured: float
    error: float
    n: int
    low: float | None = None
    high: float | None = None

    @property
    def passes(self) -> bool:
        """Whether the measured value lies in its bounds, give or take three Monte Carlo errors."""
        if self.low is None or self.high is None:
            return True
        return self.low - 3 * self.error <= self.measured <= self.high + 3 * self.error


def share(
    what: str,
    truth: str,
    nominal: str,
    hits: Bools,
    bounds: tuple[float, float] | None = None,
) -> Row:
    """Make a row of a proportion.

    Args:
        what: The statistic.
        truth: What was simulated.
        nominal: What it promises.
        hits: ``[study]``, whether it held.
        bounds: Smallest and largest value that passes.
    """
    p, n = float(hits.mean()), hits.size
    low, high = bounds or (None, None)
    return Row(what, truth, nominal, p, sqrt(max(p * (1 - p), 1 / n) / n), n, low, high)


def mean(
    what: str,
    truth: str,
    nominal: str,
    values: npt.ArrayLike,
    bounds: tuple[float, float] | None = None,
) -> Row:
    """Make a row of a mean; arguments as in ``share``."""
    found = np.asarray(values, dtype=np.float64)
    error = float(found.std(ddof=1)) / sqrt(found.size)
    low, high = bounds or (None, None)
    return Row(what, truth, nominal, float(found.mean()), error, found.size, low, high)
