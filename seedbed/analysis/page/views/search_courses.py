"""The course of searches: the scores of each configuration, seed by seed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from seedbed.analysis.page.charts.search_chart import TriedConfiguration
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_grid import GridRow, last_tries, natural_order, row_of
from seedbed.analysis.wording import one_line
from seedbed.tracking.foreign_values import count_of, json_object, words_of
from seedbed.tracking.reading.run_lists import RunLister
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import TAG_DESIGN, TAG_EXPERIMENT, TAG_SWEEP

MOST_SEARCHES = 3
"""The newest searches whose course the first page draws."""
MOST_RUNS = 500
"""Of a search there; a longer one has its picture on its own page only."""

SearchKind = Literal["", "search", "race"]


@dataclass(frozen=True)
class SearchCourse:
    """A search.

    Attributes:
        name: Its name.
        experiment: What it trains.
        place: Its run.
        race: Whether configurations get further seeds only while they may win.
        tried: Its configurations with a result, the oldest first.
    """

    name: str
    experiment: str
    place: Place
    race: bool
    tried: tuple[TriedConfiguration, ...]


@dataclass
class CourseReader:
    """Reads the newest searches again and again, and those that have ended once."""

    visitor: RunLister
    _ended: dict[tuple[str, int], SearchCourse] = field(default_factory=dict)

    def read(self, sweeps: Iterable[RunSummary]) -> tuple[SearchCourse, ...]:
        """Their courses, as far as a run has a result.

        Args:
            sweeps: Runs of sweeps, newest first.

        Raises:
            LoginError: The store does not know the visitor.
            StoreError: The store cannot be reached.
        """
        found, kept = [], {}
        for sweep in sweeps:
            design = json_object(sweep.tags.get(TAG_DESIGN))
            if not search_kind(design.get("search")) or not _is_short(design):
                continue
            key = (sweep.run_id, sweep.ended_ms or 0)
            course = self._ended.get(key) or self._read(sweep, design)
            if sweep.state != "running":
                kept[key] = course
            found.append(course)
            if len(found) == MOST_SEARCHES:
                break
        self._ended = kept
        return tuple(course for course in found if course.tried)

    def _read(self, sweep: RunSummary, design: dict[str, object]) -> SearchCourse:
        of_it = f"tags.`mlflow.parentRunId` = '{sweep.run_id}'"
        children = self.visitor.runs([sweep.experiment_id], of_it, 2 * MOST_RUNS)
        last = last_tries(children, words_of(design.get("sources")))
        columns = sorted({seeds for _, seeds in last}, key=natural_order)
        labels = dict.fromkeys(label for label, _ in reversed(last))
        return SearchCourse(
            name=one_line(sweep.tags.get(TAG_SWEEP) or sweep.name, 100),
            experiment=one_line(sweep.tags.get(TAG_EXPERIMENT, "")),
            place=Place(sweep.experiment_id, sweep.run_id),
            race=search_kind(design.get("search")) == "race",
            tried=tuple(tried(row_of(label, columns, last, (0.0, 1.0)) for label in labels)),
        )


def tried(rows: Iterable[GridRow]) -> list[TriedConfiguration]:
    """The configurations that have a result."""
    scores = (
        (row.label, tuple(cell.score for cell in row.cells if cell.score is not None))
        for row in rows
    )
    return [TriedConfiguration(label, found) for label, found in scores if found]


def search_kind(given: object) -> SearchKind:
    """Which kind of search a design asks for; empty for none."""
    if not isinstance(given, dict):
        return ""
    return "race" if given.get("race") else "search"


def _is_short(design: dict[str, object]) -> bool:
    return count_of(design.get("planned")) <= MOST_RUNS
