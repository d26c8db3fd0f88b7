"""What the shares of all sources say about each."""

from benchmarks.why_shares import coverage
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.source_bounds import bounded_shares, clipped


def share(value: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(value, low, high, 10, "made", 0.95)


def test_what_the_others_cannot_make_is_the_sources_own() -> None:
    left = {"init": share(0.7, 0.0, 3.0), "order": share(0.05, 0.0, 0.1)}
    found = bounded_shares(left, {"init": None, "order": None})
    assert found["init"] == share(0.9, 0.9, 1.0)
    assert found["order"] == left["order"]


def test_freezing_tells_the_least_of_a_source_and_the_most_of_the_others() -> None:
    left = {"init": share(0.5, 0.1, 1.2), "order": share(0.4, 0.0, 1.3)}
    removed = {"init": share(0.6, 0.55, 0.65), "order": None}
    found = bounded_shares(left, removed)
    assert found["init"] == share(0.55, 0.55, 1.0)
    assert found["order"] is not None
    assert found["order"].high is not None
    assert abs(found["order"].high - 0.45) < 1e-12


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
