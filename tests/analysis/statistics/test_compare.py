from itertools import product

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import ttost_ind, ttost_paired

from seedbed.analysis.statistics.arms.compare import compare_paired, compare_unpaired
from seedbed.analysis.statistics.arms.permutation import rarest, sign_flip_p
from seedbed.analysis.statistics.arms.resolution import resolution
from seedbed.analysis.statistics.arms.shift import shift_unpaired
from seedbed.analysis.statistics.arms.superiority import superiority_unpaired
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


def test_without_a_margin_nothing_is_called_equivalent() -> None:
    rng = np.random.default_rng(8)
    a = rng.normal(50, 16, 60)
    result = compare_paired(a, a + rng.normal(0, 4, 60))
    assert (result.margin, result.equivalence) == (None, None)
    assert result.verdict.verdict == "undecided"
    assert "not distinguishable from a reseed" in result.verdict.reason
    asked = compare_unpaired(SLEEP_A, SLEEP_B)
    assert asked.runs_for_margin == 17, "runs for one sd of a run"


def test_resplits_are_decided_by_the_corrected_t() -> None:
    a = 50 + np.array([0.4, 0.1, 0.6, -0.2, 0.5, 0.3, 0.7, 0.2])
    b = np.full(8, 50.0)
    result = compare_paired(a, b, resplits=(900, 100))
    assert result.p == pytest.approx(0.0554699, abs=5e-8)
    assert result.verdict.verdict == "undecided"
    assert "8 re-splits, corrected resampled t (Nadeau–Bengio), p=0.0555" in result.verdict.reason
    assert result.difference.low is not None
    assert result.difference.low < 0
    assert (result.p_sign_flip, result.p_superior, result.cannot_reach) == (None, None, None)
    se = np.sqrt((a - b).var(ddof=1) * (1 / 8 + 100 / 900))
    assert result.t == pytest.approx((a - b).mean() / se)
    naive = compare_paired(a, b)
    assert naive.p == pytest.approx(0.0161, abs=5e-5)
    assert naive.verdict.verdict == "different"


def test_resplits_that_all_differ_alike_are_decided_by_the_corrected_t() -> None:
    b = np.array([50.4, 50.3, 50.5, 50.4, 50.6])
    a = np.round(b + 0.2, 1)
    result = compare_paired(a, b, resplits=(80, 20))
    se = np.sqrt(0.1**2 / 6 * (1 / 5 + 20 / 80))  # the rounding of two scores in steps of .1
    assert result.p == pytest.approx(2 * stats.t.sf(0.2 / se, 4))
    assert result.decided_by == "corrected resampled t (Nadeau–Bengio)"
    assert result.verdict.verdict == "different"
    assert result.amount == "5 re-splits"
    one_step = compare_paired(np.round(b + 0.1, 1), b, resplits=(50, 50))
    assert one_step.verdict.verdict == "undecided"
    equal = compare_paired(b, b, resplits=(80, 20), margin=0.5)
    hidden = np.sqrt(0.1**2 * 5 / 4 * (1 / 5 + 20 / 80))  # the largest sd that equal scores hide
    assert equal.equivalence == pytest.approx(stats.t.sf(0.5 / hidden, 4))


def test_no_number_of_resplits_finds_what_overlapping_training_sets_hide() -> None:
    values = np.array([1.0, -1.0, 0.5, -0.4, 0.1])
    result = compare_paired(values, np.zeros(5), resplits=(900, 100))
    assert result.runs_for_observed is None
    assert result.verdict.settles is not None
    assert "no number of re-splits" in result.verdict.settles
    with pytest.raises(InputError, match="splits need examples"):
        compare_paired(values, np.zeros(5), resplits=(0, 100))


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


def test_sign_flip_beyond_32_pairs_is_seeded_and_near_exact() -> None:
    values = np.random.default_rng(5).normal(0.3, 1, 40)
    p = sign_flip_p(values)
    assert p == sign_flip_p(values)
    assert p != sign_flip_p(values, seed=1)
    assert p == pytest.approx(stats.ttest_1samp(values, 0).pvalue, abs=0.02)


def test_sign_flip_of_random_patterns_agrees_with_the_binomial_of_equal_sizes() -> None:
    values = np.where(np.arange(100) < 61, 1.0, -1.0)
    exact = stats.binomtest(61, 100).pvalue
    assert sign_flip_p(values) == pytest.approx(exact, abs=4 * np.sqrt(exact / 100_000))
    assert sign_flip_p(values[30:62]) == stats.binomtest(31, 32).pvalue


