"""Read configurations from a table of runs, and match their seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan
from pathlib import Path

import numpy as np

from seedbed.analysis.answers.inputs.imported.seed_columns import is_fold_name
from seedbed.analysis.answers.inputs.read_inputs import (
    cell_number,
    read_table,
    same_unit,
)
from seedbed.analysis.findings.seed_matching import match_seeds
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.wording import count
from seedbed.system.errors import InputError
from seedbed.system.text.number_text import is_number


@dataclass(frozen=True)
class Arms:
    """Scores by configuration.

    Attributes:
        scores: Name → ``[run]``, nan where the run failed; matched by seed when paired.
        paired: Whether all arms have the same seeds, in the same order.
        notes: What was left out, in words.
        folds: Number of folds, where the column of seeds numbers those of a cross-validation.
    """

    scores: Mapping[str, Floats]
    paired: bool
    notes: tuple[str, ...]
    folds: int = 0


def _matched(runs: Mapping[str, Mapping[str, float]], paired: bool | None) -> Arms:
    """The arms of a table, of each name's seed → score, nan where the run failed."""
    done = {name: [seed for seed in arm if isfinite(arm[seed])] for name, arm in runs.items()}
    failed = {name: set(arm).difference(done[name]) for name, arm in runs.items()}
    match = match_seeds(done, failed, failed, paired)
    tried = set.intersection(*(set(arm) for arm in runs.values()))
    order = [seed for seed in next(iter(runs.values())) if seed in tried]
    scores = {
        name: np.array([arm[seed] for seed in (order if match.paired else arm)])
        for name, arm in runs.items()
    }
    return Arms(scores, match.paired, match.notes)


def read_arms(path: Path, *, by: str, metric: str, seed: str | None, paired: bool | None) -> Arms:
    """Read a table with a row per run.

    A run whose metric is empty, nan or infinite has failed (a loss that diverged): it is counted
    and named, and costs its pair.

    Args:
        path: CSV file.
        by: Column that names the configuration.
        metric: Column of scores.
        seed: Column of seeds; None does not pair (unless ``paired``, by order).
        paired: As ``match_seeds`` takes it.

    Raises:
        InputError: Missing columns, one configuration only, an arm without results, a seed twice in
            one arm, or a score that is not a number; with its line.
    """
    wanted = [by, metric] + ([seed] if seed else [])
    lines, cells = read_table(path, wanted)
    runs: dict[str, dict[str, float]] = {}
    failed = []
    for index, line in enumerate(lines):
        arm = runs.setdefault(cells[by][index], {})
        if not _has_result(cells[metric][index]):
            failed.append(line)
            value = nan
        else:
            value = cell_number(path, line, metric, cells[metric][index])
        key = cells[seed][index] if seed else str(len(arm))
        if key in arm:
            raise InputError(
                f"{path}, line {line}: {seed} {key} occurs twice where {by} is "
                f"{cells[by][index]}: a pair needs one run of each seed"
            )
        arm[key] = value
    for name, seeds in runs.items():
        if not any(isfinite(value) for value in seeds.values()):
            for index in (i for i, arm in enumerate(cells[by]) if arm == name):
                if cells[metric][index]:  # says that it is not finite, and where
                    cell_number(path, lines[index], metric, cells[metric][index])
            raise InputError(f"{path}: no run where {by} is {name} has a value of {metric}")
    if len(runs) < 2:
        raise InputError(f"{path}: {by} is {', '.join(runs)} in every row: nothing to compare")
    if "acc" in metric.lower():
        every = np.array([value for seeds in runs.values() for value in seeds.values()])
        same_unit(every[np.isfinite(every)])
    if seed is None and paired is None:
        paired = False
    arms = _matched({f"{by}={name}": seeds for name, seeds in runs.items()}, paired)
    arms = replace(arms, folds=_folds(seed, cells))
    if not failed:
        return arms
    where = ", ".join(str(line) for line in failed[:5])
    is_out = "is left out" if len(failed) == 1 else "are left out"
    note = f"{count(len(failed), 'run')} without {metric} {is_out} (line {where})."
    return replace(arms, notes=(*arms.notes, note))


def _folds(seed: str | None, cells: Mapping[str, Sequence[str]]) -> int:
    """Number of folds, if the column of seeds numbers folds; else 0."""
    return 0 if seed is None or not is_fold_name(seed) else len(set(cells[seed]))


def _has_result(cell: str) -> bool:
    """Whether a cell holds a result; text that is not a number is for ``cell_number`` to refuse."""
    return bool(cell) and not (is_number(cell) and not isfinite(float(cell)))
