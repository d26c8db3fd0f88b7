"""Confusion matrix: mean ± sd over the runs."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.classes import class_name
from seedbed.analysis.report.figures.style import FAINT, Picture, new_figure
from seedbed.analysis.statistics.answers.classification import ConfusionSpread
from seedbed.analysis.wording import one_line

SHADES = LinearSegmentedColormap.from_list(
    "confusion", ["#f7f9fb", "#9cc7e3", "#0072b2", "#00324f"]
)
MOST_NUMBERS = 12
"""Classes up to which numbers are written into the cells."""
GAMMA = 0.4
"""Shade = share ** GAMMA, so that rare confusions stay visible beside a full diagonal."""


def confusion_pictures(findings: Findings, most: int = 2) -> list[Picture]:
    """One matrix per configuration, of the ``most`` best ones."""
    having = [arm for arm in findings.arms if arm.confusion is not None]
    best = sorted(having, key=lambda arm: -arm.spread.mean.value if arm.spread else 0)[:most]
    pictures = []
    for number, arm in enumerate([arm for arm in having if arm in best], start=1):
        matrix = arm.confusion
        if matrix is None:
            continue
        names = [class_name(findings, index) for index in range(len(matrix.mean))]
        spread = f"mean ± sd over n = {matrix.runs} runs" if matrix.runs > 1 else "one run, no sd"
        caption = (
            "Share of each true class (row) that was given each label "
            f"(column), in percent: {spread}. Each row adds up to 100. Shades follow the share to "
            f"the power {GAMMA:g}, so that rare confusions can be seen; the sd says how much a "
            "cell changes with the seed, and no cell has been tested."
        )
        if len(having) > len(best):
            caption += f" The {len(best)} best of {len(having)} configurations are drawn."
        pictures.append(
            Picture(
                f"confusion_{number}",
                f"Confusion matrix, {one_line(arm.label, 60)}",
                caption,
                partial(draw_confusion, matrix, names),
            )
        )
    return pictures


def draw_confusion(matrix: ConfusionSpread, classes: Sequence[str], width: float) -> Figure:
    """Draw one matrix; numbers are written where the cells are large enough."""
    side = min(width, 6.2)
    figure = new_figure(side, side * 0.95)
    axes = figure.add_subplot()
    size = len(classes)
    shares = np.nan_to_num(matrix.mean)
    axes.pcolormesh(shares**GAMMA, cmap=SHADES, vmin=0, vmax=1, edgecolors="white", linewidth=0.6)
    axes.set_aspect("equal")
    axes.invert_yaxis()
    named = size <= 30
    names = [one_line(name, 12).replace("$", r"\$") for name in classes] if named else []
    places = [index + 0.5 for index in range(size)] if named else []
    long = max((len(name) for name in names), default=0) > 3
    axes.set_xticks(places, names, rotation=90 if long else 0)
    axes.set_yticks(places, names)
    axes.tick_params(length=0)
    axes.spines[:].set_color(FAINT)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    if size <= MOST_NUMBERS:
        cell = side * 66 / (size + 1.5)
        for row, column in np.ndindex(size, size):
            _cell(axes, matrix, row, column, min(8.0, cell / 4.4))
    return figure


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
