"""The grid of a sweep's page: configurations by seeds, with the state and score of each cell."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from seedbed.analysis.findings.attribution_parts import cells_that_share_seeds
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.statistics.spread import describe
from seedbed.analysis.wording import STREAM_SEEDS, one_line, stream_words
from seedbed.tracking.foreign_values import number_in, words_of
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import (
    TAG_CELL,
    TAG_CONFIGURATION,
    TAG_FINGERPRINT,
    TAG_MAX,
    TAG_STATE,
    TAG_TEST_EXAMPLES,
)

ONLY = "the only configuration"
MOST_CELLS = 10_000
"""Of a larger grid the last columns are shown; means are of all runs."""


@dataclass(frozen=True)
class GridCell:
    """The last try of one configuration with one set of seeds.

    Attributes:
        place: Its run; None where nothing has run yet.
        state: How it stands; ``waiting`` where nothing has run yet.
        score: The number that decides, of an accuracy a fraction; None without a result.
        shade: Where its score lies among all, 0 to 4 for the best.
        words: All of it in words.
        weights: Fingerprint of its final weights; None where it has none.
        test_examples: Examples that its score is a share of; None where that is not recorded.
        started_ms: When it began, milliseconds since 1970.
        shares: Whether it shares a seed with another run of an attribution plan, so no mean has it.
        is_worst: Whether it is the sweep's lowest run, or the highest where lower is better.
    """

    place: Place | None
    state: str
    score: float | None = None
    shade: int = 0
    words: str = ""
    weights: str | None = None
    test_examples: int | None = None
    started_ms: int = 0
    shares: bool = False
    is_worst: bool = False


@dataclass(frozen=True)
class GridRow:
    """One configuration.

    Attributes:
        label: The configuration in words.
        cells: One for each column.
        runs: Runs with a result, without those that share seeds.
        mean: Their mean with its 95 % interval, as the scores; None without a result.
    """

    label: str
    cells: tuple[GridCell, ...]
    runs: int
    mean: tuple[float, float | None, float | None] | None


def row_of(
    label: str,
    columns: Sequence[str],
    last: dict[tuple[str, str], RunSummary],
    ends: tuple[float, float],
    sharing: Collection[str] = (),
    *,
    number: DecidingNumber = TEST_ACCURACY,
    worst: tuple[str, str] | None = None,
) -> GridRow:
    """The last tries of one configuration.

    Args:
        label: The configuration in words.
        columns: The seeds, in words.
        last: Configuration and seeds → its last try.
        ends: The worst and the best score of the sweep.
        sharing: Cells of an attribution plan that share seeds with others.
        number: What stands for each run.
        worst: Configuration and seeds of the worst run.
    """
    cells = []
    for seeds in columns:
        cell = _cell(label, seeds, last.get((label, seeds)), ends, number)
        shares = cell.place is not None and last[label, seeds].cell in sharing
        cells.append(replace(cell, shares=shares, is_worst=(label, seeds) == worst))
    known = [cell.score for cell in cells if cell.score is not None and not cell.shares]
    mean = None
    if known:
        scores = np.array(known)
        found = describe(scores).within(*number.limits(scores)).mean
        mean = (found.value, found.low, found.high)
    return GridRow(label, tuple(cells), len(known), mean)


def last_tries(
    children: Iterable[RunSummary], sources: Sequence[str]
) -> dict[tuple[str, str], RunSummary]:
    """Configuration and seeds in words → the last try; repeats with equal seeds are told apart.

    Args:
        children: The runs of a sweep, newest first.
        sources: Parameters that are its seeds.
    """
    last: dict[tuple[str, str], RunSummary] = {}
    cells: dict[tuple[str, str], dict[str, int]] = {}
    for run in children:
        label, seeds = configuration_of(run), seeds_of(run, sources)
        known = cells.setdefault((label, seeds), {})
        number = known.setdefault(run.tags.get(TAG_CELL, ""), len(known))
        if number:  # the design repeats a cell
            seeds += ", again" if number == 1 else f", again {number}"
        last.setdefault((label, seeds), run)
    return last


def _cell(
    label: str,
    seeds: str,
    run: RunSummary | None,
    ends: tuple[float, float],
    number: DecidingNumber,
) -> GridCell:
    if run is None:
        return GridCell(None, "waiting", words=f"{seeds}, {label}: has not run yet")
    score = score_of(run, number)
    low, high = ends
    shade = 0 if score is None or high == low else round(4 * (score - low) / (high - low))
    said = state_of(run) if score is None else number.text(score)
    place = Place(run.experiment_id, run.run_id)
    return GridCell(
        place,
        state_of(run),
        score,
        shade,
        f"{seeds}, {label}: {said}",
        weights=run.tags.get(TAG_FINGERPRINT) if score is not None else None,
        test_examples=number_in(run.tags.get(TAG_TEST_EXAMPLES)),
        started_ms=run.started_ms,
    )


def state_of(run: RunSummary) -> str:
    """How a run stands; one that says nothing runs."""
    return one_line(run.tags.get(TAG_STATE, "running"), 20)


def score_of(run: RunSummary, number: DecidingNumber = TEST_ACCURACY) -> float | None:
    """The number that stands for a run; None for a run without a result."""
    value = run.metrics.get(number.metric) if state_of(run) == "finished" else None
    return value if value is not None and isfinite(value) else None


def ends_of(scores: Collection[float], number: DecidingNumber) -> tuple[float, float]:
    """The worst and the best of the scores; any two without scores."""
    if not scores:
        return 0.0, 1.0
    return min(scores, key=number.goodness), max(scores, key=number.goodness)


def configuration_of(run: RunSummary) -> str:
    """A run's configuration in words."""
    return _label(run.tags.get(TAG_CONFIGURATION))


