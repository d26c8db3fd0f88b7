"""Writes the digests of every tensor of each step of a script's fits, step by step.

Two runs that trace can be compared while they run: ``seedbed.runs.reproduce.lockstep``.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from seedbed.runs.keras_private import layer_class, trainer_classes
from seedbed.runs.training.tensor_digests import TensorDigests, watch_tensors

TENSORS = "tensors.jsonl"
END = {"end": True}
"""The last line: the fits to trace are over."""


@dataclass(frozen=True)
class Traced:
    """What to trace.

    Attributes:
        fits: Number of the last fit to trace, from 1; 0 for none.
        within: A layer whose operations are traced one by one; empty for none.
    """

    fits: int = 0
    within: str = ""


NOTHING = Traced()


class TensorTrace:
    """The trace of this process.

    Args:
        path: File to write: a line of ``names`` whenever they change, and a line for each step.
        traced: What to trace.
        position: Says the number of the running fit, from 1 (0 outside fits), and of its epoch.
    """

    def __init__(self, path: Path, traced: Traced, position: Callable[[], tuple[int, int]]) -> None:
        self._path, self._traced, self._position = path, traced, position
        self._steps: dict[int, int] = {}
        self._names: Any = None
        self._has_ended = False

    def begin(self, version: int) -> None:
        """Trace every training step from now on.

        Args:
            version: Of the Keras that the script runs on; 2 is tf-keras.
        """
        self._digests = TensorDigests()
        watch_tensors(self._digests, (layer_class(version),), self._traced.within)
        trainer = trainer_classes(version)[0]
        trainer.make_train_function = self._making(trainer.make_train_function)

    def end(self) -> None:
        """Write that nothing more is traced."""
        if not self._has_ended:
            self._has_ended = True
            self._write(END)

    def _making(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def make_train_function(model: Any, *arguments: Any, **named: Any) -> Any:
            if not getattr(model.train_step, "is_traced", False):
                model.train_step = self._step(model.train_step)
            original(model, *arguments, **named)
            if not getattr(model.train_function, "is_traced", False):
                model.train_function = self._training(model.train_function)
            return model.train_function

        return make_train_function

    def _step(self, original: Callable[..., object]) -> Callable[..., object]:
        train_step = self._digests.of_step(original)
        train_step.is_traced = True  # type: ignore[attr-defined]
        return train_step

    def _training(self, original: Callable[..., object]) -> Callable[..., object]:
        @wraps(original)
        def train_function(*arguments: object, **named: object) -> object:
            result = original(*arguments, **named)
            self._stepped()
            return result

        train_function.is_traced = True  # type: ignore[attr-defined]
        return train_function

    def _stepped(self) -> None:
        fit, epoch = self._position()
        if fit > self._traced.fits:
            self.end()
            return
        if self._has_ended:
            return
        if self._names != self._digests.names:
            self._names = list(self._digests.names)
            self._write({"names": self._names})
        step = self._steps[fit] = self._steps.get(fit, 0) + 1
        values = self._digests.read()
        self._write({"fit": fit, "epoch": epoch, "step": step, "digests": values})

    def _write(self, line: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
