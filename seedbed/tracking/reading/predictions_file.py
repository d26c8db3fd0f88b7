"""Predictions as a run's ``predictions.npz`` has them."""

import math
import threading
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.tracking.records import Predictions

ROOM = 64 * 2**20
"""Bytes that a file may unfold to, whatever its size."""

FOLD = 300
"""Times its size that a larger file may unfold to; predictions unfold about three times."""

_HEADERS = threading.Lock()
"""Held while a header is read. NumPy reads it by ``ast``, which before Python 3.11.8 and 3.12.2
counts its depth for all threads together and then ends with a SystemError (CPython issue 106905).
"""


def predictions_in(path: Path) -> Predictions:
    """The predictions in a file; whether they fit one another is not checked.

    Raises:
        OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error, RuntimeError: It is not
            a whole npz file, or unfolds beyond its size.
    """
    names = [field.name for field in fields(Predictions)]
    with zipfile.ZipFile(path) as archive:
        whole = sum(archive.getinfo(f"{name}.npy").file_size for name in names)
        if whole > ROOM and whole > FOLD * path.stat().st_size:
            raise ValueError("it unfolds beyond its size")
        arrays = {name: _array(archive, f"{name}.npy") for name in names}
    return Predictions(**arrays)  # type: ignore[arg-type]  # checked by whoever uses them


def _array(archive: zipfile.ZipFile, name: str) -> npt.NDArray[np.generic]:
    """One array; refused before there is room for it if it is not as large as it says."""
    info = archive.getinfo(name)
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        if version not in ((1, 0), (2, 0)):
            raise ValueError(f"its array {name} is of an unknown format")
        header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        with _HEADERS:
            shape, by_column, kind = header(member)
        if kind.hasobject:
            raise ValueError(f"its array {name} holds objects")
        if math.prod(shape) * kind.itemsize != info.file_size - member.tell():
            raise ValueError(f"its array {name} is not as large as it says")
        values = np.frombuffer(bytearray(member.read()), kind)
    return values.reshape(shape[::-1]).T if by_column else values.reshape(shape)
