"""F1 of each class, run by run, of all configurations in one picture."""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.best_arms import best_arms, drawn_of
from seedbed.analysis.report.figures.drawing.fitting import (
    EDGE,
    HANDLE,
    LEGEND_ROW,
    legend_columns,
    with_runs,
)
from seedbed.analysis.report.figures.drawing.run_marks import mark_runs
from seedbed.analysis.report.figures.drawing.style import (
    GRID,
    INK,
    SERIES,
    Picture,
    new_figure,
    percent_axis,
)
from seedbed.analysis.report.figures.runs import spread_out
from seedbed.analysis.wording import one_line

MOST = 30
"""Classes in one picture."""
MOST_ARMS = len(SERIES)
"""Configurations in one picture, each with a colour."""


def classes_picture(findings: Findings) -> Picture | None:
    """F1 per class of every configuration, the class that is lowest in the best one first."""
    best = findings.best
    arms = [arm for arm in findings.arms if arm.f1 is not None]
    if best is None or best.f1 is None:
        return None
    shown = best_arms(arms, MOST_ARMS)
    there = [index for index in range(best.f1.shape[1]) if np.isfinite(best.f1[:, index]).any()]
    means = {index: float(np.nanmean(best.f1[:, index])) for index in there}
    order = sorted(there, key=lambda index: means[index])[:MOST]
    names = [class_name(findings, index) for index in order]
    caption = (
        "F1 of each class, percent: one dot per run, tick at their mean. Dots far apart: the seed "
        "decides how well this class is told from the others. The lowest class of "
        f"{one_line(best.label, 80)} comes first."
    )
    caption += drawn_of(shown, arms)
    if len(order) < len(there):
        caption += f" The {len(order)} lowest of {len(there)} classes are drawn."
    return Picture("class_f1", "F1 by class", caption, partial(draw_classes, shown, order, names))


def class_name(findings: Findings, index: int) -> str:
    """The name of a class, or its number where it has none."""
    return one_line(findings.classes[index], 24) if index < len(findings.classes) else str(index)


def draw_classes(
    arms: Sequence[Arm], order: Sequence[int], names: Sequence[str], width: float
) -> Figure:
    """Draw F1 with one class per row and the configurations in it one below the other.

    Args:
        arms: Configurations with F1.
        order: The classes to draw, as indices.
        names: Their names.
        width: Width of the figure, inches.
    """
    step = 0.9 / len(arms)
    labels = [with_runs(arm.label, len(arm.dots), width - EDGE - HANDLE) for arm in arms]
    columns = legend_columns(labels, width)
    height = 0.78 + LEGEND_ROW * math.ceil(len(labels) / columns)
    figure = new_figure(width, height + (0.14 + 0.14 * len(arms)) * len(names))
    axes = figure.add_subplot()
    for number, arm in enumerate(arms):
        label = labels[number].replace("$", r"\$")
        for at, index in enumerate(order):
            middle = at + step * (number - (len(arms) - 1) / 2)
            _class_row(axes, arm, index, middle, step=step, colour=SERIES[number])
        axes.plot([], [], "o", ms=4, mew=0, color=SERIES[number], label=label)
    for at in range(1, len(names)):
        axes.axhline(at - 0.5, color=GRID, lw=0.6)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(list(range(len(names))), names, parse_math=False, color=INK)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("F1 (percent)")
    axes.set_ylabel("true class")
    percent_axis(axes)
    axes.yaxis.grid(visible=False)
    figure.legend(loc="outside upper left", borderpad=0, handletextpad=0.2, ncols=columns)
    return figure


def _class_row(axes: Axes, arm: Arm, index: int, at: float, *, step: float, colour: str) -> None:
    """The runs of one configuration in one class, around the height ``at``."""
    if arm.f1 is None or index >= arm.f1.shape[1]:
        return
    finite = np.isfinite(arm.f1[:, index])
    known = 100 * arm.f1[finite, index]
    if not known.size:
        return
    heights = at + 0.22 * step * spread_out(known)
    dots = axes.plot(known, heights, "o", ms=4, mew=0, color=colour, alpha=0.7)
    if len(finite) == len(arm.dots):
        mark_runs(
            dots[0], [dot.run_id for dot, there in zip(arm.dots, finite, strict=True) if there]
        )
    mean = float(known.mean())
    ends = [at - 0.36 * step, at + 0.36 * step]
    axes.plot([mean] * 2, ends, color=INK, lw=1.6, solid_capstyle="butt")
