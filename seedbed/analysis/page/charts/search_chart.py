"""A search on its page: the means as seeds came in, or of one configuration after the other."""

from collections.abc import Callable, Sequence
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

TOP, HIGH, BOTTOM = 10, 190, 34
BEST, OTHER = "c1", "c6"
"""Classes that colour the highest mean and the others."""


@dataclass(frozen=True)
class TriedConfiguration:
    """A configuration of a search.

    Attributes:
        label: The configuration in words.
        scores: Accuracies of its runs, fractions, in the order of their seeds; at least one.
    """

    label: str
    scores: tuple[float, ...]

    @property
    def means(self) -> list[float]:
        """The mean after each run."""
        sums = [sum(self.scores[:n]) for n in range(1, len(self.scores) + 1)]
        return [total / n for n, total in enumerate(sums, start=1)]


def search_words(tried: Sequence[TriedConfiguration], *, race: bool) -> str:
    """What the picture shows."""
    best = max(tried, key=lambda one: one.means[-1])
    lead = f"Orange: the highest mean so far, {best.label}, {percent(best.means[-1])}."
    if race:
        return f"Mean test accuracy after each seed; a line ends where its configuration is. {lead}"
    return f"Mean test accuracy of each configuration, in the order in which they began. {lead}"


def search_chart(tried: Sequence[TriedConfiguration], width: int, *, race: bool) -> Markup:
    """Every configuration as a line over its seeds in a race, else as a dot.

    Args:
        tried: At least one, the oldest first.
        width: ``WIDE`` or ``NARROW``; the page shows the one that fits.
        race: Whether configurations get further seeds only while they may win.
    """
    values = [mean for one in tried for mean in one.means]
    around = max(0.05 * (max(values) - min(values)), 0.002)
    axis = share_axis(min(values) - around, max(values) + around, TOP, TOP + HIGH)
    last = max(len(one.scores) for one in tried) if race else len(tried)
    room = width - MARGIN_LEFT - MARGIN_RIGHT

    def across(place: int) -> float:
        return MARGIN_LEFT + room * (place - 0.5) / last

    best = max(tried, key=lambda one: one.means[-1])
    order = [at for at, one in enumerate(tried, start=1) if one is not best]
    parts = [*grid(axis, width), *_places("seed" if race else "configuration", last, across)]
    for at in [*order, tried.index(best) + 1]:  # the highest last, above the others
        one = tried[at - 1]
        kind = BEST if one is best else OTHER
        parts.append(_drawn(one, kind, axis, across, None if race else at))
    said = f"Mean test accuracy of {count(len(tried), 'configuration')} of a search"
    return picture(width, TOP + HIGH + BOTTOM, said, parts)


def _drawn(
    one: TriedConfiguration,
    kind: str,
    axis: Axis,
    across: Callable[[int], float],
    place: int | None,
) -> Markup:
    means = one.means
    said = f"{one.label}: {percent(means[-1])}, {count(len(means), 'run')}"
    if place is not None:
        return titled(said, dot(across(place), axis.at(means[-1]), 4, kind))
    points = [(across(seed), axis.at(mean)) for seed, mean in enumerate(means, start=1)]
    return titled(said, path(points, f"curve {kind}") + dot(*points[-1], 4, kind))


def _places(what: str, last: int, across: Callable[[int], float]) -> list[Markup]:
    shown = sorted({1, (1 + last) // 2, last})
    y = TOP + HIGH + 20
    return [text(across(at), y, f"{what} {at}" if at == 1 else str(at), "day") for at in shown]
