import numpy as np
import pytest
from scipy import stats
from statsmodels.stats import contingency_tables

from seedbed.analysis.statistics.arms.new_data import (
    by_cluster,
    compare_on_new_data,
    mcnemar,
    two_seeds,
)
from seedbed.system.errors import InputError


def arms(
    rng: np.random.Generator, runs: int = 5, examples: int = 60
) -> tuple[np.ndarray, np.ndarray]:
    """Two null arms with runs, examples and an interaction that belongs to the arm."""
    shared = rng.normal(size=(1, examples))

    def arm() -> np.ndarray:
        own = 0.5 * rng.normal(size=(1, examples)) + 0.3 * rng.normal(size=(runs, 1))
        return np.asarray(shared + own + rng.normal(size=(runs, examples)))

    return arm(), arm()


@pytest.mark.parametrize("paired", [True, False])
def test_interval_covers_new_runs_on_new_examples(paired: bool) -> None:
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(500):
        a, b = arms(rng)
        found = compare_on_new_data(a, b, paired=paired)
        assert found.p is not None
        hits += found.p > 0.05
    assert 0.92 < hits / 500 < 0.99


def test_variance_is_the_formula() -> None:
    a, b = arms(np.random.default_rng(1), runs=20)
    diff = a - b
    runs, size = diff.shape
    ms_run = size * diff.mean(axis=1).var(ddof=1)
    ms_ex = runs * diff.mean(axis=0).var(ddof=1)
    residual = diff - diff.mean(axis=1, keepdims=True) - diff.mean(axis=0) + diff.mean()
    ms_res = (residual**2).sum() / ((runs - 1) * (size - 1))
    variance = max(ms_run + ms_ex - ms_res, ms_ex) / (runs * size)
    found = compare_on_new_data(a, b)
    assert found.t == pytest.approx(diff.mean() / np.sqrt(variance))
    assert found.difference.value == pytest.approx(diff.mean())


@pytest.mark.parametrize("runs", [2, 3, 5, 20])
@pytest.mark.parametrize("paired", [True, False])
def test_new_data_is_no_narrower_than_this_test_set(runs: int, paired: bool) -> None:
    for seed in range(20):
        a, b = arms(np.random.default_rng(seed), runs=runs)
        means = a.mean(axis=1), b.mean(axis=1)
        test = stats.ttest_rel(*means) if paired else stats.ttest_ind(*means, equal_var=False)
        here = test.confidence_interval()
        found = compare_on_new_data(a, b, paired=paired)
        there = found.difference
        assert there.low is not None
        assert there.high is not None
        assert there.high - there.low >= (here.high - here.low) * (1 - 1e-12)
        assert found.p is not None
        assert found.p >= 0.05 or test.pvalue < 0.05


def test_clusters_keep_the_mean_and_widen_the_interval() -> None:
    rng = np.random.default_rng(3)
    subjects = np.repeat(np.arange(12), 20)
    a = rng.normal(size=(4, 240)) + rng.normal(size=12)[subjects]
    b = rng.normal(size=(4, 240))
    assert by_cluster(a, subjects).mean() == pytest.approx(a.mean())
    plain, clustered = compare_on_new_data(a, b), compare_on_new_data(a, b, clusters=subjects)
    assert clustered.difference.value == pytest.approx(plain.difference.value)
    assert plain.t is not None
    assert clustered.t is not None
    assert abs(clustered.t) < abs(plain.t)


def test_clusters_of_one_change_nothing() -> None:
    a, b = arms(np.random.default_rng(4))
    names = np.array([f"s{i}" for i in np.random.default_rng(5).permutation(60)])
    assert compare_on_new_data(a, b, clusters=names).t == pytest.approx(compare_on_new_data(a, b).t)


def test_identical_predictions_carry_no_test() -> None:
    same = np.random.default_rng(0).integers(0, 2, (3, 40))
    found = compare_on_new_data(same, same)
    assert (found.difference.value, found.t, found.p) == (0.0, None, None)


def test_two_seeds_of_one_configuration() -> None:
    scores = np.random.default_rng(6).normal(75, 0.5, 8)
    found = two_seeds(75.0, 76.0, scores)
    s = scores.std(ddof=1)
    assert found.ordinary == pytest.approx(stats.t.ppf(0.975, 7) * s * np.sqrt(2))
    assert (found.gap > found.ordinary) is (found.p < 0.05)
    assert two_seeds(1.0, 1.0, [1.0, 1.0]).p == 1.0


def test_mcnemar_is_the_sign_test_of_the_disagreements() -> None:
    a = np.array([1] * 9 + [0] * 41)
    b = np.array([0] * 8 + [1] * 1 + [1] * 2 + [0] * 39)
    table = [[0, int((a & ~b & 1).sum())], [int((~a & b & 1).sum()), 0]]
    theirs = contingency_tables.mcnemar(table, exact=True).pvalue
    assert mcnemar(a, b) == pytest.approx(theirs)
    assert mcnemar(a, a) == 1.0


def test_bad_input() -> None:
    with pytest.raises(InputError, match="same examples"):
        compare_on_new_data(np.zeros((2, 3)), np.zeros((2, 4)))
    with pytest.raises(InputError, match="same number of runs"):
        compare_on_new_data(np.zeros((2, 3)), np.zeros((3, 3)))
    with pytest.raises(InputError, match="one per example"):
        compare_on_new_data(np.zeros((2, 3)), np.zeros((2, 3)), clusters=["a", "b"])


@pytest.mark.parametrize("paired", [True, False])
def test_one_example_that_changes_its_answer_gives_no_endless_interval(paired: bool) -> None:
    """MS_run + MS_ex − MS_res is nought but for rounding, and so were the degrees of freedom."""
    a, b = np.zeros((6, 80)), np.zeros((6, 80))
    a[:3, 5] = b[3:, 5] = 1
    found = compare_on_new_data(a, b, paired=paired)
    assert found.difference.value == pytest.approx(0)
    assert (found.difference.low, found.df, found.p) == (None, None, None)


@pytest.mark.parametrize("paired", [True, False])
def test_degrees_of_freedom_are_at_least_one(paired: bool) -> None:
    rng = np.random.default_rng(3)
    for _ in range(500):
        runs, size, odd = rng.integers(2, 8), rng.integers(20, 200), rng.integers(1, 4)
        a, b = np.zeros((runs, size)), np.zeros((runs, size))
        a[:, :odd], b[:, :odd] = rng.random((2, runs, odd)) < 0.5
        found = compare_on_new_data(a, b, paired=paired)
        assert found.df is None or found.df >= 1
        low, high = found.difference.low, found.difference.high
        assert low is None or high is None or high - low <= 2, "no difference of shares is larger"
