"""What a sweep asks for, and how long it should take, from finished runs of the same kind."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

from seedbed.runs.settings.options import is_seed
from seedbed.sweeps.design.cells.cell import Cell, named
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.known_paces import Kinds, recall, remember
from seedbed.system.errors import StoreError
from seedbed.system.paths import nothing_recorded_yet
from seedbed.system.text.terminal_escape import inert

RUNS = 500
"""Finished runs to look at; MLflow gives the newest first."""
FREE = ("learning_rate",)
"""Options that do not change how long a run takes, beside the seeds."""
SHOWN = 12


@dataclass(frozen=True)
class Pace:
    """How long runs take.

    Attributes:
        seconds: Configuration in words → median seconds of finished runs with the same options.
        known: Of how many finished runs these are medians.
    """

    seconds: Mapping[str, float]
    known: int

    def of(self, cell: Cell) -> float | None:
        """Seconds of a cell; of a configuration that never ran, the longest known."""
        if not self.seconds:
            return None
        return self.seconds.get(named(cell.configuration), max(self.seconds.values()))


def pace(design: Design) -> Pace | None:
    """How long the sweep's runs take; None if no such run or no store can be found."""
    if nothing_recorded_yet():  # importing MLflow takes seconds
        return None
    cells = _without_seeds(design.cells)
    known = recall(design.experiment, {_kind(cell.params) for cell in cells})
    if known is None:
        known = ask_store(design.experiment)
    return None if known is None else pace_of(cells, known)


def _without_seeds(cells: Iterable[Cell]) -> list[Cell]:
    """One of the cells that differ in their seeds alone, which take equally long."""
    found: dict[tuple[str, str], Cell] = {}
    for cell in cells:
        streams = getattr(cell.options, "stream_seeds", "")
        found.setdefault((str(cell.configuration), streams), cell)
    return list(found.values())


def ask_store(experiment: str) -> Kinds | None:
    """What the newest finished runs of an experiment took, by kind; None without a store.

    The answer is kept for the next call.
    """
    from seedbed.tracking.reading.recorded_runs import finished_runs
    from seedbed.tracking.store import Store

    try:
        known = kinds_of(finished_runs(experiment, Store(), RUNS))
    except StoreError:
        return None
    remember(experiment, known)
    return known


def kinds_of(runs: Iterable[tuple[Mapping[str, str], float]]) -> Kinds:
    """Median seconds of each kind of run, and of how many, from parameters and seconds of each."""
    by_kind: dict[str, list[float]] = {}
    for params, seconds in runs:
        by_kind.setdefault(_kind(params), []).append(seconds)
    return {kind: (median(seconds), len(seconds)) for kind, seconds in by_kind.items()}


def pace_of(cells: Sequence[Cell], known: Kinds) -> Pace | None:
    """The pace of cells from what runs of each kind took."""
    found: dict[str, float] = {}
    used: dict[str, int] = {}
    for cell in cells:
        kind = _kind(cell.params)
        if kind in known:
            found[named(cell.configuration)], used[kind] = known[kind]
    return Pace(found, sum(used.values())) if found else None


def _kind(params: Mapping[str, str]) -> str:
    """The options that decide how long a run takes, as text."""
    free = (name for name in params if name in FREE or is_seed(name))
    kept = params.keys() - set(free)
    return str(sorted((name, params[name]) for name in kept))


def check_minutes(design: Design, known: Pace | None) -> None:
    """Refuse a budget of minutes that is too short for one run.

    Raises:
        InputError: The budget is too short; says how many minutes would do.
    """
    stop = design.file.fields.stop
    minutes = stop.budget.minutes if stop and stop.budget else None
    seconds = known.of(design.cells[0]) if known else None
    if minutes is None or seconds is None or minutes * 60 >= seconds:
        return
    raise design.file.refuse(
        ("stop", "budget", "minutes"),
        f"budget must allow one run, which took {seconds:.1f} s before, got {minutes:g} minutes: "
        f"the least is minutes: {ceil(round(seconds / 0.6, 6)) / 100:g}.",
    )


def outlook(design: Design, known: Pace | None, workers: int) -> str:
    """What the sweep asks for, as lines of text.

    Args:
        design: The sweep.
        known: How long runs take, if known.
        workers: How many would run at once.
    """
    fields = design.file.fields
    configurations = len(design.configurations)
    lines = [f"{design.name}: {design.question}"]
    if fields.search:
        lines.append(
            f"{design.experiment}: a {fields.search.sampler} search, up to {design.planned} runs; "
            f"to begin with {configurations} configurations and {len(design.cells)} runs"
        )
    else:
        more = "" if design.planned == len(design.cells) else f", up to {design.planned}"
        lines.append(
            f"{design.experiment}: {configurations} configuration{'s' * (configurations > 1)}, "
            f"{len(design.cells)} runs{more}"
        )
    lines.append(_time(design, known, workers))
    lines += [f"  {cell.id}  {cell.name}" for cell in design.cells[:SHOWN]]
    if len(design.cells) > SHOWN:
        lines.append(f"  … and {len(design.cells) - SHOWN} more")
    return inert("\n".join(lines))


def _time(design: Design, known: Pace | None, workers: int) -> str:
    if known is None:
        return "time: unknown, because no run of this kind has finished here yet"
    each = [known.of(cell) or 0.0 for cell in design.cells]
    total = sum(each) * design.planned / len(each)
    most = "at most " if design.file.fields.stop or design.file.fields.search else ""
    return (
        f"time: {most}about {_duration(total / workers)} with {workers} at a time "
        f"(median of {known.known} finished runs)"
    )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
