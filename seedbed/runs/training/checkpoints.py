"""The state of an unfinished run, kept after each epoch so that the same cell can go on from there.

One file per cell, in the store's folder ``checkpoints``. It is written beside its place and moved
there, so a reader finds the last whole epoch or nothing. The file starts with the identity of what
wrote it (cell, data, code, versions, processor) and the SHA-256 of its content: a torn file, or
one of another cell or environment, is not used. Nothing in it is executed on reading.

It is not forced to the disk: a killed process loses nothing by that, and a file that a power cut
tore is found out by its hash.
"""

import contextlib
import hashlib
import io
import json
import os
import platform
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from seedbed.runs.data.array_cache import AnyArray
from seedbed.runs.settings.environment import PACKAGES, version
from seedbed.runs.settings.processor import processor
from seedbed.runs.training.train import Trained
from seedbed.runs.training.weights import fits, restore, snapshot
from seedbed.system.code_version import code_digest
from seedbed.system.files.regular_file import open_regular
from seedbed.system.paths import store_folder

if TYPE_CHECKING:
    import keras

MAGIC = b"seedbed checkpoint 2\n"
DIGEST = 32
UNREADABLE = (
    *(ValueError, TypeError, LookupError, MemoryError, OverflowError, SyntaxError, EOFError),
    *(RecursionError, tokenize.TokenError),
)
"""What a checkpoint raises whose digest is right and whose content is not."""
ARRAYS = ("probabilities", "probabilities_validation", "probabilities_last", "labels_by_epoch")


class Checkpoint:
    """The checkpoint of one cell.

    Args:
        cell: Identity of the cell.
        data_sha256: Of the data set.
        code: Anything more that its bits depend on, such as the text of a user's own file.
        folder: Where it lies; default: the store's folder.
    """

    def __init__(
        self, cell: str, data_sha256: str, code: str = "", folder: Path | None = None
    ) -> None:
        self.path = (folder or store_folder("checkpoints")) / f"{cell}.checkpoint"
        parts = [cell, data_sha256, code, code_digest(), platform.python_version()]
        parts += processor().record.values()
        parts += [version(package) for package in PACKAGES]
        self._identity = hashlib.sha256(json.dumps(parts).encode()).digest()
        self.refused: str | None = None

    def save(self, so_far: Trained) -> None:
        """Replace the checkpoint; a disk that is full costs the checkpoint, not the run."""
        partial = self.path.with_name(f".{self.path.name}.{os.getpid()}.part")
        try:
            with partial.open("wb") as stream:
                stream.write(MAGIC + self._identity + bytes(DIGEST))
                digest = hashlib.sha256()
                _write(so_far, _Hashing(stream, digest))
                stream.seek(len(MAGIC) + DIGEST)
                stream.write(digest.digest())
            partial.replace(self.path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)

    def load(self, model: "keras.Model") -> Trained | None:
        """Bring the model to where the checkpoint left it; None where there is no usable one.

        Why an existing one was not used stands in ``refused`` afterwards.
        """
        try:
            with open_regular(self.path) as stream:
                raw = stream.read()
        except OSError:
            return None
        start = len(MAGIC) + 2 * DIGEST
        identity, digest = raw[len(MAGIC) : len(MAGIC) + DIGEST], raw[len(MAGIC) + DIGEST : start]
        if not raw.startswith(MAGIC) or hashlib.sha256(raw[start:]).digest() != digest:
            self.refused = "the existing checkpoint is incomplete, so training started over"
            return None
        if identity != self._identity:
            self.refused = (
                "the checkpoint that was there is of other code, data, versions or another "
                "processor, so training began anew"
            )
            return None
        try:
            trained, state = _read(io.BytesIO(raw[start:]), model)
        except UNREADABLE:
            state = None
        if state is None or not fits(model, state):
            self.refused = "the existing checkpoint cannot be read, so training started over"
            return None
        restore(model, state)
        return trained

    def remove(self) -> None:
        """Leave nothing of this cell behind, whatever an ended process left half written."""
        for path in (self.path, *self.path.parent.glob(f".{self.path.name}.*.part")):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Hashing:
    """A stream that hashes what passes; a model is too large to lie in memory once more."""

    stream: BinaryIO
    digest: "hashlib._Hash"

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        return self.stream.write(content)


def _write(so_far: Trained, stream: _Hashing) -> None:
    """One array after the other in NumPy's format, the first of them JSON that names the rest."""
    state = snapshot(so_far.model)
    best = [] if so_far.best_epoch == so_far.epoch else so_far.best_state
    arrays: dict[str, AnyArray] = {name: getattr(so_far, name) for name in ARRAYS}
    arrays |= {f"state_{at}": value for at, value in enumerate(state)}
    arrays |= {f"best_{at}": value for at, value in enumerate(best)}
    meta = {
        "epoch": so_far.epoch,
        "best_epoch": so_far.best_epoch,
        "best_rank": so_far.best_rank,
        "history": so_far.history,
        "weights_by_epoch": so_far.weights_by_epoch,
        "whole_convolutions": so_far.whole_convolutions,
        "seconds": so_far.seconds,
        "variables": len(state),
        "arrays": list(arrays),
    }
    for array in (np.array(json.dumps(meta)), *arrays.values()):
        np.lib.format.write_array(stream, array, allow_pickle=False)


def _read(stream: BinaryIO, model: "keras.Model") -> tuple[Trained, list[AnyArray] | None]:
    """What was trained, and the model's state, which is still to be restored."""

    def following() -> AnyArray:
        array: AnyArray = np.lib.format.read_array(stream, allow_pickle=False)
        return array

    meta = json.loads(str(following()))
    arrays = {name: following() for name in meta["arrays"]}
    state = [arrays[f"state_{at}"] for at in range(meta["variables"])]
    is_best = meta["best_epoch"] == meta["epoch"]
    trained = Trained(
        model=model,
        epoch=meta["epoch"],
        best_epoch=meta["best_epoch"],
        best_rank=(meta["best_rank"][0], meta["best_rank"][1]),
        best_state=state if is_best else [arrays[f"best_{at}"] for at in range(len(state))],
        history=meta["history"],
        weights_by_epoch=meta["weights_by_epoch"],
        whole_convolutions=meta["whole_convolutions"],
        seconds=meta["seconds"],
        **{name: arrays[name] for name in ARRAYS},
    )
    return trained, state
