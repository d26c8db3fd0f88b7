"""Digests of what a run goes through, in order: two equal runs diverge where the first differs."""

import glob
import hashlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import wraps
from typing import Any, Literal

import numpy as np

from seedbed.runs.script.hooks.calls.arguments import as_number
from seedbed.runs.script.hooks.traces.scanned_entries import Entries
from seedbed.tracking.schema import STEP_LOSS

Kind = Literal["files", "data", "weights", "step", "epoch"]
STEPS = 20
"""Steps of each fit whose weights are digested one by one."""
MOST_MOMENTS = 2_000
CLOCK = ("time", "time_ns")


@dataclass(frozen=True)
class Moment:
    """Something that two equal runs have in common.

    Attributes:
        kind: What it is.
        what: The moment in words, such as ``step 3 of fit 1``.
        line: Line of the script; empty if unknown.
        digests: Part → digest: of the data ``x`` and ``y``, of the weights each layer.
        fit: Number of the fit that it belongs to, from 1; 0 if it belongs to none.
    """

    kind: Kind
    what: str
    line: str
    digests: Mapping[str, str]
    fit: int = 0


@dataclass
class Moments:
    """What a run went through.

    Attributes:
        line: Says which line of the script runs now.
        is_direct: Says whether that line itself calls, with no library in between.
        every: The moments, in order.
        reads: Lines that read what no seed sets, with what they call.
    """

    line: Callable[[], str]
    is_direct: Callable[[], bool]
    every: list[Moment] = field(default_factory=list)
    reads: list[dict[str, str]] = field(default_factory=list)
    _looking: bool = False

    def begin(self, history: Any, batches: Any = None) -> None:
        """Watch files, the clock, the system's entropy, and each fit.

        Args:
            history: The class of the callback that every fit has.
            batches: The class that is told of each batch in the thread that trains; None if that
                is ``history``. On JAX Keras tells callbacks in another thread, which would read
                weights that the next step has given away.
        """
        os.listdir = self._listing(os.listdir)
        glob.glob = self._listing(glob.glob)
        setattr(os, "scandir", self._scanning(os.scandir))  # noqa: B010 (it is a function)
        for name in CLOCK:
            setattr(time, name, self._read(time, name))
        os.urandom = self._read(os, "urandom")
        self._watch_fits(history, batches or history)

    def data(self, number: int, x: Any, y: Any) -> None:
        """The data of a fit, where they are arrays."""
        parts = {"x": x, "y": y}
        arrays = {name: one for name, one in parts.items() if isinstance(one, np.ndarray)}
        found = {name: _digest([one]) for name, one in arrays.items()}
        self._add("data", f"the data of fit {number}", found, number)

    def asdict(self) -> dict[str, Any]:
        """All of it; JSON."""
        return {"moments": [asdict(one) for one in self.every], "reads": self.reads}

    def _add(self, kind: Kind, what: str, digests: Mapping[str, str], fit: int = 0) -> None:
        if len(self.every) < MOST_MOMENTS:
            self.every.append(Moment(kind, what, self.line(), digests, fit))

    def _listing(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def listed(*arguments: Any, **named: Any) -> Any:
            found = original(*arguments, **named)
            if self.line():
                self._files(map(str, found))
            return found

        return listed

    def _scanning(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def scandir(*arguments: Any, **named: Any) -> Any:
            if not self.is_direct():
                return original(*arguments, **named)
            with original(*arguments, **named) as entries:
                found = list(entries)
            self._files(os.fsdecode(one.name) for one in found)
            return Entries(found)

        return scandir

    def _files(self, names: Iterable[str]) -> None:
        self._add("files", "the order of files", {"names": _of_text(" ".join(names))})

    def _read(self, owner: Any, name: str) -> Callable[..., Any]:
        original = getattr(owner, name)

        @wraps(original)
        def read(*arguments: Any, **named: Any) -> Any:
            if not self._looking:
                self._looking = True  # looking at frames raises audit events, which may call this
                try:
                    self._note_read(f"{owner.__name__}.{name}")
                finally:
                    self._looking = False
            return original(*arguments, **named)

        return read

    def _note_read(self, call: str) -> None:
        if self.is_direct():
            found = {"line": self.line(), "call": call}
            if found not in self.reads:
                self.reads.append(found)

    def _watch_fits(self, history: Any, batches: Any) -> None:
        """First weights, the weights after each of the first steps, and after each epoch."""
        begins, ends = history.on_train_begin, history.on_epoch_end
        batch_ends = batches.on_train_batch_end
        count = {"fit": 0, "step": 0, "epoch": 0}

        @wraps(begins)
        def on_train_begin(callback: Any, logs: Any = None) -> None:
            begins(callback, logs)
            count.update(fit=count["fit"] + 1, step=0, epoch=0)
            self._weights("weights", "the first weights", callback.model, count["fit"])

        @wraps(batch_ends)
        def on_train_batch_end(callback: Any, batch: int, logs: Any = None) -> None:
            batch_ends(callback, batch, logs)
            count["step"] += 1
            if count["step"] <= STEPS:
                what = f"step {count['step']} of fit {count['fit']}"
                loss = {STEP_LOSS: repr(as_number((logs or {}).get("loss")))}
                bring_up_to_date(callback.model)
                digests = {**loss, **dict(_layers(callback.model))}
                self._add("step", what, digests, count["fit"])

        @wraps(ends)
        def on_epoch_end(callback: Any, epoch: int, logs: Any = None) -> None:
            ends(callback, epoch, logs)
            count["epoch"] += 1
            self._weights("epoch", f"epoch {count['epoch']}", callback.model, count["fit"])

        history.on_train_begin = on_train_begin
        batches.on_train_batch_end = on_train_batch_end
        history.on_epoch_end = on_epoch_end

    def _weights(self, kind: Kind, what: str, model: Any, fit: int) -> None:
        bring_up_to_date(model)
        self._add(kind, f"{what} of fit {fit}", dict(_layers(model)), fit)


def bring_up_to_date(model: object) -> None:
    """Have a network on JAX take its weights from the running step, as its callbacks must."""
    sync = getattr(model, "jax_state_sync", None)
    if sync is not None:
        sync()


def _layers(model: Any) -> Iterable[tuple[str, str]]:
    """Each layer that has weights, from the inputs to the outputs, with their digest."""
    for layer in model.layers:
        weights = layer.get_weights()
        if weights:
            yield f"{layer.name} ({type(layer).__name__})", _digest(weights)


def _digest(arrays: Iterable[Any]) -> str:
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.shape}{array.dtype}".encode())
        if array.dtype != object:
            found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:16]


def _of_text(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
