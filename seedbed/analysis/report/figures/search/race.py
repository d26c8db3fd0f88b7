"""A search by racing: how long each configuration stayed, and its mean as seeds came in."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from seedbed.analysis.findings.search.search_findings import Searched, Tried
from seedbed.analysis.report.figures.drawing.fitting import EDGE, HANDLE, LEGEND_ROW, fitting
from seedbed.analysis.report.figures.drawing.style import (
    FAINT,
    VERMILLION,
    Picture,
    new_figure,
    percent_axis,
)
from seedbed.analysis.wording import count

FEWEST = 2
"""Configurations and seeds from which on there is a race to draw."""


def race_picture(found: Searched | None) -> Picture | None:
    """The race; None for other searches, and where every configuration had as many seeds."""
    if found is None or not found.raced:
        return None
    seeds = [len(one.scores) for one in found.tried]
    if len(seeds) < FEWEST or max(seeds) <= FEWEST or len(set(seeds)) == 1:
        return None
    stayed = seeds.count(max(seeds))
    last = "1 stayed" if stayed == 1 else f"{stayed} stayed"
    return Picture(
        "search_race",
        "The race",
        f"Mean test accuracy, percent, of the {count(len(seeds), 'configuration')} after each seed "
        f"that they ran. A line ends with its configuration's last seed: {last} for all "
        f"{max(seeds)}. Orange: the highest mean. {sum(seeds)} runs; {max(seeds)} seeds for each "
        f"would have taken {max(seeds) * len(seeds)}.",
        partial(draw_race, found.tried),
    )


def draw_race(tried: Sequence[Tried], width: float) -> Figure:
    """Draw the running mean of each configuration up to its last seed.

    Args:
        tried: The configurations, highest mean first.
        width: Inches.
    """
    figure = new_figure(width, 2.9 + LEGEND_ROW)
    axes = figure.add_subplot()
    for at in range(len(tried))[::-1]:  # the highest last, above the others
        scores = 100 * np.array(tried[at].scores)
        seeds = np.arange(1, len(scores) + 1)
        means = np.cumsum(scores) / seeds
        colour = VERMILLION if at == 0 else FAINT
        label = fitting(tried[at].label, width - EDGE - HANDLE).replace("$", r"\$")
        axes.plot(
            seeds,
            means,
            color=colour,
            lw=2.2 if at == 0 else 1.1,
            alpha=0.9,
            label=label if at == 0 else None,
        )
        axes.plot(seeds[-1:], means[-1:], "o", color=colour, ms=5 if at == 0 else 3.5, mew=0)
    axes.set_xlabel("seeds so far")
    axes.set_ylabel("mean so far (percent)")
    axes.margins(y=0.12)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    percent_axis(axes, which="y")
    figure.legend(loc="outside upper left", handlelength=2.4, borderpad=0)
    return figure
