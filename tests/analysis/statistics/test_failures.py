from itertools import product

import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.statistics.arms.compare import compare_paired, compare_unpaired
from seedbed.analysis.statistics.arms.failures import compare_tried
from seedbed.system.errors import InputError

NAN = float("nan")
RNG = np.random.default_rng(0)
SHARED = RNG.normal(0.97, 0.003, 12)
A, B = SHARED + 0.008 + RNG.normal(0, 0.001, 12), SHARED + RNG.normal(0, 0.001, 12)


def with_failed(scores: np.ndarray, *places: int) -> np.ndarray:
    scores = scores.copy()
    scores[list(places)] = NAN
    return scores


@pytest.mark.parametrize("paired", [True, False])
def test_without_a_failed_run_nothing_is_added(paired: bool) -> None:
    plain = (compare_paired if paired else compare_unpaired)(A, B, margin=0.1)
    assert compare_tried(A, B, paired=paired, margin=0.1) == plain


def test_a_lost_pair_counts_against_the_winner() -> None:
    found = compare_tried(with_failed(A, 3), B, paired=True)
    assert (found.n_a, found.failed_a, found.failed_b) == (11, 1, 0)
    assert found.p == pytest.approx(stats.ttest_rel(A[np.arange(12) != 3], np.delete(B, 3)).pvalue)
    assert found.p_failures == pytest.approx(stats.binomtest(11, 12).pvalue)
    assert found.decisive_p == found.p_failures
    assert found.decided_by == "sign test, failed runs at their worst"
    assert found.verdict.verdict == "different"
    # the third smallest and largest of twelve differences, one of which may be anything
    kept = np.sort(np.delete(A - B, 3))
    mean = compare_paired(np.delete(A, 3), np.delete(B, 3)).difference
    assert mean.low is not None
    assert mean.high is not None
    both = min(kept[1], mean.low), max(kept[9], mean.high)
    assert (found.difference.low, found.difference.high) == pytest.approx(both)


def test_unmatched_failed_runs_lie_below_the_winners_and_above_the_losers() -> None:
    found = compare_tried(with_failed(A, 3), with_failed(B, 0, 1), paired=False)
    a, b = with_failed(A, 3), with_failed(B, 0, 1)
    a[3], b[:2] = 0.0, 1.0
    assert found.p_failures == pytest.approx(stats.mannwhitneyu(a, b, method="asymptotic").pvalue)
    assert found.decided_by == "Mann–Whitney, failed runs at their worst"


@pytest.mark.parametrize("paired", [True, False])
def test_different_holds_for_the_order_of_every_value_of_the_failed_runs(paired: bool) -> None:
    a, b = with_failed(A, 3, 7), with_failed(B, 0)
    if paired:
        a, b = with_failed(A, 3), B
    found = compare_tried(a, b, paired=paired)
    assert found.verdict.verdict == "different"
    lost_a, lost_b = np.flatnonzero(np.isnan(a)), np.flatnonzero(np.isnan(b))
    for values in product((0.0, 0.5, 0.9717, 1.0), repeat=lost_a.size + lost_b.size):
        first, second = a.copy(), b.copy()
        first[lost_a], second[lost_b] = values[: lost_a.size], values[lost_a.size :]
        wins = int((first > second).sum())
        p = stats.binomtest(wins, 12).pvalue if paired else stats.mannwhitneyu(first, second).pvalue
        assert p < 0.05
        assert first.mean() > second.mean() or np.median(first) > np.median(second)


@pytest.mark.parametrize("paired", [True, False])
def test_few_runs_with_a_failed_one_are_undecided(paired: bool) -> None:
    a, b = A[:5], with_failed(B[:5], 2)
    done = [0, 1, 3, 4]
    compare = compare_paired if paired else compare_unpaired
    assert compare(A[done], B[done]).verdict.verdict == "different"
    found = compare_tried(a, b, paired=paired)
    assert found.verdict.verdict == "undecided"
    assert found.verdict.settles == "a result of each failed run (1)"
    low, high = found.difference.low, found.difference.high
    assert low is not None
    assert high is not None
    assert low < 0 < high


def test_many_failures_do_not_turn_the_winner_round() -> None:
    a = with_failed(np.concatenate([A, A]), *range(12, 24))
    found = compare_tried(a, B, paired=False)  # at the worst A would be far lower than B
    assert (found.p_failures, found.verdict.verdict) == (1.0, "undecided")


def test_scores_without_ends_have_no_limit_where_failures_reach() -> None:
    found = compare_tried(with_failed(-A[:4], 2), -B[:4], paired=True)
    assert (found.difference.low, found.difference.high) == (-np.inf, np.inf)


def test_no_failed_run_is_equivalent() -> None:
    near = SHARED + RNG.normal(0, 0.001, 12)
    assert compare_tried(near, B, paired=True, margin=0.1).verdict.verdict == "equivalent"
    found = compare_tried(with_failed(near, 3), B, paired=True, margin=0.1)
    assert (found.equivalence, found.verdict.verdict) == (None, "undecided")
    same = compare_tried(with_failed(B, 3), B, paired=True, same_bits=True)
    assert same.verdict.verdict == "undecided"
    assert "but 1 failed" in same.verdict.reason


def test_pairs_of_different_number_are_refused() -> None:
    with pytest.raises(InputError, match="2 in A and 1 in B"):
        compare_tried([0.9, NAN], [0.8], paired=True)


@pytest.mark.parametrize("paired", [True, False])
def test_an_arm_that_loses_its_worst_fifth_is_not_better(paired: bool) -> None:
    rng = np.random.default_rng(0)
    alone = bounded = 0
    for _ in range(200):
        shared = rng.normal(0.9, 0.01, size=10) if paired else 0.9
        a, b = shared + rng.normal(0, 0.01, 10), shared + rng.normal(0, 0.01, 10)
        a[np.argsort(a)[:2]] = NAN
        there = ~np.isnan(a)
        one = compare_paired(a[there], b[there]) if paired else compare_unpaired(a[there], b)
        alone += one.verdict.verdict == "different"
        bounded += compare_tried(a, b, paired=paired).verdict.verdict == "different"
    assert alone / 200 > 0.06
    assert bounded / 200 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
