"""Every number that the runs of a repeated script gave."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from seedbed.analysis.answers.answer import Answer, number
from seedbed.analysis.answers.configuration_answers import about
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.findings.attribution_parts import independent
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.analysis.findings.metric_limits import limits_of_metric
from seedbed.analysis.findings.script.script_runs import timeline_of
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import describe
from seedbed.analysis.wording import count, listed
from seedbed.system.errors import InputError
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.schema import HEADLINE, SCORE

FIRST = (SCORE, HEADLINE)


HEAD = ("number", "runs", "mean", "sd", "lowest", "highest")


LONGEST = 44
BY_CLASS = ("_precision", "_recall", "_f1-score")
ASIDE = re.compile(r".*_support(_\d+)?|printed_number(_\d+)?|script_seconds")
"""Numbers that say how much there was, or that nothing names: they come last."""


AS_PRINTED = 1e-4
"""Share by which a number may differ from itself as it is printed."""


def numbers_of_runs(
    found: Recorded,
    *,
    level: float = 0.95,
    about_script: Answer | None = None,
    most: int | None = None,
) -> Answer:
    """Describe every metric of every configuration.

    Args:
        found: The sweep.
        level: Confidence level.
        about_script: What the runs of a script say; it comes first.
        most: Rows of a configuration's table in the text; all unless given.

    Returns:
        ``configurations``: name → number → ``{n, mean, sd, lowest, highest}``.

    Raises:
        InputError: No run finished.
    """
    tables = {group.label: _table(found, group, level) for group in found.groups}
    if not any(tables.values()):
        raise InputError(
            f"the sweep {found.sweep.name!r} has no finished run, so no number has a spread: run "
            "it again, it starts where it stopped"
        )
    sentences: list[str] = []
    rows: list[tuple[str, object]] = []
    for group in found.groups:
        table = tables[group.label]
        if len(tables) > 1:
            sentences += [*([""] if sentences else []), f"{group.label}:"]
        arms = _arms_of(found, group)
        sentences += _lines(table, arms, most) or [
            "no run finished, so nothing can be said about it"
        ]
        for key, one in table.items():
            name = key if len(tables) == 1 else f"{group.label}: {key}"
            rows += [(f"{name}: mean", one.mean), (f"{name}: sd", one.sd)]
    fields = {
        "configurations": tables,
        "sweep": about(found),
        "notes": [*found.first, *found.notes],
    }
    about_them = [note for note in found.notes if note not in found.of_scripts]
    notes = [*found.first, *about_them]
    if about_script is not None and about_script.metric != SCORE:
        notes = [note for note in notes if "recorded no accuracy" not in note]
    if most is not None and any(len(_varying(table)) > most for table in tables.values()):
        sentences += ["", f"All of them: seedbed numbers {shlex.quote(found.sweep.name)}"]
    opening = [*_late_failures(found.sweep), *_opening(found, about_script)]
    measure = next(key for table in tables.values() for key in table)
    return Answer(
        (f"The numbers of {found.sweep.name}.", *found.of_scripts, *notes),
        fields if about_script is None else {**about_script.fields, **fields},
        tuple(rows),
        lines=(*opening, *sentences, *([""] if notes else []), *notes),
        scores=_values(found, measure),
        measure=measure,
    )


def _opening(found: Recorded, about_script: Answer | None) -> list[str]:
    """What comes before the table: the answer, which number it is about, what the script did."""
    if about_script is None:
        return [*found.of_scripts, *([""] if found.of_scripts else [])]
    lead, *rest = about_script.sentences
    steps = timeline_of(found.sweep)
    did = ["", "What the script did:", *(f"  {step}" for step in steps)] if steps else []
    return [lead, "", *dict.fromkeys(rest), *did, ""]


def measured(sweep: SweepRecord) -> tuple[RunRecord, ...]:
    """The finished runs; if there is none, those that failed after they had given their number."""
    return sweep.finished or tuple(run for run in sweep.runs if _has_number(run))


def _has_number(run: RunRecord) -> bool:
    return run.state == "failed" and any(key in run.metrics for key in FIRST)


def _late_failures(sweep: SweepRecord) -> list[str]:
    """That runs failed after they had given their number."""
    done = {run.cell for run in sweep.finished}
    late = [run for run in sweep.runs if _has_number(run) and run.cell not in done]
    if not late:
        return []
    said = f"{count(len(late), 'run')} failed after giving a number"
    if sweep.finished:
        return [f"{said}: it is in the record, not in this table."]
    return [f"No run finished, but {said}, which is what this table shows."]


def _values(found: Recorded, key: str) -> dict[str, Floats]:
    """Configuration → ``[run]`` values of one number."""
    values = {group.label: _values_of(found, group, key) for group in found.groups}
    return {label: np.array(known) for label, known in values.items() if known}


def _values_of(found: Recorded, group: Group, key: str) -> list[float]:
    """Values of one number over the finished runs of a configuration."""
    sweep = found.sweep
    mine = [run for run in measured(sweep) if sweep.configuration(run) == group.configuration]
    runs = independent(sweep, mine)
    return [value for run in runs if (value := score_of(run, key)) is not None]


def _table(found: Recorded, group: Group, level: float) -> dict[str, "_Number"]:
    """Number → spread over the finished runs of a configuration, the score first."""
    sweep = found.sweep
    mine = [run for run in measured(sweep) if sweep.configuration(run) == group.configuration]
    runs = independent(sweep, mine)
    keys = dict.fromkeys(key for run in runs for key in run.metrics)
    table = {}
    for key in sorted(keys, key=_place):
        if values := _values_of(found, group, key):
            limits = limits_of_metric(key, np.array(values))
            spread = describe(values, level).within(*limits)
            ends = min(values), max(values)
            table[key] = _Number(spread.n, spread.mean, spread.sd, *ends)
    return table


def _place(key: str) -> tuple[int, str]:
    """Where a number stands among the others: the score, what has a name, a class's, the rest."""
    if key in FIRST:
        return 0, key
    if ASIDE.fullmatch(key):
        return 3, key
    return (2 if key.startswith("printed_") and key.endswith(BY_CLASS) else 1), key


