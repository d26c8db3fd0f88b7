import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.statistics.arms.permutation import sign_p_of
from seedbed.analysis.statistics.arms.shift import median_rank, shift_paired, shift_unpaired
from seedbed.analysis.statistics.arms.superiority import rank_p
from seedbed.analysis.statistics.estimate import Estimate

# Hollander & Wolfe (1973), permeability constants: also in R's ?wilcox.test
TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLY = [1.15, 0.88, 0.90, 0.74, 1.21]


def test_hollander_and_wolfes_shift_and_its_limits() -> None:
    found = shift_unpaired(TERM, EARLY)
    assert found.value == pytest.approx(0.305)
    # two-sided 5 % point of U for 10 and 5 runs is 8, so the 9th smallest and largest differences
    differences = np.sort(np.subtract.outer(TERM, EARLY).ravel())
    assert (found.low, found.high) == pytest.approx((differences[8], differences[-9]))


def test_the_median_of_pairs_has_the_sign_tests_limits() -> None:
    rng = np.random.default_rng(2)
    values = np.sort(rng.normal(size=10))
    found = shift_paired(values)
    assert found.value == pytest.approx(np.median(values))
    assert (found.low, found.high) == (values[1], values[8]), "one loss of ten pairs has p .021"
    assert shift_paired(values[:5]).low is None, "five pairs cannot reach .05"
    for level, pairs in ((0.9, 12), (0.95, 17), (0.99, 30)):
        rank = median_rank(pairs, level)
        inside = 1 - 2 * stats.binom.cdf(rank - 1, pairs, 0.5)
        assert inside >= level > 1 - 2 * stats.binom.cdf(rank, pairs, 0.5)


def beyond_zero(found: Estimate) -> bool:
    assert found.low is not None
    assert found.high is not None
    return found.low > 0 or found.high < 0


def test_limits_leave_out_zero_exactly_when_the_test_rejects() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        a, b = rng.normal(0.6, 1, 8), rng.normal(0, 1, 7)
        assert beyond_zero(shift_unpaired(a, b)) == (rank_p(a, b) < 0.05)
        assert beyond_zero(shift_paired(a)) == (sign_p_of(a) < 0.05)


def test_limits_of_ties_leave_out_zero_only_if_the_test_rejects() -> None:
    rng = np.random.default_rng(0)
    for _ in range(5):
        a, b = rng.normal(0.6, 1, 8).round(1), rng.normal(0, 1, 7).round(1)
        assert not beyond_zero(shift_unpaired(a, b)) or rank_p(a, b) < 0.05
        assert beyond_zero(shift_paired(a)) == (sign_p_of(a) < 0.05), "a tie is no win"


def test_too_few_runs_have_no_limit() -> None:
    found = shift_unpaired([1.0, 2.0, 4.0], [0.0, 0.5, 0.7])
    assert (found.low, found.high) == (None, None)
    assert found.value == np.median(np.subtract.outer([1.0, 2.0, 4.0], [0.0, 0.5, 0.7]))


def test_the_limits_cover_a_known_shift() -> None:
    rng = np.random.default_rng(1)
    kept = []
    for _ in range(200):
        found = shift_unpaired(3 + rng.standard_t(3, 8), rng.standard_t(3, 8))
        assert found.low is not None
        assert found.high is not None
        kept.append(found.low <= 3 <= found.high)
    assert stats.binomtest(sum(kept), 200, 0.95).pvalue > 0.001
