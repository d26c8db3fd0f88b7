"""Digests of a run's files, so that a reader knows whether a file is what the run recorded."""

import hashlib
import json
from pathlib import Path

from seedbed.tracking.schema import DIGESTED


def digest(path: Path) -> str:
    """SHA-256 of a file's content, hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digests_of(artifacts: Path) -> str:
    """The digests of the files that are read back later, by name, as JSON.

    Args:
        artifacts: A run's folder of artifacts.
    """
    files = {name: artifacts / name for name in DIGESTED}
    return json.dumps({name: digest(path) for name, path in files.items() if path.is_file()})


def is_as_recorded(tag: str, name: str, path: Path) -> bool:
    """Whether a file has the digest that its run recorded; True if the run recorded none.

    Args:
        tag: The run's digests, from anywhere.
        name: The file's name among the artifacts.
        path: The file.
    """
    try:
        recorded = json.loads(tag)[name]
    except (ValueError, KeyError, TypeError, RecursionError):  # an earlier version, or by hand
        return True
    return bool(recorded == digest(path))
