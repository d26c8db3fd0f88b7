import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from seedbed.analysis.statistics.arms.superiority import (
    rank_method,
    rank_p,
    superiority_paired,
    superiority_unpaired,
)

ARM = st.lists(st.integers(0, 12), min_size=3, max_size=9)


def test_wins_over_untied_pairs_have_exact_limits() -> None:
    found = superiority_paired([1.0, 2.0, 0.0, -1.0, 3.0])
    assert found is not None
    assert (found.value, found.n) == (0.75, 4)
    theirs = stats.binomtest(3, 4).proportion_ci(method="exact")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))
    assert superiority_paired([0.0, 0.0]) is None


@pytest.mark.parametrize("n", [4, 5, 10])
def test_arms_that_do_not_overlap_have_the_limit_of_the_exact_rank_test(n: int) -> None:
    apart = superiority_unpaired(np.arange(n) + 100.0, np.arange(n) + 0.0)
    assert apart is not None
    assert (apart.value, apart.high) == (1.0, 1.0)
    assert apart.low is not None
    assert apart.low > 0.5
    level = 1 - rank_p(np.arange(n) + 100.0, np.arange(n) + 0.0)
    edge = superiority_unpaired(np.arange(n) + 100.0, np.arange(n) + 0.0, level)
    assert edge is not None
    assert edge.low == pytest.approx(0.5)


def test_three_against_three_cannot_exclude_one_half() -> None:
    found = superiority_unpaired([3.0, 4.0, 5.0], [1.0, 2.0, 2.5])
    assert found is not None
    assert found.low is not None
    assert found.low < 0.5


@given(ARM, ARM)
def test_limits_exclude_one_half_only_where_the_rank_test_rejects(
    a: list[int], b: list[int]
) -> None:
    found = superiority_unpaired(np.array(a) * 1.0, np.array(b) * 1.0)
    if found is None:
        return
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    excluded = not found.low <= 0.5 <= found.high
    assert not excluded or rank_p(np.array(a), np.array(b)) < 0.05
    swapped = superiority_unpaired(np.array(b) * 1.0, np.array(a) * 1.0)
    assert swapped is not None
    assert (swapped.low, swapped.high) == pytest.approx((1 - found.high, 1 - found.low), abs=1e-9)


def test_limits_cover_the_true_chance() -> None:
    rng = np.random.default_rng(0)
    truth = float(stats.norm.cdf(1 / np.sqrt(2)))
    hits = 0
    for _ in range(1000):
        found = superiority_unpaired(rng.normal(1, 1, 10), rng.normal(size=10))
        assert found is not None
        hits += (found.low or 0) <= truth <= (found.high or 0)
    assert 0.93 <= hits / 1000 <= 0.98


def test_the_rank_test_says_how_its_p_was_computed() -> None:
    rng = np.random.default_rng(8)
    a, b = rng.normal(0.006, 0.004, 10), rng.normal(0, 0.004, 10)
    assert rank_method(a, b) == "exact"
    assert rank_p(a, b) == stats.mannwhitneyu(a, b, method="exact").pvalue
    assert rank_p(a, b) != stats.mannwhitneyu(a, b).pvalue, "SciPy's default approximates from 9"
    tied = np.append(a[:-1], a[0])
    assert rank_method(tied, b) == "normal approximation"
    assert rank_p(tied, b) == stats.mannwhitneyu(tied, b).pvalue
    assert rank_method(np.arange(21.0), np.arange(21.0) + 0.5) == "normal approximation"
    assert rank_p([0.9, 0.9, 0.91], [0.95, 0.95, 0.96]) == pytest.approx(0.1), "its smallest p"
