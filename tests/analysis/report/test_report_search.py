"""A search in the report: what it saw, and its best on fresh seeds."""

import dataclasses
import re
from functools import cache

import numpy as np
import pytest

from seedbed.analysis.findings.collect import collect
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.search.search_findings import Searched, Tried
from seedbed.analysis.report.figures.differences import differences_picture
from seedbed.analysis.report.figures.drawing.style import WIDE, styled
from seedbed.analysis.report.figures.gallery import pictures
from seedbed.analysis.report.figures.search.race import race_picture
from seedbed.analysis.report.figures.search.search_luck import draw_search
from seedbed.analysis.report.figures.search.search_views import (
    draw_history,
    draw_parallel,
    search_views,
)
from seedbed.analysis.report.html import LARGEST_PAGE, page
from seedbed.analysis.statistics.search import expected_best, summarize_search
from seedbed.tracking.records import SweepRecord
from tests.analysis.fake_sweep import Fake, Truth

ERRORS = {str(16 * at): Truth(0.03 + 0.01 * at) for at in range(1, 15)}
FRESH = (2, 3, 4)


@cache
def search() -> SweepRecord:
    """14 configurations on seeds 0 and 1, the two best again on seeds 2 to 4."""
    every = Fake(configurations=ERRORS, examples=300, epochs=2).build()
    runs = [
        run
        for run in every.runs
        if run.options["seed"] in (0, 1) or run.options["batch_size"] in ("16", "32")
    ]
    return dataclasses.replace(every, runs=tuple(runs), fresh_seeds=FRESH, planned=len(runs))


@cache
def findings() -> Findings:
    return collect(search())


def test_a_race_is_drawn_with_each_configurations_last_seed() -> None:
    tried = tuple(
        Tried(f"batch_size={16 * (at + 1)}", (mean, mean - 0.01, mean + 0.01)[:seeds], mean, None)
        for at, (mean, seeds) in enumerate(((0.95, 3), (0.9, 3), (0.8, 2), (0.7, 1)))
    )
    found = findings().searched
    assert found is not None
    assert race_picture(dataclasses.replace(found, raced=True)) is None, "all had two seeds"
    uneven = dataclasses.replace(found, tried=tried)
    assert race_picture(uneven) is None, "a run failed, and no configuration raced"
    raced = race_picture(dataclasses.replace(uneven, raced=True))
    assert raced is not None
    assert "2 stayed for all 3" in raced.caption
    assert "9 runs; 3 seeds for each would have taken 12." in raced.caption
    with styled():
        lines = raced.draw(WIDE).axes[0].lines
    ends = [np.asarray(line.get_data())[:, -1].round(6).tolist() for line in lines[::2]]
    assert ends == [[1, 70], [2, 79.5], [3, 90], [3, 95]]


def test_the_search_is_what_its_own_seeds_saw() -> None:
    found = findings().searched
    assert found is not None
    scores: dict[str, list[float]] = {}
    fresh: dict[str, list[float]] = {}
    for run in search().runs:
        kind = fresh if run.options["seed"] in FRESH else scores
        label = f"batch_size={run.options['batch_size']}"
        kind.setdefault(label, []).append(run.metrics["test_accuracy"])
    assert found.summary == summarize_search(scores)
    means = [np.mean(values) for values in scores.values()]
    seen = [one.mean for one in found.tried]
    assert seen == pytest.approx(sorted(means, reverse=True))
    assert found.sizes[-1] == 14
    assert found.expected_best[1] == pytest.approx(expected_best(means, 2))
    again = {one.label: one.fresh for one in found.tried if one.fresh is not None}
    assert set(again) == set(fresh)
    for label, estimate in again.items():
        assert estimate.value == pytest.approx(np.mean(fresh[label]))


def test_the_picture_has_the_winners_worth_and_the_fresh_means() -> None:
    found = findings().searched
    assert found is not None
    assert found.summary.optimism is not None
    with styled():
        axes = draw_search(found, WIDE).axes[0]
    marks = {str(line.get_marker()): line for line in axes.lines}
    worth = 100 * (found.tried[0].mean - found.summary.optimism)
    assert marks["D"].get_xdata()[0] == pytest.approx(worth)  # type: ignore[index]
    squares = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "s"]  # type: ignore[index]
    fresh = [100 * one.fresh.value for one in found.tried if one.fresh is not None]
    assert squares == pytest.approx(fresh)


