"""Runs at hand against one published number.

The published number is not a constant: the paper's run varied too. So this is the test for one
new observation (a prediction interval), not a one-sample t-test.
"""

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import as_scores, check_level, check_margin
from seedbed.analysis.statistics.estimate import Estimate, Verdict
from seedbed.analysis.statistics.spread import Spread, describe
from seedbed.analysis.statistics.t_plus_normal import critical_value, tail
from seedbed.analysis.statistics.variance.decompose import anova
from seedbed.system.errors import InputError

MOST_RUNS = 10_000
FEW_PUBLISHED = 2
"""A mean of so few runs is too uncertain ever to be shown equal: the published number is judged."""


@dataclass(frozen=True)
class PublishedComparison:
    """The runs at hand against a published figure.

    Attributes:
        published: The published number.
        published_runs: How many runs it is the mean of.
        spread: The runs at hand.
        difference: Published minus mean; the interval holds zero when p exceeds 1 − level.
        t: Crawford–Howell t, without the test-set term; None where there is no spread.
        df: Its degrees of freedom, runs − 1.
        p: Two-sided p, with the test-set term where there is one; None where there is no spread.
        test_set_sd: Sd added because the test sets differ; 0 on the same test set.
        exposable_gap: Smallest gap that these runs could have shown at this level.
        runs_to_settle: Runs that would expose the gap seen, mean and sd unchanged; None if no
            number would.
        verdict: The answer in words.
    """

    published: float
    published_runs: int
    spread: Spread
    difference: Estimate
    t: float | None
    df: int
    p: float | None
    test_set_sd: float
    exposable_gap: float | None
    runs_to_settle: int | None
    verdict: Verdict


def crawford_howell(
    scores: npt.ArrayLike, published: float, published_runs: int = 1
) -> tuple[float, int, float]:
    """Return t, df and two-sided p of one value (or the mean of k) against n controls.

    t = (b − x̄)/(s·√(1/n + 1/k)), df = n − 1. Assumes that the published runs are as variable as
    these, normal and independent.

    Args:
        scores: ``[run]``, at least 2 and not all the same.
        published: The value b.
        published_runs: k, the number of runs whose mean b is.

    Raises:
        InputError: Too few runs, no spread, or k below 1.

    Source: Crawford & Howell (1998), "Comparing an individual's test score against norms derived
    from small samples"; k > 1 is the two-sample t with the sd of one sample.
    """
    values = as_scores(scores, least=2)
    _check_published(published, published_runs)
    s = float(values.std(ddof=1))
    if np.ptp(values) == 0:
        raise InputError(
            "runs that all score the same have no spread to judge a published number by"
        )
    t = (published - float(values.mean())) / (s * sqrt(1 / values.size + 1 / published_runs))
    df = values.size - 1
    return t, df, float(2 * stats.t.sf(abs(t), df))


def binomial_test_set_sd(first: float, first_size: int, second: float, second_size: int) -> float:
    """Upper bound of the sd that two different test sets add: √(p₁(1−p₁)/N₁ + p₂(1−p₂)/N₂).

    A bound, because part of p(1−p) is run-to-run noise that the runs' own sd already holds.

    Args:
        first: Accuracy on the first test set, a fraction.
        first_size: Its number of examples.
        second: Accuracy on the second test set, a fraction.
        second_size: Its number of examples.

    Returns:
        Standard deviation as a fraction.

    Source: variance of a binomial proportion.
    """
    for p in (first, second):
        if not 0 <= p <= 1:
            raise InputError(f"accuracies must be fractions from 0 to 1 here, got {p:g}")
    for size in (first_size, second_size):
        if size < 1:
            raise InputError(f"a test set has at least one example, got {size}")
    return sqrt(first * (1 - first) / first_size + second * (1 - second) / second_size)


def example_test_set_sd(errors: npt.ArrayLike, other_size: int) -> float:
    """Sd that two different test sets add, from the predictions at hand.

    √(σ²_X·(1/N₁ + 1/N₂)) with σ²_X = (MS_ex − MS_res)/R, the variance of how hard the examples
    are; floored at 0.

    Args:
        errors: ``[run, example]`` errors of the runs at hand, 0/1 or any loss.
        other_size: Number of examples of the other test set.

    Returns:
        Standard deviation in the unit of ``errors`` (a fraction for 0/1).
    """
    if other_size < 1:
        raise InputError(f"a test set has at least one example, got {other_size}")
    table = anova(errors)
    variance = max((table.ms_example - table.ms_residual) / table.runs, 0.0)
    return sqrt(variance * (1 / table.examples + 1 / other_size))


def runs_to_settle(
    gap: float, sd: float, published_runs: int = 1, test_set_sd: float = 0.0, level: float = 0.95
) -> int | None:
    """Smallest number of runs that would expose a gap of this size, with this sd of a run.

    None where no number would: the published mean itself is uncertain by sd/√k.

    Args:
        gap: Size of the gap, in the unit of ``sd``.
        sd: Standard deviation of a run.
        published_runs: k, the number of runs behind the published mean.
        test_set_sd: Sd added by different test sets.
        level: Confidence level.
    """

    def exposes(n: int) -> bool:
        return (
            critical_value(level, sd * sqrt(1 / n + 1 / published_runs), n - 1, test_set_sd) < gap
        )

    gap = abs(gap)
    if not exposes(MOST_RUNS):
        return None
    low, high = 1, MOST_RUNS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if exposes(middle) else (middle, high)
    return high


