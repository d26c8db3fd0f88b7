import numpy as np
import pytest

from seedbed.analysis.statistics.epochs import cross_fit, from_other_runs
from seedbed.system.errors import InputError


def noisy_run(rng: np.random.Generator, examples: int, epochs: int = 50) -> np.ndarray:
    """Epochs equally good in truth (accuracy .7), each with its own mistakes."""
    return np.asarray(rng.random((epochs, examples)) < 0.7, dtype=np.uint8)


def test_recovers_the_true_optimism() -> None:
    rng = np.random.default_rng(0)
    runs = [noisy_run(rng, 1000) for _ in range(40)]
    found = cross_fit(runs)
    true = np.mean([run.mean(axis=1).max() for run in runs]) - 0.7
    assert found.honest.value == pytest.approx(0.7, abs=0.006)
    assert found.optimism.value == pytest.approx(true, abs=0.006)
    assert found.optimism.value == pytest.approx(found.best.value - found.honest.value)
    assert not found.lower_bound


def test_a_clear_best_epoch_is_no_optimism() -> None:
    run = np.zeros((3, 100), dtype=np.uint8)
    run[1, :90] = 1
    found = cross_fit([run, run])
    assert found.epochs == (1, 1)
    assert found.optimism.value == pytest.approx(0, abs=1e-15)


def test_is_reproduced_by_its_seed_and_changes_with_it() -> None:
    rng = np.random.default_rng(1)
    runs = [noisy_run(rng, 200) for _ in range(3)]
    assert cross_fit(runs).honest == cross_fit(iter(runs)).honest
    assert cross_fit(runs).honest.value != cross_fit(runs, seed=1).honest.value


def test_other_runs_curve_is_a_lower_bound() -> None:
    curves = np.array([[0.6, 0.8, 0.7], [0.6, 0.7, 0.75], [0.6, 0.8, 0.7]])
    found = from_other_runs(curves)
    # Run 2's own best is epoch 2 (.75), the others say epoch 1 (.70)
    assert found.epochs == (1, 2, 1)
    assert found.optimism.value == pytest.approx((0 + 0.05 + 0) / 3)
    assert found.lower_bound


def test_bad_input() -> None:
    with pytest.raises(InputError, match="at least 1 run"):
        cross_fit([])
    with pytest.raises(InputError, match="folds"):
        cross_fit([np.zeros((3, 5), dtype=int)])
    with pytest.raises(InputError, match="at least 2 runs"):
        from_other_runs(np.zeros((1, 5)))
