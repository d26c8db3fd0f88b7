"""Read configurations from a table of runs, and match their seeds."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seedbed.analysis.answers.inputs.read_inputs import cell_number, read_table, same_unit
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.wording import count
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class Arms:
    """Scores by configuration.

    Attributes:
        scores: Name → ``[run]``; matched by seed when paired.
        paired: Whether all arms have the same seeds, in the same order.
        notes: What was left out, in words.
    """

    scores: Mapping[str, Floats]
    paired: bool
    notes: tuple[str, ...]


def match_seeds(
    runs: Mapping[str, Mapping[str, float]], paired: bool | None
) -> tuple[dict[str, Floats], bool, tuple[str, ...]]:
    """Pair the arms by seed where every arm has the same seeds, or where asked to.

    Args:
        runs: Name → seed → score.
        paired: None pairs when all arms have the same seeds; True leaves out seeds that some arm
            lacks; False does not pair.

    Returns:
        Name → ``[run]``, whether they are paired, and what was left out.

    Raises:
        InputError: Asked to pair, and fewer than two seeds are in all arms.
    """
    every = [set(seeds) for seeds in runs.values()]
    common = set.intersection(*every)
    alike = all(seeds == common for seeds in every)
    if paired is False or (paired is None and not alike):
        plain = {name: np.array(list(seeds.values())) for name, seeds in runs.items()}
        note = () if paired is False else ("The seeds differ between the arms: not paired.",)
        return plain, False, note
    if len(common) < 2 and not alike:
        raise InputError(
            f"pairing needs seeds that all configurations share, got {len(common)}: use --unpaired"
        )
    order = [seed for seed in next(iter(runs.values())) if seed in common]
    left = sum(len(seeds - common) for seeds in every)
    is_out = "is left out" if left == 1 else "are left out"
    said = f"{count(left, 'run')} whose seed is not in every arm {is_out}."
    notes = (said,) if left else ()
    return {n: np.array([s[seed] for seed in order]) for n, s in runs.items()}, True, notes


def read_arms(path: Path, *, by: str, metric: str, seed: str | None, paired: bool | None) -> Arms:
    """Read a table with a row per run.

    A run whose metric is empty has failed: it is counted and named, not used.

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
            continue
        value = cell_number(path, line, metric, cells[metric][index])
        key = cells[seed][index] if seed else str(len(arm))
        if key in arm:
            raise InputError(
                f"{path}, line {line}: {seed} {key} occurs twice where {by} is "
                f"{cells[by][index]}: a pair needs one run of each seed"
            )
        arm[key] = value
    for name, seeds in runs.items():
        if not seeds:
            raise InputError(f"{path}: no run where {by} is {name} has a value of {metric}")
    if len(runs) < 2:
        raise InputError(f"{path}: {by} is {', '.join(runs)} in every row: nothing to compare")
    if "acc" in metric.lower():
        same_unit(np.array([value for seeds in runs.values() for value in seeds.values()]))
    if seed is None and paired is None:
        paired = False
    scores, matched, notes = match_seeds(runs, paired)
    if failed:
        where = ", ".join(str(line) for line in failed[:5])
        is_out = "is left out" if len(failed) == 1 else "are left out"
        notes += (f"{count(len(failed), 'run')} without {metric} {is_out} (line {where}).",)
    return Arms({f"{by}={name}": values for name, values in scores.items()}, matched, notes)
