"""Describe a handful of runs: their mean, their spread, and where the next run will land.

Below about 20 runs the bootstrap covers far too little (docs/coverage.md has a 95 % BCa interval
at n = 3), so these are the t and chi-square intervals.
"""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, as_scores, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.odd_runs import odd_runs

IDENTICAL = "bit-identical: no spread to estimate"
"""Of runs whose weights are known to be equal; scores alone do not show that."""
EQUAL = "all runs score exactly the same: no spread to estimate"
ONE_RUN = "one run: no interval"


@dataclass(frozen=True)
class Spread:
    """How much the runs of one configuration vary.

    Attributes:
        n: Number of runs.
        mean: Mean of the runs, with its t interval.
        sd: Standard deviation of a run (ddof 1), with its chi-square interval; None for one run.
        next_run: Where one more run will land; its value is the mean.
        identical: All runs gave exactly the same score, so there is no spread to estimate.
        outliers: Positions of runs that do not belong to the others (a collapse, a second mode).
        odd_scores: What these runs scored.
        note: What the numbers cannot carry, in words; None where there is nothing to say.
    """

    n: int
    mean: Estimate
    sd: Estimate | None
    next_run: Estimate
    identical: bool
    outliers: tuple[int, ...]
    odd_scores: tuple[float, ...]
    note: str | None

    def within(self, least: float, most: float) -> "Spread":
        """The same, its intervals of a score cut where a score ends, as t intervals do not."""
        return replace(
            self,
            mean=self.mean.within(least, most),
            next_run=self.next_run.within(least, most),
        )


def is_identical(scores: npt.ArrayLike) -> bool:
    """Whether two or more runs gave exactly the same score."""
    values = as_scores(scores)
    return values.size > 1 and bool(np.ptp(values) == 0)


def _without_interval(values: Floats, level: float) -> Estimate | None:
    if values.size == 1:
        return Estimate(float(values[0]), None, None, 1, ONE_RUN, level)
    if is_identical(values):
        return Estimate(float(values[0]), None, None, values.size, EQUAL, level)
    return None


def mean_interval(scores: npt.ArrayLike, level: float = 0.95) -> Estimate:
    """Mean of the runs: x̄ ± t_{n−1}·s/√n.

    Assumes independent runs, roughly normal. One run, or runs that are all the same, have no
    interval.

    Args:
        scores: ``[run]``, any unit; the estimate has the same unit.
        level: Confidence level.

    Raises:
        InputError: Nothing given, or a number that is not finite.

    Source: Student (1908), "The probable error of a mean".
    """
    check_level(level)
    values = as_scores(scores)
    if (bare := _without_interval(values, level)) is not None:
        return bare
    return mean_interval_of(values.size, float(values.mean()), float(values.std(ddof=1)), level)


def mean_interval_of(n: int, mean: float, sd: float, level: float = 0.95) -> Estimate:
    """``mean_interval`` of runs of which only number, mean and spread are kept.

    Args:
        n: Number of runs, at least 2.
        mean: Their mean.
        sd: Their standard deviation (ddof 1), above 0.
        level: Confidence level.
    """
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * sd / sqrt(n)
    return Estimate(mean, mean - half, mean + half, n, "mean of runs, Student t interval", level)


def sd_interval(scores: npt.ArrayLike, level: float = 0.95) -> Estimate:
    """Standard deviation of a run: s·√((n−1)/χ²), from .52·s to 6.28·s at n = 3.

    Assumes independent normal runs; unlike the mean's, this interval is not robust to a second
    mode. Runs that are all the same have the value 0 and no interval.

    Args:
        scores: ``[run]``, at least 2.
        level: Confidence level.

    Raises:
        InputError: Fewer than two runs, or a number that is not finite.

    Source: Casella & Berger (2002), Statistical Inference, section 9.2 (chi-square pivot).
    """
    check_level(level)
    values = as_scores(scores, least=2)
    n = values.size
    if is_identical(values):
        return Estimate(0.0, None, None, n, EQUAL, level)
    s = float(values.std(ddof=1))
    low = s * sqrt((n - 1) / float(stats.chi2.ppf((1 + level) / 2, n - 1)))
    high = s * sqrt((n - 1) / float(stats.chi2.ppf((1 - level) / 2, n - 1)))
    return Estimate(s, low, high, n, "standard deviation of runs, chi-square interval", level)


def next_run(scores: npt.ArrayLike, level: float = 0.95) -> Estimate:
    """Where one more run will land: x̄ ± t_{n−1}·s·√(1+1/n).

    "Mean ± 2 sd" promises 95 % and holds 78 % at n = 3.

    Args:
        scores: ``[run]``, independent and roughly normal.
        level: Probability that the next run lies inside.

    Raises:
        InputError: Nothing given, or a number that is not finite.

    Source: Hahn & Meeker (1991), Statistical Intervals, section 4.7 (prediction interval).
    """
    check_level(level)
    values = as_scores(scores)
    if (bare := _without_interval(values, level)) is not None:
        return bare
    n = values.size
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * float(values.std(ddof=1))
    half *= sqrt(1 + 1 / n)
    mean = float(values.mean())
    return Estimate(mean, mean - half, mean + half, n, "prediction interval of one run", level)


def describe(scores: npt.ArrayLike, level: float = 0.95, test_size: int | None = None) -> Spread:
    """Everything that a handful of runs can say about their spread.

    Args:
        scores: ``[run]``, any unit.
        level: Confidence level of all intervals.
        test_size: Examples in the test set, where known; it says how far apart runs may be.

    Raises:
        InputError: Nothing given, or a number that is not finite.
    """
    values = as_scores(scores)
    identical = is_identical(values)
    odd = odd_runs(values, test_size)
    note: str | None = None
    if values.size == 1:
        note = "one run says nothing about the spread: run at least three"
    elif identical:
        note = EQUAL
    elif values.size == 2:
        note = "with two runs the intervals are valid but too wide to be useful: run at least three"
    elif odd:
        which = ", ".join(f"{values[i]:g}" for i in odd)
        lies, it = ("lies", "it") if len(odd) == 1 else ("lie", "them")
        note = f"{which} {lies} far from the others and so widens every interval: look at {it}"
    return Spread(
        n=values.size,
        mean=mean_interval(values, level),
        sd=sd_interval(values, level) if values.size > 1 else None,
        next_run=next_run(values, level),
        identical=identical,
        outliers=odd,
        odd_scores=tuple(float(values[place]) for place in odd),
        note=note,
    )