def test_intervals_of_two_runs_do_not_press_all_else_together() -> None:
    wild = {"16": Truth(0.03), "32": Truth(0.05, collapse=0), "64": Truth(0.06)}
    found = collect(Fake(wild, seeds=(0, 1), examples=200, epochs=2).build())
    drawn = pictures(found)
    with styled():
        differences = drawn["differences"].draw(WIDE).axes[0]
        split = drawn["spread_split"].draw(WIDE).axes[0]
    assert differences.get_xlim()[0] >= -100
    assert differences.get_xlim()[1] <= 100
    assert "beyond the edge" not in drawn["differences"].caption
    assert "too few for an interval are not drawn" in drawn["differences"].caption
    assert [duel.comparison.difference.low is None for duel in found.duels] == [False, True, True]
    assert "with no interval: 2 common seeds are too few for one" in found.duels[1].verdict.reason
    assert "exactly" not in found.duels[1].verdict.reason
    most = max(100 * arm.split.observed for arm in found.arms if arm.split is not None)
    assert split.get_xlim() == pytest.approx((0, min(4 * most, 71)), rel=0.1)
    assert "beyond the edge" in drawn["spread_split"].caption


def test_an_interval_beyond_all_differences_is_cut_at_the_edge() -> None:
    found = collect(Fake(examples=300, seeds=(0, 1, 2)).build())
    first = found.duels[0]
    wide = dataclasses.replace(first.comparison.difference, low=-2.5, high=2.5)
    comparison = dataclasses.replace(first.comparison, difference=wide)
    duels = (dataclasses.replace(first, comparison=comparison), *found.duels[1:])
    picture = differences_picture(dataclasses.replace(found, duels=duels))
    assert picture is not None
    assert "Bars continue beyond the edge" in picture.caption
    with styled():
        assert picture.draw(WIDE).axes[0].get_xlim() == pytest.approx((-100, 100), rel=0.1)


def test_the_page_shows_the_search_and_keeps_it_from_other_sweeps() -> None:
    drawn = pictures(findings())
    assert {"search", "expected_best"} <= set(drawn)
    assert "only these count" in drawn["search"].caption
    text = page(findings())
    assert '<h2 id="the-search">The search</h2>' in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    plain = collect(Fake(examples=300, seeds=(0, 1, 2)).build())
    assert plain.searched is None
    assert "search" not in pictures(plain)


@pytest.mark.slow
def test_a_large_search_with_everything_in_it_stays_below_two_megabytes() -> None:
    arms = {str(8 * at): Truth(0.03 + 0.004 * at) for at in range(1, 25)}
    every = Fake(arms, seeds=range(20), examples=400, epochs=20).build()
    found = collect(dataclasses.replace(every, fresh_seeds=tuple(range(10, 20))))
    drawn = pictures(found)
    assert {
        "search",
        "search_history",
        "differences",
        "confusion_matrices",
        "disputed",
        "ensemble",
    } <= set(drawn)
    assert len(page(found).encode()) < LARGEST_PAGE


def two_options() -> Searched:
    """A search over a number, which counts in ratios, and a word."""
    given = [(0.1, "relu", 0.90), (0.001, "tanh", 0.95), (0.01, "relu", 0.93)]
    tried = [
        Tried(str(at), (mean,), mean, None, (("learning_rate", rate), ("activation", word)), at)
        for at, (rate, word, mean) in enumerate(given)
    ]
    ranked = tuple(sorted(tried, key=lambda one: -one.mean))
    summary = summarize_search({one.label: one.scores for one in tried})
    shares = {"learning_rate": 0.8, "activation": 0.2}
    return Searched(summary, ranked, (1, 3), (0.92, 0.95), shares)


def test_history_shows_the_configurations_in_their_order_and_the_best_so_far() -> None:
    axes = draw_history(two_options().tried, WIDE).axes[0]
    dots, best = (np.asarray(line.get_ydata(), dtype=float) for line in axes.lines)
    assert dots == pytest.approx([90, 95, 93])
    assert best == pytest.approx([90, 95, 95])


def test_parallel_coordinates_put_ratios_on_equal_steps_and_the_best_on_top() -> None:
    axes = draw_parallel(two_options().tried, WIDE).axes[0]
    lines = [np.asarray(line.get_ydata(), dtype=float) for line in axes.lines[:3]]
    assert lines[2] == pytest.approx([0, 1, 1])  # 0.001, tanh, the highest
    assert lines[1] == pytest.approx([0.5, 0, 0.6])
    assert lines[0] == pytest.approx([1, 0, 0])
    assert [tick.get_text() for tick in axes.get_xticklabels()] == [
        *("learning_rate", "activation", "accuracy (%)")
    ]


def test_importances_are_drawn_the_largest_first() -> None:
    names = [picture.name for picture in search_views(two_options())]
    assert names == ["search_history", "search_parallel", "search_importance"]