def test_too_few_seeds() -> None:
    five = compare_paired(np.arange(5.0), np.arange(5.0) ** 2)
    assert five.smallest_p == 0.0625
    assert five.cannot_reach is not None
    assert "the sign-flip test cannot go below p = 0.0625" in five.cannot_reach
    assert compare_paired(np.arange(6.0), np.arange(6.0) ** 2).cannot_reach is None
    three = compare_unpaired([1.0, 2.0, 3.0], [4.0, 5.0, 7.0])
    assert three.smallest_p == pytest.approx(0.1)
    assert three.cannot_reach is not None


@pytest.mark.parametrize(("few", "often"), [(2, 12), (3, 7)])
def test_a_small_arm_against_a_larger_one_is_warned_about(few: int, often: int) -> None:
    small = np.array([50.0, 50.4, 50.1])[:few]
    many = 60 + np.array([0.1, 0.5, 0.3, 0.2, 0.4, 0.6])
    found = compare_unpaired(small, many)
    assert found.verdict.verdict == "different"
    assert found.few_runs is not None
    assert f"With {few} runs against 6" in found.few_runs
    assert f"up to {often} times in 100" in found.few_runs
    assert compare_unpaired(many, small).few_runs == found.few_runs
    if few > 2:
        assert compare_unpaired(small, many[:few]).few_runs is None
    assert compare_unpaired(small + 10, many).few_runs is None
    assert compare_unpaired(many[:4], many + 10).few_runs is None


@pytest.mark.parametrize(("few", "often"), [(2, 12), (3, 7)])
def test_welch_errs_as_often_as_the_warning_says(few: int, often: int) -> None:
    rng = np.random.default_rng(few)
    errors = [
        stats.ttest_ind(
            rng.normal(size=(few, 20_000)), rng.normal(size=(20, 20_000)), equal_var=False
        ).pvalue
        < 0.05
    ]
    assert float(np.mean(errors)) == pytest.approx(often / 100, abs=0.01)


def test_superiority() -> None:
    result = compare_paired(SLEEP_B, SLEEP_A)
    assert result.p_superior is not None
    low, high = proportion_confint(9, 9, method="beta")  # one tie in ten is left out
    assert (result.p_superior.value, result.p_superior.n) == (1.0, 9)
    assert (result.p_superior.low, result.p_superior.high) == pytest.approx((low, high))
    found = superiority_unpaired([3.0, 4.0, 5.0], [1.0, 3.5, 2.0])
    assert found is not None
    assert found.value == pytest.approx(8 / 9)


def test_equal_scores_do_not_prove_equal_models() -> None:
    for result in (
        compare_paired([0.95, 0.90], [0.95, 0.90]),
        compare_unpaired([0.95, 0.95], [0.95, 0.95]),
    ):
        assert (result.t, result.p) == (None, None)
        assert result.verdict.verdict == "undecided"
        assert "equal scores do not prove equal models" in result.verdict.reason
    bits = compare_paired([0.95, 0.90], [0.95, 0.90], same_bits=True)
    assert bits.verdict.verdict == "equivalent"
    assert "bit for bit" in bits.verdict.reason
    asked = compare_paired([0.95, 0.90], [0.95, 0.90], margin=0.2)
    assert asked.verdict.verdict == "equivalent"


@pytest.mark.parametrize("paired", [True, False])
def test_a_network_stuck_at_chance_differs_from_one_that_learns(paired: bool) -> None:
    compare = compare_paired if paired else compare_unpaired
    result = compare([0.10] * 5, [0.91] * 5)
    assert result.verdict.verdict == "different"
    assert result.verdict.reason.startswith("B is higher by 0.81")
    assert result.p == pytest.approx(2 * 2.0**-10)
    assert result.difference.low is not None
    assert result.difference.low < -0.81 < (result.difference.high or 0) < 0
    assert result.cannot_reach is None
    two = compare([0.10] * 2, [0.91] * 2)
    assert two.verdict.verdict == "undecided"
    assert two.p == pytest.approx(0.125)
    assert two.runs_for_observed == 3


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("n", [2, 3, 4, 10])
def test_arms_without_spread_get_the_verdict_of_arms_of_which_one_run_is_a_step_off(
    n: int, paired: bool
) -> None:
    compare = compare_paired if paired else compare_unpaired
    for low, high, test_size in ((0.10, 0.91, None), (0.10, 0.91, 200), (62, 65, None)):
        step = 1 if high > 1 else 0.01 if test_size is None else 1 / test_size
        nearly = [low] * (n - 1) + [low - step]
        verdicts = {
            compare(one, [high] * n, test_size=test_size).verdict.verdict
            for one in ([low] * n, nearly)
        }
        assert len(verdicts) == 1, (low, high, verdicts)


