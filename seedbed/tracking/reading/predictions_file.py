"""Predictions as a run's ``predictions.npz`` has them."""

import math
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np

from seedbed.tracking.records import Predictions

ROOM = 64 * 2**20
"""Bytes that a file may unfold to, whatever its size."""

FOLD = 300
"""Times its size that a larger file may unfold to; predictions unfold about three times."""


def predictions_in(path: Path) -> Predictions:
    """The predictions in a file; whether they fit one another is not checked.

    Raises:
        OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error, RuntimeError: It is not
            a whole npz file, or unfolds beyond its size.
    """
    names = [field.name for field in fields(Predictions)]
    with path.open("rb") as stream:
        with zipfile.ZipFile(stream) as archive:
            for name in names:
                _check_array(archive, f"{name}.npy")
            whole = sum(archive.getinfo(f"{name}.npy").file_size for name in names)
            if whole > ROOM and whole > FOLD * path.stat().st_size:
                raise ValueError("it unfolds beyond its size")
        stream.seek(0)
        with np.load(stream) as arrays:
            return Predictions(**{name: arrays[name] for name in names})


def _check_array(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse an array that is not as large as it says: NumPy would make room for it first."""
    info = archive.getinfo(name)
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        if version not in ((1, 0), (2, 0)):
            raise ValueError(f"its array {name} is of an unknown format")
        header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, _, kind = header(member)
        if math.prod(shape) * kind.itemsize != info.file_size - member.tell():
            raise ValueError(f"its array {name} is not as large as it says")