def seeds_of(run: RunSummary, sources: Sequence[str]) -> str:
    """A run's seeds in words; its name if it has none of the sources."""
    return _in_words({name: run.params[name] for name in sources if name in run.params}, run.name)


def sharing_cells(plan: object) -> frozenset[str]:
    """The cells of an attribution plan that share seeds with one in which every source varies.

    Args:
        plan: As the ``design`` tag has it, which anybody who may write it can change.
    """
    if not isinstance(plan, dict) or not is_attribution(plan):
        return frozenset()
    try:
        return cells_that_share_seeds(plan)
    except (AttributeError, KeyError, TypeError):
        return frozenset()


def is_attribution(plan: object) -> bool:
    """Whether a design's plan gives its cells parts of their own."""
    return isinstance(plan, dict) and plan.get("name") == "attribution"


def planned_cells(design: Mapping[str, object]) -> tuple[list[str], list[str]]:
    """The configurations and the seeds that a sweep's design names, in words.

    Args:
        design: The tag of the sweep's run, which anybody who may write it can change.
    """
    grid, sources = design.get("grid"), words_of(design.get("sources"))
    if not isinstance(grid, dict):
        return [], []
    sets = grid.get("seeds")
    seeds = [words_of(one) for one in sets] if isinstance(sets, list) else []
    whole = [dict(zip(sources, one, strict=True)) for one in seeds if len(one) == len(sources)]
    labels = [_label(one) for one in words_of(grid.get("configurations"))]
    if len(labels) * len(whole) > MOST_CELLS:
        return [], []
    return labels, [words for one in whole if (words := _in_words(one, ""))]


def _in_words(seeds: Mapping[str, str], otherwise: str) -> str:
    known = [
        words
        for name, value in seeds.items()
        for words in (
            stream_words(value)
            if name == STREAM_SEEDS
            else [f"{name.removesuffix('_seed')} {value}"]
        )
    ]
    return one_line(", ".join(known) or otherwise, TAG_MAX)


def _label(configuration: str | None) -> str:
    return one_line(configuration or ONLY, TAG_MAX)


def natural_order(text: str) -> list[tuple[int, str]]:
    """Sort key by which seed 10 comes after seed 9."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)
    ]
