"""Read configurations from a table of runs, and match their seeds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite, nan
from pathlib import Path

import numpy as np

from seedbed.analysis.answers.inputs.read_inputs import cell_number, read_table, same_unit
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.failures import pairs_with_failures
from seedbed.analysis.wording import count
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class Arms:
    """Scores by configuration.

    Attributes:
        scores: Name → ``[run]`` of runs with a result; matched by seed when paired.
        tried: Name → ``[run]``, nan where the run failed; matched by seed when paired.
        paired: Whether all arms have the same seeds, in the same order.
        notes: What was left out, in words.
    """

    scores: Mapping[str, Floats]
    tried: Mapping[str, Floats]
    paired: bool
    notes: tuple[str, ...]


def match_seeds(runs: Mapping[str, Mapping[str, float]], paired: bool | None) -> Arms:
    """Pair the arms by seed where every arm tried the same seeds, or where asked to.

    A failed run costs its pair, not the pairing.

    Args:
        runs: Name → seed → score, nan where the run failed.
        paired: None pairs when all arms tried the same seeds; True leaves out seeds that some arm
            lacks; False does not pair.

    Raises:
        InputError: Asked to pair, and fewer than two seeds are in all arms.
    """
    tried = [set(seeds) for seeds in runs.values()]
    done = [{seed for seed, score in arm.items() if isfinite(score)} for arm in runs.values()]
    common = set.intersection(*done)
    alike = all(seeds == tried[0] for seeds in tried)
    if paired is False or (paired is None and not (alike and common)):
        every = {name: np.array(list(seeds.values())) for name, seeds in runs.items()}
        scores = {name: values[np.isfinite(values)] for name, values in every.items()}
        note = () if paired is False else ("The seeds differ between the arms: not paired.",)
        return Arms(scores, every, False, note)
    if len(common) < 2 and not (alike and common):
        raise InputError(
            f"pairing needs seeds that all configurations share, got {len(common)}: use --unpaired"
        )
    order = [seed for seed in next(iter(runs.values())) if seed in common]
    left = sum(len(seeds - common) for seeds in done)
    is_out = "is left out" if left == 1 else "are left out"
    said = f"{count(left, 'run')} whose seed is not in every arm {is_out}."
    return Arms(
        {name: np.array([arm[seed] for seed in order]) for name, arm in runs.items()},
        dict(zip(runs, pairs_with_failures(list(runs.values())), strict=True)),
        True,
        (said,) if left else (),
    )


def read_arms(path: Path, *, by: str, metric: str, seed: str | None, paired: bool | None) -> Arms:
    """Read a table with a row per run.

    A run whose metric is empty has failed: it is counted and named, and costs its pair.

    Args:
        path: CSV file.
        by: Column that names the configuration.
        metric: Column of scores.
        seed: Column of seeds; None does not pair (unless ``paired``, by order).
        paired: As in ``match_seeds``.

    Raises:
        InputError: Missing columns, one configuration only, an arm without results, a seed twice in
            one arm, or a score that is not a finite number; with its line.
    """
    wanted = [by, metric] + ([seed] if seed else [])
    lines, cells = read_table(path, wanted)
    runs: dict[str, dict[str, float]] = {}
    failed = []
    for index, line in enumerate(lines):
        arm = runs.setdefault(cells[by][index], {})
        if cells[metric][index] == "":
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
            raise InputError(f"{path}: no run where {by} is {name} has a value of {metric}")
    if len(runs) < 2:
        raise InputError(f"{path}: {by} is {', '.join(runs)} in every row: nothing to compare")
    if "acc" in metric.lower():
        every = np.array([value for seeds in runs.values() for value in seeds.values()])
        same_unit(every[np.isfinite(every)])
    if seed is None and paired is None:
        paired = False
    arms = match_seeds({f"{by}={name}": seeds for name, seeds in runs.items()}, paired)
    if not failed:
        return arms
    where = ", ".join(str(line) for line in failed[:5])
    is_out = "is left out" if len(failed) == 1 else "are left out"
    note = f"{count(len(failed), 'run')} without {metric} {is_out} (line {where})."
    return replace(arms, notes=(*arms.notes, note))
