"""A search as it went: history, options of each configuration, and which option mattered."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from seedbed.analysis.findings.search.search_findings import Searched, Tried
from seedbed.analysis.report.figures.drawing.row_chart import ChartRow, draw_rows
from seedbed.analysis.report.figures.drawing.style import (
    BLUE,
    FAINT,
    INK,
    MUTED,
    ON_PAPER,
    VERMILLION,
    Picture,
    new_figure,
    percent_axis,
)
from seedbed.analysis.wording import count, one_line

LOG_FROM = 30.0
"""Ratio of the largest to the smallest value from which on an axis counts ratios."""
MOST_LABELS = 8
"""Values of an option that are written beside its axis."""
WORSE_TO_BETTER = LinearSegmentedColormap.from_list("worse", ["#c9d6df", "#56b4e9", "#0072b2"])


def search_views(found: Searched | None) -> list[Picture]:
    """History, parallel coordinates and importances; nothing without a search."""
    if found is None:
        return []
    n = count(len(found.tried), "configuration")
    pictures = [
        Picture(
            "search_history",
            "The search as it went",
            f"Mean test accuracy, percent, of the {n} in the order in which they were proposed. "
            "Line: the highest so far. A line that stays flat for long: more of the same search "
            "would gain little. These are the search's own runs, so the highest is optimistic.",
            partial(draw_history, found.tried),
        )
    ]
    if len(found.tried[0].options) > 1:
        pictures.append(
            Picture(
                "search_parallel",
                "Options and accuracy",
                f"Each line is one of the {n}: its value of every option, and at the right its "
                "mean test accuracy, percent. Darker is higher; orange: the highest. Lines of one "
                "shade that meet on an axis: that value matters.",
                partial(draw_parallel, found.tried),
            )
        )
    if found.importances:
        ranked = sorted(found.importances.items(), key=lambda pair: -pair[1])
        rows = [ChartRow(one_line(name, 40), 100 * share) for name, share in ranked]
        pictures.append(
            Picture(
                "search_importance",
                "Which option mattered",
                "Share of what the options explain of the accuracy, percent, by a forest fitted to "
                "the search. It describes these configurations and gives no interval.",
                partial(draw_rows, rows, "share of what the options explain (percent)", zero=True),
            )
        )
    return pictures


def draw_history(tried: Sequence[Tried], width: float) -> Figure:
    """Draw the means in the order of the search, and the highest so far."""
    ordered = sorted(tried, key=lambda one: one.order)
    means = 100 * np.array([one.mean for one in ordered])
    numbers = np.arange(1, len(means) + 1)
    figure = new_figure(width, 2.4)
    axes = figure.add_subplot()
    axes.plot(numbers, means, "o", ms=4.5, mew=0, color=BLUE, alpha=0.7)
    axes.step(numbers, np.maximum.accumulate(means), where="post", color=VERMILLION, lw=1.4)
    axes.set_xlabel("configuration, in the order of the search")
    axes.set_ylabel("mean (percent)")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    percent_axis(axes, which="y")
    return figure


def draw_parallel(tried: Sequence[Tried], width: float) -> Figure:
    """Draw one line for each configuration over an axis for each option."""
    names = [name for name, _ in tried[0].options]
    columns = [_Axis(name, [dict(one.options)[name] for one in tried]) for name in names]
    columns.append(_Axis("accuracy (%)", [100 * one.mean for one in tried]))
    figure = new_figure(width, 3.1)
    axes = figure.add_subplot()
    places = np.arange(len(columns))
    heights = np.array([column.heights for column in columns])
    for at in range(len(tried))[::-1]:  # the highest last, above the others
        best = at == 0
        colour = VERMILLION if best else WORSE_TO_BETTER(heights[-1, at])
        axes.plot(places, heights[:, at], color=colour, lw=2.2 if best else 1.1, alpha=0.9)
    for place, column in zip(places, columns, strict=True):
        _vertical(axes, float(place), column)
    axes.set_xlim(-0.35, len(columns) - 0.55)
    axes.set_ylim(-0.06, 1.06)
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    labels = [one_line(column.name, int(width * 11 / len(columns))) for column in columns]
    axes.set_xticks(places, labels, parse_math=False, color=INK)
    axes.tick_params(length=0)
    return figure


def _vertical(axes: Axes, place: float, column: "_Axis") -> None:
    axes.axvline(place, color=FAINT, lw=0.9)
    for height, words in column.marks:
        axes.annotate(
            words,
            (place, height),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
            color=MUTED,
            parse_math=False,
            bbox=dict(ON_PAPER),
        )


class _Axis:
    """The values of one option on a height from 0 to 1.

    Attributes:
        name: Name of the option.
        heights: ``[configuration]`` where each value lies.
        marks: Heights and values to write.
    """

    def __init__(self, name: str, values: Sequence[object]) -> None:
        self.name = name
        numbers = [
            float(value)
            for value in values
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        distinct = sorted(set(numbers)) if len(numbers) == len(values) else []
        if len(distinct) < 2:
            self._by_name([str(value) for value in values])
            return
        low, high = distinct[0], distinct[-1]
        ratios = low > 0 and high / low >= LOG_FROM
        scaled = np.log(numbers) if ratios else np.array(numbers)
        least, most = float(scaled.min()), float(scaled.max())
        self.heights = (scaled - least) / (most - least)
        shown = distinct if len(distinct) <= MOST_LABELS else [low, high]
        at = np.log(shown) if ratios else np.array(shown)
        places = (at - least) / (most - least)
        self.marks = [(float(y), f"{x:.4g}") for y, x in zip(places, shown, strict=True)]

    def _by_name(self, words: Sequence[str]) -> None:
        known = sorted(set(words))
        step = max(len(known) - 1, 1)
        height = {word: at / step if len(known) > 1 else 0.5 for at, word in enumerate(known)}
        self.heights = np.array([height[word] for word in words])
        self.marks = [(height[word], one_line(word, 14)) for word in known[:MOST_LABELS]]
