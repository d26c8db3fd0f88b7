"""Parameters that the path of a run spells: ``adam/bs=32/seed_3``, ``resnet18_lr0.1_seed3``."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from seedbed.tracking.importing.imported_runs import ImportedRun, parsed_value
from seedbed.tracking.importing.score_names import words_of

NUMBER = r"\d+(?:\.\d+)?(?:[eE]-?\d+)?"
APART = r"[_\-,;\s]"
"""What stands between the parts of a name."""
PAIR = re.compile(
    rf"([A-Za-z][\w.\-]*?)=(-?{NUMBER}(?=$|{APART})|[^,;=]+?(?=$|[,;]|[_\-\s]+[A-Za-z][\w.\-]*=))"
)
SEED = re.compile(
    rf"(?:^|{APART})(seed|run|fold|trial|repeat|rep|replicate|version)[_\-]?(\d+)(?=$|{APART})",
    re.I,
)
SHORT_SEED = re.compile(r"(?<=.)[_\-,](s)(\d+)$")
"""``s3`` at the end of a name."""
OF_WHAT = (
    "batch|learning|weight|hidden|image|img|patch|kernel|embed|embedding|num|n|max|min|drop|dropout|"
    "warmup|window|crop|input|train|test|val|label|init|base"
)
SETTING = (
    "lr|bs|wd|mb|ep|epochs?|batch|batchsize|size|rate|decay|momentum|mom|dropout|drop|dp|units?|"
    "hidden|layers?|depth|width|dim|dims|channels?|filters?|kernel|heads?|steps?|iters?|iterations?|"
    "warmup|patience|gamma|alpha|beta|lambda|lam|eps|epsilon|tau|temp|temperature|rank|noise|sigma|"
    "smoothing|samples|frac|fraction|ratio|res|resolution|length|len|window|clip|threads|workers|"
    "gpus|n|k|d|h"
)
SPELLED = re.compile(
    rf"(?:^|(?<={APART}))((?:(?:{OF_WHAT})_)*(?:{SETTING}))[_\-]?({NUMBER})(?=$|{APART})", re.I
)
"""A setting's name and its value; any other word with a number is a name, as ``resnet18`` is."""
OWN_KEY = re.compile(rf"(.*\d.*)[_\-]((?:(?:{OF_WHAT})_)*(?:{SETTING}))", re.I)
"""A key behind a name with digits: ``resnet18_lr``."""
NUMBERING = {"seed", "run", "fold", "trial", "repeat", "replicate"}
"""Words of parameters that number repeats."""
NUMBERED = re.compile(r"(.+)[_\-. ](\d{1,3})")
"""A name with a number at its end: ``cnn_1``."""
GENERIC = {"history", "hist", "log", "logs", "metrics", "result", "results", "training", "fit"}
"""Names that say nothing about a run, so that a number behind one counts repeats."""
COUNTS = {"s": "seed", "rep": "repeat", "version": "run"}
"""Words that number repeats in a path → what their parameter is called."""


def params_of_path(path: PurePath) -> dict[str, object]:
    """Parameters of a path below the folder that was read.

    ``key=value`` (several parted by commas or underscores), ``seed_3`` and a setting with its value
    (``bs32``, ``lr0.1``) name a parameter, also beside other words (``cnn_bs32_seed3``). What is
    left of a part of the path (``resnet18``, ``adam``) is the parameter ``folder 1``, ``folder 2``
    …, counted from the top.

    Args:
        path: The path, relative; a file without its ending.
    """
    params: dict[str, object] = {}
    for level, part in enumerate(path.parts, start=1):
        found = SEED.search(part) or SHORT_SEED.search(part)
        rest = part
        if found is not None:
            word = found.group(1).lower()
            params[COUNTS.get(word, word)] = int(found.group(2))
            rest = f"{part[: found.start()]},{part[found.end() :]}"
        params |= _params_of(rest, f"folder {level}")
    return params


