"""Small charts, drawn with Pillow: what a run's own pictures need, in a hundredth of a second each.

A run draws its pictures while a core waits for the next one, and matplotlib takes longer over them
than many runs take to record everything else; reports are drawn with it. Shapes are drawn at twice
the size and brought down, which smooths them; text is drawn at its own size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from math import ceil, floor, log10
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

BLUE, ORANGE = "#0072B2", "#D55E00"  # Okabe and Ito 2008: told apart by the colour-blind
GREY, GRID, INK = "#7f7f7f", "#e2e2e2", "#222222"
SMOOTH = 2
TEXT, SMALL, TITLE = 12, 11, 13
"""Heights of letters, pixels."""


@dataclass(frozen=True)
class Axis:
    """One axis of a panel.

    Attributes:
        label: What it shows, with its unit.
        low: Its lower end.
        high: Its upper end.
        ticks: Position and text of each tick.
    """

    label: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]


@cache
def font(height: int) -> "ImageFont.FreeTypeFont | ImageFont.ImageFont":
    """The font of all pictures, at a height in pixels."""
    spec = find_spec("matplotlib")
    places = list(spec.submodule_search_locations or []) if spec else []
    for place in places:
        path = Path(place) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if path.exists():
            return ImageFont.truetype(str(path), height, layout_engine=ImageFont.Layout.BASIC)
    return ImageFont.load_default(height)


def plain_axis(label: str, values: npt.ArrayLike, *, whole: bool = False) -> Axis:
    """An axis that holds the values, with round ticks; whole numbers only where asked."""
    found = np.asarray(values, dtype=np.float64)
    low, high = (float(found.min()), float(found.max())) if found.size else (0.0, 1.0)
    room = 0.05 * (high - low) or max(0.5, 0.05 * abs(high))
    low, high = low - room, high + room
    step = _round_step((high - low) / 6)
    if whole:
        step = max(1.0, float(ceil(step)))
    digits = max(0, -floor(log10(step) + 1e-9))
    if digits and round(step * 10**digits, 6) % 1:
        digits += 1
    numbers = np.arange(ceil(low / step), floor(high / step) + 1) * step
    return Axis(
        label, low, high, [(float(n), f"{n:.{digits}f}".replace("-", "−")) for n in numbers]
    )


def _round_step(wish: float) -> float:
    """1, 2 or 5 times a power of ten, at least as large as the wish."""
    power = 10.0 ** floor(log10(wish))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= wish * (1 - 1e-9))


class Chart:
    """A picture with a title and panels.

    Args:
        width: In pixels.
        height: In pixels.
        title: One line above it all; made smaller where it is too long.
    """

    def __init__(self, width: int, height: int, title: str) -> None:
        self._image = Image.new("RGB", (width * SMOOTH, height * SMOOTH), "white")
        self.draw = ImageDraw.Draw(self._image)
        self._texts: list[tuple[tuple[float, float], str, str, int, bool]] = []
        size = next((s for s in range(TITLE, 7, -1) if font(s).getlength(title) <= width - 16), 7)
        self.text((width / 2, 14), title, "mm", size)

    def text(
        self,
        at: tuple[float, float],
        words: str,
        anchor: str,
        size: int = TEXT,
        *,
        upright: bool = False,
    ) -> None:
        """Words at a place in pixels, with Pillow's anchor; or turned to read upwards, centred."""
        self._texts.append((at, words, anchor, size, upright))

    def write(self, path: str) -> None:
        """Write it as PNG."""
        image = self._image.reduce(SMOOTH)
        draw = ImageDraw.Draw(image)
        for at, words, anchor, size, upright in self._texts:
            if upright:
                _paste_upright(image, at, words, size)
            else:
                draw.text(at, words, INK, font(size), anchor)
        image.save(path, compress_level=4)


def _paste_upright(image: "Image.Image", at: tuple[float, float], words: str, size: int) -> None:
    left, top, right, bottom = font(size).getbbox(words)
    sheet = Image.new("L", (ceil(right - left), ceil(bottom - top)))
    ImageDraw.Draw(sheet).text((-left, -top), words, 255, font(size))
    turned = sheet.transpose(Image.Transpose.ROTATE_90)
    place = (round(at[0] - turned.width / 2), round(at[1] - turned.height / 2))
    image.paste(INK, (*place, place[0] + turned.width, place[1] + turned.height), turned)


