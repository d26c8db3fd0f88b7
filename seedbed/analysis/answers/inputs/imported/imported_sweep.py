"""Runs of another tool as a sweep: arms, seeds and metric, with what was assumed in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from seedbed.analysis.answers.inputs.imported.metric_choice import (
    choose_metric,
    finite_scores,
    unit_of_metric,
    with_metric,
)
from seedbed.analysis.answers.inputs.imported.run_labels import (
    is_group_name,
    is_measurement,
    is_place,
)
from seedbed.analysis.answers.inputs.imported.seed_columns import Columns, tell_columns
from seedbed.analysis.answers.inputs.imported.selection import Selection
from seedbed.analysis.answers.inputs.imported.where import check_known, matching, value_of
from seedbed.analysis.answers.units import Unit
from seedbed.analysis.wording import count, listed, one_line, option_value
from seedbed.system.errors import InputError
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns
from seedbed.tracking.records import RunRecord, SweepRecord

ABSENT = "not set"
PLURAL = {
    "follows from the other parameters": "follow from the other parameters",
    "is measured of each run": "are measured of each run",
    "differs in every run and only names it": "differ in every run and only name it",
    "says where a run ran": "say where a run ran",
    "goes with the seed and only names it": "go with the seed and only name it",
}
"""Why a parameter makes no arm → the same of several."""
MOST_VARIED = 12
"""Parameters up to which configurations have a name that can be read."""


@dataclass(frozen=True)
class ImportedSweep:
    """Runs of another tool, ready for the questions.

    Attributes:
        sweep: The record; its sources are the parameters that number repeats.
        metric: Name of the metric.
        unit: How it is written, and which way is better.
        columns: What each parameter was taken for.
        assumed: What was read and what was assumed, in words.
        duplicates: Runs left out because they repeat another one in everything.
        by: What the user says makes the arms.
        runs: The runs as read, by their id.
        remarks: What the reader says of the tool's metrics.
    """

    sweep: SweepRecord
    metric: str
    unit: Unit
    columns: Columns
    assumed: tuple[str, ...]
    duplicates: int
    by: tuple[str, ...] = ()
    runs: Mapping[str, ImportedRun] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def as_sweep(given: ImportedRuns, asked: Selection, *, whole: bool = False) -> ImportedSweep:
    """Group the runs of another tool.

    Args:
        given: The runs.
        asked: What the user says about them.
        whole: Keep every parameter that varies apart, also where ``asked.by`` names the arms.

    Raises:
        InputError: No runs, a name that no run has, or too many parameters that vary.
    """
    if not given.runs:
        raise InputError(f"{given.what} has no runs: nothing can be said")
    chosen = matching(given.runs, asked.where)
    for option, names in (("--by", asked.by), ("--seed", asked.seed)):
        for name in names:
            check_known(name, chosen, option)
    chosen = with_metric(chosen, asked.metric)
    metric = choose_metric(chosen, asked.metric)
    runs, parents = _without_parents(chosen, metric)
    runs = _with_constants(runs, metric)
    values = _values(runs, (*asked.by, *asked.seed))
    scores = [_score(run, metric) for run in runs]
    columns = tell_columns(values, scores, asked.seed)
    columns = _with_arms(columns, asked.by)
    kept, duplicates = _without_duplicates(runs, columns)
    varied = columns.varied if whole or not asked.by else asked.by
    if len(varied) > MOST_VARIED and not asked.by:
        raise InputError(
            f"{len(varied)} parameters vary ({listed(varied)}), so hardly any two runs agree: "
            "name those that define the arms with --by"
        )
    unit = unit_of_metric(metric, finite_scores(kept, metric), maximize=asked.maximize)
    records = tuple(_record(run, columns, metric) for run in kept)
    sweep = SweepRecord(
        name=given.address,
        run_id="",
        experiment=given.what,
        question="",
        varied=tuple(varied),
        sources=columns.seeds,
        classes=(),
        planned=len(records),
        runs=records,
    )
    found = ImportedSweep(
        sweep,
        metric,
        unit,
        columns,
        (),
        duplicates,
        tuple(asked.by),
        {run.run_id: run for run in kept},
        given.remarks,
    )
    return replace(found, assumed=_assumed(found, given, asked, values, parents))


def _without_parents(
    runs: Sequence[ImportedRun], metric: str
) -> tuple[list[ImportedRun], list[ImportedRun]]:
    """Runs that count, and those that only hold others: a search's best, a mean of folds."""
    holding = {run.parent for run in runs if run.parent and metric in run.metrics}
    inner = [run for run in runs if run.run_id not in holding]
    return inner, [run for run in runs if run.run_id in holding]


def _with_constants(runs: list[ImportedRun], metric: str) -> list[ImportedRun]:
    """The runs; those that died before they logged a parameter get it where all others agree."""
    scored = [run for run in runs if _score(run, metric) is not None]
    if len(scored) in (0, len(runs)):
        return runs
    first = scored[0].params
    constant = {
        name: value
        for name, value in first.items()
        if all(name in run.params and run.params[name] == value for run in scored)
    }
    return [
        run
        if _score(run, metric) is not None or constant.keys() <= run.params.keys()
        else replace(run, params={**constant, **run.params})
        for run in runs
    ]


def _values(runs: Sequence[ImportedRun], extra: Sequence[str]) -> dict[str, list[object]]:
    """Parameter → ``[run]`` values; the tags that the user names are among them."""
    names = dict.fromkeys(name for run in runs for name in run.params)
    names |= dict.fromkeys(extra)
    return {name: [_value(run, name) for run in runs] for name in names}


