"""What several pictures share: one row per thing, with its name, an interval and a value."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedbed.analysis.report.figures.drawing.fitting import EDGE, fitting
from seedbed.analysis.report.figures.drawing.row_grid import row_grid
from seedbed.analysis.report.figures.drawing.style import (
    BLUE,
    INK,
    new_figure,
)

BAND = (-0.12, 0.5)


@dataclass(frozen=True)
class ChartRow:
    """One row of a picture of intervals.

    Attributes:
        name: What stands above it.
        value: The estimate.
        low: Lower end of its interval; None without one.
        high: Upper end; None without one.
        colour: Its colour.
        marker: Its marker.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    colour: str = BLUE
    marker: str = "o"


def draw_rows(rows: Sequence[ChartRow], label: str, width: float, *, zero: bool = False) -> Figure:
    """Draw one interval below the other, each under its name.

    Args:
        rows: The rows, in the unit of the axis.
        label: What the axis shows, with its unit.
        width: Width of the figure, inches.
        zero: Whether to mark zero.
    """
    figure = new_figure(width, 0.7 + 0.46 * len(rows))
    draw_rows_in(figure.add_subplot(), rows, label, width, zero=zero)
    return figure


def draw_rows_in(
    axes: Axes, rows: Sequence[ChartRow], label: str, width: float, *, zero: bool = False
) -> None:
    """The same in axes of a figure of this width."""
    for at, row in enumerate(rows):
        row_name(axes, fitting(row.name, width - EDGE), at - 0.3)
        if row.low is not None and row.high is not None:
            ends = [row.low, row.high]
            axes.plot(ends, [at + 0.15] * 2, color=row.colour, lw=2.5, alpha=0.55,
                      solid_capstyle="butt")  # fmt: skip
        axes.plot([row.value], [at + 0.15], row.marker, color=row.colour, ms=6.5)
    axes.set_ylim(len(rows) - 0.45, -0.65)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(label)
    if zero:
        axes.update_datalim([(0.0, 0.0)])
        axes.autoscale_view(scaley=False)
    row_grid(axes, len(rows), BAND, width, zero=zero)


def row_name(axes: Axes, name: str, at: float) -> None:
    """Write a name at the left edge, above what belongs to it."""
    axes.annotate(
        name,
        (0, at),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize=8.5,
        color=INK,
        parse_math=False,
        in_layout=False,
    )