@dataclass(frozen=True)
class _Number:
    """One number's mean and spread, with its ends; printed unchanged."""

    n: int
    mean: Estimate
    sd: Estimate | None
    lowest: float
    highest: float


def _arms_of(found: Recorded, group: Group) -> dict[str, str]:
    """Number → the arm of the script that it is of, by its values in every run."""
    sweep = found.sweep
    own_runs = [run for run in measured(sweep) if sweep.configuration(run) == group.configuration]
    mine = [run for run in own_runs if run.script.get("arms")]
    if len({tuple(arm["name"] for arm in run.script["arms"]) for run in mine}) != 1:
        return {}  # there are none, or not every run has the same
    named: dict[str, str] = {}
    for place, arm in enumerate(mine[0].script["arms"]):
        values = [run.script["arms"][place]["values"] for run in mine]
        for key in mine[0].metrics:
            if all(
                len(own) == 1 and np.isclose(run.metrics.get(key, np.nan), own[0], rtol=AS_PRINTED)
                for run, own in zip(mine, values, strict=True)
            ):
                named.setdefault(key, str(arm["name"]))
    return named


def _lines(table: dict[str, _Number], arms: Mapping[str, str], most: int | None) -> list[str]:
    """A table for people; what is the same in every run stands in one line below it.

    Args:
        table: Number → spread.
        arms: Number → the arm of the script that it is of.
        most: Rows, and names in the line below; all if None.
    """
    varying = _varying(table)
    leading = {*FIRST, *arms}
    rows = [
        (
            _shortened(f"{key} ({arms[key]})" if key in arms else key),
            str(one.n),
            number(one.mean.value),
            number(one.sd.value) if one.sd else "",
            number(one.lowest),
            number(one.highest),
        )
        for key, one in sorted(varying.items(), key=lambda pair: pair[0] not in leading)
    ]
    lines = _aligned([HEAD, *rows[:most]]) if rows else []
    if most is not None and len(rows) > most:
        lines.append(f"and {len(rows) - most} more")
    same = [f"{key} {number(table[key].lowest)}" for key in table if key not in varying]
    if same:
        named = listed(same, limit=len(same) if most is None else most)
        lines += [*([""] if lines else []), f"The same in every run: {named}."]
    return lines


def _varying(table: dict[str, _Number]) -> dict[str, _Number]:
    return {key: one for key, one in table.items() if one.lowest < one.highest or one.n < 2}


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
