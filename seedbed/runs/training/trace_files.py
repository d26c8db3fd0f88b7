"""The file of a traced function: its operations, and what a process must bind to call it.

TensorFlow reads the operations as data; no Python in it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal

from seedbed.system.files.cached_answers import CachedAnswers

State = Literal["seen", "confirmed", "unusable"]


@dataclass(frozen=True)
class KeptTrace:
    """A traced function as it is kept.

    Attributes:
        state: ``seen`` in one run; ``confirmed`` by a run with other seeds, which traced the same;
            ``unusable`` where such a run traced something else, or TensorFlow refused to load it.
        seeds: Source → seed, of the run that traced it first.
        varied: Sources of which another seed traced the same.
        function: Name of the function to call.
        outputs: How many tensors it gives.
        captures: Index of each tensor to bind after the arguments, among those of the network.
        notes: What else tracing found out, such as layers that are not computed in halves.
        library: Serialised ``FunctionDefLibrary``; empty where it is unusable.
        rewritten: The function's graph as TensorFlow rewrote it, serialised; empty where it is not
            kept (yet).
    """

    state: State
    seeds: Mapping[str, int]
    varied: tuple[str, ...]
    function: str
    outputs: int
    captures: tuple[int, ...]
    notes: tuple[str, ...]
    library: bytes
    rewritten: bytes = b""

    def is_same_function(self, other: "KeptTrace") -> bool:
        """Whether both do the same with the same tensors."""
        mine, theirs = (
            (one.function, one.outputs, one.captures, one.notes, one.library)
            for one in (self, other)
        )
        return mine == theirs

    def unusable(self) -> "KeptTrace":
        """The same without its operations, so that no run tries it again."""
        return replace(self, state="unusable", library=b"", rewritten=b"")

    def untried(self, seeds: Mapping[str, int]) -> list[str]:
        """The sources of which these seeds are others than it was traced with, so far."""
        return [
            source
            for source, seed in seeds.items()
            if source not in self.varied and seed != self.seeds.get(source)
        ]


class TraceFiles:
    """The store's folder of traces, about 0.1 to 1 MB each."""

    def __init__(self) -> None:
        self._answers = CachedAnswers("traces")

    def read(self, key: str) -> KeptTrace | None:
        """The trace of that key; None where it is missing or damaged."""
        content = self._answers.read(key)
        if content is None:
            return None
        header, _, operations = content.partition(b"\n")
        try:
            fields = json.loads(header)
            for name in ("varied", "captures", "notes"):
                fields[name] = tuple(fields[name])
            size = fields.pop("library_bytes")
            return KeptTrace(**fields, library=operations[:size], rewritten=operations[size:])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def write(self, key: str, trace: KeptTrace) -> None:
        """Keep a trace in place of an earlier one of that key."""
        fields = asdict(trace)
        library, rewritten = fields.pop("library"), fields.pop("rewritten")
        header = json.dumps({**fields, "library_bytes": len(library)}).encode()
        self._answers.write(key, b"\n".join([header, library + rewritten]))
