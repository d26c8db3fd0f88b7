"""Data files that a script reads and that are not there, all of them, before the first run."""

import re
from collections.abc import Sequence
from pathlib import Path

from seedbed.doctor.source.module import Module
from seedbed.runs.script.paths.files_read import may_be_written, reads
from seedbed.runs.script.paths.path_values import known_part

_BRINGS = re.compile(
    r"\s*(?:!(?!\s*(?:pip|pip3|conda|nvidia-smi|ls|cat|head|pwd|apt-get|apt)\b)"
    r"|%%(?!time|capture|prun)|%run|%cd(?!\s+/(?:content|kaggle))|[\w, ]+=\s*!(?!ls|cat|pwd))"
)
"""Commands of a notebook that may bring a file."""

ELSEWHERE = {"/content": "Colab's", "/kaggle": "Kaggle's"}
"""Begin of a path → whose machines have it."""

MOST_TOLD = 5


def missing_data(modules: Sequence[Module], base: Path, flags: str) -> str:
    """One sentence about all files that are missing; empty if none is.

    Only files that every run must open count: none that the script may write or fetch itself, none
    within ``if`` and ``try``.

    Args:
        modules: The script, and the files beside it that it imports.
        base: Folder that the script starts in.
        flags: The script's own flags: what is named there is known to the user.
    """
    script = modules[0]
    folder = script.resolved.parent
    places: dict[str, str] = {}
    if any(_BRINGS.match(command) for one in modules for command in one.commands.values()):
        return ""
    for module in modules:
        for one in reads(module, folder):
            path = one.path
            if not one.is_certain or known_part(path) != path or "://" in path or path in flags:
                continue
            if (base / path).exists() or any(may_be_written(m, path, folder) for m in modules):
                continue
            where = module.line(one.row).words
            if module is not script:
                where = f"{module.path.name} {where}"
            places.setdefault(path, where)
    return _sentence(script.path.name, places, base) if places else ""


def _sentence(name: str, places: dict[str, str], base: Path) -> str:
    told = [f"{path} ({where})" for path, where in places.items()]
    more = f" and {len(told) - MOST_TOLD} more" if len(told) > MOST_TOLD else ""
    first = next(iter(places))
    here = Path.cwd()
    advice = f"put {'it' if len(told) == 1 else 'them'} there, and repeat it"
    for begin, owner in ELSEWHERE.items():
        if any(path.startswith(begin) for path in places):
            advice = (
                f"{begin} is a folder of {owner}: put the files beside the script, and read them "
                "relative to its folder"
            )
    is_seen_from_here = here in base.parents and (here / first).exists()
    if is_seen_from_here and not Path(first).is_absolute():
        advice = f"give --folder . to start it from {here}, where {first} is"
    return (
        f"script must find its data, but {name} reads files that do not exist: "
        f"{', '.join(told[:MOST_TOLD])}{more} (seen from {base}). To fix it: {advice}."
    )


def elsewhere(path: str) -> str:
    """What to do about a path that exists only on Colab or Kaggle; empty for others."""
    for begin, owner in ELSEWHERE.items():
        if path.startswith(begin):
            return (
                f"; {begin} is a folder of {owner}: put what it reads beside the script, and read "
                "it relative to the script's own folder"
            )
    return ""
