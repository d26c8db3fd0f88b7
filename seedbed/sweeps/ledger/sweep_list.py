"""Every sweep in one list: what MLflow recorded, and what the ledgers of this store know."""

import json
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace

from seedbed.analysis.wording import ago
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages.journal_names import journal_names
from seedbed.sweeps.ledger.storages.journal_record import JournalRecord
from seedbed.system.errors import SeedbedError
from seedbed.system.paths import store_path
from seedbed.tracking.cell_counts import CellCounts
from seedbed.tracking.foreign_values import count_of, json_object
from seedbed.tracking.reading.recorded_runs import recorded_sweeps, runs_of_sweep
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import (
    TAG_DESIGN,
    TAG_EXPERIMENT,
    TAG_HEADLINE,
    TAG_STATE,
    TAG_SWEEP,
    TAG_VERDICT,
)
from seedbed.tracking.store import Store

MOST_RUNS = 20_000
NOT_RECORDED = "not recorded"
LESS_NEEDED = ("EXPERIMENT", "STARTED", "VERDICT", "RUNS")
"""What a narrow terminal goes without, the first first."""
COLUMNS = ("SWEEP", "EXPERIMENT", "STATE", "RUNS", "VERDICT", "STARTED")


@dataclass(frozen=True)
class ListedSweep:
    """A sweep as the list shows it.

    Attributes:
        name: Its name.
        experiment: What it trains; empty if MLflow does not know it.
        state: ``running``, ``finished``, ``stopped`` or ``failed``; ``not recorded`` if only a
            ledger knows it.
        done: Runs with a result.
        failed: Runs without one that are not tried again.
        planned: Runs that it asks for.
        verdict: ``different``, ``equivalent``, ``undecided``, ``identical``, ``spread`` or
            ``none``; None before the report.
        headline: The answer in one sentence; None likewise.
        age_s: Seconds since it was started; None if unknown.
    """

    name: str
    experiment: str
    state: str
    done: int
    failed: int
    planned: int
    verdict: str | None = None
    headline: str | None = None
    age_s: float | None = None


def list_sweeps(store: Store, most: int) -> list[ListedSweep]:
    """The newest sweeps of MLflow, then those that only a journal in this store knows.

    Raises:
        StoreError: MLflow cannot be reached.
    """
    recorded: dict[str, ListedSweep] = {}
    known: set[str] = set()
    journals = journal_names()
    for parent in recorded_sweeps(store, 10 * most):
        sweep = _recorded(parent)
        if sweep.name not in known and len(recorded) < most:
            if sweep.state == "running" and sweep.name in journals:
                sweep = _as_the_ledger_says(sweep)
            elif sweep.state == "running":  # a driver elsewhere, whose ledger is not here
                sweep = _as_its_runs_say(sweep, parent, store)
            recorded[sweep.name] = sweep
        known.add(sweep.name)
    unknown = [name for name in journals if name not in known][: most - len(recorded)]
    empty = ListedSweep("", "", NOT_RECORDED, 0, 0, 0)
    return [
        *recorded.values(),
        *(_as_the_ledger_says(replace(empty, name=name)) for name in unknown),
    ]


def _recorded(parent: RunSummary) -> ListedSweep:
    count = {
        key: count_of(value) for key, value in parent.metrics.items() if key.startswith("runs_")
    }
    planned = count_of(json_object(parent.tags.get(TAG_DESIGN)).get("planned"))
    if not planned:  # MLflow's UI lets people change tags
        planned = sum(count.get(f"runs_{kind}", 0) for kind in ("finished", "failed", "missing"))
    return ListedSweep(
        name=parent.tags.get(TAG_SWEEP, parent.name),
        experiment=parent.tags.get(TAG_EXPERIMENT, ""),
        state=parent.tags.get(TAG_STATE, "running"),
        done=count.get("runs_finished", 0),
        failed=count.get("runs_failed", 0),
        planned=planned,
        verdict=parent.tags.get(TAG_VERDICT),
        headline=parent.tags.get(TAG_HEADLINE),
        age_s=round(max(0.0, time.time() - parent.started_ms / 1000), 1),
    )


def _as_the_ledger_says(sweep: ListedSweep) -> ListedSweep:
    """The same with the counts of its journal, if that can be read."""
    try:
        with closing(LedgerReader(JournalRecord(sweep.name), store_path() / "runs")) as ledger:
            counts = ledger.counts()
    except (SeedbedError, OSError):  # another user's journal, say
        return sweep
    return _counted(sweep, counts)


def _as_its_runs_say(sweep: ListedSweep, parent: RunSummary, store: Store) -> ListedSweep:
    """The same with the counts of its runs in MLflow."""
    runs = runs_of_sweep(parent, store, MOST_RUNS)
    last: dict[str, RunSummary] = {}
    for run in runs:  # the newest first
        last.setdefault(run.cell, run)
    states = (run.state for run in last.values())
    return _counted(sweep, CellCounts.of_runs(states, sweep.planned))


def _counted(sweep: ListedSweep, counts: CellCounts) -> ListedSweep:
    return replace(
        sweep,
        done=counts.done,
        failed=counts.failed,
        planned=max(sweep.planned, counts.cells),
    )


def as_json(sweeps: Iterable[ListedSweep]) -> str:
    """The list as JSON."""
    return json.dumps([asdict(sweep) for sweep in sweeps], indent=1)


def as_table(sweeps: Iterable[ListedSweep], width: int | None = None) -> str:
    """The list as aligned columns for people.

    Args:
        sweeps: What to list.
        width: Of the terminal; where it is too narrow, columns are left out, the name and the
            state never.
    """
    rows = [COLUMNS, *(_row(sweep) for sweep in sweeps)]
    for title in LESS_NEEDED:
        if width is None or _wide(rows) <= width:
            break
        at = rows[0].index(title)
        rows = [(*row[:at], *row[at + 1 :]) for row in rows]
    widths = _widths(rows)
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    return [max(map(len, column)) for column in zip(*rows, strict=True)]


def _wide(rows: Sequence[tuple[str, ...]]) -> int:
    return sum(_widths(rows)) + 2 * (len(rows[0]) - 1)


def _row(sweep: ListedSweep) -> tuple[str, ...]:
    runs = f"{sweep.done} of {sweep.planned}" + (f", {sweep.failed} failed" * bool(sweep.failed))
    started = "" if sweep.age_s is None else f"{ago(sweep.age_s)} ago"
    return (sweep.name, sweep.experiment, sweep.state, runs, sweep.verdict or "–", started)
