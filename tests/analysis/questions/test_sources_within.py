"""Shares of sources lie between 0 and 100 %; one source alone has no share to tell."""

import numpy as np

import seedbed
from seedbed.analysis.answers.sources import sources_of_table
from seedbed.analysis.statistics.estimate import Estimate


def test_shares_and_their_intervals_lie_between_0_and_1() -> None:
    """Eight runs tell little: without bounds the intervals reach from -166 to 266 %."""
    rng = np.random.default_rng(0)
    init, order = rng.integers(0, 3, 8), rng.integers(0, 3, 8)
    scores = 0.9 + 0.01 * init + rng.normal(0, 0.01, 8)
    found = sources_of_table({"init": tuple(init), "order": tuple(order)}, scores)
    estimates = [row for name, row in found.rows if name.startswith(("init", "order")) and row]
    assert len(estimates) == 4
    for estimate in estimates:
        assert isinstance(estimate, Estimate)
        assert estimate.low is not None
        assert estimate.high is not None
        assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


def test_two_runs_disagree_on_no_more_than_all_examples() -> None:
    """Three runs whose labels have little in common: without bounds up to 150 %."""
    labels = np.random.default_rng(1).integers(0, 4, (3, 20))
    labels[1, :8] = labels[0, :8]
    found = sources_of_table({"init": (1, 2, 3), "order": (1, 2, 3)}, None, labels)
    differ = found.fields["all_differ"]
    assert isinstance(differ, Estimate)
    assert differ.high == 1
    assert any("(95 % interval" in one and " to 100)" in one for one in found.sentences)


def test_one_source_alone_makes_all_of_the_difference() -> None:
    found = sources_of_table({"seed": (1, 2, 3, 4)}, np.array([0.9, 0.91, 0.93, 0.92]))
    assert found.sentences == (
        "Only seed varies between the runs, so all of their difference comes with it.",
    )


def test_one_more_pair_is_one() -> None:
    found = seedbed.compare(a=[0.86, 0.83], b=[0.8149, 0.7942], paired=True)
    assert "1 more pair (3 in all)" in " ".join(found.sentences)
