import tracemalloc

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import cochrans_q

from seedbed.analysis.statistics.variance.decompose import anova, cochran_q, signed_sd, split
from seedbed.system.errors import InputError

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
).T


def binary(runs: int, examples: int, seed: int, sd: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    chance = rng.beta(0.5, 2, size=(1, examples)) * (1 + sd * rng.normal(size=(runs, 1)))
    return (rng.random((runs, examples)) < chance).astype(np.uint8)


def test_shrout_and_fleiss() -> None:
    table = anova(SHROUT_FLEISS)  # their columns are the runs, their rows the examples
    assert table.ms_example == pytest.approx(11.2417, abs=5e-5)
    assert table.ms_run == pytest.approx(32.4861, abs=5e-5)
    assert table.ms_residual == pytest.approx(1.01944, abs=5e-6)
    genuine = split(SHROUT_FLEISS).genuine_variance
    assert genuine.value == pytest.approx(5.24444, abs=5e-6)


def test_jordans_table() -> None:
    assert signed_sd(0.149**2 - 0.145**2) == pytest.approx(0.0343, abs=5e-5)
    assert signed_sd(0.56**2 - 0.22**2) == pytest.approx(0.515, abs=5e-4)
    assert signed_sd(-0.03) == pytest.approx(-np.sqrt(0.03))


def test_jordans_theorem_2_is_the_run_component() -> None:
    errors = binary(7, 300, 1, 0.1)
    n = errors.shape[1]
    theorem = errors.mean(axis=1).var(ddof=1) - errors.var(axis=0, ddof=1).sum() / n**2
    assert split(errors).genuine_variance.value == pytest.approx(n / (n - 1) * theorem)


def test_observed_is_genuine_plus_finite_test_set() -> None:
    errors = binary(6, 400, 2, 0.2)
    found = split(errors)
    total = found.genuine_variance.value + found.finite_test_set**2
    assert total == pytest.approx(errors.mean(axis=1).var(ddof=1))
    assert found.observed**2 == pytest.approx(total)


def test_sign_is_kept_and_half_of_null_studies_are_negative() -> None:
    signs = [split(binary(3, 200, seed)).genuine.value < 0 for seed in range(200)]
    assert 0.35 < np.mean(signs) < 0.75


def test_interval_covers_the_true_run_variance() -> None:
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(400):
        errors = 0.5 * rng.normal(size=(5, 1)) + rng.normal(size=(1, 40)) + rng.normal(size=(5, 40))
        found = split(errors).genuine_variance
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.25 <= found.high
    assert hits / 400 == pytest.approx(0.95, abs=0.04)


def test_cochrans_q_is_statsmodels() -> None:
    errors = binary(5, 200, 3)
    theirs = cochrans_q(errors.T)
    assert cochran_q(errors) == pytest.approx((theirs.statistic, theirs.pvalue))
    found = split(errors)
    assert (found.cochran_q, found.cochran_p) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert split(errors + 0.5).cochran_q is None


def test_f_is_a_two_way_anova() -> None:
    import pandas as pd
    from statsmodels.formula.api import ols
    from statsmodels.stats.anova import anova_lm

    errors = np.random.default_rng(6).normal(size=(4, 9))
    rows = [(r, i, errors[r, i]) for r in range(4) for i in range(9)]
    frame = pd.DataFrame(rows, columns=["run", "example", "e"])
    theirs = anova_lm(ols("e ~ C(run) + C(example)", frame).fit())
    found = split(errors)
    assert pytest.approx(theirs.loc["C(run)", "F"]) == found.F
    assert found.p == pytest.approx(theirs.loc["C(run)", "PR(>F)"])


def test_identical_runs() -> None:
    errors = np.tile(np.random.default_rng(7).integers(0, 2, 50), (4, 1))
    found = split(errors)
    assert found.identical
    assert (found.genuine.value, found.genuine.low, found.F, found.p) == (0.0, None, None, None)
    with pytest.raises(InputError, match="disagree"):
        cochran_q(errors)


def test_a_thousand_runs_on_ten_thousand_examples_stay_lean() -> None:
    errors = np.zeros((1000, 10_000), dtype=np.uint8)
    errors[::3, ::7] = 1
    tracemalloc.start()
    found = split(errors)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 160e6  # widened as a whole it would take 80 MB a copy, and several copies
    assert found.observed == pytest.approx(errors.mean(axis=1).std(ddof=1))


@pytest.mark.parametrize(
    "errors", [np.zeros(5), np.zeros((1, 5)), np.zeros((5, 1)), np.full((3, 3), np.nan)]
)
def test_bad_shapes(errors: np.ndarray) -> None:
    with pytest.raises(InputError):
        split(errors)
