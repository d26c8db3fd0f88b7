"""What the shares of all sources say about each."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.why_shares import coverage, prediction_coverage
from seedbed.analysis.answers.why.source import CLOSE
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.source_bounds import (
    NORMAL,
    bounded_shares,
    chained_share,
    no_effect,
    pooled_kurtosis,
    with_values,
)
from seedbed.analysis.statistics.variance.sources import clipped


def share(value: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(value, low, high, 10, "made", 0.95)


def test_what_the_others_cannot_make_is_the_sources_own() -> None:
    left = {"init": share(0.7, 0.0, 3.0), "order": share(0.1, 0.0, 0.1)}
    found = bounded_shares(left, {"init": None, "order": None})
    assert found["init"] == share(0.9, 0.9, 1.0)
    assert found["order"] == left["order"]


def test_freezing_tells_the_least_of_a_source_and_the_most_of_the_others() -> None:
    left = {"init": share(0.5, 0.1, 1.2), "order": share(0.45, 0.0, 1.3)}
    removed = {"init": share(0.6, 0.55, 0.65), "order": None}
    found = bounded_shares(left, removed)
    assert found["init"] == share(0.55, 0.55, 1.0)
    assert found["order"] is not None
    assert found["order"].high is not None
    assert abs(found["order"].high - 0.45) < 1e-12


def test_intervals_that_contradict_each_other_tell_nothing() -> None:
    """Two changes of each source had no effect, and yet the number varies."""
    found = bounded_shares({"split": no_effect(2), "line 15": no_effect(2)}, {})
    for one in found.values():
        assert one is not None
        assert (one.low, one.high) == (0.0, 1.0)
    assert bounded_shares({"split": no_effect(2)}, {})["split"] == replace(
        no_effect(2), value=1.0, low=1.0, high=1.0
    ), "a source alone makes all"
    above = {"init": share(0.9, 0.8, 1.5), "order": share(0.2, 0.1, 0.3)}
    cut = bounded_shares(above, {"order": share(0.5, 0.4, 0.6)})["init"]
    assert cut is not None
    assert (cut.low, cut.high) == (0.7, 1.0)


def test_values_add_up_to_all_of_the_variance_at_least() -> None:
    left = {"init": share(0.2, 0.0, 1.0), "order": share(0.2, 0.0, 1.0)}
    assert [one.value for one in bounded_shares(left, {}).values() if one] == [0.5, 0.5]


def test_another_value_stays_within_the_interval_and_makes_no_effect_of_none() -> None:
    shares = {"init": share(0.2, 0.1, 0.4), "order": share(0.3, 0.2, 0.5)}
    none = no_effect(5)
    found = with_values({**shares, "hash": none}, {"init": 0.9, "hash": 0.3})
    assert found == {"init": share(0.4, 0.1, 0.4), "order": shares["order"], "hash": none}


def test_an_unknown_share_stays_unknown_and_bounds_nothing() -> None:
    left = {"init": share(0.5, 0.2, 0.8), "order": None, "split": share(1.4, None, None)}
    found = bounded_shares(left, {})
    assert found == {"init": left["init"], "order": None, "split": share(1.0, None, None)}


def test_intervals_of_a_score_hold_known_shares() -> None:
    """100 simulated studies of up to 40 runs; 93 % is what is promised."""
    found = coverage({"init": 0.30, "order": 0.05}, repetitions=100)
    assert min(found.held.values()) >= 0.93
    assert found.named >= 0.95


def test_a_share_is_cut_to_what_it_can_be() -> None:
    assert clipped(share(1.2, -0.1, 1.4)) == share(1.0, 0.0, 1.0)
    assert clipped(None) is None


def test_an_interval_above_one_claims_no_certainty() -> None:
    """Five runs that lie close by chance, and changes that move them far: not 100 to 100 %."""
    every = [0.728, 0.733, 0.740, 0.737, 0.730]
    base, changed = every[:4], [0.712, 0.750, 0.692, 0.710]
    found = chained_share(base, changed, every)
    assert found.value > 1
    bounded = bounded_shares({"split": found, "init": found}, {})["split"]
    assert bounded is not None
    assert (bounded.low, bounded.high) == (0.0, 1.0)
    assert clipped(share(1.6, 1.2, 1.9)) == share(1.0, 0.0, 1.0)


def test_intervals_by_predictions_hold_the_shares_of_a_real_network() -> None:
    """60 studies of up to 20 runs; its first weights do more than twice what dropout does."""
    found = prediction_coverage(("order",), repetitions=60, budget=20)
    assert min(found.held.values()) >= 0.93
    assert found.named >= 0.95


def test_a_pooled_kurtosis_is_that_of_normal_differences_or_more() -> None:
    rng = np.random.default_rng(1)
    normal, heavy = rng.standard_normal((2, 50, 9))
    heavy[:, 0] *= 5
    assert pooled_kurtosis([]) == NORMAL
    assert pooled_kurtosis([np.zeros(4)]) == NORMAL
    assert pooled_kurtosis([np.ones(9)]) == NORMAL
    assert pooled_kurtosis(normal) == pytest.approx(NORMAL, abs=0.3)
    assert pooled_kurtosis(heavy) > 5


def test_heavy_tails_widen_the_interval_of_a_share() -> None:
    base, changed = np.zeros(9), np.array([1.0, -1, 2, -2, 1, -1, 2, -2, 1])
    normal, heavy = (
        chained_share(base, changed, changed, kurtosis=tails) for tails in (NORMAL, 6.0)
    )
    assert normal.value == heavy.value
    assert normal.low is not None
    assert heavy.low is not None
    assert heavy.low < normal.low
    assert normal.high is not None
    assert heavy.high is not None
    assert heavy.high > normal.high


def test_two_changes_without_effect_do_not_show_that_a_source_has_none() -> None:
    """A choice between two batch sizes leaves a run as it is in half of the changes."""
    few, more = (chained_share([0.5] * n, [0.5] * n, [0.5, 0.6, 0.7]) for n in (2, 5))
    assert (few.value, few.low, more.low) == (0.0, 0.0, 0.0)
    assert few.high == pytest.approx(1 - 0.2 ** (1 / 3))
    assert more.high is not None
    assert more.high < 2 * CLOSE


def test_the_bound_of_no_effect_holds_where_half_of_the_sources_have_one() -> None:
    rng = np.random.default_rng(2)
    share = np.where(rng.random(100_000) < 0.5, 0.0, rng.random(100_000))
    for n in (2, 5, 9):
        unseen = share[rng.random(100_000) < (1 - share) ** n]
        high = no_effect(n).high
        assert high is not None
        assert np.mean(unseen <= high) == pytest.approx(0.95, abs=0.01)
