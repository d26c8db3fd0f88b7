"""Which parameters make no arm: they name a run, its seed or its place, or measure it."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from seedbed.tracking.importing.score_names import words_of

NAMING = {
    *("name", "dir", "path", "file", "id", "uuid", "uid", "date", "time", "timestamp"),
    *("checkpoint", "job", "jobid", "hash", "sha", "digest", "created", "started", "pid"),
}
"""Words of parameters that name a run or its files."""
NAME_LIKE = re.compile(r"[/\\]|^\d{4}-?\d\d-?\d\d|^[0-9a-f-]{8,}$", re.IGNORECASE)
"""Text that names a run: a path, a date, hexadecimal digits."""
MEASURED = {
    *("time", "duration", "elapsed", "seconds", "secs", "sec", "minutes", "mins", "hours"),
    *("wall", "walltime", "runtime", "mem", "memory", "vram", "ram", "energy", "power", "co2"),
    *("emissions", "throughput", "latency", "fps"),
}
"""Words of what is measured of a run while it trains."""
CHOSEN = {"max", "limit", "budget", "step", "steps", "embedding", "dim", "fraction"}
"""Words beside those of ``MEASURED`` and ``NAMING`` that make a setting: ``time_limit``."""
PLACES = {"host", "hostname", "node", "machine", "worker"}
"""Words of parameters that say where a run ran."""
HYPERPARAMETER = re.compile(
    r"units|layer|size|batch|epoch|rate|lr$|depth|width|dim|drop|decay|filter|kernel|hidden|"
    r"alpha|beta|gamma|lambda|momentum|weight|step|length|max|min|num|channel|head"
)
"""Names whose values may all be different in a search."""
FEWEST = 6
"""Runs from which whole numbers that all differ can be told from a search."""
SHORTEST_ID = 6

Column = Sequence[object]


def labels_among(
    values: Mapping[str, Column], scores: Sequence[float | None], seeds: Sequence[Column]
) -> list[str]:
    """The parameters that make no arm.

    Args:
        values: Parameter → ``[run]`` values, those that vary and are no seeds.
        scores: ``[run]`` scores, None where a run has none.
        seeds: ``[run]`` values of the parameters that number repeats.
    """
    shared = [column for column in values.values() if len(set(column)) < len(column)]
    arms = list(zip(*shared, strict=True)) if shared else [()] * len(scores)
    labels = [
        name
        for name, column in values.items()
        if is_measurement(name, column)
        or _names_runs(name, column, scores, arms)
        or _names_seeds(name, column, seeds)
    ]
    named = set(labels)
    rest = [name for name in values if name not in named]
    places = [name for name in rest if is_place(name)]
    if len(places) < len(rest):
        labels += places
        rest = [name for name in rest if not is_place(name)]
    return labels + [name for name in rest if _repeats_others(name, rest, values)]


def last_words(name: str) -> list[str]:
    """The words after the last ``.``, ``/`` or ``:``: of ``train.random_seed`` random, seed."""
    return words_of(re.split(r"[./:]", name.rstrip("./: "))[-1])


def is_group_name(name: str) -> bool:
    """Whether a column of this name groups runs on W&B's pages."""
    return "".join(words_of(name)) in ("group", "jobtype")


def is_place(name: str) -> bool:
    """Whether a parameter of this name says where a run ran, as ``hostname`` does."""
    words = last_words(name)
    return words[:1] != [] and set(words) <= PLACES | {"name", "id"} and bool(set(words) & PLACES)


def is_measurement(name: str, column: Column) -> bool:
    """Whether numbers are measured of each run, such as ``train_time``, and few are equal."""
    words = set(last_words(name))
    numbers = [one for one in column if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if not words & MEASURED or words & CHOSEN or 2 * len(numbers) <= len(column):
        return False
    return len(column) > 2 and 2 * len(set(numbers)) > len(numbers)


def _repeats_others(name: str, arms: Sequence[str], values: Mapping[str, Column]) -> bool:
    """Whether a group's name follows from the parameters that vary beside it."""
    if not is_group_name(name):
        return False
    others = [values[other] for other in arms if not is_group_name(other)]
    if not others:
        return False
    keys = list(zip(*others, strict=True))
    return len(set(zip(keys, values[name], strict=True))) == len(set(keys))


def _names_runs(
    name: str, column: Column, scores: Sequence[float | None], arms: Sequence[object]
) -> bool:
    """Whether all values differ and only name their runs."""
    if len(set(column)) < len(column) or len(column) < 3:
        return False
    if all(isinstance(value, str) for value in column):
        return _is_name(name, column)
    words = set(last_words(name))
    if HYPERPARAMETER.search("_".join(words)):
        return False
    if words & NAMING and not words & CHOSEN:
        return True
    whole = all(isinstance(value, int) and not isinstance(value, bool) for value in column)
    return whole and len(column) >= FEWEST and not _ordered(column, scores, arms)


def _names_seeds(name: str, column: Column, seeds: Sequence[Column]) -> bool:
    """Whether text such as a date or a path has one value for each seed, and the reverse."""
    if not seeds or not (_is_name(name, column) and len(set(column)) < len(column)):
        return False
    numbers = list(zip(*seeds, strict=True))
    return len(set(zip(column, numbers, strict=True))) == len(set(column)) == len(set(numbers))


def _is_name(name: str, column: Column) -> bool:
    """Whether text names runs or files: by the parameter's name, or as a path, date or code."""
    texts = [value for value in column if isinstance(value, str)]
    if len(texts) < len(column):
        return False
    words = set(last_words(name))
    return bool(words & NAMING) or all(map(NAME_LIKE.search, texts)) or _are_codes(texts)


def _are_codes(texts: Sequence[str]) -> bool:
    """Whether texts are codes such as ``4wsjlbca``: of one length, digits before letters in most.

    Names such as ``resnet18`` have their digits at the end.
    """
    lengths = {len(text) for text in texts}
    mixed = [text for text in texts if re.search(r"\d[a-z]", text, re.IGNORECASE)]
    is_plain = all(re.fullmatch(r"[\w-]+", text) for text in texts)
    return (
        len(lengths) == 1
        and min(lengths) >= SHORTEST_ID
        and is_plain
        and (2 * len(mixed) > len(texts))
    )


def _ordered(column: Column, scores: Sequence[float | None], arms: Sequence[object]) -> bool:
    """Whether values and scores go together within the arms (Spearman's correlation, p < 0.05)."""
    from scipy.stats import spearmanr

    pairs = [
        (float(str(v)), s, arm)
        for v, s, arm in zip(column, scores, arms, strict=True)
        if s is not None
    ]
    if len(pairs) < FEWEST or len({score for _, score, _ in pairs}) < 2:
        return True  # too little is known to call it a name
    found = np.array([pair[:2] for pair in pairs])
    members = [[at for at, pair in enumerate(pairs) if pair[2] == arm] for arm in set(arms)]
    if max(map(len, members)) > 1:
        for rows in (rows for rows in members if rows):
            found[rows] -= found[rows].mean(axis=0)
    values, ranked = found.T
    return bool(spearmanr(values, ranked).pvalue < 0.05)
