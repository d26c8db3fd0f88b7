from itertools import combinations

import numpy as np
import pytest

from seedbed.analysis.statistics.search import (
    expected_best,
    expected_maximum,
    summarize_search,
    winners_optimism,
)
from seedbed.system.errors import InputError

VALUES = [0.70, 0.72, 0.74, 0.75, 0.80]


def test_known_expected_best() -> None:
    assert expected_best(VALUES, 2) == pytest.approx(0.765)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_expected_best_is_the_mean_over_subsets(n: int) -> None:
    subsets = [max(c) for c in combinations(VALUES, n)]
    assert expected_best(VALUES[::-1], n) == pytest.approx(np.mean(subsets))


def test_expected_best_of_a_large_search_does_not_overflow() -> None:
    values = np.random.default_rng(0).normal(size=5000)
    assert expected_best(values, 5000) == pytest.approx(values.max())
    assert expected_best(values, 1) == pytest.approx(values.mean())


def test_expected_maximum() -> None:
    assert expected_maximum(1) == pytest.approx(0, abs=1e-9)
    assert expected_maximum(2) == pytest.approx(1 / np.sqrt(np.pi))
    assert expected_maximum(3) == pytest.approx(1.5 / np.sqrt(np.pi))


def test_winners_optimism_matches_a_simulation() -> None:
    # 48 configurations, noise equal to the true spread: 1.56 in units of either
    assert winners_optimism(1.0, 1.0, 48) == pytest.approx(1.57, abs=0.02)
    rng = np.random.default_rng(1)
    true = rng.normal(size=(20_000, 48))
    seen = true + rng.normal(size=true.shape)
    best = seen.argmax(axis=1)
    rows = np.arange(20_000)
    gap = (seen[rows, best] - true[rows, best]).mean()
    assert winners_optimism(1.0, 1.0, 48) == pytest.approx(gap, abs=0.02)
    assert winners_optimism(0.0, 1.0, 48) == 0.0


def test_summary_finds_the_components() -> None:
    rng = np.random.default_rng(2)
    scores = {f"c{i}": rng.normal(rng.normal(0, 2), 1, 3) for i in range(1500)}
    found = summarize_search(scores)
    assert found.noise_sd == pytest.approx(1, abs=0.1)
    assert found.true_sd == pytest.approx(2, abs=0.25)
    assert found.optimism == pytest.approx(winners_optimism(1 / np.sqrt(3), 2, 1500), rel=0.15)
    assert len(found.rerun) == 4
    assert found.rerun[0] == found.winner
    assert f"run {found.winner}" in found.advice
    assert (found.runs, found.configurations) == (4500, 1500)


def test_configurations_that_fail_to_learn_do_not_multiply_the_optimism() -> None:
    rng = np.random.default_rng(3)
    good = {f"c{i}": rng.normal(rng.normal(95, 1), 1, 2) for i in range(12)}
    bad = {f"d{i}": rng.normal(50, 20, 2) for i in range(4)}
    alone, both = summarize_search(good).optimism, summarize_search({**good, **bad}).optimism
    assert alone is not None
    assert both is not None
    assert both < 1.6 * alone


def test_few_configurations_keep_their_whole_variance() -> None:
    scores = {"a": [1.0, 3.0], "b": [4.0, 5.0], "c": [7.0, 7.5]}
    found = summarize_search(scores)
    noise = np.sqrt((0.5 + 0.125) / 2)  # b and c, the better half
    assert found.noise_sd == pytest.approx(noise)
    assert found.true_sd == pytest.approx(np.sqrt(np.var([2, 4.5, 7.25], ddof=1) - noise**2 / 2))


def test_one_seed_each_cannot_tell_luck_from_merit() -> None:
    found = summarize_search({"a": [0.7], "b": [0.8]})
    assert (found.winner, found.optimism, found.noise_sd) == ("b", None, None)
    assert "luck" in found.advice
    assert summarize_search({"a": [0.7], "b": [0.8]}, noise_sd=0.05).optimism is not None


def test_bad_input() -> None:
    with pytest.raises(InputError, match="1 to 5"):
        expected_best(VALUES, 6)
    with pytest.raises(InputError, match="at least 2"):
        summarize_search({"a": [1.0]})
    with pytest.raises(InputError, match="0 or more"):
        winners_optimism(-1.0, 1.0, 3)
