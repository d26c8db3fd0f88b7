import numpy as np
import pytest

from seedbed.analysis.statistics.compare import compare_paired
from seedbed.analysis.statistics.failures import at_their_worst, pairs_with_failures
from seedbed.system.errors import InputError

NAN = float("nan")


def test_failed_runs_take_the_lowest_score_of_any_arm() -> None:
    found = at_their_worst({"a": [0.9, NAN, 0.8], "b": [0.7, 0.95, 0.9]})
    assert found["a"].tolist() == [0.9, 0.7, 0.8]
    assert found["b"].tolist() == [0.7, 0.95, 0.9]


def test_an_arm_of_failures_says_nothing() -> None:
    with pytest.raises(InputError, match=r"a must have at least as many results .* got 1 and 2"):
        at_their_worst({"a": [NAN, NAN, 0.8], "b": [0.7, 0.95, 0.9]})


def test_pairs_are_the_seeds_that_every_arm_tried() -> None:
    a, b = pairs_with_failures([{1: 0.9, 2: NAN, 3: 0.8, 4: NAN}, {2: 0.7, 1: 0.6, 4: NAN, 9: 1.0}])
    assert a[0] == 0.9
    assert np.isnan(a[1])
    assert b.tolist() == [0.6, 0.7]


def test_an_arm_that_loses_its_worst_fifth_is_not_better() -> None:
    rng = np.random.default_rng(0)
    alone = bounded = 0
    for _ in range(200):
        shared = rng.normal(size=10)
        a, b = shared + rng.normal(size=10), shared + rng.normal(size=10)
        a[np.argsort(a)[:2]] = NAN
        there = ~np.isnan(a)
        alone += compare_paired(a[there], b[there]).verdict.verdict == "different"
        worst = at_their_worst({"a": a, "b": b})
        bounded += compare_paired(worst["a"], worst["b"]).verdict.verdict == "different"
    assert alone / 200 > 0.06
    assert bounded / 200 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
