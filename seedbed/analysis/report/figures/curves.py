"""Learning curves: the mean of the runs and the band that holds them all."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.best_arms import best_arms, drawn_of
from seedbed.analysis.report.figures.drawing.fitting import (
    EDGE,
    HANDLE,
    LEGEND_ROW,
    fitting,
    legend_columns,
)
from seedbed.analysis.report.figures.drawing.run_marks import mark_runs
from seedbed.analysis.report.figures.drawing.style import DASHES, SERIES, Picture, new_figure
from seedbed.analysis.wording import listed
from seedbed.tracking.schema import VAL_ACCURACY, VAL_LOSS

PANELS = (
    (VAL_ACCURACY, "validation accuracy (percent)", 100.0),
    (VAL_LOSS, "validation loss (nats)", 1.0),
)
_CHOSEN = "Validation data, on which the epoch is chosen; the test set plays no part here."
_OWN = "val_accuracy and val_loss as training gave them, on the validation data that it was given."
MOST_LINES = 60
"""Runs up to which each has a line of its own in a panel."""
MOST = len(SERIES)
"""Configurations that one panel can carry."""


def curves_picture(findings: Findings) -> Picture | None:
    """Validation accuracy and loss over epochs."""
    having = [arm for arm in findings.arms if any(name in arm.curves for name, _, _ in PANELS)]
    if not having:
        return None
    shown = best_arms(having, MOST)
    runs = sorted({curve.runs for arm in shown for curve in arm.curves.values()})
    own = " Thin: one run." if _each_run(shown) else ""
    caption = (
        f"Line: mean over the runs of a configuration (n = {listed(map(str, runs), last='or')}); "
        f"band: from the lowest to the highest run.{own} Where a band widens, chance decides most. "
        f"{_CHOSEN if findings.chooses_epochs else _OWN}"
    )
    caption += drawn_of(shown, having)
    return Picture(
        "learning_curves",
        "Learning curves",
        caption,
        lambda width: draw_curves(shown, width, in_nats=findings.number.is_test_accuracy),
    )


def _each_run(arms: Sequence[Arm]) -> bool:
    """Whether the runs are few enough to draw a line for each."""
    runs = [curve.runs for arm in arms for curve in arm.curves.values()]
    return max(runs, default=0) * len(arms) <= MOST_LINES


def draw_curves(arms: Sequence[Arm], width: float, *, in_nats: bool = True) -> Figure:
    """Draw the curves of at most ``MOST`` configurations.

    Args:
        arms: The configurations.
        width: Width of the figure, inches.
        in_nats: Whether losses are cross-entropies.
    """
    panels = [panel for panel in PANELS if any(panel[0] in arm.curves for arm in arms)]
    each = _each_run(arms)
    wide = width > 5
    labels = [fitting(arm.label, width - EDGE - HANDLE) for arm in arms]
    beside = legend_columns(labels, width)
    legend = LEGEND_ROW * math.ceil(len(labels) / beside)
    rows, columns = (1, len(panels)) if wide else (len(panels), 1)
    figure = new_figure(width, 2.6 * rows + legend)
    first: Axes | None = None
    for index, (name, label, factor) in enumerate(panels):
        axes = figure.add_subplot(rows, columns, index + 1, sharex=first)
        first = first or axes
        for number, arm in enumerate(arms):
            if name in arm.curves:
                _curve(axes, arm, name, factor, number, label=labels[number], each=each)
        axes.set_title(label if in_nats else label.removesuffix(" (nats)"), fontweight="normal")
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(visible=True, axis="y")
    if first is not None:
        handles, labels = first.get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            loc="outside upper left",
            handlelength=2.6,
            borderpad=0,
            ncols=beside,
        )
    return figure


def _curve(
    axes: Axes, arm: Arm, name: str, factor: float, number: int, *, label: str, each: bool
) -> None:
    curve = arm.curves[name]
    epochs = np.arange(1, len(curve.mean) + 1)
    colour = SERIES[number]
    axes.fill_between(
        epochs, factor * curve.low, factor * curve.high, color=colour, alpha=0.18, lw=0
    )
    if each:
        for run_id, line in zip(curve.run_ids, curve.lines, strict=True):
            drawn = axes.plot(epochs, factor * line, color=colour, alpha=0.45, lw=0.7)
            mark_runs(drawn[0], [run_id])
    axes.plot(
        epochs,
        factor * curve.mean,
        color=colour,
        linestyle=DASHES[number],
        label=label.replace("$", r"\$"),
    )
