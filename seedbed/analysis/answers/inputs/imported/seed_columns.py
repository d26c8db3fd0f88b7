"""Which parameters number the repeats of one configuration, and which vary besides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seedbed.analysis.answers.inputs.imported.run_labels import (
    HYPERPARAMETER,
    labels_among,
    last_words,
)

REPEATS = {
    *("run", "rerun", "trial", "repeat", "repetition", "rep", "replicate", "replication"),
    *("replica", "fold", "kfold"),
}
BEFORE = {"cv", "k", "outer", "inner", "cross", "val", "validation", "model", "experiment", "exp"}
"""Words that may stand before those of ``REPEATS``: ``cv_fold``, ``model_run``."""
GENERATORS = {"rng", "prng"}
COUNTED = {
    *("split", "attempt", "try", "restart", "init", "initialization", "initialisation", "round"),
    *("partition", "instance", "iteration", "random", "rand", "rs", "runs", "trials", "folds"),
}
"""Words that may number repeats: they do if whole numbers count on within all other parameters."""
NUMBERED = {"id", "index", "idx", "nr", "no", "number", "num", "name", "i"}
"""Words that may follow those of ``REPEATS``: ``run_id``, ``fold_index``."""


@dataclass(frozen=True)
class Columns:
    """What the parameters of some runs are.

    Attributes:
        seeds: Those that number repeats.
        labels: Those that make no arm: they name a run, its seed or its place, or measure it.
        varied: Those that differ between configurations.
        constant: Those with one value.
    """

    seeds: tuple[str, ...]
    labels: tuple[str, ...]
    varied: tuple[str, ...]
    constant: tuple[str, ...]


def is_seed_name(name: str) -> bool:
    """Whether a parameter of this name numbers repeats, as ``seed`` and ``random_state`` do."""
    words = last_words(name)
    if any(re.fullmatch(r"seeds?\d*", word) for word in words) or set(words) & GENERATORS:
        return True
    if "".join(words) in ("randomstate", "randomseed"):
        return True
    while len(words) > 1 and words[0] in BEFORE:
        words = words[1:]
    return words[:1] != [] and words[0] in REPEATS and _only_numbers(words[1:])


def is_fold_name(name: str) -> bool:
    """Whether a parameter of this name numbers the folds of a cross-validation."""
    return is_seed_name(name) and bool({"fold", "kfold"} & set(last_words(name)))


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
    rest = {name: values[name] for name in varying if name not in chosen}
    labels = labels_among(rest, scores, [values[seed] for seed in chosen])
    named, known = set(labels), {*varying, *chosen}
    return Columns(
        seeds=tuple(chosen),
        labels=tuple(labels),
        varied=tuple(name for name in rest if name not in named),
        constant=tuple(name for name in values if name not in known),
    )


def _counts_repeats(name: str, values: Mapping[str, Sequence[object]]) -> bool:
    """Whether whole numbers count the runs within the other parameters, from 0 or 1 on.

    Those of a folder's name, or of a parameter that may number repeats.
    """
    level = re.fullmatch(r"folder (\d+)", name)
    column = [str(value) for value in values[name]]
    if not all(re.fullmatch(r"\d{1,6}", value) for value in column):
        return False
    if level is not None:
        above = values.get(f"folder {int(level.group(1)) - 1}", ())
        if any(HYPERPARAMETER.search(str(value)) for value in above):
            return False
    elif not COUNTED & set(last_words(name)):
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


def _only_numbers(words: Sequence[str]) -> bool:
    return all(word in NUMBERED or word.isdigit() for word in words)
