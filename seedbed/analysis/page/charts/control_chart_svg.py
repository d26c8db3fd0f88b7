"""A control chart as SVG: the nights' means above, how far they have drifted below.

Colours are classes, which the page's style sheet sets for light and dark.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from seedbed.analysis.findings.night_series import SHORT, Night, NightSeries
from seedbed.analysis.page.charts.svg import dot, line, linked, path, picture, text
from seedbed.analysis.wording import fixed, one_line, percent

WIDE, NARROW = 720, 340
MARGIN_LEFT, MARGIN_RIGHT = 52, 14
TOP, MEANS, GAP, DRIFT, BOTTOM = 18, 150, 34, 90, 26
HEIGHT = TOP + MEANS + GAP + DRIFT + BOTTOM
LABEL = 78
"""Width of a date below the chart, in its own units."""


@dataclass(frozen=True)
class Axis:
    """Values to heights: ``low`` stands at ``bottom``, ``high`` at ``top``."""

    low: float
    high: float
    top: float
    bottom: float

    def at(self, value: float) -> float:
        """Height of a value."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


def chart(series: NightSeries, width: int) -> Markup:
    """The chart of one series; the dot of a night opens its sweep's page from the first page.

    Args:
        series: Its nights.
        width: ``WIDE`` or ``NARROW``; the page shows the one that fits.
    """
    nights = series.nights
    room = width - MARGIN_LEFT - MARGIN_RIGHT
    step = room / len(nights)
    across = [MARGIN_LEFT + step * (at + 0.5) for at in range(len(nights))]
    parts = [*_means(nights, across, width), *_drift(nights, across, width)]
    parts += _days(nights, across, step)
    said = f"Control chart of {series.name}. {series.words}"
    return picture(width, HEIGHT, said, parts, role="group")


def _means(nights: Sequence[Night], across: Sequence[float], width: int) -> list[Markup]:
    ends = [v for n in nights for v in (n.low, n.high, n.mean) if v is not None]
    axis = _axis(min(ends), max(ends), TOP, TOP + MEANS)
    parts = [text(MARGIN_LEFT, TOP - 6, "mean accuracy of the night, 95 % interval", "title")]
    parts += grid(axis, width)
    dots = []
    for night, x in zip(nights, across, strict=True):
        y = axis.at(night.mean)
        kind = "dot alarm" if night.alarm else "dot"
        if night.low is not None and night.high is not None:
            parts.append(line(x, axis.at(night.low), x, axis.at(night.high), "bar"))
        said = f"{night.day}: {percent(night.mean)}" + _alarm(night)
        address = f"sweep/{quote(night.experiment_id, safe='')}/{quote(night.run_id, safe='')}/"
        dots.append(linked(said, address, dot(x, y, 4, kind)))
    return [*parts, *dots]


def _alarm(night: Night) -> str:
    return f". {one_line(night.alarm, SHORT)}" if night.alarm else ""


def _drift(nights: Sequence[Night], across: Sequence[float], width: int) -> list[Markup]:
    top = TOP + MEANS + GAP
    parts = [text(MARGIN_LEFT, top - 6, "drift (EWMA), alarm beyond the dashed line", "title")]
    charted = [
        (x, night.ewma, night.limit, night.alarm)
        for x, night in zip(across, nights, strict=True)
        if night.ewma is not None and night.limit is not None
    ]
    reach = max([1.0, *(max(abs(ewma), limit) for _, ewma, limit, _ in charted)]) * 1.08
    axis = Axis(-reach, reach, top, top + DRIFT)
    parts += _line_of_grid(axis.at(0), width, "0")
    for sign in (1, -1):
        parts.append(path([(x, axis.at(sign * limit)) for x, _, limit, _ in charted], "limit"))
    parts.append(path([(x, axis.at(ewma)) for x, ewma, _, _ in charted], "ewma"))
    for x, ewma, _, alarm in charted:
        parts.append(dot(x, axis.at(ewma), 3, "small alarm" if alarm else "small"))
    return parts


def _days(nights: Sequence[Night], across: Sequence[float], step: float) -> list[Markup]:
    """As many dates as have room; the newest is always there."""
    every = max(1, int(-(-LABEL // step)))
    last = len(nights) - 1
    return [
        text(x, HEIGHT - 8, night.day[-5:] if step < LABEL else night.day, "day")
        for at, (night, x) in enumerate(zip(nights, across, strict=True))
        if (last - at) % every == 0
    ]


def _axis(low: float, high: float, top: float, bottom: float) -> Axis:
    room = max((high - low) * 0.08, 0.0005)
    return share_axis(low - room, high + room, top, bottom)


def share_axis(low: float, high: float, top: float, bottom: float) -> Axis:
    """The axis of shares, which does not go on below 0 and beyond 1 unless they do."""
    inside = low < 1 and high > 0
    return (
        Axis(max(low, 0.0), min(high, 1.0), top, bottom) if inside else Axis(low, high, top, bottom)
    )


def grid(axis: Axis, width: int, text_of: Callable[[float], str] | None = None) -> list[Markup]:
    """Lines at an axis' ends and middle, with their values.

    Args:
        axis: The axis.
        width: Of the picture.
        text_of: Writes a value; None for fractions, written in percent.
    """
    parts = []
    for value in (axis.low, (axis.low + axis.high) / 2, axis.high):
        label = text_of(value) if text_of else f"{fixed(100 * value, 1)} %"
        parts += _line_of_grid(axis.at(value), width, label)
    return parts


def _line_of_grid(y: float, width: int, label: str) -> list[Markup]:
    return [
        line(MARGIN_LEFT, y, width - MARGIN_RIGHT, y, "grid"),
        text(MARGIN_LEFT - 6, y + 4, label, "tick"),
    ]
