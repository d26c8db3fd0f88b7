"""The bound on what a prior sd can give lies above the rule that is used, and not far above."""

import numpy as np
import pytest

from benchmarks.simulations.prior_sd import GUARD_DRIFTS, guards, study
from benchmarks.simulations.prior_sd_bound import most_power


@pytest.mark.parametrize("n", [3, 5])
def test_the_rule_comes_near_the_largest_power_that_its_guard_leaves(n: int) -> None:
    most = most_power(n, prior_df=9)
    own = study(n, 1.0, 2.0, 9, studies=20_000, rng=np.random.default_rng(n)).mean()
    assert most - 0.05 < own < most + 0.01


def test_no_guard_lets_four_runs_with_a_small_prior_do_what_five_runs_do() -> None:
    five = guards(5, 9, 20_000, np.random.default_rng(0))["Welch's t, n = 5"][0]
    assert most_power(4, prior_df=9, drifts={1.0: 0.05}) < five
    four = guards(4, 20, 20_000, np.random.default_rng(0))
    power, *errors = four["d₀ = 20, no guard"]
    assert power > five - 0.01
    assert errors[GUARD_DRIFTS.index(1.5)] > 0.12, "the price of trusting the prior"
    offered = four["d₀ ≤ 4, none if F has p < .2 (offered)"]
    assert offered[0] == pytest.approx(0.67, abs=0.02)
    assert max(offered[1:]) < 0.06
