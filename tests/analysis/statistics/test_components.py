"""Shares of a score's variance from all runs of a plan at once."""

import numpy as np
import pytest

from seedbed.analysis.statistics.variance.components import component_shares
from seedbed.system.errors import InputError


def test_a_balanced_cross_has_the_shares_of_its_analysis_of_variance() -> None:
    """Shrout & Fleiss (1979): the mean squares 11.2417, 32.4861 and 1.01944 of 6 × 4 ratings."""
    table = np.array(
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    )
    targets, judges = np.indices(table.shape)
    found = component_shares(
        {"target": targets.ravel().tolist(), "judge": judges.ravel().tolist()}, table.ravel()
    )
    both = 1.01944
    target, judge = (11.2417 - both) / 4, (32.4861 - both) / 6
    total = target + judge + both
    assert found["target"] == pytest.approx((target + both) / total, rel=1e-3)
    assert found["judge"] == pytest.approx((judge + both) / total, rel=1e-3)


def test_a_source_that_does_nothing_has_no_share() -> None:
    effects = np.random.default_rng(2).normal(size=20)
    seeds = {"init": [*range(20), *range(20)], "order": [*range(20), *range(1, 21)]}
    found = component_shares(seeds, [*effects, *effects])
    assert found["init"] == pytest.approx(1, abs=0.01)
    assert found["order"] == pytest.approx(0, abs=0.01)


def test_equal_scores_have_no_shares() -> None:
    assert component_shares({"init": [0, 1, 2]}, [0.5, 0.5, 0.5]) == {}


def test_seeds_must_fit_the_runs() -> None:
    with pytest.raises(InputError, match="each source needs one seed per run: 3 runs"):
        component_shares({"init": [0, 1]}, [0.5, 0.6, 0.7])
