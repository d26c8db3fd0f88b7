"""Sees what a script trains and scores: every ``fit``, ``evaluate`` and ``predict`` of a model.

Keras' own methods are wrapped where they are defined, so that a model made in whatever way is
seen, and nothing that the script passes is changed. Only the outermost call counts: the
``evaluate`` that ``fit`` makes for its validation data is part of that ``fit``.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.doctor.keras3.outdated_calls import OLD_KEYS
from seedbed.runs.script.arguments import (
    argument,
    as_labels,
    as_number,
    class_count,
    digest_of,
    length_of,
    named_arguments,
    size_of,
)
from seedbed.runs.script.generator_state import generators_kept

MOST_FITS = 50
"""Fits, and evaluations, that are recorded one by one; a script that loops further is told so."""

MOST_VALUES = 50_000_000
"""Numbers in an array up to which its predictions are asked for and kept."""


@dataclass
class Fit:
    """One ``fit``.

    Attributes:
        history: Metric → value per epoch, as Keras names them.
        interrupted: Whether it raised.
    """

    history: dict[str, list[float]] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def epochs(self) -> int:
        """Epochs that it finished."""
        return max((len(values) for values in self.history.values()), default=0)


@dataclass
class Evaluation:
    """One ``evaluate``.

    Attributes:
        metrics: Metric → value, as Keras names them.
        examples: Size of the data, where it can be told.
        on_training_data: Whether it was the array that a ``fit`` trained on.
    """

    metrics: dict[str, float]
    examples: int | None = None
    on_training_data: bool = False


@dataclass
class Prediction:
    """Outputs of a model for some inputs, with their labels where these are known.

    Attributes:
        outputs: ``[example, class]``, or ``[example, 1]``.
        labels: ``[example]``, or None.
        how: Where the labels are from, in words; empty without.
        data: Digest of the inputs; empty where they are no array.
        evaluated: Number of the evaluation that it belongs to, from 1; 0 for a ``predict``.
        on_training_data: Whether it was the array that a ``fit`` trained on.
    """

    outputs: npt.NDArray[Any]
    labels: npt.NDArray[np.int64] | None
    how: str
    data: str = ""
    evaluated: int = 0
    on_training_data: bool = False


@dataclass
class Watcher:
    """What was seen in this process.

    Attributes:
        on_epoch: Called after each epoch with (number of the fit, epoch, metrics).
        with_predictions: Whether to ask for predictions after an ``evaluate``.
        say: Called with a sentence that the reader must know.
        fits: Every fit, in order.
        evaluations: Every evaluation, in order.
        predictions: What a ``predict`` or an evaluation gave.
        accuracies: What ``sklearn.metrics.accuracy_score`` returned.
        fingerprints: Fingerprint of the weights after each fit.
        model: The model that was fitted last.
    """

    on_epoch: Callable[[int, int, dict[str, float]], None]
    with_predictions: bool
    say: Callable[[str], None]
    fits: list[Fit] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    fingerprints: list[str] = field(default_factory=list)
    model: Any = None
    _inside: bool = False
    _trained_on: set[int] = field(default_factory=set)
    _kept: list[Any] = field(default_factory=list)
    _labels: dict[int, tuple[npt.NDArray[np.int64], str]] = field(default_factory=dict)
    _by_length: dict[int, tuple[npt.NDArray[np.int64], str]] = field(default_factory=dict)
    _running: Fit | None = None
    _fingerprint: Callable[[Any], str] = str

    @property
    def fingerprint(self) -> str | None:
        """Of the weights after the only fit, or of those after each of several; None without."""
        if len(self.fingerprints) < 2:
            return self.fingerprints[0] if self.fingerprints else None
        return hashlib.sha256("".join(self.fingerprints).encode()).hexdigest()

    @property
    def trained(self) -> bool:
        """Whether an epoch was recorded."""
        return any(fit.history for fit in self.fits)

    def begin(self, version: int = 3) -> None:
        """Wrap Keras' methods and scikit-learn's accuracy.

        Args:
            version: Of the Keras that the script runs on; 2 is tf-keras.
        """
        from seedbed.runs.training.weights import fingerprint

        self._fingerprint = fingerprint
        trainer, history = trainer_classes(version)
        for name, wrapper in (
            ("fit", self._fit),
            ("evaluate", self._evaluate),
            ("predict", self._predict),
        ):
            original = getattr(trainer, name)
            setattr(trainer, name, self._outermost(original, wrapper))
        self._watch_epochs(history)
        self._watch_sklearn()

    def _outermost(self, original: Any, wrapper: Any) -> Any:
        @wraps(original)
        def method(model: Any, *arguments: Any, **named: Any) -> Any:
            if self._inside:
                return original(model, *arguments, **named)
            self._inside = True
            try:
                return wrapper(original, model, arguments, named)
            finally:
                self._inside = False

        return method

    def _fit(self, original: Any, model: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        x = argument(given, named, 0, "x")
        validation = named.get("validation_data", given[6] if len(given) > 6 else None)
        if isinstance(validation, tuple | list) and len(validation) in (2, 3):
            self._remember(validation[0], validation[1], "the validation data of fit")
        if x is not None:
            self._trained_on.add(id(x))
            self._kept.append(x)
        fit = self._running = Fit(interrupted=True)
        self.fits.append(fit)
        if len(self.fits) == MOST_FITS + 1:
            self.say(f"it fits more than {MOST_FITS} times: those after are not recorded singly")
        try:
            history = original(model, *given, **named)
            fit.interrupted = False
            return history
        finally:
            self._running = None
            self.model = model
            if model.built:
                self.fingerprints.append(self._fingerprint(model))

    def _watch_epochs(self, history: Any) -> None:
        """Every fit has a ``History``; its end of an epoch tells the metrics."""
        original = history.on_epoch_end

        @wraps(original)
        def on_epoch_end(callback: Any, epoch: int, logs: Any = None) -> None:
            original(callback, epoch, logs)
            fit = self._running
            if fit is None:
                return
            metrics = {key: as_number(value) for key, value in (logs or {}).items()}
            kept = {key: value for key, value in metrics.items() if value is not None}
            for old, new in OLD_KEYS.items():  # put back beside the name of today
                if new in kept:
                    kept.pop(old, None)
            for key, value in kept.items():
                fit.history.setdefault(key, []).append(value)
            if len(self.fits) <= MOST_FITS:
                self.on_epoch(len(self.fits), fit.epochs, kept)

        history.on_epoch_end = on_epoch_end

    def _evaluate(
        self, original: Any, model: Any, given: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        result = original(model, *given, **named)
        x, y = argument(given, named, 0, "x"), argument(given, named, 1, "y")
        on_training = id(x) in self._trained_on
        self.evaluations.append(
            Evaluation(named_arguments(model, result), length_of(x), on_training_data=on_training)
        )
        if y is not None:
            self._remember(x, y, "evaluate")
            if self.with_predictions and len(self.evaluations) <= MOST_FITS:
                self._ask(model, x, on_training)
        return result

    def _ask(self, model: Any, x: Any, on_training: bool) -> None:
        """The model's outputs for an evaluated array; the generators are left as they were."""
        if length_of(x) is None or size_of(x) > MOST_VALUES:
            return
        known = self._labels.get(id(x))
        if known is None:
            return
        with generators_kept():
            outputs = np.asarray(model.predict(x, verbose=0))
        self._take(x, outputs, len(self.evaluations), on_training)

    def _predict(
        self, original: Any, model: Any, given: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        outputs = original(model, *given, **named)
        x = argument(given, named, 0, "x")
        if isinstance(outputs, np.ndarray) and len(self.predictions) < MOST_FITS:
            self._take(x, outputs, 0, id(x) in self._trained_on)
        return outputs

    def _take(self, x: Any, outputs: Any, evaluated: int, on_training: bool) -> None:
        """Keep outputs that are one row of numbers for each example."""
        if outputs.ndim not in (1, 2) or outputs.size > MOST_VALUES:
            return
        table = outputs.reshape(len(outputs), -1).copy()
        labels, how = self._labels.get(id(x), (None, ""))
        if labels is None:
            labels, how = self._by_length.get(len(table), (None, ""))
            how += " (of the same length)" if how else ""
        digest = digest_of(x)
        self._kept.append(x)
        self.predictions.append(Prediction(table, labels, how, digest, evaluated, on_training))

    def _remember(self, x: Any, y: Any, whose: str) -> None:
        """Labels of an array of inputs, by which array it is and by its length."""
        labels = as_labels(y)
        if labels is None:
            return
        self._kept.append(x)  # so that its identity is not given to another array
        self._labels[id(x)] = (labels, whose)
        self._by_length.setdefault(len(labels), (labels, whose))

    def _watch_sklearn(self) -> None:
        """The true labels that a script hands to scikit-learn, and the accuracy it gets."""
        from sklearn import metrics

        original = metrics.accuracy_score

        @wraps(original)
        def accuracy_score(*arguments: Any, **named: Any) -> Any:
            score = original(*arguments, **named)
            if len(self.accuracies) < MOST_FITS and (value := as_number(score)) is not None:
                self.accuracies.append(value)
            self._true_labels(arguments, named)
            return score

        metrics.accuracy_score = accuracy_score
        for name in ("classification_report", "confusion_matrix", "f1_score"):
            setattr(metrics, name, self._labels_of(getattr(metrics, name)))

    def _labels_of(self, original: Any) -> Any:
        @wraps(original)
        def scored(*arguments: Any, **named: Any) -> Any:
            self._true_labels(arguments, named)
            return original(*arguments, **named)

        return scored

    def _true_labels(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        """Match the labels with the prediction that the script compares with them."""
        true = as_labels(argument(arguments, named, 0, "y_true"))
        predicted = as_labels(argument(arguments, named, 1, "y_pred"))
        if true is None or predicted is None:
            return
        for one in reversed(self.predictions):
            if one.labels is None and len(one.outputs) == len(true):
                given = class_count(one.outputs)
                if np.array_equal(given, predicted):
                    one.labels, one.how = true, "scikit-learn's metrics"
                    return


def trainer_classes(version: int) -> tuple[Any, Any]:
    """The class that defines ``fit``, and ``History``, of a Keras; both are private in Keras 3.

    tests/runs/test_script_keras_2.py fails when a Keras moves them.
    """
    if version == 2:
        from tf_keras import Model
        from tf_keras.callbacks import History

        return Model, History
    from keras.callbacks import History as HistoryOf3
    from keras.src.backend.tensorflow.trainer import TensorFlowTrainer

    return TensorFlowTrainer, HistoryOf3
