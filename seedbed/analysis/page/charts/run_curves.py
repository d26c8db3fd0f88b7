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
from seedbed.system.text.sentence_case import sentence_case
from seedbed.tracking.reading.run_lists import RunLister
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import VAL_ACCURACY

MOST_RUNS = 60
"""The newest runs whose curves are drawn."""
COLOURS = 6
TOP, HIGH, BOTTOM = 10, 190, 34


@dataclass(frozen=True)
class RunCurve:
    """A metric of a run, epoch by epoch.

    Attributes:
        label: Its configuration in words.
        seeds: Its seeds in words.
        running: Whether it goes on.
        points: Epoch → value; of an accuracy a fraction.
    """

    label: str
    seeds: str
    running: bool
    points: Mapping[int, float]


class CurveReader:
    """Reads the curves of one sweep; those of runs that have ended are kept."""

    def __init__(self) -> None:
        self._ended: dict[tuple[str, str], Mapping[int, float]] = {}

    def read(
        self, visitor: RunLister, runs: Sequence[RunSummary], metric: str = VAL_ACCURACY
    ) -> dict[str, Mapping[int, float]]:
        """Run → epoch → value, of the newest runs.

        Args:
            visitor: Who reads.
            runs: Runs of the sweep, newest first.
            metric: Which metric.
        """
        shown = runs[:MOST_RUNS]
        asked = [run.run_id for run in shown if (run.run_id, metric) not in self._ended]
        found: dict[str, Mapping[int, float]] = dict(visitor.curves(asked, metric))
        kept = {run_id: one for (run_id, of), one in self._ended.items() if of == metric}
        known = {**kept, **found}
        others = {key: one for key, one in self._ended.items() if key[1] != metric}
        ended = {(run.run_id, metric): known[run.run_id] for run in shown if run.ended_ms}
        self._ended = {**others, **ended}
        return {run.run_id: known[run.run_id] for run in shown}


def curve_chart(
    curves: Sequence[RunCurve],
    width: int,
    what: str = "validation accuracy",
    *,
    is_share: bool = True,
) -> Markup:
    """Every run as a line, coloured by its configuration; a run that goes on ends in a dot.

    Args:
        curves: At least one, each with a point.
        width: ``WIDE`` or ``NARROW``; the page shows the one that fits.
        what: The metric in words.
        is_share: Whether it is written in percent.
    """
    text_of = percent if is_share else _plain
    labels = list(dict.fromkeys(one.label for one in curves))
    values = [value for one in curves for value in one.points.values()]
    axis = _axis(min(values), max(values), is_share=is_share)
    last = max(epoch for one in curves for epoch in one.points)
    first = min(epoch for one in curves for epoch in one.points)
    room = width - MARGIN_LEFT - MARGIN_RIGHT

    def across(epoch: int) -> float:
        return MARGIN_LEFT + room * (epoch - first + 0.5) / (last - first + 1)

    parts = [*grid(axis, width, None if is_share else _plain), *_epochs(first, last, across)]
    parts += [_line(one, labels.index(one.label), axis, across, text_of) for one in curves]
    said = (
        f"{sentence_case(what)} by epoch of {count(len(curves), 'run')}, epochs {first} to "
        f"{last}, from {text_of(min(values))} to {text_of(max(values))}"
    )
    return picture(width, TOP + HIGH + BOTTOM, said, parts)


def _axis(low: float, high: float, *, is_share: bool) -> Axis:
    if is_share:
        around = max(0.05 * (high - low), 0.002)
        return share_axis(low - around, high + around, TOP, TOP + HIGH)
    around = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
    least = max(low - around, 0.0) if low >= 0 else low - around  # no axis of losses goes below 0
    return Axis(least, high + around, TOP, TOP + HIGH)


def _plain(value: float) -> str:
    return f"{value:.3g}"


def colour(number: int) -> str:
    """The class that colours a configuration; those after the sixth are alike."""
    return f"c{min(number, COLOURS)}"


def _epochs(first: int, last: int, across: Callable[[int], float]) -> list[Markup]:
    shown = sorted({first, (first + last) // 2, last})
    return [
        text(across(epoch), TOP + HIGH + 20, f"{'epoch ' if epoch == first else ''}{epoch}", "day")
        for epoch in shown
    ]


def _line(
    one: RunCurve,
    number: int,
    axis: Axis,
    across: Callable[[int], float],
    text_of: Callable[[float], str],
) -> Markup:
    points = [(across(epoch), axis.at(value)) for epoch, value in sorted(one.points.items())]
    value = one.points[max(one.points)]
    state = "running, " if one.running else ""
    said = f"{one.label}, {one.seeds}: {state}epoch {max(one.points)}, {text_of(value)}"
    drawn = path(points, f"curve {colour(number)}")
    if one.running or len(points) == 1:
        drawn += dot(*points[-1], 4, colour(number))
    return titled(said, drawn)
