"""Runs that do not belong to the others: a collapse, a second mode."""

from math import sqrt

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.checks import Floats, as_scores

BINOMIAL_SDS = 10.0
"""Distance from the median, in sds of a finite test set, below which no accuracy is odd."""
ROBUST_SDS = 4.0
"""Likewise in sds of the runs by their median absolute deviation (MAD)."""
SD_OF_MAD = 1.4826
MOST_EXAMPLES = 1000
"""Larger test sets count as this many: runs differ by more than a very large one allows."""
FEWEST_OTHER = 5
"""Number of runs from which scores other than accuracies are judged, by their MAD alone."""
OTHER_SDS = {5: 20.0, 6: 20.0}
OTHER_SDS_LARGE = 10.0


def odd_runs(scores: npt.ArrayLike, test_size: int | None = None) -> tuple[int, ...]:
    """Positions of the runs that do not belong to the others; no run is dropped for it.

    An accuracy is odd if |x − m| > max(10·√(m̃(1 − m̃)/N), 4·1.4826·MAD), m the median and
    m̃ = (mN + 1)/(N + 2), which keeps a median of 100 % from making every other run odd. N is at
    most 1,000. Of accuracies near 75 % that truly vary by as much as the test set's own noise, 0 of
    2,000 studies of 3, 5 or 10 runs had a false flag (N = 200, 1,000 and 10,000), and a collapse to
    10 % was caught in all from N = 1,000 on, in .91 at N = 200 and n = 3 (docs/coverage.md).
    Numbers below 0 or above 100 are not accuracies: from 5 runs on the MAD alone judges them.

    Args:
        scores: ``[run]``, accuracies as fractions or percent, or any other numbers.
        test_size: N, examples in the test set; 1,000 where it is not known.

    Returns:
        Positions in the order given; none below 3 runs.

    Source: Hampel (1974), "The influence curve and its role in robust estimation" (median and MAD);
    the first bound is the sd of a binomial proportion, smoothed as by Laplace.
    """
    values = as_scores(scores)
    if values.size < 3:
        return ()
    middle = float(np.median(values))
    distance = np.abs(values - middle)
    robust = SD_OF_MAD * float(np.median(distance))
    edge = _edge(values, middle, robust, test_size)
    return tuple(np.flatnonzero(distance > edge).tolist())


def _edge(values: Floats, middle: float, robust: float, test_size: int | None) -> float:
    """The distance from the median beyond which a run is odd."""
    if values.min() < 0 or values.max() > 100:
        if values.size < FEWEST_OTHER or robust == 0:
            return float("inf")
        return OTHER_SDS.get(values.size, OTHER_SDS_LARGE) * robust
    scale = 1.0 if values.max() <= 1 else 100.0
    size = min(test_size or MOST_EXAMPLES, MOST_EXAMPLES)
    share = (middle / scale * size + 1) / (size + 2)
    return max(
        BINOMIAL_SDS * sqrt(share * (1 - share) / size) * scale,
        ROBUST_SDS * robust,
    )
