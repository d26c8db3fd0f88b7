"""One sweep as its own page shows it: a grid of configurations and seeds, means, failures."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.page.charts.run_curves import MOST_RUNS, CurveReader, RunCurve
from seedbed.analysis.page.charts.search_chart import TriedConfiguration
from seedbed.analysis.page.views.lowest_run import LowestRun, lowest_run
from seedbed.analysis.page.views.overview import MOST_CHILDREN, QUIET_AFTER_S
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.run_number import number_of
from seedbed.analysis.page.views.script_parts import ScriptParts, parts_of
from seedbed.analysis.page.views.search_courses import SearchKind, search_kind, tried
from seedbed.analysis.page.views.sweep_curves import (
    VALIDATION_ACCURACY,
    CurveKind,
    Curves,
    drawn_curves,
    kind_of,
    leading_first,
    read_curves,
)
from seedbed.analysis.page.views.sweep_grid import (
    MOST_CELLS,
    GridRow,
    ends_of,
    is_attribution,
    last_tries,
    natural_order,
    planned_cells,
    row_of,
    score_of,
    sharing_cells,
    state_of,
)
from seedbed.analysis.page.views.sweep_looks import look_plan, looks_in_words
from seedbed.analysis.page.views.sweep_notes import (
    Environment,
    ScriptFinding,
    environments_of,
    findings_of,
)
from seedbed.analysis.page.views.sweep_times import heard_ms, to_go
from seedbed.analysis.page.views.troubles import Trouble, troubles_of
from seedbed.analysis.statistics.stopping.looks import LookPlan
from seedbed.analysis.wording import count, one_line, sentence_of
from seedbed.system.text.sentence_case import sentence_case
from seedbed.tracking.cell_counts import CellCounts
from seedbed.tracking.foreign_values import (
    count_of,
    json_object,
    seeds_of as seed_numbers,
    words_of,
)
from seedbed.tracking.reading.run_lists import RunLister
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import (
    TAG_DESIGN,
    TAG_DOCTOR,
    TAG_EXPERIMENT,
    TAG_HEADLINE,
    TAG_KIND,
    TAG_NOTE,
    TAG_SWEEP,
    TAG_VERDICT,
)
from seedbed.tracking.ui_links import view_key

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
LONGEST_ROW = 6
"""Runs of the only configuration that stand in one row."""


@dataclass(frozen=True)
class SweepView:
    """One sweep.

    Attributes:
        name: Its name.
        question: What it asks.
        experiment: What it trains.
        place: Its run.
        state: How it stands.
        progress: How far it is.
        stopped: Cells whose last try was stopped or killed; they wait to go on.
        columns: The seeds, in words.
        rows: Its configurations.
        troubles: Runs without a result, newest first.
        verdict: Kind of the last verdict; None before the first report.
        headline: The last verdict in one sentence.
        looks: The looks taken, and those that are left, in words; None without a plan.
        plan: How often its configurations are looked at; None for this once.
        most_runs: How many of its runs were read, the newest; None where that are all.
        to_go: How long the rest will take; None where nobody can say.
        quiet_s: Seconds since anything was heard of it.
        curves: Of its newest runs, in the order of ``rows``; of a search, the best mean first.
        curves_left_out: Older runs, whose curves are not drawn.
        environments: Of its runs, the most frequent first.
        findings: What the doctor finds in its scripts, as far as the record holds it.
        findings_in_all: How many it finds.
        lowest: The run with the lowest score; None for fewer than two runs with a result.
        searched: Which kind of search it is; empty for none.
        charted: Whether its report let MLflow show its charts; reports of older versions did not.
        number: What stands for each run.
        curve_kind: Which metric its curves are of.
        arms: How many networks each of its runs trains; 1 for all but scripts with several.
    """

    name: str
    question: str
    experiment: str
    place: Place
    state: str
    progress: CellCounts
    stopped: int
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    troubles: tuple[Trouble, ...]
    verdict: str | None
    headline: str | None
    looks: str | None
    to_go: str | None
    quiet_s: float = 0.0
    curves: tuple[RunCurve, ...] = ()
    curves_left_out: int = 0
    environments: tuple[Environment, ...] = ()
    findings: tuple[ScriptFinding, ...] = ()
    findings_in_all: int = 0
    lowest: LowestRun | None = None
    charted: bool = False
    searched: SearchKind = ""
    plan: LookPlan | None = None
    most_runs: int | None = None
    number: DecidingNumber = TEST_ACCURACY
    curve_kind: CurveKind = VALIDATION_ACCURACY
    arms: int = 1

    @property
    def first_column(self) -> int:
        """The first column of the grid that is shown."""
        most = max(1, MOST_CELLS // max(1, len(self.rows)))
        return max(0, len(self.columns) - most)

    @property
    def is_listed(self) -> bool:
        """Whether its runs are shown as a list: a row of so many would end beyond the screen."""
        return len(self.rows) == 1 and len(self.columns) > LONGEST_ROW

    @property
    def silent(self) -> bool:
        """Whether it is said to run, but its driver may be gone."""
        return self.state == "running" and self.quiet_s > QUIET_AFTER_S

    @property
    def has_sharing(self) -> bool:
        """Whether some of its runs share seeds with others, as in an attribution plan."""
        return any(cell.shares for row in self.rows for cell in row.cells)

    @property
    def has_gaps(self) -> bool:
        """Whether a cell of the grid has no run."""
        return any(cell.place is None for row in self.rows for cell in row.cells)

    @property
    def curves_words(self) -> str:
        """What the picture of its curves shows."""
        runs = count(len(self.curves), "training" if self.arms > 1 else "run")
        of = f"the newest {runs}" if self.curves_left_out else runs
        ends = "; a dot marks where a run is now" if any(one.running for one in self.curves) else ""
        what = self.curve_kind.words
        each = " Each run trains every configuration." if self.arms > 1 else ""
        return f"{sentence_case(what)} by epoch of {of}{ends}.{each}"

    @property
    def tried(self) -> list[TriedConfiguration]:
        """The configurations of a search that have a result; none of another sweep."""
        return tried(self.rows) if self.searched else []

    @property
    def leader(self) -> GridRow | None:
        """The configuration with the best mean so far, if there are several with a result."""
        begun = [(row.mean[0], row) for row in self.rows if row.mean is not None]
        return max(begun, key=lambda one: self.number.goodness(one[0]))[1] if begun[1:] else None


def find_sweep_run(visitor: RunLister, place: Place) -> RunSummary | None:
    """The run of a sweep if this visitor may read it; None if there is none; errors as below."""
    if not (_ID.fullmatch(place.experiment_id) and _ID.fullmatch(place.run_id)):
        return None
    if place.experiment_id not in visitor.experiments():
        return None
    wanted = f"attributes.run_id = '{place.run_id}' AND tags.{TAG_KIND} = 'sweep'"
    found = visitor.runs([place.experiment_id], wanted, 1)
    return found[0] if found else None


def read_sweep_view(
    visitor: RunLister,
    place: Place,
    reader: CurveReader | None = None,
    parent: RunSummary | None = None,
) -> SweepView | None:
    """One sweep as this visitor may read it; None if there is none.

    Args:
        visitor: Who reads.
        place: The sweep's run.
        reader: Reads its curves; None for none.
        parent: The sweep's run, where it was read a moment ago.

    Raises:
        LoginError: The store does not know the visitor.
        StoreError: The store cannot be reached.
    """
    parent = parent or find_sweep_run(visitor, place)
    if parent is None:
        return None
    wanted = f"tags.`mlflow.parentRunId` = '{place.run_id}'"
    children = visitor.runs([place.experiment_id], wanted, MOST_CHILDREN)
    return _view(parent, _read(visitor, parent, children, reader))


@dataclass(frozen=True)
class _Read:
    """What was read of a sweep's runs."""

    design: dict[str, object]
    children: Sequence[RunSummary]
    parts: ScriptParts
    number: DecidingNumber
    kind: CurveKind
    curves: Curves


