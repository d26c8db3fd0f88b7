"""The examples on which runs disagree, with their votes and, where known, their pictures."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.report.figures.classes import class_name
from analysis.report.figures.style import GREEN, INK, MUTED, VERMILLION, Picture, new_figure
from analysis.report.findings import Disputed, Findings
from analysis.report.wording import one_line

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
    seen = "" if findings.images else " (pictures of them were not at hand)"
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
    """Draw examples in a grid, each with its votes."""
    columns = 6 if width > 5 else 3
    rows = -(-len(examples) // columns)
    tall = 1.75 if images else 0.95
    figure = new_figure(width, tall * rows + 0.1)
    heights = [1.0, 0.75] if images else [1.0]
    grid = figure.add_gridspec(rows, columns, wspace=0.08, hspace=0.1)
    for at, example in enumerate(examples):
        cell = grid[divmod(at, columns)].subgridspec(len(heights), 1, height_ratios=heights)
        title = f"#{example.example}: {one_line(names[example.label], 12)}"
        top = figure.add_subplot(cell[0])
        top.set_title(title, fontsize=8, fontweight="normal", color=INK, parse_math=False)
        if images:
            _image(top, images.get(example.example))
            _votes(figure.add_subplot(cell[1]), example, names)
        else:
            _votes(top, example, names)
    return figure


def _image(axes: Axes, image: npt.NDArray[np.generic] | None) -> None:
    axes.set_axis_off()
    if image is not None:
        axes.imshow(np.squeeze(image), cmap="gray_r", interpolation="nearest")


def _votes(axes: Axes, example: Disputed, names: Sequence[str]) -> None:
    """The classes with most votes as bars, the number of runs beside them."""
    order = sorted(range(len(names)), key=lambda c: (-example.votes[c], c))
    shown = [c for c in order if example.votes[c]][:BARS]
    for at, index in enumerate(shown):
        colour = GREEN if index == example.label else VERMILLION
        axes.barh(at, example.votes[index], color=colour, height=0.62)
        axes.annotate(
            f"{one_line(names[index], 8)} ({example.votes[index]})",
            (-0.04, at),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="center",
            fontsize=7.5,
            color=MUTED,
            parse_math=False,
        )
    axes.set_ylim(BARS - 0.4, -0.6)
    axes.set_xlim(0, sum(example.votes))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
