"""Find the folders in which tools keep their runs."""

import os
from pathlib import Path

from seedbed.system.errors import InputError


def existing_folder(path: str | Path, what: str) -> Path:
    """The folder at a path.

    Args:
        path: Where it is.
        what: What it should be, for the error: ``an experiment of Ray Tune``.

    Raises:
        InputError: Nothing is there, or a file, or a folder that cannot be read.
    """
    folder = Path(path)
    if not folder.is_dir():
        found = "is a file" if folder.exists() else "does not exist"
        raise InputError(f"{what} must be a folder, but {folder} {found}")
    for _ in os.walk(folder, onerror=_refuse):  # a pattern passes over what it cannot read
        pass
    return folder


def _refuse(error: OSError) -> None:
    why = error.strerror or error
    raise InputError(f"{error.filename} cannot be read, and may hold runs: {why}") from None


def folders_with(root: Path, name: str, what: str) -> list[Path]:
    """The folders below one that hold a file of this name.

    Raises:
        InputError: The folder does not exist, or none below it holds such a file.
    """
    found = sorted(
        path.parent for path in existing_folder(root, what).rglob(name) if path.is_file()
    )
    if not found:
        raise InputError(f"{root} has no {name} below it, so it is not {what}")
    return found


def name_below(root: Path, place: Path) -> str:
    """What tells a run's folder from the others below the one that was named."""
    return str(place.relative_to(root)) if place != root else place.name
