import numpy as np
import pytest
from hypothesis import given, strategies as st

from seedbed.analysis.statistics.odd_runs import odd_runs


def test_two_collapsed_runs_do_not_hide_each_other() -> None:
    assert odd_runs([75.5, 75.9, 76.1, 10.0]) == (3,)
    assert odd_runs([9.9, 75.5, 75.9, 76.1, 75.7, 75.8, 10.1]) == (0, 6)
    assert odd_runs([75.5, 10.0]) == ()


def test_three_runs_of_which_one_fell_to_chance() -> None:
    assert odd_runs([0.98, 0.981, 0.10]) == (2,)
    assert odd_runs([0.999, 1.0, 1.0]) == ()
    assert odd_runs([99.9, 100.0, 100.0]) == ()


def test_runs_that_tie_do_not_make_their_neighbours_odd() -> None:
    assert odd_runs([93.25, 93.3, 92.75, 92.0, 93.25]) == ()
    assert odd_runs([0.75, 0.75, 0.75, 0.74], test_size=100) == ()


def test_a_small_test_set_lets_runs_lie_further_apart() -> None:
    assert odd_runs([0.75, 0.76, 0.74, 0.45], test_size=1000) == (3,)
    assert odd_runs([0.75, 0.76, 0.74, 0.45], test_size=50) == ()


def test_losses_are_judged_by_their_own_spread() -> None:
    assert odd_runs([-101.0, -102.0, -101.5, -100.5, -102.5, -101.2, -900.0]) == (6,)
    assert odd_runs([-101.0, -102.0, -900.0]) == ()
    assert odd_runs([-1.0, -1.0, -1.0, -1.0, -1.0, -2.0]) == ()


@pytest.mark.parametrize("n", [3, 5, 10])
@pytest.mark.parametrize("share", [0.75, 0.9, 0.98])
def test_false_flags_are_rare_and_a_collapse_to_chance_is_caught(n: int, share: float) -> None:
    rng = np.random.default_rng([n, int(100 * share)])
    size = 1000
    true = np.clip(rng.normal(share, np.sqrt(share * (1 - share) / size), (1000, n)), 0, 1)
    scores = rng.binomial(size, true) / size
    assert np.mean([bool(odd_runs(row, size)) for row in scores]) <= 0.01
    scores[:, 0] = rng.binomial(size, 0.1, 1000) / size
    assert np.mean([0 in odd_runs(row, size) for row in scores]) >= 0.98


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=8))
def test_percent_and_fractions_are_judged_alike(counts: list[int]) -> None:
    fractions = np.array(counts) / 1000
    if fractions.max() * 100 <= 1:
        return
    assert odd_runs(fractions) == odd_runs(100 * fractions)


def test_runs_that_truly_vary_by_six_points_are_seldom_called_odd() -> None:
    rng = np.random.default_rng(16)
    for n in (3, 5, 10):
        scores = rng.binomial(1000, np.clip(rng.normal(0.75, 0.06, (2000, n)), 0, 1)) / 1000
        assert np.mean([bool(odd_runs(row, 1000)) for row in scores]) <= 0.03
    assert odd_runs([0.58, 0.75, 0.79, 0.60, 0.61]) == ()
