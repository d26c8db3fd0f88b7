"""The cost of watching is a mean of paired ratios with its interval."""

import math

import pytest

from benchmarks.watching_cost import interval


def test_ratios_have_the_interval_of_student_s_t_on_their_logarithms() -> None:
    mean, low, high = interval([1.0, math.exp(0.2)])
    assert mean == pytest.approx(math.exp(0.1))
    reach = 12.7062 * (0.2 / math.sqrt(2)) / math.sqrt(2)  # t of one degree of freedom at .975
    assert (low, high) == pytest.approx((math.exp(0.1 - reach), math.exp(0.1 + reach)), rel=1e-5)


def test_one_pair_excludes_nothing() -> None:
    mean, low, high = interval([1.25])
    assert mean == pytest.approx(1.25)
    assert (low, high) == (0.0, math.inf)
