"""Pictures of an answer: runs as dots, nights, matrices, plans, or estimates with intervals."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.report.figures.answer_numbers import draw_estimates, draw_plans
from seedbed.analysis.report.figures.drawing.fitting import EDGE, with_runs
from seedbed.analysis.report.figures.drawing.row_chart import row_name
from seedbed.analysis.report.figures.drawing.row_grid import PUBLISHED, row_grid, row_line
from seedbed.analysis.report.figures.drawing.style import (
    BLUE,
    INK,
    MUTED,
    VERMILLION,
    WIDE,
    new_figure,
    styled,
)
from seedbed.analysis.report.figures.predictions.confusion import draw_confusions
from seedbed.analysis.report.figures.runs import BAND, spread_out
from seedbed.analysis.statistics.answers.classification import ConfusionSpread
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
LETTERS_PER_INCH = 13
ONE_COLUMN = 4.0
"""Inches up to which a figure fills one column; three matrices below each other are too tall."""


def draw(found: Answer, width: float = WIDE) -> Figure:
    """Draw an answer by what it holds: charts, else runs, else estimates.

    Args:
        found: The answer.
        width: Width of the figure, inches.
    """
    with styled():
        charts = {name: chart for name, chart in found.charts.items() if chart.nights}
        if charts:
            return _draw_charts(charts, width)
        if found.matrices:
            return _draw_matrices(found.matrices, found.classes, width)
        if found.plans:
            return draw_plans(found.plans, width)
        if found.scores:
            return _draw_runs(found.scores, found.measure, found.marked, width)
        if any(isinstance(value, (Estimate, int, float)) for _, value in found.rows):
            return draw_estimates(found.rows, width)
        return _draw_words(found, width)


def _draw_words(found: Answer, width: float) -> Figure:
    """The answer itself, where it holds nothing to draw."""
    said = (found.headline or found.sentences[0]).replace("$", r"\$")
    lines = textwrap.wrap(said, int(width * LETTERS_PER_INCH))
    figure = new_figure(width, 0.3 + 0.18 * len(lines))
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.text(0, 0.5, "\n".join(lines), va="center", fontsize=9)
    return figure


def _draw_matrices(
    matrices: Mapping[str, ConfusionSpread], classes: Sequence[str], width: float
) -> Figure:
    """The matrices of the one or two configurations with the highest recall."""

    def recall(name: str) -> float:
        return float(np.nanmean(np.diagonal(matrices[name].mean)))

    best = sorted(matrices, key=recall, reverse=True)[:2]
    titles = [(name, matrices[name].runs) for name in best]
    shown = [matrices[name] for name in best]
    return draw_confusions(shown, titles, classes, width, apart=width > ONE_COLUMN)


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
    if marked is not None:
        axes.update_datalim([(scale * marked, 0.0)])
        axes.autoscale_view(scaley=False)
    row_grid(axes, len(scores), BAND, width)
    if marked is not None:
        row_line(axes, scale * marked, len(scores), BAND, PUBLISHED)
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


def _without_y(axes: Axes) -> None:
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
