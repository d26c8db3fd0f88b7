"""Take the spread of the accuracy apart: finite test set against genuine change of the model.

A test accuracy changes between runs for two reasons: the models truly differ on the distribution,
or they flip a few of the finitely many test examples. The crossed two-way analysis of variance of
the errors ``[run, example]`` tells them apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import copysign, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, as_matrix, as_scores, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import EQUAL
from seedbed.system.errors import InputError

CHUNK_VALUES = 4_000_000
"""Errors widened to float64 at a time, 32 MB, so that 1,000 × 10,000 stays lean."""


@dataclass(frozen=True)
class Anova:
    """Crossed two-way analysis of variance without replication.

    Attributes:
        runs: R.
        examples: N.
        mean: Grand mean of the errors.
        ms_run: Mean square of runs, N·var_r(a_r), R − 1 degrees of freedom.
        ms_example: Mean square of examples, R·var_i of their means, N − 1 degrees of freedom.
        ms_residual: Residual mean square, (R − 1)(N − 1) degrees of freedom.
        run_means: ``[run]`` a_r.
        example_means: ``[example]``.
    """

    runs: int
    examples: int
    mean: float
    ms_run: float
    ms_example: float
    ms_residual: float
    run_means: Floats
    example_means: Floats


@dataclass(frozen=True)
class Split:
    """The observed spread, split.

    Attributes:
        genuine: Sd of the models' true accuracies; negative where the variance estimate is, so
            that nothing is hidden: sign(v)·√|v|.
        genuine_variance: The variance itself, unbiased, sign kept.
        finite_test_set: Sd that the finite test set alone gives a run's score.
        observed: Sd of the runs' scores.
        F: MS_run/MS_res; None where every run made the same errors.
        p: One-sided p of F: the chance of a spread this large if no model truly differed.
        cochran_q: Cochran's Q; None where the errors are not 0/1.
        cochran_p: Its chi-square p.
        identical: Every run made exactly the same errors.
        finite: ``finite_test_set`` with its interval.
    """

    genuine: Estimate
    genuine_variance: Estimate
    finite_test_set: float
    observed: float
    F: float | None  # the statistic's own name
    p: float | None
    cochran_q: float | None
    cochran_p: float | None
    identical: bool
    finite: Estimate


def _chunks(matrix: npt.NDArray[np.generic]) -> Iterator[tuple[slice, Floats]]:
    step = max(1, CHUNK_VALUES // matrix.shape[1])
    for start in range(0, matrix.shape[0], step):
        rows = slice(start, start + step)
        yield rows, matrix[rows].astype(np.float64)


def anova(errors: npt.ArrayLike) -> Anova:
    """Crossed two-way ANOVA without replication of ``[run, example]``.

    Two passes over blocks of runs, so that the matrix is never widened as a whole. The residual
    is summed directly, not by subtraction.

    Args:
        errors: ``[run, example]``, 0/1 or any loss; at least 2 × 2.

    Raises:
        InputError: Wrong shape, or numbers that are not finite.

    Source: Shrout & Fleiss (1979), table 3; Searle, Casella & McCulloch (1992), chapter 4.
    """
    matrix = as_matrix(errors)
    runs, examples = matrix.shape
    run_means = np.empty(runs)
    column_sums = np.zeros(examples)
    for rows, block in _chunks(matrix):
        run_means[rows] = block.mean(axis=1)
        column_sums += block.sum(axis=0)
    example_means = column_sums / runs
    mean = float(run_means.mean())
    residual = 0.0
    for rows, block in _chunks(matrix):
        left = block - run_means[rows, None]
        left -= example_means - mean
        residual += float(np.einsum("ij,ij->", left, left))
    return Anova(
        runs=runs,
        examples=examples,
        mean=mean,
        ms_run=examples * float(run_means.var(ddof=1)),
        ms_example=runs * float(example_means.var(ddof=1)),
        ms_residual=residual / ((runs - 1) * (examples - 1)),
        run_means=run_means,
        example_means=example_means,
    )


def signed_sd(variance: float) -> float:
    """sign(v)·√|v|: a variance estimate on the scale of an sd, its sign kept."""
    return copysign(sqrt(abs(variance)), variance)


def split_anova(table: Anova, level: float = 0.95) -> Split:
    """Split the spread from an ANOVA; see ``split``. Cochran's Q is left None."""
    check_level(level)
    df_run, df_residual = table.runs - 1, (table.runs - 1) * (table.examples - 1)
    finite = table.ms_residual / table.examples
    variance = (table.ms_run - table.ms_residual) / table.examples
    tiny = 1e-20 * max(table.mean**2, 1e-280)
    method = "run component of a crossed ANOVA, F interval"
    if table.ms_residual <= tiny:
        same = table.ms_run <= tiny
        why = "every run made the same errors" if same else "the runs differ by a constant"
        bare = Estimate(variance, None, None, table.runs, why, level)
        sd = Estimate(signed_sd(variance), None, None, table.runs, why, level)
        observed = sqrt(table.ms_run / table.examples)
        none = Estimate(0.0, None, None, table.runs, why, level)
        return Split(sd, bare, 0.0, observed, None, None, None, None, same, none)
    ratio = table.ms_run / table.ms_residual
    f_high = float(stats.f.ppf((1 + level) / 2, df_run, df_residual))
    f_low = float(stats.f.ppf((1 - level) / 2, df_run, df_residual))
    low, high = (ratio / f_high - 1) * finite, (ratio / f_low - 1) * finite
    return Split(
        genuine=Estimate(
            signed_sd(variance), signed_sd(low), signed_sd(high), table.runs, method, level
        ),
        genuine_variance=Estimate(variance, low, high, table.runs, method, level),
        finite_test_set=sqrt(finite),
        observed=sqrt(table.ms_run / table.examples),
        F=ratio,
        p=float(stats.f.sf(ratio, df_run, df_residual)),
        cochran_q=None,
        cochran_p=None,
        identical=False,
        finite=_finite(finite, df_residual, table.runs, level),
    )