def _value(run: ImportedRun, name: str) -> object:
    value = value_of(run, name)
    return ABSENT if value is None else value


def _score(run: ImportedRun, metric: str) -> float | None:
    value = run.metrics.get(metric, math.nan) if run.state == "finished" else math.nan
    return value if math.isfinite(value) else None


def _with_arms(columns: Columns, by: Sequence[str]) -> Columns:
    """The columns with those first that make the arms, whatever they were taken for."""
    if not by:
        return columns
    others = tuple(name for name in columns.varied if name not in by)
    return Columns(
        seeds=tuple(name for name in columns.seeds if name not in by),
        labels=tuple(name for name in columns.labels if name not in by),
        varied=(*by, *others),
        constant=tuple(name for name in columns.constant if name not in by),
    )


def _without_duplicates(
    runs: Sequence[ImportedRun], columns: Columns
) -> tuple[list[ImportedRun], int]:
    """Runs without those that have an earlier one's parameters, seeds and every metric."""
    if not columns.seeds:
        return list(runs), 0
    kept: dict[object, ImportedRun] = {}
    for run in runs:
        options = tuple(_value(run, name) for name in (*columns.varied, *columns.seeds))
        is_result = run.state == "finished" and run.metrics
        key = (options, tuple(sorted(run.metrics.items()))) if is_result else run.run_id
        kept.setdefault(key, run)
    return list(kept.values()), len(runs) - len(kept)


def _record(run: ImportedRun, columns: Columns, metric: str) -> RunRecord:
    options = {name: _value(run, name) for name in (*columns.varied, *columns.seeds)}
    load = run.load_curve
    return RunRecord(
        run_id=run.run_id,
        name=one_line(run.name),
        state=run.state,
        options={**run.params, **options},
        metrics=run.metrics,
        cell=run.run_id,
        fingerprint=run.fingerprint,
        duration_s=run.duration_s,
        environment=run.facts,
        load_predictions=run.load_predictions,
        load_history=None if load is None else lambda: {metric: load(metric)},
    )


def _assumed(
    found: ImportedSweep,
    given: ImportedRuns,
    asked: Selection,
    values: dict[str, list[object]],
    parents: Sequence[ImportedRun],
) -> tuple[str, ...]:
    better = "lower" if found.unit.lower_is_better else "higher"
    chosen = [] if asked.metric else ["--metric"]
    chosen += [] if asked.maximize is not None else ["--maximize", "--minimize"]
    arms, repeats = asked.by or found.sweep.varied, found.columns.seeds
    parts = [
        f"{count(len(found.sweep.runs), 'run')} of {one_line(given.what, 160)}",
        f"the score is {found.metric} ({better} is better)",
        f"the arms are the values of {_spelled(arms, values)}"
        if arms
        else "there is one configuration",
        f"repeats are numbered by {_spelled(repeats, values)}"
        if repeats
        else "no seed is recorded",
    ]
    chosen += ([] if asked.by else ["--by"]) + ([] if asked.seed else ["--seed"])
    lines = [f"{parts[0]}: {'; '.join(parts[1:])}."]
    if chosen:
        lines[0] = f"{lines[0][:-1]} (assumed: change this with {', '.join(chosen)})."
    if found.columns.labels:
        lines += _labels(found.columns.labels, values)
    if found.columns.constant:
        lines.append(f"Constant: {_constants(found.columns.constant, values)}.")
    if parents:
        lines.append(
            f"{count(len(parents), 'run')} that other runs are nested in "
            f"{_is(len(parents))} not counted: "
            f"{listed(one_line(run.name, 24) for run in parents)}."
        )
    if found.duplicates:
        lines.append(
            f"{count(found.duplicates, 'run')} with the parameters, seeds and metrics of an "
            f"earlier run {_is(found.duplicates)} counted once."
        )
    return tuple(lines)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _labels(labels: Sequence[str], values: dict[str, list[object]]) -> list[str]:
    """Why some parameters make no arm."""
    found: dict[str, list[str]] = {}
    for name in labels:
        found.setdefault(_why_no_arm(name, values[name]), []).append(name)
    return [
        f"{listed(one_line(name, 24) for name in names)} {why}, so it makes no arm."
        if len(names) == 1
        else f"{listed(one_line(name, 24) for name in names)} {PLURAL[why]}, so they make no arm."
        for why, names in found.items()
    ]


def _why_no_arm(name: str, column: Sequence[object]) -> str:
    follows, measured, names_run, place, names_seed = PLURAL
    if is_group_name(name):
        return follows
    if is_measurement(name, column):
        return measured
    if len(set(column)) == len(column):
        return names_run
    return place if is_place(name) else names_seed


def _spelled(names: Sequence[str], values: dict[str, list[object]]) -> str:
    """Names with the values that they have: ``batch_size (32, 256)``."""
    return listed(
        f"{one_line(name, 24)} ({_few(list(dict.fromkeys(values[name])))})" for name in names
    )


def _few(distinct: Sequence[object]) -> str:
    more = f", … {len(distinct)} values" if len(distinct) > 4 else ""
    return ", ".join(option_value(value, 12) for value in distinct[:4]) + more


def _constants(names: Sequence[str], values: dict[str, list[object]]) -> str:
    return listed(f"{one_line(name, 24)}={option_value(values[name][0])}" for name in names)
