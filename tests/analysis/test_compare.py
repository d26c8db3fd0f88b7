from itertools import product

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

from seedbed.analysis.statistics.compare import compare_paired, compare_unpaired
from seedbed.analysis.statistics.permutation import sign_flip_p
from seedbed.analysis.statistics.superiority import superiority_unpaired
from seedbed.system.errors import InputError

SLEEP_A = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
SLEEP_B = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


def test_sleep_paired() -> None:
    result = compare_paired(SLEEP_A, SLEEP_B)
    assert result.t == pytest.approx(-4.06213, abs=5e-6)
    assert result.p == pytest.approx(0.0028329, abs=5e-8)
    interval = (result.difference.low, result.difference.high)
    assert interval == pytest.approx((-2.45989, -0.70011), abs=5e-6)
    assert result.p_sign_flip == 0.00390625
    assert result.verdict.verdict == "different"
    assert result.verdict.reason.startswith("B is higher by 1.58")


def test_sleep_unpaired() -> None:
    result = compare_unpaired(SLEEP_A, SLEEP_B)
    assert result.df == pytest.approx(17.7765, abs=5e-5)
    assert result.p == pytest.approx(0.0793941, abs=5e-8)
    theirs = stats.ttest_ind(SLEEP_A, SLEEP_B, equal_var=False).confidence_interval()
    interval = (result.difference.low, result.difference.high)
    assert interval == pytest.approx((theirs.low, theirs.high))
    assert result.p_rank == pytest.approx(stats.mannwhitneyu(SLEEP_A, SLEEP_B).pvalue)
    assert result.verdict.verdict == "undecided"


def test_equivalence_is_statsmodels_tost() -> None:
    rng = np.random.default_rng(1)
    a = rng.normal(size=30)
    b = a + 0.1 * rng.normal(size=30)
    paired = compare_paired(a, b, margin=0.2)
    assert paired.equivalence == pytest.approx(ttost_paired(a, b, -0.2, 0.2)[0])
    assert paired.verdict.verdict == "equivalent"
    unpaired = compare_unpaired(a, b, margin=0.2)
    theirs = ttost_ind(a, b, -0.2, 0.2, usevar="unequal")[0]
    assert unpaired.equivalence == pytest.approx(theirs)


def test_margin_defaults_to_one_sd_of_a_run() -> None:
    result = compare_unpaired(SLEEP_A, SLEEP_B)
    expected = np.sqrt((SLEEP_A.var(ddof=1) + SLEEP_B.var(ddof=1)) / 2)
    assert result.margin == result.run_sd == pytest.approx(expected)
    assert result.runs_for_margin == 17


def test_settles_says_how_many_more() -> None:
    rng = np.random.default_rng(2)
    a = rng.normal(size=4)
    b = rng.normal(size=4)
    result = compare_paired(a, b, margin=1.0)
    assert result.verdict.verdict == "undecided"
    needed = result.runs_for_margin
    assert needed is not None
    assert result.verdict.settles is not None
    assert f"{needed - 4} more pairs ({needed} in all)" in result.verdict.settles


@pytest.mark.parametrize("n", [2, 5, 6, 9])
def test_sign_flip_enumerates_all_patterns(n: int) -> None:
    values = np.random.default_rng(n).normal(0.5, 1, n)
    sums = [abs(np.dot(signs, values)) for signs in product((-1, 1), repeat=n)]
    assert sign_flip_p(values) == np.mean(np.array(sums) >= abs(values.sum()) - 1e-12)


def test_sign_flip_beyond_20_pairs_is_seeded_and_near_exact() -> None:
    values = np.random.default_rng(5).normal(0.3, 1, 24)
    p = sign_flip_p(values)
    assert p == sign_flip_p(values)
    assert p != sign_flip_p(values, seed=1)
    assert p == pytest.approx(stats.ttest_1samp(values, 0).pvalue, abs=0.02)


def test_too_few_seeds() -> None:
    five = compare_paired(np.arange(5.0), np.arange(5.0) ** 2)
    assert five.smallest_p == 0.0625
    assert five.cannot_reach is not None
    assert five.cannot_reach.startswith("cannot reach 5% with so few seeds")
    assert compare_paired(np.arange(6.0), np.arange(6.0) ** 2).cannot_reach is None
    three = compare_unpaired([1.0, 2.0, 3.0], [4.0, 5.0, 7.0])
    assert three.smallest_p == pytest.approx(0.1)
    assert three.cannot_reach is not None


def test_superiority() -> None:
    result = compare_paired(SLEEP_B, SLEEP_A)
    assert result.p_superior is not None
    low, high = proportion_confint(9, 9, method="beta")  # one tie in ten is left out
    assert (result.p_superior.value, result.p_superior.n) == (1.0, 9)
    assert (result.p_superior.low, result.p_superior.high) == pytest.approx((low, high))
    found = superiority_unpaired([3.0, 4.0, 5.0], [1.0, 3.5, 2.0])
    assert found is not None
    assert found.value == pytest.approx(8 / 9)


def test_identical_arms_are_equivalent_and_suspicious() -> None:
    result = compare_paired([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])
    assert (result.t, result.p, result.difference.low) == (None, None, None)
    assert result.verdict.verdict == "equivalent"
    assert "bit-identical" in result.verdict.reason


def test_constant_difference_has_no_spread() -> None:
    result = compare_paired([75.1, 75.2, 75.3], [75.0, 75.1, 75.2])
    assert result.t is None
    assert result.verdict.verdict == "undecided"
    flat = compare_unpaired([1.0, 1.0], [2.0, 2.0])
    assert flat.t is None
    assert "no spread" in flat.verdict.reason


def test_one_run_carries_nothing() -> None:
    for result in (compare_paired([1.0], [2.0]), compare_unpaired([1.0], [2.0, 3.0])):
        assert result.difference.low is None
        assert result.verdict.verdict == "undecided"
        assert "one run" in result.verdict.reason


def test_swapping_the_arms_changes_only_signs() -> None:
    for compare in (compare_paired, compare_unpaired):
        one, two = compare(SLEEP_A, SLEEP_B), compare(SLEEP_B, SLEEP_A)
        assert one.difference.value == -two.difference.value
        assert (one.p, one.equivalence) == pytest.approx((two.p, two.equivalence))
        assert one.verdict.verdict == two.verdict.verdict


def test_bad_arms() -> None:
    with pytest.raises(InputError, match="2 in A and 1 in B"):
        compare_paired([1.0, 2.0], [1.0])
    with pytest.raises(InputError, match="scores of B"):
        compare_unpaired([1.0, 2.0], [])
    with pytest.raises(InputError, match="margin"):
        compare_unpaired([1.0, 2.0], [1.0, 3.0], margin=0.0)