@pytest.mark.parametrize("paired", [True, False])
def test_two_runs_an_arm_that_vary_by_a_step_are_judged_as_if_they_did_not_vary(
    paired: bool,
) -> None:
    compare = compare_paired if paired else compare_unpaired
    for a, b, size in (
        ([10, 11], [92, 91], None),
        ([0.102, 0.101], [0.91, 0.91], None),
        ([0.735, 0.73], [0.42, 0.425], 200),
        ([2.31, 2.3], [0.25, 0.26], None),
    ):
        found = compare(a, b, test_size=size)
        assert found.verdict.verdict == "undecided"
        assert found.p == pytest.approx(0.125)
        assert (found.difference.low, found.difference.high) == (None, None)
        assert found.few_runs is None
        assert compare(a, b, test_size=size, level=0.8).verdict.verdict == "different"
        assert compare([*a, a[0]], [*b, b[0]], test_size=size).verdict.verdict == "different"
    close = compare([10, 11], [11, 11])
    assert close.difference.low is not None, "t calls nothing different, and keeps its interval"


def test_the_step_of_computed_scores_is_that_of_their_digits() -> None:
    assert resolution([1 - 0.91, 0.1 - 0.01]) == 0.01
    assert resolution([100 * 0.57, 100 * 0.29]) == 1
    assert resolution([4903 / 6488, 0.75]) == 0


@pytest.mark.parametrize("paired", [True, False])
def test_two_runs_an_arm_called_different_are_warned_about(paired: bool) -> None:
    compare = compare_paired if paired else compare_unpaired
    found = compare([10.2, 10.35], [91.1, 91.4])
    assert found.verdict.verdict == "different"
    assert found.few_runs is not None
    assert f"With {'2 pairs' if paired else '2 runs against 2'}, equal arms" in found.few_runs
    assert "up to 14 times in 100 if scores fall into two groups" in found.few_runs
    assert compare([10.2, 14.0], [11.1, 13.4]).few_runs is None
    assert compare([10.2, 10.3, 10.5], [91.1, 91.4, 91]).few_runs is None


def test_the_exact_p_without_spread_is_barnards_and_holds_for_any_scores() -> None:
    rng = np.random.default_rng(3)
    for n, m in ((2, 2), (3, 3), (2, 5), (3, 4), (5, 5)):
        found = rarest(n, m)
        assert found == pytest.approx(stats.barnard_exact([[n, 0], [0, m]]).pvalue, rel=1e-4)
        for values in (2, 3, 5):
            q = rng.dirichlet(np.ones(values), 2000)
            chance = np.multiply(*((q**k).sum(axis=1) for k in (n, m))) - (q ** (n + m)).sum(axis=1)
            assert chance.max() <= found + 1e-12


def test_a_gap_of_one_step_of_the_numbers_is_no_difference() -> None:
    rounded = compare_unpaired([0.75] * 6, [0.74] * 6)
    assert rounded.verdict.verdict == "undecided"
    assert "at most one step" in rounded.verdict.reason
    counts = compare_unpaired([0.75] * 6, [0.74] * 6, test_size=100)
    assert counts.verdict.verdict == "different", "75 and 74 right of 100 each time, not rounded"
    one_digit = compare_paired([75.1, 75.2, 75.3], [75.0, 75.1, 75.2])
    assert one_digit.verdict.verdict == "undecided"
    assert "1 more pair (4 in all)" in (one_digit.verdict.settles or "")


@pytest.mark.parametrize("test_size", [None, 1000])
def test_pairs_that_differ_alike_are_judged_by_t_with_the_sd_of_their_rounding(
    test_size: int | None,
) -> None:
    b = np.array([0.25, 0.251, 0.252, 0.253, 0.25])
    alike = compare_paired(b + 0.101, b, test_size=test_size)
    nearly = compare_paired(b + 0.101 + np.array([0, 0, 0.001, 0, 0]), b, test_size=test_size)
    assert alike.decided_by == "paired t"
    assert alike.p == pytest.approx(2 * stats.t.sf(0.101 / (0.001 / np.sqrt(6 * 5)), 4))
    assert alike.verdict.verdict == nearly.verdict.verdict == "different"
    assert alike.p_sign_flip == 2 / 2**5
    assert alike.cannot_reach is not None
    assert alike.cannot_reach.endswith("relies on the t test's assumption of normality")
    for steps in range(1, 6):  # the p of five equal gaps is near that of gaps a step apart
        gap = steps / 1000
        same = compare_paired(b + gap, b, test_size=test_size).p
        apart = compare_paired(b + gap + np.eye(5)[2] / 1000, b, test_size=test_size).p
        assert same is not None
        assert apart is not None
        assert 0.2 < same / apart < 5


