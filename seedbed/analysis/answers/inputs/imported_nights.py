"""Runs of another tool night by night: a night is the day (UTC) on which a run started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from seedbed.analysis.answers.inputs.imported.imported_sweep import as_sweep
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.imported.where import matching
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded, imported
from seedbed.analysis.wording import count
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.imported_runs import ImportedRun


@dataclass(frozen=True)
class Nights:
    """Runs of another tool, night by night.

    Attributes:
        nights: The runs of each day, oldest first.
        read: How the runs were read, in words.
    """

    nights: list[Recorded]
    read: tuple[str, ...]


def nights_of(runs: Runs, progress: Progress = silent) -> Nights:
    """Divide runs by the day on which they started.

    All nights have the arms, seeds and metric that are told from the runs of all nights. Runs that
    are equal count once within a night, and once in each night.

    Args:
        runs: The runs.
        progress: Told how far the reading is.

    Raises:
        InputError: No runs, a name that no run has, or runs without a start.
    """
    whole = as_sweep(runs.given, runs.asked)
    chosen = matching(runs.given.runs, runs.asked.where)
    timeless = next((run for run in chosen if not run.started_ms), None)
    if timeless is not None:
        raise InputError(
            f"drift needs the day on which each run started, which {runs.given.what} does not tell "
            f"of {timeless.name!r}: give the mean of each night as a number, oldest first"
        )
    arms, seeds = whole.sweep.varied, whole.columns.seeds
    asked = replace(
        runs.asked,
        by=arms,
        seed=seeds,
        metric=whole.metric,
        maximize=not whole.unit.lower_is_better,
        where=(),
    )
    nights = [
        imported(replace(runs, given=replace(runs.given, runs=found), asked=asked), progress)
        for found in _by_day(chosen, (*arms, *seeds)).values()
    ]
    days = list(_by_day(chosen, ()))
    told = f"A night is the day (UTC) on which a run started: {count(len(days), 'night')}"
    line = f"{told}, {days[0]} to {days[-1]}."
    return Nights([replace(night, first=()) for night in nights], (*whole.assumed, line))


def _by_day(
    runs: Sequence[ImportedRun], params: Sequence[str]
) -> Mapping[str, tuple[ImportedRun, ...]]:
    """Day → its runs, oldest first, with no other parameters than those named."""
    days: dict[str, tuple[ImportedRun, ...]] = {}
    for run in sorted(runs, key=lambda run: run.started_ms):
        day = datetime.fromtimestamp(run.started_ms / 1000, UTC).date().isoformat()
        kept = {name: value for name, value in run.params.items() if name in params}
        days[day] = (*days.get(day, ()), replace(run, params=kept))
    return days