def against_published(
    scores: npt.ArrayLike,
    published: float,
    *,
    published_runs: int = 1,
    test_set_sd: float = 0.0,
    margin: float | None = None,
    level: float = 0.95,
) -> PublishedComparison:
    """Whether the runs at hand and a published number disagree.

    The sampling distribution of the difference is s·√(1/n+1/k)·T_{n−1}, plus a normal of
    ``test_set_sd`` where the test sets differ. The sum is integrated numerically, which is what a
    Monte Carlo of it converges to (Satterthwaite's one-t approximation is too narrow here). With
    few runs and test sets that add much, it errs on the careful side (docs/coverage.md).

    Args:
        scores: ``[run]``, the runs at hand.
        published: The published number, in the same unit.
        published_runs: How many runs it is the mean of.
        test_set_sd: Sd added by different test sets, in the unit of the scores; 0 on the same.
        margin: Largest difference that counts as equivalent; None calls nothing equivalent. For
            k ≤ 2 the published number itself is held against the mean here, because what it is
            the mean of stays uncertain by s/√k however many runs there are here.
        level: Confidence level.

    Raises:
        InputError: A number that is not finite, no runs, or k below 1.

    Source: Crawford & Howell (1998); equivalence by Schuirmann (1987), two one-sided tests.
    """
    check_level(level)
    check_margin(margin)
    _check_published(published, published_runs)
    if not (isfinite(test_set_sd) and test_set_sd >= 0):
        raise InputError(f"the test sets' sd must be zero or more, got {test_set_sd:g}")
    spread = describe(scores, level)
    n, mean = spread.n, spread.mean.value
    gap = published - mean
    if spread.sd is None or spread.identical:
        return _without_spread(
            spread, published, published_runs, gap=gap, extra=test_set_sd, level=level
        )
    t, df, _ = crawford_howell(scores, published, published_runs)
    scale = spread.sd.value * sqrt(1 / n + 1 / published_runs)
    p = min(2 * tail(abs(gap), scale, df, test_set_sd), 1.0)
    critical = critical_value(level, scale, df, test_set_sd)
    of_margin = scale if published_runs > FEW_PUBLISHED else spread.sd.value / sqrt(n)
    one_sided = 2 * level - 1 if level > 0.5 else level
    half90 = critical_value(one_sided, of_margin, df, test_set_sd)
    equivalent = margin is not None and abs(gap) + half90 < margin
    needed = runs_to_settle(gap, spread.sd.value, published_runs, test_set_sd, level)
    return PublishedComparison(
        published=published,
        published_runs=published_runs,
        spread=spread,
        difference=Estimate(
            gap, gap - critical, gap + critical, n, "published minus mean, Crawford–Howell", level
        ),
        t=t,
        df=df,
        p=p,
        test_set_sd=test_set_sd,
        exposable_gap=critical,
        runs_to_settle=needed,
        verdict=_verdict(
            spread,
            published,
            published_runs,
            p=p,
            critical=critical,
            equivalent=equivalent,
            needed=needed,
            level=level,
        ),
    )


def _verdict(
    spread: Spread,
    published: float,
    published_runs: int,
    *,
    p: float,
    critical: float,
    equivalent: bool,
    needed: int | None,
    level: float,
) -> Verdict:
    one = "a single run" if published_runs == 1 else f"the mean of {published_runs} runs"
    if p < 1 - level:
        reason = (
            f"{published:g} is not consistent with {one} of what was measured here "
            f"(mean {spread.mean.value:.4g}, n={spread.n}, p={p:.3g})"
        )
        return Verdict("different", reason, None)
    if equivalent:
        reason = f"{published:g} and the mean {spread.mean.value:.4g} agree within the margin"
        return Verdict("equivalent", reason, None)
    reason = (
        f"{published:g} is consistent with {one} (p={p:.3g}); {spread.n} runs could only have "
        f"exposed a gap above {critical:.3g}"
    )
    settles = (
        f"{needed} runs with this mean and sd would expose the gap seen"
        if needed is not None
        else f"no number of runs here would: {one} is itself too uncertain; "
        "the published mean of more runs would help"
    )
    return Verdict("undecided", reason, settles)


def _without_spread(
    spread: Spread, published: float, published_runs: int, *, gap: float, extra: float, level: float
) -> PublishedComparison:
    why = spread.note or ""
    return PublishedComparison(
        published=published,
        published_runs=published_runs,
        spread=spread,
        difference=Estimate(gap, None, None, spread.n, why, level),
        t=None,
        df=spread.n - 1,
        p=None,
        test_set_sd=extra,
        exposable_gap=None,
        runs_to_settle=None,
        verdict=Verdict("undecided", why, "three or more runs that differ in their seeds"),
    )


def _check_published(published: float, published_runs: int) -> None:
    if not isfinite(published):
        raise InputError(f"the published number must be finite, got {published}")
    if published_runs < 1:
        raise InputError(f"a published mean is of at least 1 run, got {published_runs}")
