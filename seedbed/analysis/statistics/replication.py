"""Do runs that were trained again elsewhere score as the first ones did?"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import stats

from seedbed.analysis.statistics.arms.resolution import rounding_variance
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.system.errors import InputError

LEAST_FOR_SPREAD = 3
"""Runs at both places from which an arm tells something of the spread."""


@dataclass(frozen=True)
class ReplicationTest:
    """Scores at two places, held against each other.

    Attributes:
        differences: Arm → mean there − mean first; the intervals hold together at ``level``.
        p: The smallest p of all tests, times their number (Bonferroni); None without spread.
        p_spread: p of equal spreads, not adjusted; None where too few runs tell.
        level: Confidence level.
        method: The tests in words.
    """

    differences: Mapping[str, Estimate]
    p: float | None
    p_spread: float | None
    level: float
    method: str

    @property
    def is_same(self) -> bool:
        """Whether no test tells the places apart."""
        if self.p is None:  # without any spread the scores are equal, or they are not
            return all(estimate.value == 0 for estimate in self.differences.values())
        return self.p >= 1 - self.level


def compare_places(
    first: Mapping[str, Floats],
    again: Mapping[str, Floats],
    level: float = 0.95,
    *,
    step: float = 0.0,
) -> ReplicationTest:
    """Test whether each arm has the same distribution of scores at two places.

    The means of every arm by Student's t with one sd pooled over arms and places, no smaller than
    the rounding of a score to its step makes it; the spread by
    Brown and Forsythe's test of the distances from each arm's median, over the arms with three runs
    at both places. Runs of equal seeds at both places are taken as independent; if they are alike,
    the tests are milder than their level.

    Args:
        first: Arm → ``[run]`` scores at the first place.
        again: Arm → ``[run]`` scores at the other; arms without runs there are left out.
        level: Confidence level.
        step: h, in the unit of the scores: 1/N of accuracies on N test examples; 0 if unknown.

    Raises:
        InputError: No arm has runs at both places.

    Source: Student (1908); Brown & Forsythe (1974), "Robust tests for the equality of variances".
    """
    arms = [name for name, values in again.items() if values.size and first[name].size]
    if not arms:
        raise InputError("a replication needs an arm with scores at both places, got none")
    groups = [place[name] for name in arms for place in (first, again)]
    freedom = sum(values.size - 1 for values in groups)
    squares = sum(float(((values - values.mean()) ** 2).sum()) for values in groups)
    p_spread = _spread_p([(first[name], again[name]) for name in arms])
    tests = len(arms) + (p_spread is not None)
    sd = sqrt(max(squares / freedom, rounding_variance(step))) if freedom else 0.0
    differences, p_values = {}, [] if p_spread is None else [p_spread]
    for name in arms:
        value = float(again[name].mean() - first[name].mean())
        error = sd * sqrt(1 / first[name].size + 1 / again[name].size)
        low = high = None
        if error:
            reach = error * float(stats.t.isf((1 - level) / 2 / tests, freedom))
            low, high = value - reach, value + reach
            p_values.append(2 * float(stats.t.sf(abs(value) / error, freedom)))
        method = "difference of means, t with one pooled sd, limits adjusted by Bonferroni"
        differences[name] = Estimate(value, low, high, again[name].size, method, level)
    spread = "" if p_spread is None else ", Brown–Forsythe's test of the spread"
    return ReplicationTest(
        differences,
        min(1.0, tests * min(p_values)) if sd else None,
        p_spread,
        level,
        f"t tests of the means with one pooled sd{spread}, adjusted by Bonferroni",
    )


def _spread_p(pairs: list[tuple[Floats, Floats]]) -> float | None:
    """Test equal spreads at both places: p, or None where too few runs tell."""
    telling = [pair for pair in pairs if min(one.size for one in pair) >= LEAST_FOR_SPREAD]
    distances = [
        np.concatenate([np.abs(pair[place] - np.median(pair[place])) for pair in telling])
        if telling
        else np.zeros(0)
        for place in (0, 1)
    ]
    if not telling or not any(one.any() for one in distances):
        return None
    if all(np.ptp(one) == 0 for one in distances):
        return None
    return float(stats.ttest_ind(*distances).pvalue)
