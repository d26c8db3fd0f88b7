"""How every picture looks, and how it becomes SVG or PNG.

Colours are those of Okabe & Ito (2008), told apart by the colour-blind. In SVG each becomes a CSS
variable, so that the page can change ink and paper in the dark.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedbed.analysis.report.figures.drawing.run_marks import unmarked

INK = "#1c2024"
MUTED = "#5d6670"
FAINT = "#9aa3ad"
GRID = "#e3e6ea"
PAPER = "#fefefe"
"""Behind labels, so that no grid line runs through them; as good as white."""

BLUE = "#0072b2"
VERMILLION = "#d55e00"
GREEN = "#009e73"
PURPLE = "#aa4499"
SKY = "#56b4e9"
AMBER = "#e69f00"

SERIES = (BLUE, VERMILLION, GREEN, PURPLE, AMBER, SKY)
DASHES: tuple[object, ...] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (5, 1.5, 1, 1.5)), "-", "--")

CSS_NAMES: Mapping[str, str] = {
    INK: "ink",
    MUTED: "muted",
    FAINT: "faint",
    GRID: "grid",
    PAPER: "paper",
    BLUE: "blue",
    VERMILLION: "vermillion",
    GREEN: "green",
    PURPLE: "purple",
    SKY: "sky",
    AMBER: "amber",
}

ON_PAPER: Mapping[str, object] = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
"""The box of a label that lies on the grid."""

WIDE = 7.2
"""Width of a picture on a desktop or on paper, inches."""
NARROW = 3.6
"""Width of a picture on a phone, inches."""
DPI = 160
LARGEST_SVG = 120_000
"""Bytes beyond which a picture goes into the page as PNG."""

STYLE: dict[Any, object] = {
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.6,
    "svg.fonttype": "none",
    "path.simplify": True,
}


@dataclass(frozen=True)
class Picture:
    """One picture of the report.

    Attributes:
        name: Stem of its file name.
        title: Heading above it.
        caption: What to see in it, with units and n.
        draw: Width in inches → the figure.
    """

    name: str
    title: str
    caption: str
    draw: Callable[[float], Figure]


@contextmanager
def styled() -> Iterator[None]:
    """The report's look, and nobody else's settings changed."""
    with mpl.rc_context(STYLE):
        yield


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, in inches, that belongs to no window and no pyplot."""
    return Figure(figsize=(width, height))


def percent_axis(axes: Axes, *, which: str = "x", grid: bool = True) -> None:
    """Write the ticks of an axis of percent without needless digits."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(lambda value, _: f"{value:.10g}".replace("-", "−"))
    if grid:
        axis.grid(visible=True)


@dataclass(frozen=True)
class Rendered:
    """A picture in all forms that a report needs.

    Attributes:
        picture: What was drawn.
        wide: ``<svg>`` element for paper and desktop.
        narrow: ``<svg>`` element for a phone.
        png: The wide one on white paper.
    """

    picture: Picture
    wide: str
    narrow: str
    png: bytes


def render(picture: Picture) -> Rendered:
    """Draw a picture wide and narrow; equal findings give equal bytes."""
    with styled():
        figure = picture.draw(WIDE)
        wide = _svg(figure, picture.name, grow=1.12)
        figure.set_layout_engine("none")  # the places found for the SVG serve the PNG as well
        drawn = as_png(figure)
        narrow = _svg(picture.draw(NARROW), f"{picture.name}-narrow", grow=1.4)
    return Rendered(picture, wide, narrow, drawn)


def png(picture: Picture, width: float) -> bytes:
    """The picture on white paper, in a width in inches."""
    with styled():
        return as_png(picture.draw(width))


def as_png(figure: Figure) -> bytes:
    """The figure on white paper, as PNG; equal figures give equal bytes."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, facecolor="white", metadata={"Software": ""})
    return buffer.getvalue()


def save(figure: Figure, file: Path) -> None:
    """Save a figure as PNG, SVG or PDF, by the file's ending; equal figures give equal bytes.

    PNG is on white paper, SVG and PDF are transparent; PDF embeds its fonts as TrueType.
    """
    kind = file.suffix.lower()[1:]
    if kind == "png":
        file.write_bytes(as_png(figure))
        return
    unmarked(figure)
    dateless = {"Date": None} if kind == "svg" else {"CreationDate": None}
    with mpl.rc_context({**STYLE, "pdf.fonttype": 42, "svg.hashsalt": file.stem}):
        figure.savefig(file, format=kind, metadata=dateless)


def _svg(figure: Figure, salt: str, grow: float) -> str:
    """An ``<svg>`` element with CSS variables for colours and ids that start with ``salt``."""
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": salt, "svg.id": salt}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{salt}-', text)
    text = re.sub(r'(href="#|url\(#)', rf"\g<1>{salt}-", text)
    text = re.sub(r"\bfont: ([\d.]+px)[^;\"]*", r"font-size: \1", text)
    text = re.sub(r"font-family: [^;\"]*;? ?", "", text)  # the page has one for all
    text = re.sub(r' transform="rotate\(-?0 [^)]*\)"', "", text)
    text = re.sub(r'<g id="[^"]*-text_\d+">\s*(<text[^\n]*</text>)\s*</g>', r"\1", text)
    text = re.sub(r"<[^>]*>", _coarse, text)
    text = _sized(text, grow)
    for colour, name in CSS_NAMES.items():
        text = text.replace(colour, f"var(--{name})")
    return re.sub(r"\n\s*", "\n", text)


def _coarse(tag: re.Match[str]) -> str:
    """A tag whose places are rounded to a hundredth of a point, which is fine enough."""
    return re.sub(r"(\d\.\d\d)\d+", r"\1", tag.group())


def _sized(text: str, grow: float) -> str:
    """As wide as its column, at most ``grow`` times what was drawn, in CSS pixels."""
    found = re.match(r"<svg[^>]*>", text)
    width = re.search(r'\bwidth="([\d.]+)pt"', text)
    if found is None or width is None:
        return text
    opening = re.sub(r' (width|height|version|xmlns:xlink)="[^"]*"', "", found.group())
    limit = round(float(width.group(1)) * 4 / 3 * grow)
    opening = opening[:-1] + f' style="max-width:{limit}px">'
    return opening + text[found.end() :].replace("xlink:href", "href")