def _finite(variance: float, df: int, runs: int, level: float) -> Estimate:
    low, high = (
        sqrt(variance * df / float(stats.chi2.ppf(q, df)))
        for q in ((1 + level) / 2, (1 - level) / 2)
    )
    method = "residual of a crossed ANOVA, chi-square interval"
    return Estimate(sqrt(variance), low, high, runs, method, level)


def bounded_split(
    scores: npt.ArrayLike, test_size: int, *, scale: float = 1.0, level: float = 0.95
) -> Split:
    """What accuracies alone say about the split: the finite test set gives at most p(1−p)/N.

    The share of each example's outcome that two runs have in common is unknown, so the finite
    test set's variance lies anywhere from 0 to p(1−p)/N. ``genuine`` is what is left at least;
    its interval reaches from the lowest variance less the bound to the highest with nothing
    taken off. ``p`` tests for more spread than independent coin flips would have, and is
    conservative.

    Args:
        scores: ``[run]`` accuracies, at least 2.
        test_size: N, examples in the test set.
        scale: What a perfect accuracy is: 1 for fractions, 100 for percent.
        level: Confidence level.

    Raises:
        InputError: Too few runs, or accuracies outside 0 … scale.

    Source: variance of a binomial proportion; dispersion test: Fisher (1925).
    """
    check_level(level)
    values = as_scores(scores, "accuracies", least=2)
    if test_size < 1:
        raise InputError(f"a test set has at least one example, got {test_size}")
    if values.min() < 0 or values.max() > scale:
        raise InputError(f"accuracies must lie from 0 to {scale:g}, got {values.max():g}")
    p = float(values.mean()) / scale
    bound = scale**2 * p * (1 - p) / test_size
    runs, variance = values.size, float(values.var(ddof=1)) if np.ptp(values) > 0 else 0.0
    method = f"at least: binomial bound of {test_size} examples"
    finite = Estimate(sqrt(bound), 0.0, sqrt(bound), runs, "at most: binomial bound", level)
    if variance == 0:
        sd = Estimate(0.0, None, None, runs, EQUAL, level)
        return Split(sd, sd, sqrt(bound), 0.0, None, None, None, None, True, finite)
    low, high = (
        variance * (runs - 1) / float(stats.chi2.ppf(q, runs - 1))
        for q in ((1 + level) / 2, (1 - level) / 2)
    )
    left = variance - bound
    chance = float(stats.chi2.sf((runs - 1) * variance / bound, runs - 1)) if bound else 0.0
    return Split(
        genuine=Estimate(
            signed_sd(left), signed_sd(low - bound), signed_sd(high), runs, method, level
        ),
        genuine_variance=Estimate(left, low - bound, high, runs, method, level),
        finite_test_set=sqrt(bound),
        observed=sqrt(variance),
        F=None,
        p=chance,
        cochran_q=None,
        cochran_p=None,
        identical=False,
        finite=finite,
    )


def split(errors: npt.ArrayLike, level: float = 0.95) -> Split:
    """Split the spread of the runs into genuine change and finite test set.

    σ̂²_D = N/(N−1)·[var_r(a_r) − N⁻²·Σ_i var_r(e[r,i])] = (MS_run − MS_res)/N, unbiased; its
    interval is [(F/F_hi − 1)·MS_res/N, (F/F_lo − 1)·MS_res/N]. It is negative in half of the
    studies whose models do not truly differ.

    Args:
        errors: ``[run, example]``, 0/1 or any loss.
        level: Confidence level.

    Returns:
        The split, in the unit of the errors (fractions for 0/1).

    Raises:
        InputError: Wrong shape, or numbers that are not finite.

    Source: Jordan (2024), Theorem 2; Searle et al. (1992), section 4.4 (F interval).
    """
    matrix = as_matrix(errors)
    found = split_anova(anova(matrix), level)
    if found.F is None or not _is_binary(matrix):
        return found
    q, p = cochran_q(matrix)
    return replace(found, cochran_q=q, cochran_p=p)


def _is_binary(matrix: npt.NDArray[np.generic]) -> bool:
    return all(bool(((block == 0) | (block == 1)).all()) for _, block in _chunks(matrix))


def cochran_q(errors: npt.ArrayLike) -> tuple[float, float]:
    """Cochran's Q and its chi-square p: are the runs' error rates on these examples one?

    Q = (R−1)(R·ΣG_r² − (ΣG_r)²)/(R·ΣL_i − ΣL_i²), with G_r the errors of run r and L_i those of
    example i, from sums alone so that large matrices are not widened.

    Args:
        errors: ``[run, example]`` of 0/1.

    Raises:
        InputError: Not 0/1, or no example on which the runs disagree.

    Source: Cochran (1950), "The comparison of percentages in matched samples".
    """
    matrix = as_matrix(errors)
    if not _is_binary(matrix):
        raise InputError("Cochran's Q needs errors of 0 and 1 only")
    runs = matrix.shape[0]
    of_run = np.concatenate([block.sum(axis=1) for _, block in _chunks(matrix)])
    of_example = np.sum([block.sum(axis=0) for _, block in _chunks(matrix)], axis=0)
    total = float(of_run.sum())
    below = runs * total - float((of_example**2).sum())
    if below == 0:
        raise InputError("Cochran's Q needs an example on which the runs disagree")
    q = (runs - 1) * (runs * float((of_run**2).sum()) - total**2) / below
    return q, float(stats.chi2.sf(q, runs - 1))
