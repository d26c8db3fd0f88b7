"""The step of a set of numbers: what equal scores can hide."""

from decimal import Decimal
from math import sqrt

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.checks import Floats, as_scores

DOUBLE_ROUNDING = 1e-14
"""Relative error of a multiplication in float64, with room; float32's step is 6e-8."""

DIGITS = 14
"""Digits of a float64 that a computation leaves: 1 − .91 is .08999999999999997, read as .09."""

MOST_DECIMALS = 6
"""Numbers with more decimals were not rounded for reading: their step is unknown, 0."""

SMALLEST_STEP = 1e-7
"""Smallest step that float64 scores are searched for, as a share of the largest score."""
SMALLEST_STEP_SINGLE = 1e-5
"""Likewise of float32 scores."""


def resolution(*arms: npt.ArrayLike) -> float:
    """Step of numbers as they were given: one unit of the last decimal that any of them has.

    Args:
        arms: ``[run]`` scores each, in one unit. Those that are all float32, as Keras' ``evaluate``
            gives them, are read with float32's digits: 0.745, not 0.7450000047683716.

    Returns:
        The step in the unit of the scores: .01 for .9 and .95, 1 for 75 and 76; 0 where a number
        has more than 6 decimals, as an accuracy computed from counts has.
    """
    decimals = 0
    scores = np.concatenate([as_scores(arm) for arm in arms])
    for value in in_single_precision(scores) or [
        Decimal(f"{x:.{DIGITS}g}") for x in scores.tolist()
    ]:
        exponent = value.normalize().as_tuple().exponent
        decimals = max(decimals, -exponent if isinstance(exponent, int) else 0)
        if decimals > MOST_DECIMALS:
            return 0.0
    return float(10.0**-decimals)


def common_step(*arms: npt.ArrayLike) -> float:
    """Largest step of which all differences between scores are multiples, up to their rounding.

    The step of accuracies that were computed from counts (4903/6488) where the number of examples
    is not known; of other numbers a very small one.

    Args:
        arms: ``[run]`` scores each, in one unit, with at least two distinct differences; of fewer
            the step may be far too large.

    Returns:
        The step, above 0; in the unit of the scores.

    Source: Euclid's algorithm, on real numbers.
    """
    scores = np.concatenate([as_scores(arm) for arm in arms])
    smallest = SMALLEST_STEP_SINGLE if in_single_precision(scores) else SMALLEST_STEP
    least = smallest * float(np.abs(scores).max())
    longest, *differences = sorted(np.abs(scores - scores[0]).tolist(), reverse=True)
    step = float(longest)
    for difference in differences:
        larger, smaller = step, difference
        while smaller > least:
            larger, smaller = smaller, abs(larger - round(larger / smaller) * smaller)
        step = longest / max(round(longest / larger), 1) if larger else least
    return float(max(step, least))


def in_single_precision(scores: Floats) -> list[Decimal]:
    """Numbers that are all float32, with the digits that tell float32 numbers apart.

    Args:
        scores: ``[run]`` scores, as shares or in percent (a float32 share times 100).

    Returns:
        The numbers; empty if one of them is not a float32.
    """
    for scale in (1, 100):
        shares = scores / scale
        single = shares.astype(np.float32)
        if np.all(np.abs(shares - single) <= DOUBLE_ROUNDING * np.abs(shares)):
            return [Decimal(str(value)) * scale for value in single]
    return []


def rounding_variance(step: float) -> float:
    """Variance h²/12 of a number's own rounding; no sd of a run is known to be smaller.

    Source: Sheppard (1898); variance of a uniform distribution over one step.
    """
    return step * step / 12


def pair_sd(differences: Floats, step: float) -> float:
    """Sd of a pair's difference, no smaller than the rounding of its two numbers makes it.

    Args:
        differences: ``[pair]`` differences, at least two.
        step: h, in their unit; 0 if the numbers are not rounded.
    """
    return max(float(differences.std(ddof=1)), sqrt(2 * rounding_variance(step)))


def largest_hidden_sd(step: float, n: int) -> float:
    """Largest sd (ddof 1) that n equal numbers of this step can hide: (h/2)·√(n/(n − 1)).

    Half of them lie at one end of the step and half at the other.

    Args:
        step: h, in the unit of the scores.
        n: Number of runs, at least 2.
    """
    return step / 2 * sqrt(n / (n - 1))
