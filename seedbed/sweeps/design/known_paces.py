"""How long runs took, kept beside the store: asking MLflow again costs seconds of imports.

An entry holds for one experiment of one store what its newest finished runs took. It is believed
for options that it has, and for any while nothing was written to the store since.
"""

import contextlib
import hashlib
import json
import math
import time
from collections.abc import Mapping
from pathlib import Path

from seedbed.system.errors import StoreError
from seedbed.system.files.atomic_files import write_whole
from seedbed.system.files.regular_file import regular_text
from seedbed.system.paths import sqlite_file, store_folder, tracking_uri

DAMAGED = (
    *(OSError, StoreError, ValueError, TypeError, KeyError, AttributeError),
    *(OverflowError, RecursionError),
)
"""What a file raises that is missing or holds something else."""

BELIEVED_S = 7 * 24 * 3600.0
Kinds = Mapping[str, tuple[float, int]]
"""Options that decide how long a run takes, as text → median seconds, and of how many runs."""


def recall(experiment: str, wanted: set[str]) -> Kinds | None:
    """What is known of an experiment; None where MLflow must be asked.

    Args:
        experiment: Its name.
        wanted: The kinds that the sweep has.
    """
    try:
        file = _file(experiment)
        if time.time() - file.stat().st_mtime > BELIEVED_S:
            return None
        entry = json.loads(regular_text(file))
        kinds = {str(k): (float(s), int(n)) for k, (s, n) in entry["kinds"].items()}
        written = entry["store_written"]
    except DAMAGED:
        return None  # none yet, or damaged: it is made again
    if not all(0 <= seconds < math.inf and runs > 0 for seconds, runs in kinds.values()):
        return None
    unchanged = written is not None and written == _store_written()
    return kinds if unchanged or wanted <= kinds.keys() else None


def remember(experiment: str, kinds: Kinds) -> None:
    """Keep what MLflow told; a folder that cannot be written keeps nothing."""
    entry = {"store_written": _store_written(), "kinds": dict(kinds)}
    with contextlib.suppress(OSError, StoreError):
        write_whole(_file(experiment), json.dumps(entry))


def _file(experiment: str) -> Path:
    of = hashlib.sha256(f"{tracking_uri()}\n{experiment}".encode()).hexdigest()[:16]
    return store_folder("cache", "paces") / f"{of}.json"


def _store_written() -> list[int] | None:
    """Size and time of each file of a SQLite store; None for others."""
    path = sqlite_file(tracking_uri())
    if path is None:
        return None
    found = []
    for name in (path, Path(f"{path}-wal")):
        with contextlib.suppress(OSError):
            stat = name.stat()
            found += [stat.st_size, stat.st_mtime_ns]
    return found or None
