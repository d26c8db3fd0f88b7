import numpy as np
import pytest

from seedbed.analysis.statistics.arms.new_data import two_seeds
from seedbed.analysis.statistics.range_of_runs import ordinary_range, range_p
from seedbed.system.errors import InputError


@pytest.mark.parametrize(
    ("n", "published"), [(4, 2.429), (5, 2.753), (7, 3.222), (10, 3.685), (20, 4.49)]
)
def test_five_percent_points_are_those_of_david_hartley_and_pearson(
    n: int, published: float
) -> None:
    assert ordinary_range(n) == pytest.approx(published, abs=0.012)
    assert range_p(published, n) == pytest.approx(0.05, abs=0.003)


def test_three_runs_have_a_closed_form() -> None:
    runs = np.random.default_rng(0).standard_normal((100_000, 3))
    ratios = np.ptp(runs, axis=1) / runs.std(axis=1, ddof=1)
    for q in (1.75, 1.9, 1.99):
        assert range_p(q, 3) == pytest.approx((ratios >= q).mean(), abs=0.006)
    assert range_p(ordinary_range(3), 3) == pytest.approx(0.05)
    assert range_p(1.0, 3) == 1.0


@pytest.mark.parametrize("n", [3, 5, 10, 20, 50])
def test_the_extreme_pair_of_pure_noise_is_flagged_in_one_of_twenty(n: int) -> None:
    rng = np.random.default_rng(n)
    flags = []
    for _ in range(1500):
        runs = rng.normal(75, 0.5, n)
        found = two_seeds(float(runs.min()), float(runs.max()), runs)
        assert (found.p < 0.05) is (found.gap > found.ordinary)
        flags.append(found.p < 0.05)
    assert np.mean(flags) == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 1500) + 0.003)


def test_a_range_needs_three_runs() -> None:
    with pytest.raises(InputError, match="at least 3 runs"):
        range_p(1.4, 2)
