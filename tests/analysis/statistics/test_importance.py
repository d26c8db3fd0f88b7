"""Which option mattered: known truths."""

import numpy as np
import pytest

from seedbed.analysis.statistics.importance import FEWEST, importances

GRID = [(rate, width) for rate in range(6) for width in range(6)]
RATES, WIDTHS = [rate for rate, _ in GRID], [width for _, width in GRID]


def test_the_option_that_makes_the_score_has_nearly_all() -> None:
    noise = np.random.default_rng(0).normal(0, 0.05, len(GRID))
    found = importances({"rate": RATES, "width": WIDTHS}, np.array(RATES) + noise)
    assert found is not None
    assert found["rate"] > 0.95
    assert sum(found.values()) == pytest.approx(1)


def test_two_equal_options_share() -> None:
    found = importances({"rate": RATES, "width": WIDTHS}, np.array(RATES) + np.array(WIDTHS))
    assert found is not None
    assert found["rate"] == pytest.approx(0.5, abs=0.15)


def test_words_count_and_fixed_options_do_not() -> None:
    words = ["adam" if rate > 2 else "sgd" for rate in RATES]
    scores = np.array([float(word == "adam") for word in words])
    found = importances({"optimizer": words, "dropout": [0.5] * len(GRID)}, scores)
    assert found == {"optimizer": 1.0}


def test_too_few_or_constant_say_nothing() -> None:
    few = FEWEST - 1
    assert importances({"rate": RATES[:few]}, np.arange(few)) is None
    assert importances({"rate": RATES}, np.ones(len(GRID))) is None
    assert importances({"rate": [1] * 36}, np.arange(36.0)) is None


def test_the_seed_repeats_it() -> None:
    scores = np.random.default_rng(3).normal(size=len(GRID)) + np.array(RATES)
    options = {"rate": RATES, "width": WIDTHS}
    assert importances(options, scores, seed=4) == importances(options, scores, seed=4)
