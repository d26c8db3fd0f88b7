"""A test that compares runs fails with the verdict as its text."""

from pathlib import Path

import pytest

import seedbed
from seedbed.system.errors import InputError
from seedbed.testing import assert_not_worse
from tests.analysis.asking import write

OLD = [75.1, 75.9, 75.4, 76.0, 75.6]
WORSE = [73.1, 73.9, 73.4, 74.0, 73.5]
CLOSE = [75.0, 76.0, 75.3, 75.9, 75.5]


def test_worse_runs_fail_with_the_verdict() -> None:
    with pytest.raises(AssertionError, match=r"worse than the baseline.*B scores 2\.02 points"):
        assert_not_worse(WORSE, OLD)


def test_runs_that_are_not_shown_to_be_worse_pass() -> None:
    assert assert_not_worse(CLOSE, OLD).verdict == "undecided"
    assert assert_not_worse(OLD, WORSE).verdict == "different"


def test_a_lower_loss_is_not_worse() -> None:
    assert_not_worse(WORSE, OLD, lower_is_better=True)
    with pytest.raises(AssertionError):
        assert_not_worse(OLD, WORSE, lower_is_better=True)


def test_a_margin_has_to_be_shown() -> None:
    assert_not_worse(CLOSE, OLD, margin=1, paired=True)
    with pytest.raises(AssertionError, match=r"not shown to be within 0\.1"):
        assert_not_worse(CLOSE, OLD, margin=0.1)
    with pytest.raises(AssertionError, match="One run shows nothing"):
        assert_not_worse([75], [76], margin=1)
    with pytest.raises(InputError, match="margin must be a number above 0"):
        assert_not_worse(CLOSE, OLD, margin=0)


def test_a_margin_that_may_be_points_or_a_fraction_is_refused() -> None:
    new, old = [0.90, 0.91, 0.90], [0.95, 0.96, 0.95]
    with pytest.raises(InputError, match=r"0\.5 has no unit, and these scores are fractions"):
        assert_not_worse(new, old, margin=0.5)
    with pytest.raises(AssertionError, match=r"not shown to be within 0\.5points"):
        assert_not_worse(new, old, margin="0.5points")
    assert_not_worse(new, old, margin="9points")


def test_runs_of_another_tool_are_compared_in_the_direction_of_their_metric(
    tmp_path: Path,
) -> None:
    rows = [f"{arm},{seed},{0.1 * (arm == 'b') + seed / 100}" for arm in "ab" for seed in range(4)]
    path = write(tmp_path / "runs.csv", "\n".join(["arm,seed,val_loss", *rows]) + "\n")
    low, high = (seedbed.read(str(path), where=f"arm={arm}") for arm in "ab")
    assert_not_worse(low, high)
    with pytest.raises(AssertionError, match=r"B scores 0\.1 lower than A on"):
        assert_not_worse(high, low)
    mixed = [95.0, 96.0, 95.5]
    with pytest.raises(InputError, match="percent"):
        assert_not_worse(
            mixed, seedbed.read(str(write(tmp_path / "acc.csv", "seed,acc\n0,.9\n1,.91\n")))
        )
    rates = write(tmp_path / "eer.csv", "seed,eer\n0,0.05\n1,0.06\n2,0.055\n")
    worse = [0.06, 0.07, 0.065]
    with pytest.raises(AssertionError, match="not shown to be within 1points"):
        assert_not_worse(worse, seedbed.read(str(rates)), margin="1points")
    assert_not_worse(worse, seedbed.read(str(rates)), margin="3points")
    with pytest.raises(InputError, match="must be of one configuration, got arm=a, arm=b"):
        assert_not_worse(low, seedbed.read(str(path)))
