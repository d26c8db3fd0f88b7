"""A configuration's scores so far: each cell once, with the interval of all scores at once."""

import numpy as np
import pytest

from seedbed.analysis.statistics.spread import mean_interval
from seedbed.sweeps.driver.display_words import interval_words
from seedbed.sweeps.driver.loop.sparing_reader import SparingReader
from seedbed.sweeps.driver.score_tally import ScoreTally


@pytest.mark.parametrize("n", [2, 3, 2000])
def test_the_running_interval_is_that_of_all_scores(n: int) -> None:
    scores = np.random.default_rng(n).normal(0.9, 0.01, n)
    tally = ScoreTally()
    assert all(tally.add(str(cell), float(score)) for cell, score in enumerate(scores))
    found, wanted = tally.interval(), mean_interval(100 * scores)
    assert found.n == n
    assert found.value == pytest.approx(wanted.value)
    assert found.low == pytest.approx(wanted.low)
    assert found.high == pytest.approx(wanted.high)


def test_a_cell_counts_once() -> None:
    tally = ScoreTally()
    assert tally.add("a", 0.5)
    assert not tally.add("a", 0.5)
    assert (len(tally), tally.mean) == (1, 0.5)
    assert interval_words(tally) == "mean 50.00 % (n=1, no interval)"


def test_a_run_that_shares_seeds_is_counted_but_in_no_mean() -> None:
    tally = ScoreTally()
    assert tally.add("a", 0.5)
    assert tally.add("a with another order", 0.9, shares_seeds=True)
    assert not tally.add("a with another order", 0.9, shares_seeds=True)
    assert tally.add("b", 0.7)
    assert len(tally) == 2
    assert tally.mean == pytest.approx(0.6)


def test_equal_scores_have_no_interval() -> None:
    tally = ScoreTally()
    for cell in "abc":
        tally.add(cell, 0.1)
    assert interval_words(tally) == "mean 10.00 % (n=3, no interval)"


def test_no_score_is_no_run_yet() -> None:
    assert interval_words(ScoreTally()) == "no run yet"


def test_a_slow_read_is_repeated_seldom() -> None:
    now = [0.0]

    def read() -> float:
        now[0] += 2.0
        return now[0]

    reader = SparingReader(read, share=0.02, clock=lambda: now[0])
    assert reader.read() == 2.0
    now[0] = 101.9
    assert reader.read() is None
    now[0] = 102.0
    assert reader.read() == 104.0