def _params_of(part: str, name: str) -> dict[str, object]:
    """Parameters of a part of a path; ``name`` has what spells none."""
    params: dict[str, object] = {}
    rest = part
    for key, text in PAIR.findall(part):
        own = OWN_KEY.fullmatch(key)
        params[(own.group(2) if own else key).strip("_-,. ")] = parsed_value(text.strip())
        rest = rest.replace(f"{key}={text}", own.group(1) if own else ",", 1)

    def take(found: re.Match[str]) -> str:
        key, text = found.groups()
        if key in params:
            return found.group()
        params[key] = parsed_value(text)
        return ","

    rest = SPELLED.sub(take, rest)
    words = re.sub(rf"{APART}*,{APART}*", ",", rest).strip("_-,; ")
    return {**params, name: words} if words else params


def with_params_of_paths(
    runs: Sequence[ImportedRun], places: Sequence[PurePath]
) -> tuple[ImportedRun, ...]:
    """The runs with the parameters of their paths, as far as those recorded do not say the same.

    Beside recorded parameters, a folder counts if several runs share it, it does not follow from
    their settings, and is not another name of their seed. A number of the repeat counts if they
    have no seed.

    Args:
        runs: The runs, with the parameters that files beside them record.
        places: ``[run]`` paths below the folder that was read.
    """
    spelled = _with_numbers_of_repeats([params_of_path(place) for place in places])
    recorded = {name for run in runs for name in run.params}
    if not recorded:
        return tuple(replace(run, params=own) for run, own in zip(runs, spelled, strict=True))
    kept = [
        name
        for name in dict.fromkeys(name for own in spelled for name in own)
        if name not in recorded and _adds(name, [own.get(name) for own in spelled], runs)
    ]
    return tuple(
        replace(run, params={**run.params, **{n: own[n] for n in kept if n in own}})
        if run.params
        else replace(run, params=own)
        for run, own in zip(runs, spelled, strict=True)
    )


def _with_numbers_of_repeats(spelled: list[dict[str, object]]) -> list[dict[str, object]]:
    """Names such as ``cnn_1``, ``cnn_2``, ``mlp_1``, ``mlp_2`` as ``cnn`` and ``mlp`` with a run.

    That takes two names, each numbered without a gap, or one that says nothing (``history_1``).
    """
    if any(name in NUMBERING for own in spelled for name in own):
        return spelled
    for name in dict.fromkeys(name for own in spelled for name in own):
        found = [NUMBERED.fullmatch(str(own.get(name, ""))) for own in spelled]
        parts = [(one.group(1), int(one.group(2))) for one in found if one is not None]
        if not name.startswith("folder ") or len(parts) < len(spelled):
            continue
        rests = [{key: one for key, one in own.items() if key != name} for own in spelled]
        groups: dict[tuple[str, str], list[int]] = {}
        for (stem, number), rest in zip(parts, rests, strict=True):
            groups.setdefault((stem, str(sorted(rest.items()))), []).append(number)
        stems = {stem for stem, _ in groups}
        if (len(stems) > 1 or stems <= GENERIC) and all(map(_counts_on, groups.values())):
            return [
                {**rest, **({name: stem} if len(stems) > 1 else {}), "run": number}
                for (stem, number), rest in zip(parts, rests, strict=True)
            ]
    return spelled


def _counts_on(numbers: Sequence[int]) -> bool:
    """Whether numbers are 0, 1 … or 1, 2 … in any order, two or more."""
    first = min(numbers)
    is_whole = sorted(numbers) == list(range(first, first + len(numbers)))
    return len(numbers) > 1 and first in (0, 1) and is_whole


def _adds(name: str, column: Sequence[object], runs: Sequence[ImportedRun]) -> bool:
    """Whether a path's parameter tells what the recorded ones do not."""
    distinct = len(set(column))
    seeds = {one for run in runs for one in run.params if set(words_of(one)) & NUMBERING}
    if name in NUMBERING or distinct < 2:
        return distinct > 1 and not seeds
    settings = [_key(run, {*run.params} - seeds) for run in runs]
    follows = len(set(zip(column, settings, strict=True))) == len(set(settings))
    numbers = [_key(run, seeds) for run in runs]
    is_seed = len(set(zip(column, numbers, strict=True))) == len(set(numbers)) == distinct
    return distinct < len(runs) and not follows and not is_seed


def _key(run: ImportedRun, names: set[str]) -> tuple[str, ...]:
    return tuple(f"{name}={run.params.get(name)}" for name in sorted(names))
