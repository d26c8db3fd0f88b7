"""Words that fit into a width: names of configurations in pictures and their legends."""

from collections.abc import Sequence
from functools import cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from seedbed.analysis.wording import one_line

LETTERS = 8.5
"""Size of names, points."""
EDGE = 0.26
"""Inches that stay free beside a name."""
HANDLE = 0.62
"""Inches of a legend's line and of the gap to the next entry."""
LEGEND_ROW = 0.22
"""Height of a row of a legend, inches."""
LONGEST = 200


@cache
def _font(size: float, bold: bool) -> FontProperties:
    weight = "bold" if bold else "normal"
    return FontProperties(family="DejaVu Sans", size=size, weight=weight)


def inches_of(text: str, size: float = LETTERS, *, bold: bool = False) -> float:
    """Width of a text, inches; ``size`` in points."""
    width, _, _ = text_to_path.get_text_width_height_descent(text, _font(size, bold), ismath=False)
    return float(width) / 72


def fitting(text: object, inches: float, *, bold: bool = False) -> str:
    """The text on one line, cut with … so that it is at most ``inches`` wide."""
    whole = one_line(text, LONGEST)
    if inches_of(whole, bold=bold) <= inches:
        return whole
    few, many = 1, len(whole)
    while few < many:  # the most letters that fit
        middle = (few + many + 1) // 2
        fits = inches_of(one_line(whole, middle), bold=bold) <= inches
        few, many = (middle, many) if fits else (few, middle - 1)
    return one_line(whole, few)


def with_runs(label: str, runs: int, inches: float, *, bold: bool = False) -> str:
    """A configuration with its number of runs, at most ``inches`` wide."""
    tail = f"  (n = {runs})"
    return fitting(label, inches - inches_of(tail, bold=bold), bold=bold) + tail


def legend_columns(labels: Sequence[str], width: float) -> int:
    """How many entries of a legend fit side by side.

    Args:
        labels: Its labels, each of which fits alone.
        width: Of the figure, inches.
    """
    widest = max((inches_of(label) for label in labels), default=0.0) + HANDLE
    return max(1, min(len(labels), int((width - EDGE) / widest)))
