"""``seedbed.keras.Recorder``: a Keras callback that leaves what the questions need in MLflow."""

import atexit
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import keras
import numpy.typing as npt

from seedbed.runs.recording.own_loop import OPEN, LoopRecord
from seedbed.runs.recording.own_predictions import are_of_classes
from seedbed.runs.recording.process_tags import seeds_seen
from seedbed.system.errors import InputError
from seedbed.tracking import schema

Arrays = tuple[npt.ArrayLike, npt.ArrayLike]
UNENDED: list[LoopRecord] = []
"""The record that a callback began itself, until its ``fit`` ends."""


class Recorder(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
    """Records a ``fit`` in MLflow: curves, test predictions, fingerprint, environment, seeds.

        model.fit(x, y, callbacks=[Recorder("my-loop", test=(x_test, y_test), batch_size=32)])

    Within ``seedbed.record`` it fills that run, else a run of its own.

    Args:
        name: The MLflow experiment; the script's name unless given.
        test: ``(inputs, labels)`` of the test set: its scores and predictions are recorded after
            the last epoch.
        seed: The seed of the run, to pair runs by; what ``keras.utils.set_random_seed`` was last
            given unless given. Nothing is seeded: the first weights are drawn before ``fit``.
        params: Parameters of the run; they make the arms.

    Raises:
        InputError: ``test`` is not a pair of arrays.
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        test: Arrays | None = None,
        seed: int | None = None,
        **params: object,
    ) -> None:
        super().__init__()
        if test is not None and (not isinstance(test, (tuple, list)) or len(test) != 2):
            raise InputError("test must be a pair of arrays, (inputs, labels)")
        self._name = name or Path(sys.argv[0] or "notebook").stem
        self._test, self._seed, self._given = test, seed, params
        self._record: LoopRecord | None = None
        self._fit = 1

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
        """Begin a run, unless ``seedbed.record`` has one open."""
        seed = self._seed if self._seed is not None else seeds_seen().get("keras")
        params = {**self._settings(), **self._given}
        if OPEN:
            self._record = OPEN[-1]
            self._record.log_params(**params)
        else:
            _end_unended()
            self._record = LoopRecord(self._name, seed, params)
            UNENDED.append(self._record)
            _end_at_exit()
        self._record.fits += 1
        self._fit = self._record.fits

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Log the epoch's metrics."""
        if self._record is not None:
            self._record.log(epoch + 1, **_named(logs or {}, self._fit))

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:  # noqa: ARG002
        """Score the test set, and end the run if it is this callback's own."""
        if self._record is None:
            return
        if self._test is not None:
            self._score(self._record, *self._test)
        self._record.model(self.model)
        if self._record in UNENDED:
            UNENDED.remove(self._record)
            self._record.end()

    def _score(self, record: LoopRecord, inputs: npt.ArrayLike, labels: npt.ArrayLike) -> None:
        scores = self.model.evaluate(inputs, labels, verbose=0, return_dict=True)
        record.log(**{f"test_{name}": value for name, value in scores.items()})
        outputs = self.model.predict(inputs, verbose=0)
        if are_of_classes(labels, outputs):
            record.predictions(labels, outputs)

    def _settings(self) -> dict[str, object]:
        """What the model and ``fit`` say of the training."""
        settings: dict[str, object] = {"epochs": (self.params or {}).get("epochs")}
        optimizer = getattr(self.model, "optimizer", None)
        if optimizer is not None:
            settings["optimizer"] = type(optimizer).__name__.lower()
            rate: object = getattr(optimizer, "learning_rate", None)
            if hasattr(rate, "numpy"):
                settings["learning_rate"] = f"{float(rate.numpy()):.6g}"
        return {name: value for name, value in settings.items() if value is not None}


def _end_unended() -> None:
    """End what a ``fit`` began that raised: Keras tells no callback of it."""
    while UNENDED:
        UNENDED.pop().end(RuntimeError("fit raised"))


@cache
def _end_at_exit() -> None:
    """Do so at the latest before MLflow, whose exit calls a run that is still active finished."""
    atexit.register(_end_unended)


def _named(logs: Mapping[str, float], fit: int) -> dict[str, float]:
    return {schema.script_metric(fit, name): float(value) for name, value in logs.items()}
