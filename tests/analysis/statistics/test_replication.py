"""The test that tells the scores of two places apart."""

import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.statistics.replication import compare_places


def test_the_test_of_places_is_students_for_one_arm() -> None:
    first, again = np.array([0.9, 0.91, 0.93]), np.array([0.94, 0.955])
    found = compare_places({"a": first}, {"a": again})
    known = stats.ttest_ind(again, first)
    assert found.p == pytest.approx(known.pvalue)
    low, high = known.confidence_interval()
    assert (found.differences["a"].low, found.differences["a"].high) == pytest.approx((low, high))


def test_the_test_of_places_keeps_its_level() -> None:
    """Two arms, five first runs and three again: 600 times, at most 5 % told apart."""
    rng = np.random.default_rng(0)
    told = sum(
        not compare_places(
            {"a": rng.normal(size=5), "b": rng.normal(1, 1, 5)},
            {"a": rng.normal(size=3), "b": rng.normal(1, 1, 3)},
        ).is_same
        for _ in range(600)
    )
    assert told / 600 < 0.07


def test_scores_without_spread_are_equal_or_not() -> None:
    equal = {"a": np.array([0.5, 0.5])}
    assert compare_places(equal, equal).is_same
    assert not compare_places(equal, {"a": np.array([0.6])}).is_same


def test_one_example_of_the_test_set_does_not_tell_constant_scores_apart() -> None:
    """Three equal scores, and one that another processor rounds to the next example."""
    first, again = {"a": np.array([0.95] * 3)}, {"a": np.array([0.9505])}
    assert not compare_places(first, again).is_same
    found = compare_places(first, again, step=1 / 2000)
    assert found.is_same
    h = 1 / 2000
    error = h / np.sqrt(12) * np.sqrt(1 / 3 + 1)
    assert found.p == pytest.approx(2 * stats.t.sf(h / error, 2))
    assert not compare_places(first, {"a": np.array([0.96])}, step=h).is_same
