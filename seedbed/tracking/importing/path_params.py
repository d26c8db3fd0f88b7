"""Parameters that the path of a run spells: ``adam/bs=32/seed_3``, ``cnn_bs32_seed3``."""

import re
from pathlib import PurePath

from seedbed.tracking.importing.imported_runs import parsed_value

PAIR = re.compile(r"([A-Za-z][\w.\-]*?)=([^,;=]+?)(?=$|[,;]|[_\-\s]+[A-Za-z][\w.\-]*=)")
NUMBERED = re.compile(r"([A-Za-z]+(?:_[A-Za-z]+)*)[_\-]?(\d+)")
SEED = re.compile(
    r"(?:^|[_\-,\s])(seed|run|fold|trial|repeat|rep|replicate|version)[_\-]?(\d+)(?=$|[_\-,\s])",
    re.I,
)
SHORT_SEED = re.compile(r"(?<=.)[_\-,](s)(\d+)$")
"""``s3`` at the end of a name."""
WORD_AND_NUMBER = re.compile(r"([A-Za-z]+)(\d+(?:\.\d+)?(?:e-?\d+)?)")
COUNTS = {"s": "seed", "rep": "repeat", "version": "run"}
"""Words that number repeats in a path → what their parameter is called."""


def params_of_path(path: PurePath) -> dict[str, object]:
    """Parameters of a path below the folder that was read.

    ``key=value`` (several parted by commas or underscores) and ``seed_3``, ``bs32`` name a
    parameter, also beside other words (``cnn_bs32_seed3``); any other part of the path is the
    parameter ``folder 1``, ``folder 2`` …, counted from the top.

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
            rest = (part[: found.start()] + part[found.end() :]).strip("_-, ")
        params |= _params_of(rest, f"folder {level}") if rest else {}
    return params


def _params_of(part: str, name: str) -> dict[str, object]:
    """Parameters of a part of a path; ``name`` has what spells none."""
    pairs = PAIR.findall(part)
    if pairs:
        return {key.strip("_-,. "): parsed_value(text.strip()) for key, text in pairs}
    numbered = NUMBERED.fullmatch(part)
    if numbered:
        return {numbered.group(1): int(numbered.group(2))}
    words = [WORD_AND_NUMBER.fullmatch(word) for word in re.split(r"[_,]", part)]
    known = [(word.group(1), parsed_value(word.group(2))) for word in words if word]
    return dict(known) if len(known) == len(words) > 1 else {name: part}
