"""Confusion matrices, mean ± sd over the runs, side by side with their difference."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from seedbed.analysis.findings.arm_findings import Floats
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.best_arms import best_arms, drawn_of
from seedbed.analysis.report.figures.drawing.fitting import LETTERS, with_runs
from seedbed.analysis.report.figures.drawing.style import FAINT, MUTED, Picture, new_figure
from seedbed.analysis.report.figures.predictions.classes import class_name
from seedbed.analysis.statistics.answers.classification import ConfusionSpread
from seedbed.analysis.wording import one_line

SHADES = LinearSegmentedColormap.from_list(
    "confusion", ["#f7f9fb", "#9cc7e3", "#0072b2", "#00324f"]
)
APART = LinearSegmentedColormap.from_list("apart", ["#0072b2", "#f7f9fb", "#d55e00"])
"""Of differences: blue where the second has more, orange where the first has."""
SIDE = 4.6
"""Inches of a single matrix."""
BESIDE_MATRIX = 0.5
"""Inches left of a matrix, for the names of its rows."""
MOST_NUMBERS = 12
"""Classes up to which numbers are written into the cells."""
GAMMA = 0.4
"""Shade = share ** GAMMA, so that rare confusions stay visible beside a full diagonal."""


def confusion_picture(findings: Findings, most: int = 2) -> Picture | None:
    """The matrices of the best configurations, at most ``most``, and of two their difference."""
    having = [arm for arm in findings.arms if arm.confusion is not None]
    shown = best_arms(having, most)
    matrices = [arm.confusion for arm in shown if arm.confusion is not None]
    if not matrices:
        return None
    names = [class_name(findings, index) for index in range(len(matrices[0].mean))]
    sd = any(matrix.runs > 1 for matrix in matrices)
    caption = (
        "Share of each true class (row) that was given each label (column), in percent: "
        f"{'mean ± sd over the runs' if sd else 'one run, no sd'}. Each row adds up to 100. Shades "
        f"follow the share to the power {GAMMA:g}, so that rare confusions can be seen. "
    )
    if len(matrices) == 2:
        caption += "Below: first minus second, in points, orange where the first has more. "
    caption += "No cell has been tested."
    caption += drawn_of(shown, having)
    titles = [(arm.label, arm.confusion.runs if arm.confusion else 0) for arm in shown]
    alone = f"Confusion matrix, {with_runs(*titles[0], SIDE)}"
    return Picture(
        "confusion_matrices",
        "Confusion matrices" if len(matrices) > 1 else alone,
        caption,
        partial(draw_confusions, matrices, titles, names),
    )


def draw_confusions(
    matrices: Sequence[ConfusionSpread],
    titles: Sequence[tuple[str, int]],
    classes: Sequence[str],
    width: float,
    *,
    apart: bool = True,
) -> Figure:
    """Draw one matrix, or two with their difference below; on a phone one below the other.

    Args:
        matrices: One or two, of the same classes.
        titles: Configuration and number of runs of each.
        classes: Names of the classes.
        width: Width of the figure, inches.
        apart: Whether to draw the difference of two.
    """
    if len(matrices) == 1:
        side = min(width, SIDE)
        figure = new_figure(side, side * 0.97)
        draw_confusion(figure.add_subplot(), matrices[0], classes, side)
        return figure
    wide = width > 5
    side = width / 2 if wide else width
    columns = 2 if wide else 1
    rows = (3 if apart else 2) if not wide else 1 + apart
    figure = new_figure(width, side * 1.03 * rows)
    for number, matrix in enumerate(matrices[:2], start=1):
        axes = figure.add_subplot(rows, columns, number)
        draw_confusion(axes, matrix, classes, side)
        title = with_runs(*titles[number - 1], side - BESIDE_MATRIX, bold=True)
        axes.set_title(title.replace("$", r"\$"), fontsize=LETTERS)
    if not apart:
        return figure
    axes = figure.add_subplot(rows, columns, 3)
    _draw_difference(axes, matrices[0].mean - matrices[1].mean, classes, side)
    axes.set_title("first − second (points)", fontsize=8.5)
    if wide:
        _explain(figure.add_subplot(rows, columns, 4))
    return figure


def _explain(axes: Axes) -> None:
    """How to read the fields, in the free corner."""
    lines = (
        "Row: the true class. Column: the label given.",
        "Diagonal: the share that is right.",
        "Elsewhere: the share that is confused.",
        "± : sd over runs, how much the seed changes it.",
        "Orange: the first has more of it; blue: the second.",
    )
    axes.set_axis_off()
    for at, line in enumerate(lines):
        place = (0.04, 0.9 - 0.09 * at)
        axes.text(*place, line, fontsize=7.5, color=MUTED, in_layout=False)


def draw_confusion(
    axes: Axes, matrix: ConfusionSpread, classes: Sequence[str], side: float
) -> None:
    """Draw one matrix; numbers are written where the cells are large enough.

    Args:
        axes: Where to draw.
        matrix: Mean and sd of the shares.
        classes: Names of the classes.
        side: Length of a side with its labels, inches.
    """
    shares = np.nan_to_num(matrix.mean)
    _fields(axes, shares**GAMMA, classes, SHADES, (0, 1))
    size = len(classes)
    if size <= MOST_NUMBERS:
        cell = side * 66 / (size + 1.5)
        for row, column in np.ndindex(size, size):
            _cell(axes, matrix, row, column, min(8.0, cell / 3.2))


def _draw_difference(axes: Axes, apart: Floats, classes: Sequence[str], side: float) -> None:
    """Draw the difference of two matrices, ``[true class, label]``, in points."""
    known = np.nan_to_num(apart)
    far = max(float(np.abs(known).max()), 1e-9)
    shades = np.sign(known) * (np.abs(known) / far) ** GAMMA * 0.8
    _fields(axes, shades, classes, APART, (-1, 1))
    size = len(classes)
    if size > MOST_NUMBERS:
        return
    font = min(7.5, side * 66 / (size + 1.5) / 3.4)
    for row, column in np.ndindex(size, size):
        points = 100 * known[row, column]
        if abs(points) >= 0.05:
            text = f"{points:+.1f}".replace("-", "−")
            axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=font,
                      color="#111111", in_layout=False)  # fmt: skip


def _fields(
    axes: Axes,
    shades: Floats,
    classes: Sequence[str],
    colours: LinearSegmentedColormap,
    ends: tuple[float, float],
) -> None:
    """The coloured fields with the names of the classes."""
    low, high = ends
    axes.pcolormesh(
        shades, cmap=colours, vmin=low, vmax=high, edgecolors="white", linewidth=0.6, clip_on=False
    )
    axes.set_aspect("equal")
    axes.invert_yaxis()
    size = len(classes)
    named = size <= 30
    names = [one_line(name, 12).replace("$", r"\$") for name in classes] if named else []
    places = [index + 0.5 for index in range(size)] if named else []
    long = max((len(name) for name in names), default=0) > 3
    font = 7.5 if size > 10 or long else 9.0
    axes.set_xticks(places, names, rotation=90 if long else 0, fontsize=font)
    axes.set_yticks(places, names, fontsize=font)
    axes.tick_params(length=0)
    axes.spines[:].set_color(FAINT)
    axes.set_xlabel("label given")
    axes.set_ylabel("true class")


def _cell(axes: Axes, matrix: ConfusionSpread, row: int, column: int, size: float) -> None:
    """Write one cell's mean and sd; cells that no run ever filled stay empty."""
    share = matrix.mean[row, column]
    if not np.isfinite(share) or share == 0:
        return
    ink = "white" if share**GAMMA > 0.55 else "#111111"
    mean = f"{100 * share:.1f}" if share < 0.9995 else "100"
    text = partial(axes.text, in_layout=False)  # inside the axes; laying out 200 takes a second
    if matrix.runs < 2:
        text(column + 0.5, row + 0.5, mean, ha="center", va="center", fontsize=size, color=ink)
        return
    text(column + 0.5, row + 0.34, mean, ha="center", va="center", fontsize=size, color=ink)
    text(
        column + 0.5,
        row + 0.7,
        f"±{100 * matrix.sd[row, column]:.1f}",
        ha="center",
        va="center",
        fontsize=size * 0.82,
        color=ink,
    )
