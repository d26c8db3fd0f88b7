"""Pictures of an answer: every run as a dot, a chart of nights, or estimates with intervals."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.report.figures.drawing.fitting import EDGE, with_runs
from seedbed.analysis.report.figures.drawing.row_chart import ChartRow, draw_rows, row_name
from seedbed.analysis.report.figures.drawing.style import (
    BLUE,
    INK,
    MUTED,
    VERMILLION,
    WIDE,
    new_figure,
    percent_axis,
    styled,
)
from seedbed.analysis.report.figures.runs import spread_out
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.drift import Drift
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import mean_interval
from seedbed.analysis.wording import one_line

ROW = 0.62
"""Height of one row of dots, inches."""
SHARES = ("accuracy", "error rate")
"""Measures that are drawn in percent."""
JITTER = 0.16
MOST_ROWS = 24
"""Estimates in one picture."""


def draw(found: Answer, width: float = WIDE) -> Figure:
    """Draw an answer by what it holds: charts, else runs, else estimates.

    Args:
        found: The answer.
        width: Width of the figure, inches.
    """
    with styled():
        if found.charts:
            return _draw_charts(found.charts, width)
        if found.scores:
            return _draw_runs(found.scores, found.measure, found.marked, width)
        return _draw_estimates(found.rows, width)


def _draw_runs(
    scores: Mapping[str, Floats], measure: str, marked: float | None, width: float
) -> Figure:
    """Every run as a dot, with the mean and its interval below."""
    figure = new_figure(width, 0.9 + ROW * len(scores))
    axes = figure.add_subplot()
    scale = _percent_scale(scores, measure)
    for at, (name, values) in enumerate(scores.items()):
        row_name(axes, with_runs(name, values.size, width - EDGE), at - 0.4)
        _dots(axes, scale * values, at)
    if marked is not None:
        axes.axvline(scale * marked, color=VERMILLION, lw=1.4, linestyle=(0, (4, 2)))
        label = f"published {scale * marked:.4g}"
        lowest = min(float(values.min()) for values in scores.values())
        axes.annotate(label, (scale * marked, 1), xycoords=("data", "axes fraction"),
                      ha="left" if marked <= lowest else "right",
                      va="bottom", fontsize=8.5, color=VERMILLION)  # fmt: skip
    axes.set_ylim(len(scores) - 0.4, -0.75)
    _without_y(axes)
    unit = f"{measure} (percent)" if measure in SHARES else measure
    axes.set_xlabel(f"{unit}\nbar: 95 % interval of the mean")
    axes.margins(x=0.04)
    percent_axis(axes)
    return figure


def _percent_scale(scores: Mapping[str, Floats], measure: str) -> float:
    highest = max(float(values.max()) for values in scores.values())
    return 100.0 if measure in SHARES and highest <= 1 else 1.0


def _dots(axes: Axes, values: Floats, at: int) -> None:
    axes.plot(values, at - 0.06 + JITTER * spread_out(values), "o", ms=5, color=BLUE, alpha=0.75)
    mean = mean_interval(values)
    if mean.low is not None and mean.high is not None:
        axes.plot([mean.low, mean.high], [at + 0.3] * 2, color=MUTED, lw=4.5, solid_capstyle="butt")
    axes.plot([mean.value] * 2, [at + 0.18, at + 0.42], color=INK, lw=2, solid_capstyle="butt")


def _draw_charts(charts: Mapping[str, Drift], width: float) -> Figure:
    """The moving mean of each series between its limits, night by night."""
    figure = new_figure(width, 0.5 + 1.6 * len(charts))
    every = figure.subplots(len(charts), squeeze=False)[:, 0]
    for axes, (name, chart) in zip(every, charts.items(), strict=True):
        limit = np.array(chart.limit)
        axes.plot(chart.nights, limit, color=MUTED, lw=1)
        axes.plot(chart.nights, -limit, color=MUTED, lw=1)
        axes.plot(chart.nights, chart.ewma, "o-", ms=4, color=BLUE)
        if chart.alarm is not None and chart.alarm in chart.nights:
            at = chart.nights.index(chart.alarm)
            axes.plot([chart.alarm], [chart.ewma[at]], "o", ms=10, mfc="none", mec=VERMILLION)
        axes.set_title(one_line(name, int(width * 12)), parse_math=False)
        axes.set_ylabel("moving mean, in sd")
    every[-1].set_xlabel("night")
    return figure


def _draw_estimates(rows: Sequence[tuple[str, object]], width: float) -> Figure:
    """Estimates with their intervals, or plain numbers where there is no interval at all."""
    known = [
        ChartRow(name, value.value, value.low, value.high)
        for name, value in rows
        if isinstance(value, Estimate)
    ]
    if not known:
        numbers = [(name, value) for name, value in rows if isinstance(value, (int, float))]
        known = [ChartRow(name, float(value)) for name, value in numbers]
    return draw_rows(known[:MOST_ROWS], "estimate, with its interval", width)


def _without_y(axes: Axes) -> None:
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
