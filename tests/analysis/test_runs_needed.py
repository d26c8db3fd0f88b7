"""``why`` says about how many runs would make its open shares known."""

import numpy as np
import pytest

from benchmarks.why_shares import study
from seedbed.analysis.answers.why.runs_needed import runs_needed
from seedbed.analysis.answers.why.sentences import unresolved
from seedbed.analysis.answers.why.source import WhySource
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance import components


def source(name: str, low: float, value: float, high: float, n: int = 40) -> WhySource:
    share = Estimate(value, low, high, n, "made", 0.95)
    return WhySource(name, share, None, None, high - low <= 0.2, (), "")


def test_by_predictions_an_interval_shrinks_with_the_root_of_the_runs() -> None:
    open_ = [source("init", 0.5, 0.7, 0.9), source("order", 0.1, 0.15, 0.2)]
    assert runs_needed(open_, of_score=False, runs=36) == 36 * 4 - 4 + 10  # 144, rounded up
    assert runs_needed(open_[1:], of_score=False, runs=36) is None


def test_an_unknown_share_has_no_number() -> None:
    unknown = WhySource("init", None, None, None, False, (), "")
    assert runs_needed([unknown], of_score=True, runs=36) is None
    (said,) = unresolved([unknown], None)
    assert said == "Unresolved, not known to ±10 points: init. More runs would tell: --runs."


def test_the_number_is_said_with_the_option() -> None:
    open_ = [source("init", 0.5, 0.7, 0.9)]
    (said,) = unresolved(open_, 150)
    assert said == (
        "Unresolved, not known to ±10 points: init. About 150 runs in all would tell: --runs 150."
    )


def test_a_script_without_predictions_is_told_what_needs_fewer_runs() -> None:
    open_ = [source("init", 0.5, 0.7, 0.9)]
    (_, said) = unresolved(open_, 6300, asks_predictions=True)
    assert said.endswith("have the script end with model.predict on its test data.")
    assert unresolved([source("init", 0.6, 0.7, 0.75)], None, asks_predictions=True) == []


def test_an_absurd_number_of_runs_is_no_advice() -> None:
    """What would tell is said instead: a pin, or predictions for a script that records none."""
    open_ = [WhySource("split", None, None, None, False, (), "random_state=7")]
    (said,) = unresolved(open_, 7200)
    assert "--runs" not in said
    assert "cannot tell at a reasonable cost (about 7,200 runs)" in said
    assert "Pin the split (random_state=7) and ask again" in said
    first, predictions = unresolved(open_, 7200, asks_predictions=True)
    assert "--runs" not in first
    assert "Pin" not in first
    assert predictions.startswith("Predictions tell with far fewer runs")


def test_about_so_many_runs_do_make_the_shares_of_a_score_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A simulated script; the median of its widest intervals, in 5 studies."""
    monkeypatch.setattr(components, "MOST_RUNS", 0)  # it moves values only, and takes time
    weights = {"init": 3.0, "order": 1.0, "dropout": 1.0}
    known = [source("init", 0.3, 9 / 11, 1.0, 9)]
    known += [source(name, 0.0, 1 / 11, 0.6, 9) for name in ("order", "dropout")]
    needed = runs_needed(known, of_score=True, runs=38)
    assert needed is not None

    def width(budget: int) -> float:
        rng = np.random.default_rng(3)
        studies = [study(weights, rng, budget) for _ in range(5)]
        widths = [[(one.high or 0) - (one.low or 0) for one in found.values()] for found in studies]
        return float(np.median(np.max(widths, axis=1)))

    assert width(2 * needed) <= 0.2 < width(needed // 4)
