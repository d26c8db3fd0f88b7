"""Files and folders beside the script's folder that it reads: ``../data``, ``../input``."""

import os
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from seedbed.doctor.source.module import Module
from seedbed.runs.script.paths.files_read import paths_named
from seedbed.runs.script.paths.path_values import known_part
from seedbed.runs.script.workspace import SKIPPED

MOST_SIGNS = 500
"""Longer texts are no paths."""


def read_outside(modules: Sequence[Module], home: Path, base: Path, flags: str) -> list[Path]:
    """What lies outside a script's folder and is named relative to it.

    Args:
        modules: The script, and the files beside it that it imports.
        home: Folder that a run gets a copy of.
        base: Folder that the script starts in.
        flags: The script's own flags.

    Returns:
        Folders and files, absolute: of a file its folder, unless that holds ``home``.
    """
    named = [p for one in modules for p in paths_named(one, modules[0].resolved.parent)]
    computes = any("__file__" in one.source or "cwd" in one.source for one in modules)
    found: dict[Path, None] = {}
    for text in (*named, *_words(flags)):
        part = known_part(text)
        if not _leaves(part, base, computes):
            continue
        path = Path(os.path.normpath(base / part))
        if not path.exists() or path.is_relative_to(home):
            continue
        if home.is_relative_to(path):
            found |= dict.fromkeys(_modules_of(path, home) if path == home.parent else ())
            continue
        folder = path if path.is_dir() or home.is_relative_to(path.parent) else path.parent
        found[folder] = None
    return [
        one for one in found if not any(one != two and one.is_relative_to(two) for two in found)
    ]


def _words(flags: str) -> Iterable[str]:
    return [word.rpartition("=")[2] for word in shlex.split(flags)]


def _leaves(text: str, base: Path, computes: bool) -> bool:
    """Whether a path goes up from where the script starts: ``../data``, or by ``__file__``."""
    if not text or any(sign in text for sign in "\n\0") or len(text) > MOST_SIGNS:
        return False
    if text.startswith(".."):
        return text.strip("./") != "" or text in {"..", "../"}
    above = base.parent if len(base.parts) < 4 else base.parent.parent
    return computes and text.startswith("/") and Path(text).is_relative_to(above)


def _modules_of(folder: Path, home: Path) -> Iterable[Path]:
    """Python files and packages of the folder above the script's, which it may import."""
    for one in sorted(folder.iterdir()):
        is_package = one.is_dir() and one not in {home, *home.parents} and any(one.glob("*.py"))
        if (one.suffix == ".py" or is_package) and one.name not in SKIPPED:
            yield one
