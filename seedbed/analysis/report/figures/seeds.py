"""Interval width against the number of seeds: what more runs would buy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from seedbed.analysis.findings.arm_findings import PairwiseComparison
from seedbed.analysis.findings.findings import Findings
from seedbed.analysis.report.figures.drawing.fitting import EDGE, HANDLE, fitting
from seedbed.analysis.report.figures.drawing.style import (
    BLUE,
    DASHES,
    FAINT,
    INK,
    VERMILLION,
    Picture,
    new_figure,
    percent_axis,
)
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import sd_interval
from seedbed.analysis.statistics.stopping.plan import half_width
from seedbed.analysis.wording import count

FEWEST, MOST = 3, 200


@dataclass(frozen=True)
class Line:
    """One curve of the picture.

    Attributes:
        label: What it is the interval of.
        sd: Standard deviation that one seed contributes, with its interval.
        now: Seeds at hand.
        colour: Its colour.
    """

    label: str
    sd: Estimate
    now: int
    colour: str


def seeds_picture(findings: Findings) -> Picture | None:
    """How narrow the intervals become with more seeds."""
    lines = _lines(findings)
    if not lines:
        return None
    duel = _open_duel(findings)
    advice = duel.comparison.n_a + duel.more_seeds if duel and duel.more_seeds else None
    caption = (
        "Half the width of a 95 % interval, percentage points, against the number of seeds, if the "
        "standard deviation seen so far is the true one; the band shows how uncertain that sd "
        f"itself is{' (of the difference)' if len(lines) > 1 else ''}. Dot: the current number "
        "of seeds."
    )
    if duel and advice:
        caption += (
            f" Dotted: {count(advice, 'seed')} per configuration, which would confirm the "
            "difference seen with a chance of 80 %."
        )
    return Picture(
        "seeds",
        "What more seeds would buy",
        caption,
        lambda width: draw_seeds(lines, advice if advice and advice <= MOST else None, width),
    )


def _open_duel(findings: Findings) -> PairwiseComparison | None:
    """The clearest comparison that is still undecided, else the clearest one."""
    having = [duel for duel in findings.duels if len(duel.differences) > 1]
    having = [duel for duel in having if np.ptp(duel.differences) > 0]
    return next(
        (duel for duel in having if duel.verdict.verdict == "undecided"),
        having[0] if having else None,
    )


def _lines(findings: Findings) -> list[Line]:
    arms = [
        arm
        for arm in findings.arms
        if arm.spread is not None and arm.spread.sd is not None and arm.spread.sd.low is not None
    ]
    lines = []
    if arms:
        best = max(arms, key=lambda arm: arm.spread.mean.value if arm.spread else 0)
        if best.spread is not None and best.spread.sd is not None:
            label = f"mean of {best.label}" if len(findings.arms) > 1 else "mean"
            lines.append(Line(label, best.spread.sd, len(best.dots), BLUE))
    duel = _open_duel(findings)
    if duel is not None:
        label = f"difference {findings.pair(duel)}"
        spread = sd_interval(duel.differences)
        lines.append(Line(label, spread, len(duel.differences), VERMILLION))
    return lines


def draw_seeds(lines: Sequence[Line], advice: int | None, width: float) -> Figure:
    """Draw the curves; ``advice`` is the number of seeds to mark."""
    last = min(MOST, max(30, 3 * max(line.now for line in lines), int(1.2 * (advice or 0))))
    seeds = np.arange(FEWEST, last + 1)
    figure = new_figure(width, 2.7 if width > 5 else 3.0)
    axes = figure.add_subplot()
    top = 0.0
    for index, line in enumerate(lines):
        unit = np.array([half_width(int(n), 1.0) for n in seeds])
        if line is lines[-1] and line.sd.low is not None and line.sd.high is not None:
            band = (100 * line.sd.low * unit, 100 * line.sd.high * unit)
            axes.fill_between(seeds, *band, color=line.colour, alpha=0.12, lw=0)
        curve = 100 * line.sd.value * unit
        axes.plot(
            seeds,
            curve,
            color=line.colour,
            linestyle=DASHES[index],
            label=fitting(line.label, width - EDGE - HANDLE).replace("$", r"\$"),
        )
        top = max(top, float(curve.max()))
        if line.now >= FEWEST:
            here = 100 * line.sd.value * half_width(line.now, 1.0)
            axes.plot([line.now], [here], "o", color=line.colour, ms=7)
    if advice is not None:
        axes.axvline(advice, color=INK, lw=1.2, linestyle=(0, (1.5, 2)))
    axes.axhline(0, color=FAINT, lw=0.8)
    axes.set_ylim(0, 1.08 * top)
    axes.set_xlim(FEWEST - 0.5, last)
    axes.set_xlabel("seeds per configuration")
    axes.set_ylabel("± points")
    percent_axis(axes, which="y")
    figure.legend(loc="outside upper left", handlelength=2.4, borderpad=0)
    return figure