def _read(
    visitor: RunLister,
    parent: RunSummary,
    children: Sequence[RunSummary],
    reader: CurveReader | None,
) -> _Read:
    design = json_object(parent.tags.get(TAG_DESIGN))
    parts = parts_of(children, planned=is_attribution(design.get("plan")))
    number = number_of(parts.runs, of_arms=bool(parts.arms))
    kind = kind_of(children, of_accuracy=number.is_share and not number.lower_is_better)
    curves = read_curves(reader, visitor, children, parts, kind) if reader else {}
    return _Read(design, children, parts, number, kind, curves)


def _view(parent: RunSummary, read: _Read) -> SweepView:
    design, children, parts, number = read.design, read.children, read.parts, read.number
    sources = words_of(design.get("sources"))
    searched = search_kind(design.get("search"))
    tries = last_tries(children, sources)
    last = last_tries(parts.runs, sources) if parts.arms else tries
    planned, planned_seeds = planned_cells(design)
    columns = sorted({*planned_seeds, *(seeds for _, seeds in last)}, key=natural_order)
    begun = (label for label, _ in (last if parts.arms else reversed(last)))
    labels = list(dict.fromkeys([*parts.labels(planned), *begun]))
    scores = [score for run in last.values() if (score := score_of(run, number)) is not None]
    ends = ends_of(scores, number)
    sharing = sharing_cells(design.get("plan"))
    fresh = seed_numbers(design.get("fresh_seeds")) if searched else None
    lowest = lowest_run(last, parent, fresh, number)
    worst = lowest.cell if lowest else None
    rows = tuple(
        row_of(one, columns, last, ends, sharing, number=number, worst=worst) for one in labels
    )
    states = [state_of(run) for run in tries.values()]
    progress = CellCounts.of_runs(states, count_of(design.get("planned")))
    found_by_doctor = json_object(parent.tags.get(TAG_DOCTOR))
    quiet_s = max(0.0, time.time() - heard_ms(parent, children) / 1000)
    return SweepView(
        name=one_line(parent.tags.get(TAG_SWEEP) or parent.name, 100),
        question=sentence_of(design.get("question", ""), 400),
        experiment=one_line(parent.tags.get(TAG_EXPERIMENT, "")),
        place=Place(parent.experiment_id, parent.run_id),
        state=state_of(parent),
        progress=progress,
        stopped=states.count("stopped") + states.count("killed"),
        columns=tuple(columns),
        rows=rows,
        troubles=troubles_of(tries.values(), children),
        verdict=parent.tags.get(TAG_VERDICT),
        headline=sentence_of(parent.tags[TAG_HEADLINE], 800)
        if TAG_HEADLINE in parent.tags
        else None,
        looks=looks_in_words(parent, design),
        curves=drawn_curves(
            leading_first(rows) if searched else labels, last, read.curves, parts, read.kind
        ),
        curves_left_out=max(0, len(children) - MOST_RUNS),
        environments=environments_of(tries.values()),
        findings=findings_of(found_by_doctor.get("findings")),
        findings_in_all=count_of(found_by_doctor.get("found")),
        lowest=lowest,
        searched=searched,
        charted=view_key(parent.run_id) in parent.tags.get(TAG_NOTE, ""),
        plan=look_plan(parent, design, children),
        most_runs=MOST_CHILDREN if len(children) >= MOST_CHILDREN else None,
        quiet_s=quiet_s,
        to_go=None if quiet_s > QUIET_AFTER_S else to_go(parent, tries.values(), progress.unended),
        number=number,
        curve_kind=read.kind,
        arms=max(1, len(parts.arms)),
    )
