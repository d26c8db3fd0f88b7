"""Which parameters number the repeats of one configuration, and which vary besides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from seedbed.tracking.importing.score_names import words_of

REPEATS = {"run", "trial", "repeat", "repetition", "rep", "replicate", "replication", "fold"}
NUMBERED = {"id", "index", "idx", "nr", "no", "number", "num", "name", "i"}
"""Words that may follow those of ``REPEATS``: ``run_id``, ``fold_index``."""
NAMING = {"name", "dir", "path", "file", "id", "uuid", "date", "time", "timestamp", "checkpoint"}
"""Words of parameters that name a run or its files."""
NAME_LIKE = re.compile(r"[/\\]|^\d{4}-?\d\d-?\d\d|^[0-9a-f-]{8,}$")
"""Text that names a run: a path, a date, hexadecimal digits."""
HYPERPARAMETER = re.compile(
    r"units|layer|size|batch|epoch|rate|lr$|depth|width|dim|drop|decay|filter|kernel|hidden|"
    r"alpha|beta|gamma|lambda|momentum|weight|step|length|max|min|num|channel|head"
)
"""Names whose values may all be different in a search."""
FEWEST = 6
"""Runs from which whole numbers that all differ can be told from a search."""


@dataclass(frozen=True)
class Columns:
    """What the parameters of some runs are.

    Attributes:
        seeds: Those that number repeats.
        labels: Those that only name a run: all values differ, and do not follow the score; and
            those that name its seed, such as the folder of the day on which all arms had it.
        varied: Those that differ between configurations.
        constant: Those with one value.
    """

    seeds: tuple[str, ...]
    labels: tuple[str, ...]
    varied: tuple[str, ...]
    constant: tuple[str, ...]


def is_seed_name(name: str) -> bool:
    """Whether a parameter of this name numbers repeats, as ``seed`` and ``random_state`` do."""
    words = _last_words(name)
    joined = "".join(words)
    if "seed" in words or joined in ("randomstate", "rng", "randomseed", "rngstate"):
        return True
    if words[:1] == ["cv"]:
        words = words[1:]
    return words[:1] != [] and words[0] in REPEATS and _only_numbers(words[1:])


def is_fold_name(name: str) -> bool:
    """Whether a parameter of this name numbers the folds of a cross-validation."""
    return is_seed_name(name) and "fold" in _last_words(name)


def tell_columns(
    values: Mapping[str, Sequence[object]],
    scores: Sequence[float | None],
    seeds: Sequence[str] = (),
) -> Columns:
    """Divide parameters into seeds, labels of runs, what varies and what is constant.

    Args:
        values: Parameter → ``[run]`` values, None where a run lacks it.
        scores: ``[run]`` scores, None where a run has none.
        seeds: Those that number the repeats, where the user says so.
    """
    varying = [name for name, column in values.items() if len(set(column)) > 1]
    chosen = list(seeds) or [name for name in varying if is_seed_name(name)]
    chosen = chosen or [name for name in varying if _counts_repeats(name, values)][:1]
    rest = [name for name in varying if name not in chosen]
    labels = [
        name
        for name in rest
        if _names_runs(name, values[name], scores)
        or _names_seeds(name, values[name], [values[seed] for seed in chosen])
    ]
    names = set(labels)
    arms = [name for name in rest if name not in names]
    labels += [name for name in arms if _repeats_others(name, arms, values)]
    named, known = set(labels), {*varying, *chosen}
    return Columns(
        seeds=tuple(chosen),
        labels=tuple(labels),
        varied=tuple(name for name in arms if name not in named),
        constant=tuple(name for name in values if name not in known),
    )


def is_group_name(name: str) -> bool:
    """Whether a column of this name groups runs on W&B's pages."""
    return "".join(words_of(name)) in ("group", "jobtype")


def _repeats_others(name: str, arms: Sequence[str], values: Mapping[str, Sequence[object]]) -> bool:
    """Whether a group's name follows from the parameters that vary beside it."""
    if not is_group_name(name):
        return False
    others = [values[other] for other in arms if not is_group_name(other)]
    if not others:
        return False
    keys = list(zip(*others, strict=True))
    return len(set(zip(keys, values[name], strict=True))) == len(set(keys))


def _counts_repeats(name: str, values: Mapping[str, Sequence[object]]) -> bool:
    """Whether a folder's name numbers the runs within the other parameters, from 0 or 1 on."""
    level = re.fullmatch(r"folder (\d+)", name)
    column = [str(value) for value in values[name]]
    if level is None or not all(re.fullmatch(r"\d{1,6}", value) for value in column):
        return False
    above = values.get(f"folder {int(level.group(1)) - 1}", ())
    if any(HYPERPARAMETER.search(str(value)) for value in above):
        return False
    others = [other for other in values if other != name]
    groups: dict[tuple[object, ...], list[int]] = {}
    for at, value in enumerate(column):
        groups.setdefault(tuple(values[one][at] for one in others), []).append(int(value))
    found = [sorted(group) for group in groups.values()]
    return max(map(len, found)) > 1 and all(
        group == list(range(group[0], group[0] + len(group))) and group[0] in (0, 1)
        for group in found
    )


def _last_words(name: str) -> list[str]:
    """The words after the last ``.``, ``/`` or ``:``: of ``train.random_seed`` random, seed."""
    return words_of(re.split(r"[./:]", name)[-1])


def _only_numbers(words: Sequence[str]) -> bool:
    return all(word in NUMBERED or word.isdigit() for word in words)


def _names_runs(name: str, column: Sequence[object], scores: Sequence[float | None]) -> bool:
    """Whether all values differ and only name their runs."""
    if len(set(column)) < len(column) or len(column) < 3:
        return False
    if all(isinstance(value, str) for value in column):
        return _is_name(name, column)
    words = set(_last_words(name))
    whole = all(isinstance(value, int) and not isinstance(value, bool) for value in column)
    if not whole or len(column) < FEWEST or HYPERPARAMETER.search("_".join(words)):
        return False
    return not _ordered(column, scores)


def _names_seeds(name: str, column: Sequence[object], seeds: Sequence[Sequence[object]]) -> bool:
    """Whether text such as a date or a path has one value for each seed, and the reverse."""
    if not seeds or not (_is_name(name, column) and len(set(column)) < len(column)):
        return False
    numbers = list(zip(*seeds, strict=True))
    return len(set(zip(column, numbers, strict=True))) == len(set(column)) == len(set(numbers))


def _is_name(name: str, column: Sequence[object]) -> bool:
    """Whether text names runs or files: by the parameter's name, or as a path or date."""
    if not all(isinstance(value, str) for value in column):
        return False
    words = set(_last_words(name))
    return bool(words & NAMING) or all(NAME_LIKE.search(str(value)) for value in column)


def _ordered(column: Sequence[object], scores: Sequence[float | None]) -> bool:
    """Whether values and scores go together (Spearman's correlation, p < 0.05)."""
    from scipy.stats import spearmanr

    pairs = [(float(str(v)), s) for v, s in zip(column, scores, strict=True) if s is not None]
    if len(pairs) < FEWEST or len({s for _, s in pairs}) < 2:
        return True  # too little is known to call it a name
    values, ranked = np.array(pairs).T
    return bool(spearmanr(values, ranked).pvalue < 0.05)
