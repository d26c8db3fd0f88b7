"""The moderated t: exchangeable arms share their variance, and a guard keeps others apart."""

import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.statistics.arms.comparison import MODERATED
from seedbed.analysis.statistics.arms.many import compare_many
from seedbed.analysis.statistics.arms.shared_variance import MOST_PRIOR_DF, shared_variance

RNG = np.random.default_rng(2)


def arms(shift: float, sds: tuple[float, ...], n: int = 3) -> dict[str, np.ndarray]:
    scores = [sd * RNG.normal(size=n) for sd in sds]
    scores[0] += shift
    return {f"arm {place}": runs for place, runs in enumerate(scores)}


def rejected(shift: float, sds: tuple[float, ...], studies: int, *, share: bool) -> float:
    hits = 0
    for _ in range(studies):
        found = compare_many(arms(shift, sds), paired=False, share_variance=share)
        p = found.pairs[0].comparison.p
        hits += p is not None and p < 0.05
    return hits / studies


@pytest.mark.long
def test_equal_arms_gain_power_and_keep_the_error_rate() -> None:
    sds = (1.0,) * 4
    assert rejected(2, sds, 150, share=True) > 1.2 * 0.37
    assert rejected(0, sds, 250, share=True) < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 250)


def test_the_guard_refuses_arms_of_different_spread() -> None:
    wide = {"a": [0.0, 9.0, -9.0, 4.0], "b": [1.0, 1.1, 0.9, 1.05], "c": [2.0, 2.1, 1.9, 2.0]}
    assert shared_variance(wide) is None
    found = compare_many(wide, paired=False, share_variance=True)
    assert MODERATED not in {pair.comparison.decided_by for pair in found.pairs}


def test_the_moderated_t_is_its_formula() -> None:
    given = {"a": [1.0, 2.0, 3.0], "b": [2.1, 3.0, 4.2], "c": [0.0, 1.2, 2.1]}
    shared = shared_variance(given)
    assert shared is not None
    assert shared.df == MOST_PRIOR_DF
    variances = [np.var(arm, ddof=1) for arm in given.values()]
    assert shared.variance == pytest.approx(np.mean(variances))
    one = compare_many(given, paired=False, share_variance=True).pairs[0].comparison
    assert one.decided_by == MODERATED
    moved = [(10 * shared.variance + 2 * v) / 12 for v in variances[:2]]
    se = np.sqrt(sum(moved) / 3)
    assert one.t == pytest.approx((2.0 - 3.1) / se)
    assert one.df == 6, "no more than all arms have"
    assert one.p == pytest.approx(2 * stats.t.sf(1.1 / se, 6))
