"""Pairs of configurations: each difference by seed, its mean and its interval."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedbed.analysis.findings.arm_findings import PairwiseComparison
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.fitting import EDGE, fitting
from seedbed.analysis.report.figures.drawing.row_grid import row_grid
from seedbed.analysis.report.figures.drawing.run_marks import mark_runs, pair_key
from seedbed.analysis.report.figures.drawing.style import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    VERMILLION,
    Picture,
    new_figure,
)
from seedbed.analysis.report.figures.runs import JITTER, spread_out
from seedbed.analysis.wording import one_line

MOST = 12
"""Comparisons in one picture."""
ROW = 0.72
"""Height of one comparison, inches."""
BAND = (-0.3, 0.42)
VERDICT = 0.9
"""Inches for the verdict, at the right of a name."""
FARTHEST = 100.0
"""Largest difference that two accuracies can have, percentage points."""
COLOURS = {"different": VERMILLION, "equivalent": GREEN, "undecided": MUTED}


def differences_picture(findings: Findings) -> Picture | None:
    """The differences between configurations."""
    having = [duel for duel in findings.duels if duel.comparison.difference.low is not None]
    if not having:
        return None
    shown = having[:MOST]
    names = [findings.pair(duel) for duel in shown]
    runs = [[pair_key(a.run_id, b.run_id) for a, b in findings.pairs_of(duel)] for duel in shown]
    by_seed = "One dot is the difference at one common seed. " if shown[0].seeds else ""
    holm = len(findings.duels) > 1
    number = findings.number
    worse = ", which is worse" if number.lower_is_better else ""
    caption = (
        f"Difference in {number.name}{', percentage points' if number.is_share else ''}; right of "
        f"zero the first-named scores higher{worse}. {by_seed}Vertical tick: mean; bar: 95 % "
        "interval of this one comparison."
    )
    if any(duel.comparison.margin for duel in shown):
        caption += " Grey field: the margin within which two configurations count as equivalent."
    if holm:
        caption += (
            f" The verdict is after Holm's correction for {len(findings.duels)} comparisons, so it "
            "can be undecided although a bar misses zero."
        )
    ends = [end for duel in shown for end in _ends(duel)]
    if number.is_share and max(map(abs, ends), default=0.0) > FARTHEST:
        caption += " Bars continue beyond the edge, where no difference of two accuracies can lie."
    if len(shown) < len(having):
        caption += f" The {len(shown)} clearest are drawn."
    if len(having) < len(findings.duels):
        caption += " Pairs whose runs are too few for an interval are not drawn."
    return Picture(
        "differences",
        "Differences",
        caption,
        lambda width: draw_differences(shown, names, width, runs, number=number),
    )


def _ends(duel: PairwiseComparison) -> list[float]:
    """The interval's ends, percentage points; none without one."""
    found = duel.comparison.difference
    return [100 * end for end in (found.low, found.high) if end is not None]


def draw_differences(
    duels: Sequence[PairwiseComparison],
    names: Sequence[str],
    width: float,
    runs: Sequence[Sequence[str]] = (),
    *,
    number: DecidingNumber = TEST_ACCURACY,
) -> Figure:
    """Draw comparisons that have an interval, one below the other, under their names.

    Args:
        duels: The comparisons.
        names: What stands above each.
        width: Width of the figure, inches.
        runs: ``[comparison][pair]`` key of the pair's two runs, for the page to name them.
        number: What stands for each run.
    """
    figure = new_figure(width, 0.7 + ROW * len(duels))
    axes = figure.add_subplot()
    for at, duel in enumerate(duels):
        name = fitting(names[at], width - EDGE - VERDICT)
        _row(axes, duel, at, name, runs[at] if runs else (), scale=number.scale)
    axes.set_ylim(len(duels) - 0.42, -0.72)
    axes.update_datalim([(0.0, 0.0)])
    axes.autoscale_view(scaley=False)
    low, high = axes.get_xlim()
    if number.is_share:
        axes.set_xlim(max(low, -FARTHEST), min(high, FARTHEST))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    unit = " (percentage points)" if number.is_share else ""
    axes.set_xlabel(f"difference in {one_line(number.name, 50)}{unit}")
    row_grid(axes, len(duels), BAND, width, zero=True)
    return figure


def _row(
    axes: Axes,
    duel: PairwiseComparison,
    at: int,
    name: str,
    runs: Sequence[str] = (),
    *,
    scale: float = 100.0,
) -> None:
    colour = COLOURS[duel.verdict.verdict]
    place: dict[str, Any] = {
        "xycoords": ("axes fraction", "data"),
        "va": "center",
        "fontsize": 8.5,
    }
    axes.annotate(name, (0, at - 0.44), color=INK, parse_math=False, in_layout=False, **place)
    axes.annotate(duel.verdict.verdict, (1, at - 0.44), color=colour, ha="right", **place)
    if duel.comparison.margin:
        margin = scale * duel.comparison.margin
        axes.fill_between(
            [-margin, margin], [at - 0.28] * 2, [at + 0.36] * 2, color=GRID, alpha=0.8, lw=0
        )
    differences = scale * np.array(duel.differences)
    heights = at - 0.08 + JITTER * 0.8 * spread_out(differences)
    dots = axes.plot(differences, heights, "o", ms=5, mew=0, color=BLUE, alpha=0.75)
    if runs:
        mark_runs(dots[0], runs)
    found = duel.comparison.difference
    if found.low is None or found.high is None:
        return
    ends = [scale * found.low, scale * found.high]
    axes.plot(ends, [at + 0.22] * 2, color=colour, lw=4, solid_capstyle="butt", alpha=0.85)
    mean = scale * found.value
    axes.plot([mean] * 2, [at + 0.1, at + 0.34], color=INK, lw=2, solid_capstyle="butt")
