"""What the page shows, read for one visitor: sweeps under way, last verdicts, nights."""

import time
from dataclasses import dataclass, field
from typing import get_args

from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.findings.findings import Answer
from seedbed.analysis.findings.night_series import NightSeries, series_of
from seedbed.analysis.page.views.durations import time_to_go
from seedbed.analysis.page.views.lowest_run import LowestRun, noted_lowest
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.run_number import Mean, noted_number
from seedbed.analysis.page.views.search_courses import CourseReader, SearchCourse
from seedbed.analysis.page.views.sweep_rows import SweepRows
from seedbed.analysis.wording import one_line, sentence_of
from seedbed.tracking.cell_counts import CellCounts
from seedbed.tracking.foreign_values import count_of, json_object
from seedbed.tracking.reading.run_lists import RunLister
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import (
    TAG_DESIGN,
    TAG_EXPERIMENT,
    TAG_HEADLINE,
    TAG_STATE,
    TAG_SWEEP,
    TAG_VERDICT,
)

MOST_VERDICTS = 12
MOST_RUNNING = 12
MOST_CHILDREN = 20_000
WHOLE_S = 300.0
"""After so long, the ended runs of sweeps under way are read again from the first."""
QUIET_AFTER_S = 30 * 60
"""Seconds without news after which a sweep is marked."""


@dataclass(frozen=True)
class Under:
    """A sweep under way.

    Attributes:
        name: Its name.
        experiment: What it trains.
        place: Its run.
        progress: How far it is.
        to_go: How long the rest will take; None where nobody can say, as of a silent sweep.
        started_ms: Start, milliseconds since 1970.
        quiet_s: Seconds since anything was heard of it.
    """

    name: str
    experiment: str
    place: Place
    progress: CellCounts
    to_go: str | None
    started_ms: int
    quiet_s: float

    @property
    def silent(self) -> bool:
        """Whether its driver may be gone."""
        return self.quiet_s > QUIET_AFTER_S


@dataclass(frozen=True)
class SweepFinding:
    """What a sweep has found.

    Attributes:
        name: Its name.
        experiment: What it trained.
        place: Its run.
        state: How it ended.
        verdict: Kind of verdict; None without a report.
        headline: The answer in one sentence; None without a report.
        mean: Best mean of a configuration with its interval; None likewise.
        ended_ms: End, milliseconds since 1970.
        lowest: The run with the worst score, and what repeats it; None where that is not noted.
        number: What stands for each run.
    """

    name: str
    experiment: str
    place: Place
    state: str
    verdict: str | None
    headline: str | None
    mean: Mean | None
    ended_ms: int
    lowest: LowestRun | None = None
    number: DecidingNumber = TEST_ACCURACY


