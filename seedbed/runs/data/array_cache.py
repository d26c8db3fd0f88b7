"""Arrays that take long to make, kept in the store's cache and read from there as they are needed.

A data set is a folder with one ``.npy`` file per array, and their digests. Large files are mapped
into memory, so runs beside each other share the pages. A file whose bytes are not those that were
written is made again: a run would record the digest of data that it did not train on.
"""

import hashlib
import json
import os
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.system.errors import StoreError
from seedbed.system.files.atomic_files import discard
from seedbed.system.files.regular_file import open_regular, regular_text
from seedbed.system.paths import store_folder, store_path

AnyArray = npt.NDArray[Any]
"""An array of any kind of number, as a file holds it."""

Arrays = Mapping[str, AnyArray]

DIGESTS = "sha256.txt"
"""The file that holds a line with digest and name for each array, like that of ``sha256sum``."""

CHECKED = "SEEDBED_WHOLE_DATA"
"""Environment variable: folders that the driver found whole, so that no run hashes them again."""

MAPPED_BYTES = 1_000_000
"""Smaller files are simply read."""


def is_kept(name: str, keys: Sequence[str] = ()) -> bool:
    """Whether the arrays of that name are in the cache, and whole."""
    files = _whole(_place(name))
    return bool(files) and set(keys) <= {path.stem for path in files}


def kept(name: str, make: Callable[[], Arrays], keys: Sequence[str] = ()) -> Arrays:
    """The arrays of that name, read-only where they are large; made where they are missing.

    Whoever may not write the store has them made each time, so that it can be read.

    Args:
        name: Names the data set and whatever changes its content.
        make: Makes the arrays; called once, and again if a file of the cache is damaged.
        keys: Names of the arrays; without one of them the cache is damaged.
    """
    place = _place(name)
    stored = _stored(place, keys)
    if stored is not None:
        return stored
    arrays = make()
    try:
        store_folder("cache", "datasets")
    except StoreError:
        return arrays
    _write(place, arrays)
    return _stored(place, tuple(arrays)) or arrays


def _stored(place: Path, keys: Sequence[str]) -> Arrays | None:
    """The arrays of a folder; None if there is none, or if it was changed or cut off."""
    files = _whole(place)
    try:
        stored = {path.stem: _read(path) for path in files}
    except (OSError, ValueError, EOFError):
        return None
    return stored if stored and set(keys) <= set(stored) else None


def _whole(place: Path) -> list[Path]:
    """The files of a folder; none if they are not what was written."""
    files = sorted(place.glob("*.npy"))
    try:
        now = [[path.name, *_stamp(path)] for path in (*files, place / DIGESTS)]
        if now not in (_checked.get(place), _checked_by_parent().get(str(place))):
            if _digests(files) != regular_text(place / DIGESTS):
                return []
            _checked[place] = now
    except (OSError, ValueError):
        return []
    return files


_checked: dict[Path, list[list[object]]] = {}
"""Folders that this process found whole, with name and stamps of their files."""


def found_whole() -> dict[str, str]:
    """What tells a child process which folders need not be read again, as its environment."""
    folders = {str(place): files for place, files in _checked.items()}
    return {CHECKED: json.dumps(folders)} if folders else {}


def _checked_by_parent() -> Mapping[str, object]:
    try:
        told = json.loads(os.environ.get(CHECKED, "{}"))
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _stamp(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _place(name: str) -> Path:
    return store_path() / "cache" / "datasets" / name


def _write(place: Path, arrays: Arrays) -> None:
    partial = place.with_name(f".{place.name}.{uuid.uuid4().hex}.part")
    partial.mkdir()
    try:
        for key, array in arrays.items():
            np.save(partial / f"{key}.npy", array, allow_pickle=False)
        (partial / DIGESTS).write_text(_digests(sorted(partial.glob("*.npy"))), encoding="utf-8")
        if _stored(place, tuple(arrays)) is None:  # else another run was first
            _remove(place)
            partial.rename(place)
    except OSError:
        if not place.is_dir():
            raise
    finally:
        discard(partial)


def _remove(place: Path) -> None:
    """Remove what is damaged, at once for other processes."""
    damaged = place.with_name(f".{place.name}.{uuid.uuid4().hex}.damaged")
    with suppress(FileNotFoundError):
        place.rename(damaged)
        discard(damaged)


def _digests(files: Sequence[Path]) -> str:
    """A line for each file."""
    lines = []
    for path in files:
        with open_regular(path) as stream:
            lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {path.name}\n")
    return "".join(lines)


def _read(path: Path) -> AnyArray:
    mapped = path.stat().st_size >= MAPPED_BYTES
    return np.asarray(np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False))