def test_equal_gaps_of_counts_are_judged_by_the_step_of_the_counts() -> None:
    right = np.array([4903, 4921, 4956])
    shares = [right / 6488, (right - 1) / 6488]
    known = compare_paired(*shares, test_size=6488)
    for arms in (shares, [arm.astype(np.float32).astype(float) for arm in shares]):
        found = compare_paired(*arms)
        assert found.step == pytest.approx(1 / 6488, rel=1e-4)
        assert found.p == pytest.approx(known.p, rel=1e-3)
        assert found.verdict.verdict == "undecided", "one example in each pair"
    ten = compare_paired(right / 6488, (right - 10) / 6488)
    assert ten.verdict.verdict == "different"
    assert compare_paired([1 / 3, 1 / 7], [1 / 3 - 0.2, 1 / 7 - 0.2]).p is not None


def test_rounded_scores_keep_the_error_of_t() -> None:
    rng = np.random.default_rng(4)
    for n, sd in ((2, 3.0), (3, 1.0), (4, 0.7), (5, 0.5)):
        scores = np.round(rng.normal(70, 5, (400, n)) + rng.normal(0, sd, (2, 400, n)), 0)
        found = [compare_paired(*pair).verdict.verdict for pair in scores.swapaxes(0, 1)]
        assert found.count("different") <= 0.05 * 400 + 3 * np.sqrt(400 * 0.05 * 0.95)


def test_an_sd_is_not_known_to_be_below_the_rounding() -> None:
    found = compare_paired([75.0, 76.0, 75.0], [75.0, 76.0, 76.0])
    assert found.t is not None
    assert abs(found.difference.value / found.t) >= np.sqrt(1 / 6 / 3) - 1e-9


def test_ranks_decide_where_a_run_collapsed() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(0.92, 0.004, 10), rng.normal(0.91, 0.004, 10)
    a[3] = 0.1
    found = compare_unpaired(a, b)
    assert found.odd_a == (3,)
    assert found.p is not None
    assert found.p > 0.1, "the collapsed run takes the t test's power away"
    assert found.decisive_p == found.p_rank
    assert found.verdict.verdict == "different"
    assert found.difference == shift_unpaired(a, b)
    assert found.verdict.reason.startswith(f"A is higher by {found.difference.value:.4g} (10 ")
    assert "exact Mann–Whitney, as a run collapsed" in found.verdict.reason
    pairs = compare_paired(a, b)
    assert pairs.decided_by == "sign test, as a run collapsed"
    assert pairs.p_rank == stats.binomtest(int((a > b).sum()), 10).pvalue
    assert pairs.verdict.verdict == "different", "a collapse of the better arm costs one win"
    whole = compare_unpaired([0.1, 0.11, 0.09], rng.normal(0.91, 0.004, 10))
    assert whole.decided_by == "Welch's t", "an arm at chance is a difference, not a collapse"


def test_choosing_ranks_by_the_pooled_runs_keeps_the_error() -> None:
    rng = np.random.default_rng(1)
    found = []
    for _ in range(600):
        arms = rng.normal(0.9, 0.01, (2, 10))
        arms[rng.random((2, 10)) < 0.05] = 0.1
        found.append(compare_unpaired(*arms).verdict.verdict == "different")
    assert np.mean(found) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 600)


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


def test_what_too_few_runs_cannot_reach_depends_on_the_test_that_decides() -> None:
    collapsed = compare_unpaired([90.0, 20.0], [91.0, 92.0])
    assert collapsed.decided_by == "Mann–Whitney, as a run collapsed"
    assert collapsed.cannot_reach is not None
    assert collapsed.cannot_reach.endswith("so these runs cannot show any difference")
    plain = compare_unpaired([90.0, 91.0, 92.0], [95.0, 96.0, 97.0])
    assert plain.cannot_reach is not None
    assert plain.cannot_reach.endswith("relies on the t test's assumption of normality")


def test_float32_scores_get_the_verdict_of_the_same_numbers_in_float64() -> None:
    right = np.array([744, 747, 764, 767, 767, 709, 783, 721, 736, 787])
    shares = [right / 1000, (right + 10) / 1000]
    double, single, percent = (
        compare_paired(*arms).difference
        for arms in (
            shares,
            [arm.astype(np.float32).astype(float) for arm in shares],
            [arm.astype(np.float32).astype(float) * 100 for arm in shares],
        )
    )
    ends = [np.array([one.low, one.high], float) for one in (double, single, percent)]
    assert ends[1] == pytest.approx(ends[0], abs=1e-6)
    assert ends[2] == pytest.approx(100 * ends[1])
    assert ends[1][0] < single.value < ends[1][1]
