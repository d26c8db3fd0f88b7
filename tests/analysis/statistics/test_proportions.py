import numpy as np
import pytest

from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.proportions import mover_sum, wilson
from seedbed.system.errors import InputError


def test_sum_by_mover_is_the_published_difference_of_proportions() -> None:
    # Newcombe (1998), method 10, his example (a): 56/70 against 48/80 has 0.0524 to 0.3339.
    first, second = wilson(56, 70), wilson(80 - 48, 80)
    found = mover_sum([(1.0, first), (1.0, second)], "")
    assert found.low is not None
    assert found.high is not None
    assert (found.low - 1, found.high - 1) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_no_error_in_seventy_trials_is_not_zero_to_zero() -> None:
    none = wilson(0, 70)
    found = mover_sum([(0.5, none), (0.5, none)], "")
    assert found.low == 0
    assert found.high == pytest.approx(none.high / np.sqrt(2) if none.high else 0)


def test_limits_of_a_sum_need_limits_of_the_parts() -> None:
    with pytest.raises(InputError, match="every part"):
        mover_sum([(1.0, Estimate(0.5, None, None, 1, ""))], "")
