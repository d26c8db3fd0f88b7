"""Is A better on new data, not just on this test set? And other test sets than a fixed one."""

from dataclasses import dataclass, replace
from math import isfinite, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.arms.resolution import largest_hidden_sd, resolution
from seedbed.analysis.statistics.checks import Floats, as_matrix, as_scores, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.range_of_runs import ordinary_range, range_p
from seedbed.analysis.statistics.variance.decompose import anova
from seedbed.system.errors import InputError

ROUNDING = 1e-9
"""Share of the mean squares up to which their sums and differences are equal but for rounding."""
LEAST_DF = 1.0
"""Satterthwaite's degrees of freedom of a difference can fall to nought, where t has no use."""


@dataclass(frozen=True)
class TTest:
    """A difference with its t test.

    Attributes:
        difference: Estimate of the difference, with interval where there is spread.
        t: Statistic; None without spread.
        df: Degrees of freedom; None without spread.
        p: Two-sided p; None without spread.
    """

    difference: Estimate
    t: float | None
    df: float | None
    p: float | None


def t_test(value: float, variance: float, df: float, n: int, *, method: str, level: float) -> TTest:
    """The test and the interval of an estimate with this variance and degrees of freedom."""
    if not (variance > 0 and isfinite(variance)):
        return TTest(Estimate(value, None, None, n, method, level), None, None, None)
    se = sqrt(variance)
    half = float(stats.t.ppf((1 + level) / 2, df)) * se
    t = value / se
    p = float(2 * stats.t.sf(abs(t), df))
    return TTest(Estimate(value, value - half, value + half, n, method, level), t, df, p)


def by_cluster(values: npt.ArrayLike, clusters: npt.ArrayLike) -> Floats:
    """Sum ``[run, example]`` within clusters so that the mean over clusters is that over examples.

    Args:
        values: ``[run, example]``.
        clusters: ``[example]`` name of the subject (or session …) of each example.

    Returns:
        ``[run, cluster]``, totals times clusters/examples.

    Raises:
        InputError: Not one name per example, or fewer than two clusters.
    """
    matrix = as_matrix(values, least_runs=1)
    names = np.asarray(clusters)
    if names.shape != (matrix.shape[1],):
        raise InputError(
            f"clusters must be one per example: {matrix.shape[1]} examples, got {names.shape}"
        )
    _, index = np.unique(names, return_inverse=True)
    count = int(index.max()) + 1
    if count < 2:
        raise InputError("clusters must be at least 2 to say anything about new ones, got 1")
    totals = np.stack([np.bincount(index, weights=row, minlength=count) for row in matrix])
    return np.asarray(totals * (count / matrix.shape[1]), dtype=np.float64)


