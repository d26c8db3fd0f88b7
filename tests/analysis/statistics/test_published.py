import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.statistics.published import (
    against_published,
    binomial_test_set_sd,
    crawford_howell,
    example_test_set_sd,
    runs_to_settle,
)
from seedbed.system.errors import InputError

THREE = np.array([75.57, 75.85, 76.39])  # 4903, 4921, 4956 correct of 6488, in percent


def same_mean_and_sd(n: int) -> np.ndarray:
    """N runs with the mean and sd of the three."""
    shape = np.linspace(-1, 1, n)
    return np.asarray(THREE.mean() + THREE.std(ddof=1) * shape / shape.std(ddof=1))


def test_three_repeats_against_one_published_figure() -> None:
    result = against_published(THREE, 74.5)
    assert result.t == pytest.approx(-2.98501, abs=5e-6)
    assert result.df == 2
    assert result.p == pytest.approx(0.09629, abs=5e-6)
    assert result.exposable_gap == pytest.approx(2.07, abs=5e-3)
    assert result.verdict.verdict == "undecided"
    assert "consistent with a single run" in result.verdict.reason
    assert "3 runs could only have exposed a gap above 2.07" in result.verdict.reason


def test_different_test_sets_widen_it() -> None:
    extra = 100 * binomial_test_set_sd(THREE.mean() / 100, 6488, 0.745, 6488)
    assert extra == pytest.approx(0.7579, abs=5e-5)
    result = against_published(THREE, 74.5, test_set_sd=extra)
    assert result.p == pytest.approx(0.190, abs=5e-4)


def test_t_plus_normal_is_what_monte_carlo_converges_to() -> None:
    rng = np.random.default_rng(3)
    n = 2_000_000
    scale = THREE.std(ddof=1) * np.sqrt(1 / 3 + 1)
    draws = np.abs(scale * rng.standard_t(2, n) + 0.7579 * rng.standard_normal(n))
    result = against_published(THREE, 74.5, test_set_sd=0.7579)
    share = float((draws > abs(result.difference.value)).mean())
    assert result.p == pytest.approx(share, abs=4 * np.sqrt(share / n))
    assert result.exposable_gap is not None
    assert float((draws > result.exposable_gap).mean()) == pytest.approx(0.05, abs=7e-4)


@pytest.mark.parametrize(("k", "p"), [(3, 0.0518), (5, 0.0421), (10, 0.0346)])
def test_published_as_a_mean_of_runs(k: int, p: float) -> None:
    assert against_published(THREE, 74.5, published_runs=k).p == pytest.approx(p, abs=5e-5)


@pytest.mark.parametrize(("n", "p"), [(5, 0.0346), (10, 0.0094)])
def test_more_runs_with_the_same_mean_and_sd(n: int, p: float) -> None:
    result = against_published(same_mean_and_sd(n), 74.5)
    assert result.p == pytest.approx(p, abs=5e-5)
    assert result.verdict.verdict == "different"


def test_the_number_of_runs_that_settles_it() -> None:
    needed = against_published(THREE, 74.5).runs_to_settle
    assert needed == 5
    for n, significant in ((4, False), (5, True)):
        p = against_published(same_mean_and_sd(n), 74.5).p
        assert p is not None
        assert (p < 0.05) is significant
    assert runs_to_settle(1.9, 1.0) is None  # one published run alone varies by 1.96 sd
    assert runs_to_settle(1.9, 1.0, published_runs=4) is not None


def test_crawford_howell_on_fifteen_controls() -> None:
    x = 26.457514
    t, df, p = crawford_howell([50 - x, *[50.0] * 13, 50 + x], 33)
    assert t == pytest.approx(-1.64602, abs=5e-6)
    assert df == 14
    assert p == pytest.approx(0.122016, abs=5e-7)


def test_mean_of_k_is_the_t_of_two_samples_with_one_sd() -> None:
    t, df, _ = crawford_howell(THREE, 74.5, 4)
    s = THREE.std(ddof=1)
    assert t == pytest.approx((74.5 - THREE.mean()) / (s * np.sqrt(1 / 3 + 1 / 4)))
    assert df == 2


def test_close_figures_are_equivalent_with_enough_runs() -> None:
    result = against_published(same_mean_and_sd(40), THREE.mean(), published_runs=40, margin=0.4)
    assert result.verdict.verdict == "equivalent"
    tight = against_published(same_mean_and_sd(40), THREE.mean(), published_runs=40, margin=0.01)
    assert tight.verdict.verdict == "undecided"


@pytest.mark.parametrize("scores", [[75.0], [75.0, 75.0, 75.0]])
def test_no_spread_no_answer(scores: list[float]) -> None:
    result = against_published(scores, 74.5)
    assert (result.t, result.p, result.exposable_gap) == (None, None, None)
    assert result.difference.value == pytest.approx(-0.5)
    assert result.verdict.verdict == "undecided"


def test_predictions_bound_the_test_sets_sd_more_tightly() -> None:
    rng = np.random.default_rng(5)
    difficulty = rng.random((1, 4000))
    errors = (rng.random((12, 4000)) < difficulty).astype(np.uint8)
    found = example_test_set_sd(errors, 4000)
    assert found == pytest.approx(np.sqrt(1 / 12 * 2 / 4000), rel=0.05)  # Var of a uniform
    assert found < binomial_test_set_sd(0.5, 4000, 0.5, 4000)


def test_interval_and_p_agree() -> None:
    for published in (74.5, 73.9, 73.8):
        result = against_published(THREE, published, test_set_sd=0.1)
        low, high = result.difference.low, result.difference.high
        assert low is not None
        assert high is not None
        assert result.p is not None
        assert (low <= 0 <= high) is (result.p > 0.05)
    assert stats.t.ppf(0.975, 2) > 4  # three runs leave two degrees of freedom


def test_bad_input() -> None:
    with pytest.raises(InputError, match="at least 1 run"):
        against_published(THREE, 74.5, published_runs=0)
    with pytest.raises(InputError, match="finite"):
        against_published(THREE, float("nan"))
    with pytest.raises(InputError, match="fractions"):
        binomial_test_set_sd(75.0, 10, 0.7, 10)


@pytest.mark.parametrize("published_runs", [1, 2])
def test_a_published_number_of_few_runs_can_lie_within_a_margin(published_runs: int) -> None:
    runs = same_mean_and_sd(20)
    near = against_published(runs, 75.9, published_runs=published_runs, margin=0.5)
    assert near.verdict.verdict == "equivalent"
    far = against_published(runs, 75.5, published_runs=published_runs, margin=0.5)
    assert far.verdict.verdict == "undecided"
    assert (
        against_published(runs, 75.9, published_runs=published_runs).verdict.verdict != "equivalent"
    )


def test_the_margin_of_a_published_number_holds_its_error_rate() -> None:
    rng = np.random.default_rng(4)
    said = [
        against_published(rng.normal(size=6), 1.5, margin=1.5).verdict.verdict == "equivalent"
        for _ in range(600)
    ]
    assert np.mean(said) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 600)
