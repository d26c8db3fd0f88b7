"""The spread split: what the test set adds, and how much the models truly change."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.fitting import EDGE, with_runs
from seedbed.analysis.report.figures.drawing.row_chart import row_name
from seedbed.analysis.report.figures.drawing.row_grid import row_grid
from seedbed.analysis.report.figures.drawing.style import (
    AMBER,
    BLUE,
    INK,
    MUTED,
    Picture,
    new_figure,
)

BAND = (-0.2, 0.5)
BEYOND = 4
"""Intervals are drawn up to so many times the largest standard deviation seen."""
LARGEST = 71.0
"""Largest standard deviation that two accuracies can have, percentage points: 100/√2."""


def split_picture(findings: Findings) -> Picture | None:
    """Observed spread, finite test set and genuine change, by configuration."""
    arms = [arm for arm in findings.arms if arm.split is not None and arm.split.F is not None]
    if not arms:
        return None
    sizes = {arm.examples for arm in arms if arm.examples}
    size = f"{min(sizes):,}" if len(sizes) == 1 else "this many"
    caption = (
        "Standard deviation of a run's accuracy, in percentage points. Hollow square: what a test "
        f"set of {size} examples adds even if all models "
        "were equally good. Filled dot: genuine change of the model, with its 95 % interval. "
        "Vertical tick: the spread observed, which both make together (their squares add up). "
        "An interval that reaches zero means that no genuine change has been shown; an "
        "estimate below zero is drawn at zero."
    )
    if _edge(arms) is not None:
        caption += " Intervals that continue beyond the edge come from very few runs."
    return Picture(
        "spread_split",
        "Where the spread comes from",
        caption,
        lambda width: draw_split(arms, width),
    )


def _edge(arms: Sequence[Arm]) -> float | None:
    """Where to cut the axis, so that an interval of two runs does not press all else together."""
    splits = [arm.split for arm in arms if arm.split is not None]
    known = [100 * max(one.observed, one.finite_test_set, one.genuine.value) for one in splits]
    ends = [100 * (one.genuine.high or 0.0) for one in splits]
    edge = min(BEYOND * max(known, default=0.0), LARGEST)
    return edge if edge and max(ends, default=0.0) > edge else None


def draw_split(arms: Sequence[Arm], width: float) -> Figure:
    """Draw the split of some configurations, each with a split that has an interval."""
    figure = new_figure(width, 1.15 + 0.55 * len(arms))
    axes = figure.add_subplot()
    for at, arm in enumerate(arms):
        found = arm.split
        if found is None:
            continue
        name = with_runs(arm.label, len(arm.dots), width - EDGE)
        row_name(axes, name, at - 0.34)
        low, high = found.genuine.low or 0.0, found.genuine.high or 0.0
        ends = [100 * max(end, 0.0) for end in (low, high)]
        axes.plot(ends, [at + 0.12] * 2, color=BLUE, lw=2.5, alpha=0.55, solid_capstyle="butt")
        genuine = 100 * max(found.genuine.value, 0.0)
        axes.plot([genuine], [at + 0.12], "o", color=BLUE, ms=7, label="genuine change")
        axes.plot(
            [100 * found.finite_test_set],
            [at + 0.12],
            "s",
            ms=7,
            mfc="none",
            mec=AMBER,
            mew=1.8,
            label="finite test set",
        )
        observed = 100 * found.observed
        axes.plot([observed] * 2, [at - 0.1, at + 0.34], color=INK, lw=1.8, label="observed")
    handles, labels = axes.get_legend_handles_labels()
    known = dict(zip(labels, handles, strict=True))
    figure.legend(
        list(known.values()),
        list(known),
        loc="outside upper left",
        ncols=3,
        handletextpad=0.3,
        columnspacing=1.2,
        borderpad=0,
    )
    axes.set_ylim(len(arms) - 0.45, -0.65)
    axes.set_xlim(0, _edge(arms))
    axes.set_yticks([])
    axes.spines["left"].set_color(MUTED)
    axes.set_xlabel("standard deviation of a run (percentage points)")
    row_grid(axes, len(arms), BAND, width)
    return figure
