import numpy as np
import pytest

from seedbed.analysis.statistics.variance.decompose import bounded_split, split
from seedbed.system.errors import InputError


def test_bound_holds_whatever_the_runs_share() -> None:
    """The interval from accuracies alone reaches over the genuine sd that the answers show."""
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(200):
        level = 0.8 + 0.02 * rng.normal(size=(5, 1))  # genuine sd .02
        correct = (rng.random((5, 500)) < level).astype(np.uint8)
        found = bounded_split(correct.mean(axis=1), 500).genuine
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.02 <= found.high
    assert hits / 200 > 0.93


def test_scale_changes_only_the_unit() -> None:
    percent, fraction = [75.0, 76.0, 78.0], [0.75, 0.76, 0.78]
    a, b = bounded_split(percent, 1000, scale=100), bounded_split(fraction, 1000)
    assert a.genuine.value == pytest.approx(100 * b.genuine.value)
    assert a.finite_test_set == pytest.approx(100 * b.finite_test_set)
    assert a.p == pytest.approx(b.p)


def test_is_more_careful_than_the_answers() -> None:
    rng = np.random.default_rng(1)
    hard = rng.beta(4, 1, (1, 800))
    correct = (rng.random((6, 800)) < hard).astype(np.uint8)
    full, bound = split(correct), bounded_split(correct.mean(axis=1), 800)
    assert bound.finite_test_set > full.finite_test_set
    assert full.finite.low is not None
    assert full.finite.low < full.finite_test_set < (full.finite.high or 0)


def test_identical_and_bad() -> None:
    assert bounded_split([0.5, 0.5], 10).identical
    with pytest.raises(InputError, match="from 0 to 1"):
        bounded_split([75.0, 76.0], 10)
    with pytest.raises(InputError, match="at least 2 runs"):
        bounded_split([0.75], 10)
