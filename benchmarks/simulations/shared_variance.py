"""The moderated t of many studies at once, and how many runs per arm it takes."""

import numpy as np
from scipy import special, stats

from benchmarks.simulations.row import Bools, Floats
from seedbed.analysis.statistics.arms.comparison import MODERATED, WELCH
from seedbed.analysis.statistics.arms.many import compare_many
from seedbed.analysis.statistics.arms.shared_variance import (
    GUARD_P,
    MOST_PRIOR_DF,
    PAIR_GUARD_P,
)

POWER = 0.8
MOST_RUNS = 25
CHECKED = 20


def welch(a: Floats, b: Floats) -> Bools:
    """Whether Welch's t calls the arms ``[study, run]`` different."""
    return np.asarray(stats.ttest_ind(a, b, axis=1, equal_var=False).pvalue < 0.05)


def _prior_df(logs_excess: Floats) -> Floats:
    """The prior degrees of freedom of each study, from a table of the trigamma function."""
    halves = np.linspace(1e-3, MOST_PRIOR_DF / 2, 5000)
    values = special.polygamma(1, halves)
    df = 2 * np.interp(-logs_excess, -values, halves)
    return np.where(logs_excess <= values[-1], MOST_PRIOR_DF, df)


def moderated(scores: Floats) -> Bools:
    """Whether the moderated t calls the first two of the arms ``[study, arm, run]`` different."""
    arms, n = scores.shape[1:]
    d = n - 1
    variances = scores.var(axis=2, ddof=1)
    logs = np.log(variances)
    pooled = variances.mean(axis=1)
    prior = _prior_df(logs.var(axis=1, ddof=1) - float(special.polygamma(1, d / 2)))
    bartlett = (arms * d * np.log(pooled) - d * logs.sum(axis=1)) / (
        1 + (arms / d - 1 / (arms * d)) / (3 * (arms - 1))
    )
    apart = stats.chi2.sf(bartlett, arms - 1) < GUARD_P
    for arm in (0, 1):
        rest = (variances.sum(axis=1) - variances[:, arm]) / (arms - 1)
        below = stats.f.cdf(variances[:, arm] / rest, d, d * (arms - 1))
        apart |= 2 * np.minimum(below, 1 - below) < PAIR_GUARD_P
    own = variances[:, :2]
    parts = (prior[:, None] * pooled[:, None] + d * own) / (prior[:, None] + d) / n
    df = parts.sum(axis=1) ** 2 / ((parts**2).sum(axis=1) / (prior + d))
    gap = scores[:, 0].mean(axis=1) - scores[:, 1].mean(axis=1)
    t = np.abs(gap) / np.sqrt(parts.sum(axis=1))
    different = np.where(
        apart,
        welch(scores[:, 0], scores[:, 1]),
        2 * stats.t.sf(t, np.minimum(df, arms * d)) < 0.05,
    )
    for index in range(CHECKED):
        given = {str(place): one for place, one in enumerate(scores[index])}
        found = compare_many(given, paired=False, control="1", share_variance=True).pairs[0]
        p = found.comparison.p
        quick = found.comparison.decided_by in (WELCH, MODERATED)
        if quick and (p is not None and p < 0.05) != different[index]:
            raise AssertionError("the quick rule and the code disagree")
    return np.asarray(different)


def runs_for_power(arms: int, difference: float, studies: int, rng: np.random.Generator) -> int:
    """Runs per arm with which two of the arms are found different in .8 of studies.

    Args:
        arms: How many arms share their variance; two: none do (Welch).
        difference: True difference in sds of a run.
        studies: Simulated studies of each number of runs.
        rng: Draws the runs.
    """
    for n in range(3, MOST_RUNS):
        scores = rng.normal(size=(studies, arms, n))
        scores[:, 0] += difference
        found = welch(scores[:, 0], scores[:, 1]) if arms == 2 else moderated(scores)
        if found.mean() >= POWER:
            return n
    return MOST_RUNS
