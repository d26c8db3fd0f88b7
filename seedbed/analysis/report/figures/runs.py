"""Every run as a dot, by configuration, with mean, interval and next run."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedbed.analysis.findings.arm_findings import Arm
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.findings.run_findings import RunScore
from seedbed.analysis.report.figures.drawing.fitting import EDGE, with_runs
from seedbed.analysis.report.figures.drawing.row_chart import row_name
from seedbed.analysis.report.figures.drawing.row_grid import PUBLISHED, row_grid, row_line
from seedbed.analysis.report.figures.drawing.run_marks import dot_key, mark_runs
from seedbed.analysis.report.figures.drawing.style import (
    BLUE,
    FAINT,
    INK,
    MUTED,
    NARROW,
    VERMILLION,
    Picture,
    new_figure,
)
from seedbed.analysis.report.run_words import seed_words
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.wording import count, one_line, percent

ROW = 0.62
"""Height of one configuration, inches, while there are few."""
MANY = 6
"""From so many configurations on, short names stand beside the rows, which are set closer."""
CLOSE = 0.42
BESIDE = 34
"""Letters of a name that fit beside a row."""
BAND = (-0.24, 0.47)
JITTER = 0.16
MARK = 0.15
"""How far below its run the triangle of the lowest one stands."""


def runs_picture(findings: Findings) -> Picture:
    """Every run as a dot."""
    arms = [arm for arm in findings.arms if arm.dots]
    unusual = sum(dot.unusual for arm in arms for dot in arm.dots)
    each, drawn = _drawn(findings, sum(len(arm.dots) for arm in arms))
    caption = (
        f"One dot is the {findings.number.name} of one {each} ({drawn}). The vertical tick is the "
        "mean of a configuration and the thick bar its 95 % interval; the thin bar holds the next "
        "run with 95 % probability."
    )
    if findings.duels:
        caption += " Bars that overlap say little: compare by the differences further down."
    others = sum(len(arm.others) for arm in arms)
    if others:
        caption += (
            f" Small ring: {count(others, 'run')} of the attribution plan that share seeds with "
            "the dots and are in no bar."
        )
    if unusual:
        caption += f" {count(unusual, 'run')} far from the others: ring."
    figures = {arm.published.published for arm in arms if arm.published is not None}
    published = figures.pop() if figures else None
    if published is not None:
        caption += f" Dashed: the published figure, {percent(published)}."
    lowest = findings.worst[1] if findings.worst else None
    number = findings.number
    if lowest is not None:
        caption += f" Triangle: the {number.worst_run}, {seed_words(findings, lowest)}."
    return Picture(
        "runs",
        "Every run",
        caption,
        lambda width: draw_runs(arms, width, published, lowest, number=number),
    )


def _drawn(findings: Findings, dots: int) -> tuple[str, str]:
    """What a dot stands for, and how many there are."""
    lost = findings.counts.without_result
    if findings.trains_several:
        drawn = f"{count(dots, 'training')} of {count(findings.counts.finished, 'run')}"
        return "training", f"{drawn}; {count(lost, 'more run')} gave no result" if lost else drawn
    drawn = count(dots, "run")
    return "run", f"{drawn}; {lost} more gave no result" if lost else drawn


def draw_runs(
    arms: Sequence[Arm],
    width: float,
    published: float | None = None,
    lowest: RunScore | None = None,
    *,
    number: DecidingNumber = TEST_ACCURACY,
) -> Figure:
    """Draw the dots of some configurations.

    Args:
        arms: Configurations with at least one run each.
        width: Width of the figure, inches.
        published: A published accuracy to mark, a fraction.
        lowest: The run to mark as the worst.
        number: What stands for each run.
    """
    names = [with_runs(arm.label, len(arm.dots), width - EDGE) for arm in arms]
    beside = len(arms) >= MANY and width >= 2 * NARROW and max(map(len, names)) <= BESIDE
    row = CLOSE if beside else ROW
    figure = new_figure(width, 0.75 + row * len(arms))
    axes = figure.add_subplot()
    for index, arm in enumerate(arms):
        if not beside:
            row_name(axes, names[index], index - 0.4)
        _bars(axes, arm, index, lowest, number.scale)
    axes.set_ylim(len(arms) - 0.4, -0.5 if beside else -0.75)
    axes.set_yticks([])
    if beside:
        places = [index + 0.1 for index in range(len(arms))]
        axes.set_yticks(places, names, parse_math=False, color=INK, fontsize=8.5)
        axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(
        f"{one_line(number.name, 50)} of a run{' (percent)' if number.is_share else ''}"
    )
    axes.margins(x=0.04)
    if published is not None:
        axes.update_datalim([(100 * published, 0.0)])
        axes.autoscale_view(scaley=False)
    band = (-0.5, 0.5) if beside else BAND
    row_grid(axes, len(arms), band, width)
    if published is not None:
        row_line(axes, 100 * published, len(arms), band, PUBLISHED)
    if len(arms) > MANY:
        axes.tick_params(labeltop=True)
    return figure


def _bars(axes: Axes, arm: Arm, at: int, lowest: RunScore | None, scale: float) -> None:
    """One configuration: its dots and its bars."""
    accuracy = scale * np.array([dot.accuracy for dot in arm.dots])
    offsets = at - 0.06 + JITTER * spread_out(accuracy)
    dots = axes.plot(accuracy, offsets, "o", ms=5, color=BLUE, alpha=0.75, mew=0)
    mark_runs(dots[0], [dot_key(dot.run_id, arm.label) for dot in arm.dots])
    if arm.others:
        sharing = scale * np.array([dot.accuracy for dot in arm.others])
        heights = at - 0.06 + JITTER * spread_out(sharing)
        rings = axes.plot(sharing, heights, "o", ms=3.5, mfc="none", mec=MUTED, mew=0.7)
        mark_runs(rings[0], [dot_key(dot.run_id, arm.label) for dot in arm.others])
    every = [*zip(arm.dots, accuracy, offsets, strict=True)]
    if arm.others:
        every += zip(arm.others, sharing, heights, strict=True)
    for score, height in [(x, y) for dot, x, y in every if dot is lowest]:
        axes.plot([score], [height + MARK], "^", ms=6, color=INK, mew=0)
    odd = [index for index, dot in enumerate(arm.dots) if dot.unusual]
    axes.plot(accuracy[odd], offsets[odd], "o", ms=10, mfc="none", mec=VERMILLION, mew=1.4)
    if arm.spread is None:
        return
    following, middle = (_scaled(one, scale) for one in (arm.spread.next_run, arm.spread.mean))
    _bar(axes, following, at + 0.3, width=1.2, colour=FAINT, caps=True)
    _bar(axes, middle, at + 0.3, width=4.5, colour=MUTED)
    mean = scale * arm.spread.mean.value
    axes.plot([mean, mean], [at + 0.18, at + 0.42], color=INK, lw=2, solid_capstyle="butt")


def _scaled(estimate: Estimate, scale: float) -> tuple[float, float] | None:
    """The ends of an interval in the unit of the axis; None without one."""
    if estimate.low is None or estimate.high is None:
        return None
    return scale * estimate.low, scale * estimate.high


def _bar(
    axes: Axes,
    ends: tuple[float, float] | None,
    y: float,
    *,
    width: float,
    colour: str,
    caps: bool = False,
) -> None:
    if ends is None:
        return
    low, high = ends
    axes.plot([low, high], [y, y], color=colour, lw=width, solid_capstyle="butt")
    if caps:
        for end in (low, high):
            axes.plot([end, end], [y - 0.07, y + 0.07], color=colour, lw=width)


def spread_out(values: np.ndarray) -> np.ndarray:
    """Offsets in -1 … 1 that keep neighbours apart, the same at each drawing.

    Args:
        values: ``[run]``.

    Returns:
        ``[run]``; neighbours in value go to different heights.
    """
    steps = np.array([0.0, -0.8, 0.8, -0.4, 0.4]) if len(values) > 1 else np.array([0.0])
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return np.asarray(steps[ranks % len(steps)])
