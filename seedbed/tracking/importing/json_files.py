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