class Panel:
    """Axes in a chart, and what is drawn between them.

    Args:
        chart: Where it is.
        box: Left, top, right and bottom of the space between the axes, pixels.
        x: The horizontal axis.
        y: The vertical axis.
    """

    def __init__(
        self, chart: Chart, box: tuple[float, float, float, float], x: Axis, y: Axis
    ) -> None:
        self._chart, self._box, self._x, self._y = chart, box, x, y
        left, top, right, bottom = box
        free_from = 0.0
        for value, words in x.ticks:
            at = self._across(value)
            self._stroke([(at, top), (at, bottom)], GRID, 1)
            half = font(SMALL).getlength(words) / 2
            if at - half > free_from:
                chart.text((at, bottom + 7), words, "ma", SMALL)
                free_from = at + half + 4
        for value, words in y.ticks:
            at = self._down(value)
            self._stroke([(left, at), (right, at)], GRID, 1)
            chart.text((left - 6, at), words, "rm", SMALL)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        self._stroke(corners, INK, 1)
        chart.text(((left + right) / 2, bottom + 25), x.label, "ma")
        widest = max((font(SMALL).getlength(words) for _, words in y.ticks), default=0)
        chart.text((left - 18 - widest, (top + bottom) / 2), y.label, "mm", upright=True)

    def line(
        self, xs: npt.ArrayLike, ys: npt.ArrayLike, colour: str, *, dots: bool = False
    ) -> None:
        """Draw a line through the points that are numbers, with dots if asked for."""
        x, y = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
        there = np.isfinite(x) & np.isfinite(y)
        across, down = map(self._across, x[there]), map(self._down, y[there])
        points = list(zip(across, down, strict=True))
        self._stroke(points, colour, 1.5)
        for at in points if dots else ():
            self._dot(at, 3, colour)

    def steps(self, xs: npt.ArrayLike, ys: npt.ArrayLike, colour: str) -> None:
        """A line that keeps each height until the next point."""
        x, y = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
        self.line(np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1], colour)

    def point(self, x: float, y: float, colour: str) -> None:
        """One large dot."""
        self._dot((self._across(x), self._down(y)), 5, colour)

    def upright(self, x: float) -> None:
        """A dotted line across the panel."""
        at, (_, top, _, bottom) = self._across(x), self._box
        for start in np.arange(top, bottom, 5):
            self._stroke([(at, start), (at, min(start + 2, bottom))], GREY, 1.2)

    def legend(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Names beside samples, in a row above the panel.

        Args:
            rows: Kind (``line``, ``dots``, ``dot`` or ``dotted``), colour and name of each.
        """
        left, top, right, _ = self._box
        widths = [34 + font(SMALL).getlength(name) for _, _, name in rows]
        x, y = (left + right - sum(widths) - 16 * (len(rows) - 1)) / 2, top - 13
        for (kind, colour, name), width in zip(rows, widths, strict=True):
            if kind == "dotted":
                for start in range(0, 28, 5):
                    self._stroke([(x + start, y), (x + start + 2, y)], colour, 1.2)
            elif kind != "dot":
                self._stroke([(x, y), (x + 28, y)], colour, 1.5)
            if kind in {"dot", "dots"}:
                self._dot((x + 14, y), 3 if kind == "dots" else 5, colour)
            self._chart.text((x + 34, y), name, "lm", SMALL)
            x += width + 16

    def _across(self, value: float) -> float:
        left, _, right, _ = self._box
        return left + (right - left) * (value - self._x.low) / (self._x.high - self._x.low)

    def _down(self, value: float) -> float:
        _, top, _, bottom = self._box
        return bottom - (bottom - top) * (value - self._y.low) / (self._y.high - self._y.low)

    def _stroke(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        big = [(x * SMOOTH, y * SMOOTH) for x, y in points]
        self._chart.draw.line(big, colour, round(width * SMOOTH), joint="curve")

    def _dot(self, at: tuple[float, float], radius: float, colour: str) -> None:
        x, y, r = at[0] * SMOOTH, at[1] * SMOOTH, radius * SMOOTH
        self._chart.draw.ellipse((x - r, y - r, x + r, y + r), colour)
