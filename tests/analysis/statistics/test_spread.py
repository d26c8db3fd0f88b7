import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from seedbed.analysis.statistics.spread import (
    EQUAL,
    describe,
    mean_interval,
    next_run,
    sd_interval,
)
from seedbed.system.errors import InputError

THREE = np.array([75.57, 75.85, 76.39])  # 4903, 4921, 4956 correct of 6488, in percent


def test_three_repeats_of_6488_examples() -> None:
    spread = describe(THREE)
    assert spread.mean.value == pytest.approx(75.9367, abs=5e-5)
    assert (spread.mean.low, spread.mean.high) == pytest.approx((74.901, 76.972), abs=5e-4)
    assert spread.sd is not None
    assert spread.sd.value == pytest.approx(0.41681, abs=5e-6)
    assert (spread.sd.low, spread.sd.high) == pytest.approx((0.217, 2.620), abs=5e-4)
    assert (spread.next_run.low, spread.next_run.high) == pytest.approx((73.866, 78.008), abs=5e-4)
    assert (spread.n, spread.identical, spread.outliers, spread.note) == (3, False, (), None)


def test_mean_interval_is_scipys() -> None:
    scores = np.array([0.71, 0.74, 0.69, 0.73, 0.75])
    theirs = stats.ttest_1samp(scores, 0).confidence_interval(0.9)
    ours = mean_interval(scores, 0.9)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))
    assert (ours.n, ours.level) == (5, 0.9)


@pytest.mark.parametrize(("n", "low", "high"), [(3, 0.52, 6.28), (10, 0.69, 1.83)])
def test_sd_interval_in_units_of_s(n: int, low: float, high: float) -> None:
    scores = np.random.default_rng(1).normal(size=n)
    found = sd_interval(scores)
    assert found.low is not None
    assert found.high is not None
    assert found.low / found.value == pytest.approx(low, abs=0.005)
    assert found.high / found.value == pytest.approx(high, abs=0.006)


def test_one_run_has_no_interval() -> None:
    spread = describe([75.0])
    assert (spread.mean.value, spread.mean.low, spread.mean.high) == (75.0, None, None)
    assert spread.next_run.low is None
    assert spread.sd is None
    assert spread.note is not None
    assert "one run" in spread.note


def test_two_runs_say_so() -> None:
    spread = describe([75.0, 76.0])
    assert spread.mean.low is not None
    assert spread.note is not None
    assert spread.note.startswith("with two runs the intervals are valid")


@pytest.mark.parametrize("n", [2, 3, 10])
def test_identical_runs_have_no_spread(n: int) -> None:
    spread = describe([0.1 + 0.2] * n)
    assert spread.identical
    assert spread.note == EQUAL == spread.mean.method
    assert spread.mean.low is spread.mean.high is spread.next_run.low is None
    assert spread.sd is not None
    assert (spread.sd.value, spread.sd.low) == (0.0, None)


def test_a_collapsed_run_is_named_in_the_note() -> None:
    note = describe([75.5, 75.9, 76.1, 75.7, 10.0]).note
    assert note is not None
    assert "10 lies far from the others" in note


@given(
    st.lists(st.floats(-100, 100), min_size=3, max_size=12),
    st.floats(0.1, 10),
    st.floats(-50, 50),
)
def test_intervals_follow_a_change_of_unit(scores: list[float], scale: float, shift: float) -> None:
    values = np.array(scores)
    if np.ptp(values) < 1e-3:
        return
    before, after = next_run(values), next_run(values * scale + shift)
    assert before.low is not None
    assert after.low == pytest.approx(before.low * scale + shift, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("scores", [[], [1.0, np.nan], [np.inf, 1.0], [[1.0, 2.0]]])
def test_nonsense_is_refused(scores: list[float]) -> None:
    with pytest.raises(InputError):
        describe(scores)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_is_between_0_and_1(level: float) -> None:
    with pytest.raises(InputError, match="confidence level"):
        mean_interval([1.0, 2.0], level)
