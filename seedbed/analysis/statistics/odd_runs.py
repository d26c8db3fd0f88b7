"""Runs far from the others: a collapse, or a second mode."""

from math import inf, sqrt

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.checks import Floats, as_scores

BINOMIAL_SDS = 10.0
"""Distance from the median, in sds of a finite test set, below which no accuracy is odd."""
ROBUST_SDS = 10.0
"""Likewise in sds of the runs by their median absolute deviation (MAD)."""
ROBUST_SDS_FEW = 20.0
"""Likewise of up to five runs, whose MAD may be small by chance."""
COLLAPSE = 0.25
"""Share of the median that a collapse loses or more."""
COLLAPSE_SDS = 4.0
"""Distance in sds by the MAD from which such a loss is odd."""
SD_OF_MAD = 1.4826
MOST_EXAMPLES = 1000
"""Larger test sets count as this many: runs differ by more than a very large one allows."""
FEWEST_OTHER = 5
"""Number of runs from which scores other than accuracies are judged, by their MAD alone."""
OTHER_SDS = {5: 20.0, 6: 20.0}
OTHER_SDS_LARGE = 10.0


def odd_runs(scores: npt.ArrayLike, test_size: int | None = None) -> tuple[int, ...]:
    """Positions of the runs far from the others; no run is dropped for it.

    An accuracy is odd if |x − m| > max(10·√(m̃(1 − m̃)/N), c·1.4826·MAD), m the median and
    m̃ = (mN + 1)/(N + 2), which keeps a median of 100 % from making every other run odd. N is at
    most 1,000. c is 10, of up to five runs 20, and 4 for a run that is more than a quarter of the
    median below it: a collapse is far on the scale of the accuracy itself. Where runs truly
    vary by up to 3 points, .001 of studies of 3, 5 or 10 have a false flag, at 6 points .02 (4
    alone: .05); a collapse from 75 % to 10 % is caught in all at N = 1,000 where they vary by 1.4
    points (docs/coverage.md).
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
    if values.min() < 0 or values.max() > 100:
        odd = distance > _edge_of_others(values.size, robust)
    else:
        usual = ROBUST_SDS_FEW if values.size <= FEWEST_OTHER else ROBUST_SDS
        sds = np.where(middle - values > COLLAPSE * middle, COLLAPSE_SDS, usual)
        odd = (distance > _binomial_edge(values, middle, test_size)) & (distance > sds * robust)
    return tuple(np.flatnonzero(odd).tolist())


def some_collapsed(a: Floats, b: Floats, test_size: int | None = None) -> bool:
    """Whether some runs, but no whole arm, do not belong to all runs of both arms together.

    Args:
        a: ``[run]`` scores of A.
        b: ``[run]`` scores of B.
        test_size: As ``odd_runs`` takes it.
    """
    odd = odd_runs(np.concatenate([a, b]), test_size)
    in_a = sum(place < a.size for place in odd)
    whole_arm = in_a == a.size or len(odd) - in_a == b.size
    return bool(odd) and not whole_arm


def _edge_of_others(runs: int, robust: float) -> float:
    """The distance from the median beyond which a run is odd, of scores that are not accuracies."""
    if runs < FEWEST_OTHER or robust == 0:
        return inf
    return OTHER_SDS.get(runs, OTHER_SDS_LARGE) * robust


def _binomial_edge(values: Floats, middle: float, test_size: int | None) -> float:
    """The distance from the median that the noise of the test set allows an accuracy."""
    scale = 1.0 if values.max() <= 1 else 100.0
    size = min(test_size or MOST_EXAMPLES, MOST_EXAMPLES)
    share = (middle / scale * size + 1) / (size + 2)
    return BINOMIAL_SDS * sqrt(share * (1 - share) / size) * scale
