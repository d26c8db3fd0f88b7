"""A search: what it saw, what fresh seeds say, and what a smaller one would have found."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.search.search_findings import Searched, Tried
from seedbed.analysis.report.figures.drawing.fitting import EDGE, fitting
from seedbed.analysis.report.figures.drawing.row_chart import row_name
from seedbed.analysis.report.figures.drawing.row_grid import row_grid
from seedbed.analysis.report.figures.drawing.style import (
    AMBER,
    BLUE,
    FAINT,
    INK,
    VERMILLION,
    Picture,
    new_figure,
    percent_axis,
)
from seedbed.analysis.report.figures.runs import spread_out
from seedbed.analysis.wording import count, width

BAND = (-0.14, 0.5)
MOST = 12
"""Configurations drawn, the best ones."""


def search_picture(findings: Findings) -> Picture | None:
    """The best configurations of a search as it saw them, and on fresh seeds."""
    found = findings.searched
    if found is None:
        return None
    shown = _shown(found)
    runs = sum(len(one.scores) for one in found.tried)
    again = sum(one.fresh is not None for one in shown)
    of = f"The {len(shown)} best of" if len(shown) < len(found.tried) else "All"
    caption = (
        f"{of} {count(len(found.tried), 'configuration')} of the search by the test accuracy of "
        f"its own {count(runs, 'run')}, percent. Dot: one run of the search; stroke: their mean."
    )
    if found.summary.optimism is not None:
        caption += (
            f" Hollow diamond: the highest without its optimism of about "
            f"{width(found.summary.optimism)}."
        )
    caption += (
        f" Square: mean on fresh seeds with its 95 % interval ({again} run again); only these "
        "count, because no choice was made on them."
        if again
        else " None was run again on fresh seeds, so none of these numbers can be quoted."
    )
    return Picture("search", "The search and its optimism", caption, partial(draw_search, found))


def _shown(found: Searched) -> list[Tried]:
    """The best configurations, and every one that was run again."""
    return [one for at, one in enumerate(found.tried) if at < MOST or one.fresh is not None]


def draw_search(found: Searched, size: float) -> Figure:
    """Draw the configurations of a search, one row each; ``size`` is the width in inches."""
    shown = _shown(found)
    figure = new_figure(size, 1.05 + 0.44 * len(shown))
    axes = figure.add_subplot()
    for at, one in enumerate(shown):
        row_name(axes, fitting(f"{at + 1}.  {one.label}", size - EDGE), at - 0.32)
        scores = 100 * np.array(one.scores)
        places = at + 0.14 + 0.1 * spread_out(scores)
        axes.plot(scores, places, "o", ms=4.5, mew=0, color=BLUE, alpha=0.7, label="in the search")
        mean = 100 * one.mean
        axes.plot([mean] * 2, [at - 0.06, at + 0.34], color=INK, lw=1.8, solid_capstyle="butt")
        if one.fresh is not None:
            _fresh(figure, one, at)
    optimism = found.summary.optimism
    if optimism is not None and shown:
        worth = 100 * (shown[0].mean - optimism)
        axes.plot(
            [worth], [0.14], "D", ms=7, mfc="none", mec=AMBER, mew=1.8, label="worth of the highest"
        )
    handles, labels = axes.get_legend_handles_labels()
    known = dict(zip(labels, handles, strict=True))
    figure.legend(
        list(known.values()),
        list(known),
        loc="outside upper left",
        ncols=3 if size > 5 else 2,
        handletextpad=0.3,
        columnspacing=1.2,
        borderpad=0,
    )
    axes.set_ylim(len(shown) - 0.45, -0.65)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("test accuracy (percent)")
    row_grid(axes, len(shown), BAND, size)
    return figure


def _fresh(figure: Figure, one: Tried, at: int) -> None:
    axes = figure.axes[0]
    if one.fresh is None:
        return
    if one.fresh.low is not None and one.fresh.high is not None:
        ends = [100 * one.fresh.low, 100 * one.fresh.high]
        axes.plot(ends, [at + 0.32] * 2, color=VERMILLION, lw=2.5, alpha=0.55,
                  solid_capstyle="butt")  # fmt: skip
    axes.plot(
        [100 * one.fresh.value], [at + 0.32], "s", ms=6, color=VERMILLION, label="on fresh seeds"
    )


def smaller_picture(findings: Findings) -> Picture | None:
    """What a smaller search would have found."""
    found = findings.searched
    if found is None:
        return None
    caption = (
        "Highest mean test accuracy to expect, percent, of a search of so many of these "
        f"{count(len(found.tried), 'configuration')}, drawn at random. A curve that is flat at its "
        "end: trying more of the same would gain little. It uses the search's own values, "
        "so all of it is optimistic."
    )
    draw = partial(draw_smaller, found.sizes, found.expected_best)
    return Picture("expected_best", "What a smaller search would have found", caption, draw)


def draw_smaller(sizes: Sequence[int], best: Sequence[float], size: float) -> Figure:
    """Draw the expected best; ``size`` is the width in inches."""
    figure = new_figure(size, 2.3)
    axes = figure.add_subplot()
    axes.plot(sizes, [100 * value for value in best], "o-", ms=4, color=BLUE)
    axes.axhline(100 * best[-1], color=FAINT, lw=0.8)
    axes.set_xlabel("configurations tried")
    axes.set_ylabel("best (percent)")
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    percent_axis(axes, which="y")
    return figure
