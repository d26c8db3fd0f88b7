"""Pictures of an answer's numbers: estimates with their intervals, and plans of runs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedbed.analysis.answers.plan_curve import PlanCurve
from seedbed.analysis.answers.quantity_words import in_words
from seedbed.analysis.report.figures.drawing.fitting import EDGE, HANDLE, fitting
from seedbed.analysis.report.figures.drawing.row_chart import ChartRow, draw_rows, draw_rows_in
from seedbed.analysis.report.figures.drawing.style import (
    DASHES,
    SERIES,
    new_figure,
    percent_axis,
)
from seedbed.analysis.statistics.estimate import Estimate

MOST_ROWS = 24
"""Estimates in one picture."""
MOST_PANELS = 4
NARROW = 20
"""An axis this many times as long as its widest interval shows no interval any more."""
MOST_CURVES = len(SERIES)
ERROR_RATES = frozenset({"FAR", "FRR", "HTER"})
"""Shares of trials, which are drawn in percent, as they are written."""
_NUMBERED = re.compile(r"(.+?) ((?:of|at) \d.*)")


def draw_estimates(rows: Sequence[tuple[str, object]], width: float) -> Figure:
    """Estimates with their intervals, or plain numbers where there is no interval at all.

    Args:
        rows: Name and value of what the answer found.
        width: Width of the figure, inches.
    """
    known = [
        ChartRow(in_words(name), value.value, value.low, value.high)
        for name, value in rows
        if isinstance(value, Estimate)
    ]
    label = "estimate, with its interval"
    if not known:
        numbers = [(name, value) for name, value in rows if isinstance(value, (int, float))]
        known, label = [ChartRow(in_words(name), float(value)) for name, value in numbers], "value"
    elif {row.name.rpartition(": ")[2] for row in known} <= ERROR_RATES:
        known, label = (
            [_in_percent(row) for row in known],
            "error rate (percent), with its interval",
        )
    panels = _by_quantity(known)
    if _hides_intervals(known) and 1 < len(panels) <= MOST_PANELS:
        return _draw_panels(panels, width)
    if len(known) > MOST_ROWS:
        label += f" (the first {MOST_ROWS} of {len(known)})"
    return draw_rows(known[:MOST_ROWS], label, width)


def _in_percent(row: ChartRow) -> ChartRow:
    low, high = (None if end is None else 100 * end for end in (row.low, row.high))
    return replace(row, value=100 * row.value, low=low, high=high)


def _by_quantity(rows: Sequence[ChartRow]) -> dict[str, list[ChartRow]]:
    """The rows by what they measure, which stands after the configuration in their names.

    Quantities that differ in a number, such as the Brier scores of 1, 2 and 3 runs, are one.
    """
    found: dict[str, list[ChartRow]] = {}
    for row in rows:
        of, colon, quantity = row.name.rpartition(": ")
        numbered = _NUMBERED.fullmatch(quantity)
        kind = numbered[1] if numbered else quantity
        name = f"{of}{colon}{numbered[2]}" if numbered else of or quantity
        found.setdefault(kind, []).append(replace(row, name=name))
    return found


def _hides_intervals(rows: Sequence[ChartRow]) -> bool:
    """Whether the values lie so far apart that one axis shows no interval, or no small value."""
    ends = [end for row in rows for end in (row.value, row.low, row.high) if end is not None]
    widths = [row.high - row.low for row in rows if row.low is not None and row.high is not None]
    if not widths:
        sizes = [abs(row.value) for row in rows if row.value]
        return bool(sizes) and max(sizes) > NARROW * min(sizes)
    return max(ends) - min(ends) > NARROW * max(widths)


def _draw_panels(panels: Mapping[str, Sequence[ChartRow]], width: float) -> Figure:
    """Each quantity on an axis of its own."""
    heights = [0.5 + 0.46 * len(rows) for rows in panels.values()]
    figure = new_figure(width, sum(heights) + 0.3)
    every = figure.subplots(len(panels), squeeze=False, height_ratios=heights)[:, 0]
    for axes, (quantity, rows) in zip(every, panels.items(), strict=True):
        draw_rows_in(axes, rows, quantity, width)
    return figure


def draw_plans(plans: Mapping[str, PlanCurve], width: float) -> Figure:
    """What more runs bring, a line for each configuration and a dot where it is now.

    Args:
        plans: Configuration → its curve; those beyond the first few are left out.
        width: Width of the figure, inches.
    """
    figure = new_figure(width, 2.6)
    axes = figure.add_subplot()
    shown = list(plans.items())[:MOST_CURVES]
    for at, (name, curve) in enumerate(shown):
        label = fitting(name, width - EDGE - HANDLE).replace("$", r"\$")
        axes.plot(curve.runs, curve.values, color=SERIES[at], linestyle=DASHES[at], label=label)
        if curve.marked is not None:
            axes.plot(*[[part] for part in curve.marked], "o", color=SERIES[at], ms=6)
    _of_plans(axes, [curve for _, curve in shown])
    if len(plans) > 1:
        figure.legend(loc="outside upper left", handlelength=2.4, borderpad=0)
    return figure


def _of_plans(axes: Axes, curves: Sequence[PlanCurve]) -> None:
    axes.set_ylim(bottom=0)
    axes.set_xlabel(curves[0].counts)
    axes.set_ylabel(curves[0].label)
    percent_axis(axes, which="y")