@dataclass(frozen=True)
class Overview:
    """The page's content.

    Attributes:
        running: Sweeps under way, newest first.
        more_running: Further ones, which are not looked into.
        found: Sweeps that ended, newest first; of a series of nights only the newest.
        series: Series of nights, the one that ran last first.
        searches: The newest searches with a result.
        sweeps: How many sweeps were looked at.
        every: All of them, nights too, newest first.
        complete: Whether older ones have been read as well.
    """

    running: tuple[Under, ...]
    more_running: int
    found: tuple[SweepFinding, ...]
    series: tuple[NightSeries, ...]
    sweeps: int
    searches: tuple[SearchCourse, ...] = ()
    every: tuple[SweepFinding, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class _Try:
    """What is kept of a run of a sweep under way."""

    cell: str
    state: str
    started_ms: int
    seconds: float

    @classmethod
    def of(cls, run: RunSummary) -> "_Try":
        return cls(
            cell=run.cell,
            state=run.state,
            started_ms=run.started_ms,
            seconds=((run.ended_ms or run.started_ms) - run.started_ms) / 1000,
        )


@dataclass
class Reader:
    """Reads the overview again and again; of sweeps under way only what is new since last time."""

    visitor: RunLister
    _ended: dict[str, dict[str, _Try]] = field(default_factory=dict)
    _heard: dict[str, int] = field(default_factory=dict)
    _whole_at: float = float("-inf")
    _rows: SweepRows = field(init=False)
    _courses: CourseReader = field(init=False)

    def __post_init__(self) -> None:
        self._rows = SweepRows(self.visitor)
        self._courses = CourseReader(self.visitor)

    def read(self) -> Overview:
        """The current overview.

        Raises:
            LoginError: The store does not know the visitor.
            StoreError: The store cannot be reached.
        """
        experiments = self.visitor.experiments()
        sweeps = self._rows.read(experiments)
        every = [row for row in sweeps if row.tags.get(TAG_STATE) == "running"]
        running = every[:MOST_RUNNING]
        kept = {row.run_id for row in running}
        self._ended = {key: value for key, value in self._ended.items() if key in kept}
        self._heard = {key: value for key, value in self._heard.items() if key in kept}
        if time.monotonic() - self._whole_at > WHOLE_S:  # a record can be delivered late
            self._heard, self._whole_at = {}, time.monotonic()
        ended = [row for row in sweeps if row.tags.get(TAG_STATE) != "running"]
        series = series_of(ended)
        older = {night.run_id for one in series for night in one.nights[:-1]}
        shown = [row for row in ended if row.run_id not in older]
        return Overview(
            running=tuple(self._under(row) for row in running),
            more_running=len(every) - len(running),
            found=tuple(_found(row) for row in shown[:MOST_VERDICTS]),
            series=tuple(series),
            searches=self._courses.read(sweeps),
            sweeps=len(sweeps),
            every=tuple(_found(row) for row in sweeps),
            complete=self._rows.complete,
        )

    def _under(self, sweep: RunSummary) -> Under:
        """How far a sweep is; runs that ended before are known already."""
        child = f"tags.`mlflow.parentRunId` = '{sweep.run_id}'"
        of_it = [sweep.experiment_id]
        now = self.visitor.runs(of_it, f"{child} AND attributes.status = 'RUNNING'", MOST_CHILDREN)
        ended = self._ended.setdefault(sweep.run_id, {})
        heard = self._heard.get(sweep.run_id, 0)
        new = f"{child} AND attributes.end_time >= {heard}"
        for row in self.visitor.runs(of_it, new, MOST_CHILDREN, "end_time"):
            ended[row.run_id] = _Try.of(row)
            heard = max(heard, row.ended_ms or 0)
        self._heard[sweep.run_id] = heard
        tries = sorted([*ended.values(), *map(_Try.of, now)], key=lambda one: one.started_ms)
        cells = {one.cell: one for one in tries}.values()  # the last try counts
        progress = CellCounts.of_runs((one.state for one in cells), _planned(sweep))
        took = [one.seconds for one in cells if one.state == "finished"]
        last = max([heard, sweep.started_ms, *(row.started_ms for row in now)])
        quiet_s = max(0.0, time.time() - last / 1000)
        to_go = time_to_go(took, progress.unended, progress.running)
        return Under(
            name=_name(sweep),
            experiment=one_line(sweep.tags.get(TAG_EXPERIMENT, "")),
            place=Place(sweep.experiment_id, sweep.run_id),
            progress=progress,
            to_go=None if quiet_s > QUIET_AFTER_S else to_go,
            started_ms=sweep.started_ms,
            quiet_s=quiet_s,
        )


def _found(sweep: RunSummary) -> SweepFinding:
    number, mean = noted_number(sweep)
    headline = sweep.tags.get(TAG_HEADLINE)
    return SweepFinding(
        name=_name(sweep),
        experiment=one_line(sweep.tags.get(TAG_EXPERIMENT, "")),
        place=Place(sweep.experiment_id, sweep.run_id),
        state=one_line(sweep.tags.get(TAG_STATE, "")),
        verdict=_word(sweep.tags.get(TAG_VERDICT)),
        headline=sentence_of(headline, 600) if headline else None,
        mean=mean,
        number=number,
        ended_ms=sweep.ended_ms or sweep.started_ms,
        lowest=noted_lowest(sweep),
    )


def _name(sweep: RunSummary) -> str:
    return one_line(sweep.tags.get(TAG_SWEEP) or sweep.name, 100)


def _planned(sweep: RunSummary) -> int:
    return count_of(json_object(sweep.tags.get(TAG_DESIGN)).get("planned"))


def _word(text: str | None) -> str | None:
    """A verdict; a tag that somebody changed by hand is none."""
    words: tuple[str, ...] = get_args(Answer)
    return text if text in words else None
