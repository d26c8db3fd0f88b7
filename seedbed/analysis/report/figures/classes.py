"""F1 of each class, run by run."""

from functools import partial

import numpy as np
from matplotlib.figure import Figure

from seedbed.analysis.findings.findings import Findings, Floats
from seedbed.analysis.report.figures.runs import spread_out
from seedbed.analysis.report.figures.style import BLUE, INK, Picture, new_figure, percent_axis
from seedbed.analysis.wording import one_line

MOST = 30
"""Classes in one picture."""


def classes_picture(findings: Findings) -> Picture | None:
    """F1 per class of the best configuration, the lowest class first."""
    arm = findings.best
    if arm is None or arm.f1 is None:
        return None
    there = [index for index in range(arm.f1.shape[1]) if np.isfinite(arm.f1[:, index]).any()]
    means = {index: float(np.nanmean(arm.f1[:, index])) for index in there}
    order = sorted(there, key=lambda index: means[index])[:MOST]
    names = [class_name(findings, index) for index in order]
    n = arm.f1.shape[0]
    caption = (
        f"F1 of each class, percent: one dot per run (n = {n}), stroke at their mean; "
        f"{one_line(arm.label, 80)}. Dots far apart: the seed decides how well this class is "
        "told from the others."
    )
    if len(order) < len(there):
        caption += f" The {len(order)} lowest of {len(there)} classes are drawn."
    return Picture(
        "class_f1", "F1 by class", caption, partial(draw_classes, arm.f1[:, order], names)
    )


def class_name(findings: Findings, index: int) -> str:
    """The name of a class, or its number where it has none."""
    return one_line(findings.classes[index], 24) if index < len(findings.classes) else str(index)


def draw_classes(f1: Floats, names: list[str], width: float) -> Figure:
    """Draw ``[run, class]`` F1, one class per row."""
    figure = new_figure(width, 0.8 + 0.26 * len(names))
    axes = figure.add_subplot()
    for at in range(len(names)):
        known = 100 * f1[np.isfinite(f1[:, at]), at]
        axes.plot(known, at + 0.2 * spread_out(known), "o", ms=4, mew=0, color=BLUE, alpha=0.65)
        mean = float(known.mean())
        axes.plot([mean] * 2, [at - 0.36, at + 0.36], color=INK, lw=1.8, solid_capstyle="butt")
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(list(range(len(names))), names, parse_math=False, color=INK)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("F1 (percent)")
    axes.set_ylabel("true class")
    percent_axis(axes)
    return figure
