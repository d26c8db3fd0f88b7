"""No label of a picture lies on a grid line, a zero line or a published figure's line."""

import dataclasses
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from seedbed import compare, paper, spread
from seedbed.analysis.findings.collect import collect
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.answer_numbers import draw_estimates
from seedbed.analysis.report.figures.drawing.style import (
    FAINT,
    GRID,
    NARROW,
    VERMILLION,
    WIDE,
    styled,
)
from seedbed.analysis.report.figures.gallery import pictures
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.tracking.records import PublishedFigure
from tests.analysis.fake_sweep import Fake, Truth


def struck_through(figure: Figure) -> list[str]:
    """The labels inside axes that a line of the background crosses."""
    figure.draw_without_rendering()
    return [
        text.get_text()
        for axes in figure.axes
        for text in axes.texts
        if any(crosses(line, text.get_window_extent().extents) for line in background(axes))
    ]


def background(axes: Axes) -> list[Line2D]:
    """The grid, zero and published figures; not the curves of the data."""
    grid = [
        line
        for axis in (axes.xaxis, axes.yaxis)
        for tick, line in zip(axis.get_majorticklocs(), axis.get_gridlines(), strict=False)
        if line.get_visible()
        and axis.get_view_interval()[0] <= tick <= max(axis.get_view_interval())
    ]
    quiet = [line for line in axes.lines if to_hex(line.get_color()) in (GRID, FAINT)]
    dashed = [
        line
        for line in axes.lines
        if to_hex(line.get_color()) == VERMILLION and line.get_linestyle() == "--"
    ]
    return grid + quiet + dashed


def crosses(line: Line2D, box: tuple[float, float, float, float]) -> bool:
    """Whether a line of upright and level pieces runs through a box, in pixels."""
    places = line.get_transform().transform(np.column_stack(line.get_data()))
    left, low, right, high = box
    for (x0, y0), (x1, y1) in pairwise(places):
        if np.isnan([x0, y0, x1, y1]).any():
            continue
        if max(x0, x1) > left and min(x0, x1) < right and max(y0, y1) > low and min(y0, y1) < high:
            return True
    return False


@cache
def of_a_sweep() -> Findings:
    truths = {"32": Truth(0.045), "256": Truth(0.06), "64": Truth(0.046)}
    sweep = Fake(configurations=truths, examples=300, epochs=3).build()
    return collect(sweep, published=PublishedFigure(0.95))


@cache
def of_a_search() -> Findings:
    """Ten configurations on seeds 0 and 1, the two best again on seeds 2 to 4, and a race."""
    truths = {str(16 * at): Truth(0.03 + 0.01 * at) for at in range(1, 11)}
    every = Fake(configurations=truths, examples=300, epochs=2).build()
    runs = [
        run
        for run in every.runs
        if run.options["seed"] in (0, 1) or run.options["batch_size"] in ("16", "32")
    ]
    found = collect(
        dataclasses.replace(every, runs=tuple(runs), fresh_seeds=(2, 3, 4), planned=len(runs))
    )
    assert found.searched is not None
    tried = [
        dataclasses.replace(one, scores=one.scores[: 2 - at % 2] * (2 - at % 2))
        for at, one in enumerate(found.searched.tried)
    ]
    raced = dataclasses.replace(found.searched, raced=True, tried=tuple(tried))
    return dataclasses.replace(found, searched=raced)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("findings", [of_a_sweep, of_a_search])
def test_no_label_of_a_report_is_struck_through(findings: object, width: float) -> None:
    assert callable(findings)
    drawn = pictures(findings())
    with styled():
        found = {name: struck_through(picture.draw(width)) for name, picture in drawn.items()}
    assert {name: labels for name, labels in found.items() if labels} == {}


@pytest.mark.parametrize("width", [7.2, 3.5])
def test_no_label_of_an_answer_is_struck_through(width: float) -> None:
    few, others = (75.57, 75.85, 76.39), (75.1, 75.9, 75.0)
    answers = (
        spread(few, test_size=500),
        compare(a=few, b=others, test_size=500),
        paper(few, published=75.9, test_size=500),
    )
    for answer in answers:
        assert struck_through(answer.figure(width)) == []
    rows = [(name, Estimate(0.0, -0.1, 0.2, 5, "t")) for name in ("a", "b")]
    with styled():
        assert struck_through(draw_estimates(rows, width)) == []


def test_a_label_on_a_line_is_seen() -> None:
    figure = Figure()
    axes = figure.add_subplot()
    axes.axvline(0.5, color=GRID)
    axes.text(0.45, 0.5, "struck through")
    assert struck_through(figure) == ["struck through"]
