"""Grid lines that run through the rows of a picture alone, never through a row's name."""

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from seedbed.analysis.report.figures.drawing.style import (
    FAINT,
    GRID,
    VERMILLION,
    percent_axis,
)

TICKS_PER_INCH = 1.2
FEWEST_TICKS = 3
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Stroke:
    """How a line looks: its colour, its width in points, its dashes, and what it lies on."""

    colour: str
    width: float = 0.8
    dashes: tuple[float, float] | None = None
    level: float = 0.5


PUBLISHED = Stroke(VERMILLION, 1.4, (4, 2), 2)
Band = tuple[float, float]
"""Where the marks of a row lie, above and below its place: ``(-0.3, 0.45)``."""


def row_grid(axes: Axes, rows: int, band: Band, width: float, *, zero: bool = False) -> None:
    """Draw the grid of a picture whose rows lie at 0, 1, 2, … and have their names above them.

    Call it last: the limits of the axes stay as they are then.

    Args:
        axes: The axes, with all marks drawn.
        rows: Number of rows.
        band: Where marks lie, relative to a row's place; names lie outside.
        width: Width of the figure, inches.
        zero: Whether to mark zero.
    """
    low, high = axes.get_xlim()
    most = max(FEWEST_TICKS, round(width * TICKS_PER_INCH))
    every = MaxNLocator(nbins=most, steps=STEPS).tick_values(low, high)
    ticks = [float(tick) for tick in every if low <= tick <= high]
    axes.set_xticks(ticks)
    axes.set_xlim(low, high)
    for tick in ticks:
        row_line(axes, tick, rows, band, Stroke(GRID))
    if zero and low <= 0 <= high:
        row_line(axes, 0.0, rows, band, Stroke(FAINT, 1, level=0.6))
    percent_axis(axes, grid=False)


def row_line(axes: Axes, value: float, rows: int, band: Band, stroke: Stroke) -> None:
    """Draw an upright line at a value, through the rows alone.

    Args:
        axes: The axes; their limits do not change.
        value: Where.
        rows: Number of rows.
        band: Where marks lie, relative to a row's place.
        stroke: How it looks.
    """
    bottom = max(axes.get_ylim())
    heights: list[float] = []
    for at in range(rows):
        end = bottom if at == rows - 1 else at + band[1]
        heights += [at + band[0], end, math.nan]
    line = Line2D([value] * len(heights), heights, color=stroke.colour, lw=stroke.width)
    line.set_zorder(stroke.level)
    if stroke.dashes:
        line.set_linestyle((0, stroke.dashes))
    axes.add_artist(line)
