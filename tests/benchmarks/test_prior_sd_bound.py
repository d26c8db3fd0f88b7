"""The bound on what a prior sd can give lies above the rule that is used, and not far above."""

import numpy as np
import pytest

from benchmarks.simulations.prior_sd import study
from benchmarks.simulations.prior_sd_bound import most_power


@pytest.mark.parametrize("n", [3, 5])
def test_the_rule_comes_near_the_largest_power_that_its_guard_leaves(n: int) -> None:
    most = most_power(n, prior_df=9)
    own = study(n, 1.0, 2.0, 9, studies=20_000, rng=np.random.default_rng(n)).mean()
    assert most - 0.05 < own < most + 0.01
