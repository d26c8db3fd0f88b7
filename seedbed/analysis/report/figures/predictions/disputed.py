"""The examples on which runs disagree, with their votes and, where known, their pictures."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedbed.analysis.findings.arm_findings import Disputed
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.style import (
    GREEN,
    INK,
    MUTED,
    VERMILLION,
    Picture,
    new_figure,
)
from seedbed.analysis.report.figures.predictions.classes import class_name
from seedbed.analysis.wording import one_line

MOST = 12
BARS = 3
"""Classes whose votes are shown below an example."""
Images = Mapping[int, npt.NDArray[np.generic]]


def disputed_picture(findings: Findings) -> Picture | None:
    """The most disputed examples of the best configuration."""
    arm = findings.best
    if arm is None or not arm.disputed:
        return None
    shown = arm.disputed[:MOST]
    names = [class_name(findings, index) for index in range(len(shown[0].votes))]
    n = sum(shown[0].votes)
    seen = "" if findings.images else " (their images were not available)"
    caption = (
        f"The {len(shown)} test examples on which the {n} runs of {one_line(arm.label, 80)} "
        f"disagree most{seen}. Above each its number and true class; below the runs that voted "
        "for each class, the true class in green. These examples make the runs differ; look "
        "whether their labels are right."
    )
    return Picture(
        "disputed",
        "Examples on which the runs disagree",
        caption,
        partial(draw_disputed, shown, names, findings.images),
    )


def draw_disputed(
    examples: Sequence[Disputed], names: Sequence[str], images: Images, width: float
) -> Figure:
    """Draw examples in a grid, each with its votes.

    All in one axes, because laying out dozens of them takes seconds. A cell is 1 wide and ``tall``
    high; its name stands at the top, its picture below, then one bar per class.

    Args:
        examples: What to draw.
        names: Names of the classes.
        images: Example → picture; may be empty.
        width: Width of the figure, inches.
    """
    columns = 6 if width > 5 else 3
    rows = -(-len(examples) // columns)
    tall = 1.75 if images else 0.9
    inch = width / columns
    figure = new_figure(width, inch * tall * rows + 0.1)
    axes = figure.add_subplot()
    axes.set_axis_off()
    for at, example in enumerate(examples):
        row, column = divmod(at, columns)
        top = row * tall
        title = f"#{example.example}: {one_line(names[example.label], 12)}"
        _text(axes, (column + 0.5, top + 0.12), title, fontsize=8, color=INK, ha="center")
        if images:
            _image(axes, images.get(example.example), column + 0.1, top + 0.24, 0.8)
        _votes(axes, example, names, column, top + (1.17 if images else 0.3))
    axes.set_xlim(0, columns)
    axes.set_ylim(rows * tall, 0)
    axes.set_aspect("auto")
    return figure


def _text(axes: Axes, place: tuple[float, float], text: str, **style: Any) -> None:
    axes.text(*place, text, va="center", parse_math=False, **style)


def _image(
    axes: Axes, image: npt.NDArray[np.generic] | None, left: float, top: float, side: float
) -> None:
    if image is not None:
        axes.imshow(
            np.squeeze(image),
            cmap="gray_r",
            interpolation="nearest",
            extent=(left, left + side, top + side, top),
            aspect="auto",
        )


def _votes(axes: Axes, example: Disputed, names: Sequence[str], left: float, top: float) -> None:
    """The classes with most votes as bars, the number of runs beside them."""
    order = sorted(range(len(names)), key=lambda c: (-example.votes[c], c))
    shown = [c for c in order if example.votes[c]][:BARS]
    for at, index in enumerate(shown):
        votes = example.votes[index]
        y = top + 0.19 * at
        name = f"{one_line(names[index], 8)} ({votes})"
        _text(axes, (left + 0.42, y), name, fontsize=7.5, color=MUTED, ha="right")
        colour = GREEN if index == example.label else VERMILLION
        share = votes / sum(example.votes)
        axes.barh(y, 0.5 * share, left=left + 0.46, color=colour, height=0.12)
