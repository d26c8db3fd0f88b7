"""What Seedbed computes with NumPy and SciPy alone is what statsmodels and scikit-learn compute."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_curve
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower, TTestPower
from statsmodels.stats.proportion import proportion_confint

from seedbed.analysis.statistics.answers.verification import operating_points
from seedbed.analysis.statistics.arms.many import holm
from seedbed.analysis.statistics.proportions import clopper_pearson_limits, wilson_limits
from seedbed.analysis.statistics.stopping.plan import power

EXACT = 1e-12


@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
@pytest.mark.parametrize("n", [1, 2, 7, 30, 10_000])
def test_limits_of_a_proportion_are_statsmodels(n: int, level: float) -> None:
    for hits in {0, 1, n // 3, n - 1, n}:
        for mine, method in ((wilson_limits, "wilson"), (clopper_pearson_limits, "beta")):
            oracle = proportion_confint(hits, n, alpha=1 - level, method=method)
            assert mine(hits, n, level) == pytest.approx(oracle, rel=EXACT, abs=EXACT)


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize("n", [2, 3, 5, 10, 50, 500])
@pytest.mark.parametrize("effect", [0.01, 0.3, 1.0, 2.5])
@pytest.mark.parametrize("alpha", [0.001, 0.05, 0.2])
def test_power_is_statsmodels(effect: float, n: int, alpha: float, paired: bool) -> None:
    oracle = (TTestPower() if paired else TTestIndPower()).power(effect, n, alpha)
    mine = power(3 * effect, 3, n, paired=paired, alpha=alpha)
    if np.isnan(oracle):  # statsmodels adds a tail that is too small to be computed
        df, shift = (n - 1, effect * n**0.5) if paired else (2 * n - 2, effect * (n / 2) ** 0.5)
        oracle = stats.nct.sf(stats.t.isf(alpha / 2, df), df, shift)
    assert mine == pytest.approx(oracle, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_holm_is_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    raw = [*(rng.random(9) ** 3).round(2).tolist(), 0.0, 1.0]
    assert holm(raw) == pytest.approx(multipletests(raw, method="holm")[1], rel=EXACT)


@pytest.mark.parametrize("seed", range(10))
def test_operating_points_are_scikit_learns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    low, high = rng.normal(size=40).round(1), rng.normal(1, size=25).round(1)
    labels = np.repeat([0, 1], [40, 25])
    far, tpr, thresholds = roc_curve(labels, np.concatenate([low, high]), drop_intermediate=False)
    mine = operating_points(low, high)
    for found, oracle in zip(mine, (far, 1 - tpr, thresholds), strict=True):
        np.testing.assert_array_equal(found, oracle)
