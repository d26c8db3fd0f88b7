"""Read the JSON files that tools leave beside their runs."""

import json
from pathlib import Path

from seedbed.system.errors import InputError


def read_object(path: Path) -> dict[str, object]:
    """The JSON object in a file.

    Raises:
        InputError: It cannot be read, or is not a JSON object.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} must be JSON, but it cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path} must be a JSON object, but it is a {type(found).__name__}")
    return found


def folders_with(root: Path, name: str, what: str) -> list[Path]:
    """The folders below one that hold a file of this name.

    Raises:
        InputError: The folder is not there, or none below it holds such a file.
    """
    if not root.is_dir():
        raise InputError(f"{what} must be a folder that is there, but {root} is none")
    found = sorted(path.parent for path in root.rglob(name) if path.is_file())
    if not found:
        raise InputError(f"{root} has no {name} below it, so it is not {what}")
    return found


def name_below(root: Path, place: Path) -> str:
    """What tells a run's folder from the others below the one that was named."""
    return str(place.relative_to(root)) if place != root else place.name
