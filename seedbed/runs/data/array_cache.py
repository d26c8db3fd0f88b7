"""Arrays that take long to make, kept in the store's cache and read from there as they are needed.

A data set is a folder with one ``.npy`` file per array. The files are mapped into memory, so a run
reads what it uses, and runs beside each other share the pages.
"""

import shutil
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.system.paths import store_folder

AnyArray = npt.NDArray[Any]
"""An array of any kind of number, as a file holds it."""

Arrays = Mapping[str, AnyArray]

MAPPED_BYTES = 1_000_000
"""Smaller files are simply read."""


def is_kept(name: str) -> bool:
    """Whether the arrays of that name are in the cache."""
    return _place(name).is_dir()


def kept(name: str, make: Callable[[], Arrays]) -> Arrays:
    """The arrays of that name, read-only where they are large; made where they are missing.

    Args:
        name: Names the data set and whatever changes its content.
        make: Makes the arrays; called once.
    """
    place = _place(name)
    if not place.is_dir():
        _write(place, make())
    return {path.stem: _read(path) for path in place.glob("*.npy")}


def _place(name: str) -> Path:
    return store_folder("cache", "datasets") / name


def _write(place: Path, arrays: Arrays) -> None:
    partial = place.with_name(f".{place.name}.{uuid.uuid4().hex}.part")
    partial.mkdir()
    try:
        for key, array in arrays.items():
            np.save(partial / f"{key}.npy", array, allow_pickle=False)
        partial.rename(place)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
        if not place.is_dir():  # else another run was first
            raise


def _read(path: Path) -> AnyArray:
    mapped = path.stat().st_size >= MAPPED_BYTES
    return np.asarray(np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False))