def compare_on_new_data(
    errors_a: npt.ArrayLike,
    errors_b: npt.ArrayLike,
    *,
    paired: bool = True,
    clusters: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> TTest:
    """Error of A minus error of B for new seeds on new examples.

    With D = e_A − e_B, Var(D̄) = (MS_run + MS_ex − MS_res)/(R·N), floored at MS_ex/(R·N), with
    Satterthwaite's degrees of freedom, at least 1. Unmatched runs: the variance of the examples'
    mean difference plus each arm's run variance, residual taken out once. New examples only add to
    the variance: where Satterthwaite's degrees of freedom would still make the interval narrower
    than that of new seeds on these examples (paired or Welch's t), it is that one.

    Args:
        errors_a: ``[run, example]`` errors of A.
        errors_b: ``[run, example]`` errors of B on the same examples.
        paired: Row r of both arms has the same seeds.
        clusters: ``[example]`` subject of each example; new subjects instead of new examples.
        level: Confidence level.

    Returns:
        The difference in errors (negative: A is better); no t where nothing differs.

    Raises:
        InputError: Different examples, fewer than two runs, or unequal runs when paired.

    Source: Searle, Casella & McCulloch (1992), chapter 4; Satterthwaite (1946).
    """
    check_level(level)
    first, second = as_matrix(errors_a, "errors of A"), as_matrix(errors_b, "errors of B")
    if first.shape[1] != second.shape[1]:
        raise InputError(
            f"both arms need the same examples, got {first.shape[1]} in A and {second.shape[1]} "
            "in B"
        )
    if paired and first.shape[0] != second.shape[0]:
        raise InputError(
            f"paired arms need the same number of runs, got {first.shape[0]} in A and "
            f"{second.shape[0]} in B"
        )
    a, b = (first.astype(np.float64), second.astype(np.float64))
    if clusters is not None:
        a, b = by_cluster(a, clusters), by_cluster(b, clusters)
    unit = "clusters" if clusters is not None else "examples"
    method = (
        f"errors A − B on new {unit}, {'paired' if paired else 'unmatched'} runs, Satterthwaite"
    )
    found = (_paired_new_data if paired else _unpaired_new_data)(a, b, method, level)
    here = _on_these_examples(a, b, f"{method}, no narrower than on these", level, paired=paired)
    if max(first.max(), second.max()) <= 1:
        here = replace(here, difference=here.difference.within(-1, 1))
    is_wider = found.p is not None and _width(here) > _width(found)
    return here if is_wider else found


def _on_these_examples(a: Floats, b: Floats, method: str, level: float, *, paired: bool) -> TTest:
    """The t test of new seeds alone: paired, or Welch's."""
    first, second = a.mean(axis=1), b.mean(axis=1)
    value, runs = float(first.mean() - second.mean()), min(first.size, second.size)
    if paired:
        variance, df = float((first - second).var(ddof=1)) / runs, runs - 1.0
        return t_test(value, variance, df, runs, method=method, level=level)
    parts = [float(arm.var(ddof=1)) / arm.size for arm in (first, second)]
    variance = sum(parts)
    spread = sum(v**2 / (arm.size - 1) for v, arm in zip(parts, (first, second), strict=True))
    df = variance**2 / spread if spread else 1.0
    return t_test(value, variance, df, runs, method=method, level=level)


def _width(found: TTest) -> float:
    low, high = found.difference.low, found.difference.high
    return 0.0 if low is None or high is None else high - low


def _paired_new_data(a: Floats, b: Floats, method: str, level: float) -> TTest:
    table = anova(a - b)
    runs, size = table.runs, table.examples
    scale = runs * size
    floor = table.ms_example
    summed = table.ms_run + table.ms_example - table.ms_residual
    if summed - floor <= ROUNDING * (table.ms_run + table.ms_residual):
        return t_test(table.mean, floor / scale, size - 1.0, runs, method=method, level=level)
    spread = table.ms_run**2 / (runs - 1) + table.ms_example**2 / (size - 1)
    spread += table.ms_residual**2 / ((runs - 1) * (size - 1))
    df = max(summed**2 / spread, LEAST_DF)
    return t_test(table.mean, summed / scale, df, runs, method=method, level=level)


def _unpaired_new_data(a: Floats, b: Floats, method: str, level: float) -> TTest:
    size = a.shape[1]
    gap = a.mean(axis=0) - b.mean(axis=0)
    floor = float(gap.var(ddof=1)) / size
    summed, spread, parts = floor, floor**2 / (size - 1), 0.0
    for arm in (a, b):
        table = anova(arm)
        scale = table.runs * size
        run, residual = table.ms_run / scale, table.ms_residual / scale
        summed += run - residual
        parts += run + residual
        spread += run**2 / (table.runs - 1) + residual**2 / ((table.runs - 1) * (size - 1))
    value, runs = float(gap.mean()), min(a.shape[0], b.shape[0])
    if summed - floor <= ROUNDING * parts:
        return t_test(value, floor, size - 1.0, runs, method=method, level=level)
    df = max(summed**2 / spread, LEAST_DF)
    return t_test(value, summed, df, runs, method=method, level=level)


@dataclass(frozen=True)
class SeedGap:
    """Two runs of one configuration against what two runs do by chance.

    Attributes:
        gap: |Δ| between the two runs.
        ordinary: What chance alone stays below in 95 % of cases.
        p: Chance of a gap this large.
        picked: The two are among the runs, so the range of all of them is the yardstick.
        beyond: Share of cases in which chance exceeds ``ordinary``.
    """

    gap: float
    ordinary: float
    p: float
    picked: bool
    beyond: float = 0.05


def two_seeds(first: float, second: float, scores: npt.ArrayLike, level: float = 0.95) -> SeedGap:
    """Is seed 123 against seed 456 real? A seed is not a treatment, so the gap is judged as chance.

    If both are among the runs, they were picked out of them: |Δ| is compared with the range that
    so many runs have by chance. Else with t_{n−1}·s·√2, what two further runs differ by. Runs that
    all score the same have the largest sd that the step of their numbers can hide.

    Args:
        first: Score of the one run.
        second: Score of the other.
        scores: ``[run]`` scores of the runs of this configuration, at least 2.
        level: Confidence level.

    Source: David, Hartley & Pearson (1954), range over sd; Hahn & Meeker (1991), prediction
    interval of the difference of two further observations.
    """
    values = as_scores(scores, least=2)
    s, n = float(values.std(ddof=1)), values.size
    gap = abs(first - second)
    s = max(s, largest_hidden_sd(resolution(values), n)) if np.ptp(values) == 0 else s
    if s == 0:
        return SeedGap(gap, 0.0, 1.0 if gap == 0 else 0.0, picked=False)
    if n > 2 and _both_among(first, second, values):
        return SeedGap(
            gap, ordinary_range(n, level) * s, range_p(gap / s, n), picked=True, beyond=1 - level
        )
    ordinary = float(stats.t.ppf((1 + level) / 2, n - 1)) * s * sqrt(2)
    p = float(2 * stats.t.sf(gap / (s * sqrt(2)), n - 1))
    return SeedGap(gap, ordinary, p, picked=False, beyond=1 - level)


def _both_among(first: float, second: float, values: Floats) -> bool:
    """Whether both are runs of the sample, up to the rounding of the numbers given."""
    close = [np.isclose(values, one, rtol=1e-9, atol=0.0) for one in (first, second)]
    if first == second:
        return int(close[0].sum()) > 1
    return bool(close[0].any() and close[1].any())


def mcnemar(errors_a: npt.ArrayLike, errors_b: npt.ArrayLike) -> float:
    """Exact p of McNemar's test: do these two trained models differ on such examples?

    Says nothing about other seeds of the same two configurations.

    Args:
        errors_a: ``[example]`` 0/1 errors of the one model.
        errors_b: ``[example]`` 0/1 errors of the other.

    Source: McNemar (1947), exact binomial form, via ``scipy.stats.binomtest``.
    """
    a, b = np.asarray(errors_a).astype(bool), np.asarray(errors_b).astype(bool)
    if a.ndim != 1 or a.shape != b.shape:
        raise InputError(f"both models need the same examples, got {a.shape} and {b.shape}")
    only_a, only_b = int((a & ~b).sum()), int((~a & b).sum())
    if only_a + only_b == 0:
        return 1.0
    return float(stats.binomtest(only_a, only_a + only_b).pvalue)
