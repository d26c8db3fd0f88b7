"""Sees the true labels that a script hands to scikit-learn, and the accuracy that it gets."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from seedbed.runs.script.hooks.arguments import argument, as_labels, as_number, class_count
from seedbed.runs.script.hooks.observations import MOST_FITS, Prediction

COMPARING = ("classification_report", "confusion_matrix", "f1_score")
"""Metrics of scikit-learn, beside the accuracy, that take true labels and predicted ones."""


def watch_sklearn(
    accuracies: list[float], predictions: Sequence[Prediction], scored: Callable[[], None]
) -> None:
    """Wrap scikit-learn's metrics.

    Args:
        accuracies: Takes what ``accuracy_score`` returns.
        predictions: Those of the script so far; they get the labels that it compares them with.
        scored: Called after each accuracy.
    """
    from sklearn import metrics

    original = metrics.accuracy_score

    @wraps(original)
    def accuracy_score(*arguments: Any, **named: Any) -> Any:
        score = original(*arguments, **named)
        if len(accuracies) < MOST_FITS and (value := as_number(score)) is not None:
            accuracies.append(value)
            scored()
        _label(predictions, arguments, named)
        return score

    metrics.accuracy_score = accuracy_score
    for name in COMPARING:
        setattr(metrics, name, _labelling(getattr(metrics, name), predictions))


def watch_splits(unseeded: Callable[[], None]) -> None:
    """Call ``unseeded`` at each ``train_test_split`` that shuffles without ``random_state``."""
    from sklearn import model_selection

    original = model_selection.train_test_split

    @wraps(original)
    def train_test_split(*arrays: Any, **named: Any) -> Any:
        if named.get("random_state") is None and named.get("shuffle", True):
            unseeded()
        return original(*arrays, **named)

    model_selection.train_test_split = train_test_split


def _labelling(original: Any, predictions: Sequence[Prediction]) -> Any:
    @wraps(original)
    def scored(*arguments: Any, **named: Any) -> Any:
        _label(predictions, arguments, named)
        return original(*arguments, **named)

    return scored


def _label(
    predictions: Sequence[Prediction], arguments: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Give the labels to the prediction that the script compares with them."""
    true = as_labels(argument(arguments, named, 0, "y_true"))
    predicted = as_labels(argument(arguments, named, 1, "y_pred"))
    if true is None or predicted is None:
        return
    for one in reversed(predictions):
        if one.labels is None and len(one.outputs) == len(true):
            given = class_count(one.outputs)
            if np.array_equal(given, predicted):
                one.labels, one.how = true, "scikit-learn's metrics"
                return
