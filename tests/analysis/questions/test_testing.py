"""A test that compares runs fails with the verdict as its text."""

import pytest

from seedbed.system.errors import InputError
from seedbed.testing import assert_not_worse

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
