"""The file of a traced function: its operations, and what a process must bind to call it.

It says by itself whether it is whole. TensorFlow reads the operations as data; no Python in it.
"""

import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from seedbed.system.errors import StoreError
from seedbed.system.files.atomic_files import write_whole
from seedbed.system.paths import store_folder

MOST_KEPT = 64
"""Traces in a store, about 0.1 to 1 MB each; those that were not used for longest go first."""

State = Literal["seen", "confirmed", "varies"]


@dataclass(frozen=True)
class KeptTrace:
    """A traced function as it is kept.

    Attributes:
        state: ``seen`` in one run; ``confirmed`` by a run with other seeds, which traced the same;
            ``varies`` where that run traced something else, so that nobody may use it.
        seeds: Of the run that traced it first.
        function: Name of the function to call.
        outputs: How many tensors it gives.
        captures: Index of each tensor to bind after the arguments, among those of the network.
        notes: What else tracing found out, such as layers that are not computed in halves.
        library: Serialised ``FunctionDefLibrary``; empty where it varies.
    """

    state: State
    seeds: str
    function: str
    outputs: int
    captures: tuple[int, ...]
    notes: tuple[str, ...]
    library: bytes

    def is_same_function(self, other: "KeptTrace") -> bool:
        """Whether both do the same with the same tensors."""
        mine, theirs = (
            (one.function, one.outputs, one.captures, one.notes, one.library)
            for one in (self, other)
        )
        return mine == theirs


class TraceFiles:
    """The store's folder of traces; whatever goes wrong with it costs the time of tracing only."""

    def __init__(self) -> None:
        try:
            self._folder: Path | None = store_folder("cache", "traces")
        except StoreError:
            self._folder = None

    def read(self, key: str) -> KeptTrace | None:
        """The trace of that key; None where there is none that is whole."""
        if self._folder is None:
            return None
        path = self._folder / key
        try:
            header, _, library = path.read_bytes().partition(b"\n")
            path.touch()
            fields = json.loads(header)
            if fields.pop("sha256") != hashlib.sha256(library).hexdigest():
                return None
            fields["captures"] = tuple(fields["captures"])
            fields["notes"] = tuple(fields["notes"])
            return KeptTrace(**fields, library=library)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def write(self, key: str, trace: KeptTrace) -> None:
        """Keep a trace, and drop those that were not used for longest."""
        if self._folder is None:
            return
        fields = asdict(trace)
        library = fields.pop("library")
        fields["sha256"] = hashlib.sha256(library).hexdigest()
        with contextlib.suppress(OSError):  # the next run traces again
            write_whole(self._folder / key, json.dumps(fields).encode() + b"\n" + library)
            used = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
            for path in used[:-MOST_KEPT]:
                path.unlink(missing_ok=True)
