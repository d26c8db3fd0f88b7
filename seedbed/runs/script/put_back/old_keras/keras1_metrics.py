"""Metrics of Keras 1: ``precision``, ``recall``, ``fmeasure``, ``matthews_correlation``."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from seedbed.runs.script.put_back.uses import OldUses

Metric = Callable[..., Any]


def restore_metrics(keras: Any, uses: OldUses) -> None:
    """Add them, as functions and as the words that ``compile(metrics=…)`` takes.

    Keras gave them up in 2.0 because it averages them over batches, which is not the value over
    the whole set; each use says so.

    Args:
        keras: tf-keras.
        uses: Where the uses are recorded.
    """
    made = _metrics(keras.backend)
    for name, metric in made.items():
        if not hasattr(keras.metrics, name):
            setattr(keras.metrics, name, metric)
    original = keras.Model.compile

    @wraps(original)
    def compile_(self: object, *args: object, **named: object) -> object:
        asked = named.get("metrics")
        if isinstance(asked, list | tuple):
            for one in asked:
                if isinstance(one, str) and one in made:
                    uses.warn(
                        f"asks for the metric {one!r} of Keras 1: it is a mean over batches, not "
                        "the value over the whole set"
                    )
            named["metrics"] = [
                made.get(one, one) if isinstance(one, str) else one for one in asked
            ]
        return original(self, *args, **named)

    keras.Model.compile = compile_


def _metrics(backend: Any) -> dict[str, Metric]:
    def positives(values: Any) -> Any:
        return backend.sum(backend.round(backend.clip(values, 0, 1)))

    def precision(y_true: Any, y_pred: Any) -> Any:
        """Share of the rows called positive that are."""
        return positives(y_true * y_pred) / (positives(y_pred) + backend.epsilon())

    def recall(y_true: Any, y_pred: Any) -> Any:
        """Share of the positive rows that are called so."""
        return positives(y_true * y_pred) / (positives(y_true) + backend.epsilon())

    def fbeta_score(y_true: Any, y_pred: Any, beta: float = 1) -> Any:
        """Weighted harmonic mean of precision and recall."""
        p, r, square = precision(y_true, y_pred), recall(y_true, y_pred), beta**2
        return (1 + square) * p * r / (square * p + r + backend.epsilon())

    def fmeasure(y_true: Any, y_pred: Any) -> Any:
        """Harmonic mean of precision and recall."""
        return fbeta_score(y_true, y_pred)

    def matthews_correlation(y_true: Any, y_pred: Any) -> Any:
        """Correlation of labels and answers (Matthews, 1975)."""
        said = backend.round(backend.clip(y_pred, 0, 1))
        true = backend.round(backend.clip(y_true, 0, 1))
        tp, tn = backend.sum(true * said), backend.sum((1 - true) * (1 - said))
        fp, fn = backend.sum((1 - true) * said), backend.sum(true * (1 - said))
        product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        return (tp * tn - fp * fn) / (backend.sqrt(product) + backend.epsilon())

    found = (precision, recall, fbeta_score, fmeasure, matthews_correlation)
    return {one.__name__: one for one in found}
