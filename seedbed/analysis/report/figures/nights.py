"""The control chart of a series of nights: their means, and how far the mean has drifted."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedbed.analysis.findings.night_series import Night, NightSeries
from seedbed.analysis.report.figures.drawing.run_marks import mark_runs
from seedbed.analysis.report.figures.drawing.style import (
    BLUE,
    FAINT,
    MUTED,
    PAPER,
    VERMILLION,
    Picture,
    new_figure,
    percent_axis,
)
from seedbed.analysis.wording import count, one_line

DATE = 0.95
"""Inches that a date needs on the axis."""


def nights_picture(series: NightSeries | None) -> Picture | None:
    """The control chart; None for a sweep that is no night of a series."""
    if series is None:
        return None
    nights = series.nights
    said = [
        f"Top: the mean test accuracy of each of {count(len(nights), 'night')} of "
        f"the series {one_line(series.name, 40)}{_with_intervals(nights)}.",
    ]
    if any(night.ewma is not None for night in nights):
        said.append(
            "Bottom: the moving mean (EWMA) of how far each night lies from the nights before it, "
            "in standard deviations. Dashed: its limits, which it reaches by chance once in about "
            "370 nights without a change. A night beyond a limit raises no alarm while an earlier "
            "one lasts, or if it lies just beyond: alarms allow for the charts of spread and run "
            "time."
        )
    if any(night.alarm for night in nights):
        said.append("Orange diamond: a night with an alarm, whatever it was raised for.")
    if not all(night.judged for night in nights):
        said.append("Ring: not judged yet.")
    if series.without:
        said.append(f"{count(series.without, 'night')} without a result left out.")
    return Picture(
        "nights", "Night after night", " ".join(said), partial(draw_nights, series.nights)
    )


def _with_intervals(nights: Sequence[Night]) -> str:
    having = sum(night.low is not None and night.high is not None for night in nights)
    if not having:
        return ""
    return ", with its 95 % interval" + ("" if having == len(nights) else " where it has one")


def draw_nights(nights: Sequence[Night], width: float) -> Figure:
    """Draw the means, and below them the moving mean with its limits if there is one.

    Args:
        nights: Oldest first.
        width: Inches.
    """
    charted = any(night.ewma is not None for night in nights)
    figure = new_figure(width, 4.1 if charted else 2.5)
    panels = 2 if charted else 1
    ratios = (1.5, 1.0)[:panels]
    every = figure.subplots(panels, sharex=True, squeeze=False, height_ratios=ratios).flat
    _means(every[0], nights)
    if charted:
        _drift(every[1], nights)
    _dates(every[panels - 1], nights, width)
    return figure


def _means(axes: Axes, nights: Sequence[Night]) -> None:
    for at, night in enumerate(nights):
        if night.low is not None and night.high is not None:
            ends = [100 * night.low, 100 * night.high]
            axes.plot([at, at], ends, color=FAINT, lw=1.4, solid_capstyle="butt", zorder=1)
    _dots(axes, nights, lambda night: 100 * night.mean)
    axes.set_title("Mean test accuracy of the night")
    axes.set_ylabel("percent")
    axes.margins(y=0.1)
    percent_axis(axes, which="y")


def _drift(axes: Axes, nights: Sequence[Night]) -> None:
    places = range(len(nights))
    limits = [math.nan if night.limit is None else night.limit for night in nights]
    for sign in (1, -1):
        axes.plot(places, [sign * limit for limit in limits], color=MUTED, lw=1.2, ls=(0, (4, 2)))
    axes.plot(places, [_ewma(night) for night in nights], color=BLUE, lw=1.2, zorder=1.5)
    _dots(axes, nights, _ewma)
    axes.set_title("Drift of the mean, with its limits")
    axes.set_ylabel("sd")
    axes.margins(y=0.12)
    percent_axis(axes, which="y")


def _ewma(night: Night) -> float:
    return math.nan if night.ewma is None else night.ewma


def _dots(axes: Axes, nights: Sequence[Night], height: Callable[[Night], float]) -> None:
    """A mark for each night: a dot, a diamond for an alarm, a ring where it is not judged."""
    kinds: dict[str, list[int]] = {"o": [], "D": [], "ring": []}
    for at, night in enumerate(nights):
        if math.isfinite(height(night)):
            kinds["D" if night.alarm else "o" if night.judged else "ring"].append(at)
    for kind, places in kinds.items():
        heights = [height(nights[at]) for at in places]
        if kind == "ring":
            (drawn,) = axes.plot(places, heights, "o", ms=6, mfc=PAPER, mec=BLUE, mew=1.3)
        else:
            colour = VERMILLION if kind == "D" else BLUE
            (drawn,) = axes.plot(places, heights, kind, ms=7 if kind == "D" else 5, color=colour)
            drawn.set_markeredgewidth(0)
        mark_runs(drawn, [nights[at].run_id for at in places])


def _dates(axes: Axes, nights: Sequence[Night], width: float) -> None:
    """As many dates as have room; the newest is always there."""
    room = max(1, int((width - 0.9) / DATE))
    step = max(1, math.ceil(len(nights) / room))
    places = list(range(len(nights) - 1, -1, -step))[::-1]
    axes.set_xticks(places, [one_line(nights[at].day, 15) for at in places], parse_math=False)
    pad = max(0.5, 0.03 * len(nights))  # half a mark
    axes.set_xlim(-pad, len(nights) - 1 + pad)
