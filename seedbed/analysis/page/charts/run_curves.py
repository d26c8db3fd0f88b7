"""Learning curves of a sweep's runs as they grow, read once and drawn as SVG."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from seedbed.analysis.page.charts.control_chart_svg import (
    MARGIN_LEFT,
    MARGIN_RIGHT,
    Axis,
    grid,
    share_axis,
)
from seedbed.analysis.page.charts.svg import dot, path, picture, text, titled
from seedbed.analysis.wording import count, percent
from seedbed.tracking.reading.run_lists import RunLister
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import VAL_ACCURACY

MOST_RUNS = 60
"""The newest runs whose curves are drawn."""
COLOURS = 6
TOP, HIGH, BOTTOM = 10, 190, 34


@dataclass(frozen=True)
class RunCurve:
    """The validation accuracy of a run, epoch by epoch.

    Attributes:
        label: Its configuration in words.
        seeds: Its seeds in words.
        running: Whether it goes on.
        points: Epoch → accuracy, a fraction.
    """

    label: str
    seeds: str
    running: bool
    points: Mapping[int, float]


class CurveReader:
    """Reads the curves of one sweep; those of runs that have ended are kept."""

    def __init__(self) -> None:
        self._ended: dict[str, Mapping[int, float]] = {}

    def read(
        self, visitor: RunLister, runs: Sequence[RunSummary]
    ) -> dict[str, Mapping[int, float]]:
        """Run → epoch → accuracy, of the newest runs.

        Args:
            visitor: Who reads.
            runs: Runs of the sweep, newest first.
        """
        shown = runs[:MOST_RUNS]
        asked = [run.run_id for run in shown if run.run_id not in self._ended]
        found: dict[str, Mapping[int, float]] = dict(visitor.curves(asked, VAL_ACCURACY))
        known = {**self._ended, **found}
        self._ended = {run.run_id: known[run.run_id] for run in shown if run.ended_ms}
        return {run.run_id: known[run.run_id] for run in shown}


def curve_chart(curves: Sequence[RunCurve], width: int) -> Markup:
    """Every run as a line, coloured by its configuration; a run that goes on ends in a dot.

    Args:
        curves: At least one, each with a point.
        width: ``WIDE`` or ``NARROW``; the page shows the one that fits.
    """
    labels = list(dict.fromkeys(one.label for one in curves))
    values = [value for one in curves for value in one.points.values()]
    around = max(0.05 * (max(values) - min(values)), 0.002)
    axis = share_axis(min(values) - around, max(values) + around, TOP, TOP + HIGH)
    last = max(epoch for one in curves for epoch in one.points)
    first = min(epoch for one in curves for epoch in one.points)
    room = width - MARGIN_LEFT - MARGIN_RIGHT

    def across(epoch: int) -> float:
        return MARGIN_LEFT + room * (epoch - first + 0.5) / (last - first + 1)

    parts = [*grid(axis, width), *_epochs(first, last, across)]
    parts += [_line(one, labels.index(one.label), axis, across) for one in curves]
    said = (
        f"Validation accuracy by epoch of {count(len(curves), 'run')}, epochs {first} to {last}, "
        f"from {percent(min(values))} to {percent(max(values))}"
    )
    return picture(width, TOP + HIGH + BOTTOM, said, parts)


def colour(number: int) -> str:
    """The class that colours a configuration; those after the sixth are alike."""
    return f"c{min(number, COLOURS)}"


def _epochs(first: int, last: int, across: Callable[[int], float]) -> list[Markup]:
    shown = sorted({first, (first + last) // 2, last})
    return [
        text(across(epoch), TOP + HIGH + 20, f"{'epoch ' if epoch == first else ''}{epoch}", "day")
        for epoch in shown
    ]


def _line(one: RunCurve, number: int, axis: Axis, across: Callable[[int], float]) -> Markup:
    points = [(across(epoch), axis.at(value)) for epoch, value in sorted(one.points.items())]
    value = one.points[max(one.points)]
    state = "running, " if one.running else ""
    said = f"{one.label}, {one.seeds}: {state}epoch {max(one.points)}, {percent(value)}"
    drawn = path(points, f"curve {colour(number)}")
    if one.running or len(points) == 1:
        drawn += dot(*points[-1], 4, colour(number))
    return titled(said, drawn)
