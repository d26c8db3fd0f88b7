"""Sees the true labels that a script hands to scikit-learn, and the scores that it gets."""

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.hooks.calls.arguments import argument, as_labels, as_number, class_count
from seedbed.runs.script.hooks.record.observations import MOST_FITS, Prediction

COMPARING = (
    *("classification_report", "confusion_matrix", "f1_score", "fbeta_score", "precision_score"),
    *("recall_score", "precision_recall_fscore_support", "balanced_accuracy_score"),
    *("matthews_corrcoef", "cohen_kappa_score", "jaccard_score", "hamming_loss", "zero_one_loss"),
)
"""Metrics of scikit-learn, beside the accuracy, that take true labels and predicted ones."""

OF_PROBABILITIES = ("roc_auc_score", "log_loss", "average_precision_score", "brier_score_loss")
"""Metrics of scikit-learn that take true labels and the probabilities of classes."""

SCORING = (
    *("f1_score", "fbeta_score", "precision_score", "recall_score", "balanced_accuracy_score"),
    *("roc_auc_score", "average_precision_score", "matthews_corrcoef", "cohen_kappa_score"),
    *("mean_squared_error", "root_mean_squared_error", "mean_absolute_error", "r2_score"),
    *("mean_absolute_percentage_error", "median_absolute_error", "log_loss", "jaccard_score"),
)
"""Metrics of scikit-learn, beside the accuracy, that return one number."""

BOTH = ("y_true", "y_pred")
GIVEN = ("y_score", "y_prob", "y_proba", "y_pred")
"""What scikit-learn's metrics call the probabilities."""

Divided = Literal["fold", "random split"]
FOLD: Divided = "fold"
RANDOM: Divided = "random split"

MOST_WORDS = 120
"""Characters of the settings that a search picks."""


def watch_sklearn(
    *,
    accuracies: list[float],
    predictions: Sequence[Prediction],
    unknown: Callable[[object, object], None],
    scored: Callable[[], None],
    other_order: Callable[[float, float], None],
    score: Callable[[str, float], None],
) -> None:
    """Wrap scikit-learn's metrics.

    Args:
        accuracies: Takes what ``accuracy_score`` returns.
        predictions: Those of the script so far; they get the labels that it compares them with.
        unknown: Called with labels and predictions that are none of those.
        scored: Called after each accuracy.
        other_order: Called with the share that agrees, and the share that would agree in the
            order of the predictions, where labels are in another order.
        score: Called with the name of another metric and the number that it returns.
    """
    from sklearn import metrics

    original = metrics.accuracy_score

    @wraps(original)
    def accuracy_score(*arguments: object, **named: object) -> object:
        score = original(*arguments, **named)
        if len(accuracies) < MOST_FITS and (value := as_number(score)) is not None:
            accuracies.append(value)
            scored()
        label(arguments, named)
        return score

    def label(arguments: tuple[object, ...], named: dict[str, object]) -> None:
        if not _label(predictions, arguments, named, other_order):
            true, given = (argument(arguments, named, at, name) for at, name in enumerate(BOTH))
            unknown(true, given)

    def compare(arguments: tuple[object, ...], named: dict[str, object]) -> None:
        given = next((named[name] for name in GIVEN if name in named), None)
        unknown(argument(arguments, named, 0, "y_true"), arguments[1] if arguments[1:] else given)

    metrics.accuracy_score = accuracy_score
    for name in COMPARING:
        setattr(metrics, name, _labelling(getattr(metrics, name), label))
    for name in OF_PROBABILITIES:
        setattr(metrics, name, _labelling(getattr(metrics, name), compare))
    for name in SCORING:
        setattr(metrics, name, _scoring(getattr(metrics, name), name, score))


def watch_searches(found: Callable[[str, float, bool, str], None]) -> None:
    """Call ``found`` when a search for the best settings ends.

    Args:
        found: Takes the name of the search's class, its ``best_score_``, whether that is an
            accuracy, and the settings that it picks, in words.
    """
    from sklearn.model_selection import GridSearchCV

    owner = next(one for one in GridSearchCV.__mro__ if "fit" in vars(one))
    original = owner.fit

    @wraps(original)
    def fit(search: Any, *arguments: Any, **named: Any) -> Any:
        result = original(search, *arguments, **named)
        best = as_number(getattr(search, "best_score_", None))
        if best is not None:
            picked = getattr(search, "best_params_", {})
            words = " ".join(f"{name}={value}" for name, value in picked.items())
            found(type(search).__name__, best, _scores_by_accuracy(search), words[:MOST_WORDS])
        return result

    owner.fit = fit


def _scores_by_accuracy(search: Any) -> bool:
    """Whether a search takes the settings with the highest accuracy."""
    from sklearn.base import is_classifier

    if search.scoring is not None:
        return bool(search.scoring == "accuracy")
    steps = getattr(search.estimator, "steps", None)  # of a pipeline
    estimator = steps[-1][1] if steps else search.estimator
    if "Classifier" in type(estimator).__name__:  # of Keras: it may lack scikit-learn's tags
        return True
    return hasattr(estimator, "__sklearn_tags__") and bool(is_classifier(estimator))


def watch_splits(unseeded: Callable[[], None], divided: Callable[[Divided], None]) -> None:
    """Watch how the script divides rows.

    Args:
        unseeded: Called at each ``train_test_split`` that shuffles without ``random_state``.
        divided: Called with the kind of each division that a splitter gives: a fold, or a random
            split of all rows.
    """
    from sklearn import model_selection

    for splitter, kind in ((model_selection.KFold, FOLD), (model_selection.ShuffleSplit, RANDOM)):
        owner = next(one for one in reversed(splitter.__mro__) if "split" in vars(one))
        owner.split = _dividing(owner.split, kind, divided)
    original = model_selection.train_test_split

    @wraps(original)
    def train_test_split(*arrays: object, **named: object) -> object:
        if named.get("random_state") is None and named.get("shuffle", True):
            unseeded()
        return original(*arrays, **named)

    model_selection.train_test_split = train_test_split


def _dividing(original: Any, kind: Divided, divided: Callable[[Divided], None]) -> object:
    @wraps(original)
    def split(*arguments: Any, **named: Any) -> Iterator[Any]:
        for rows in original(*arguments, **named):
            divided(kind)
            yield rows

    return split


def _labelling(
    original: Any, label: Callable[[tuple[object, ...], dict[str, object]], None]
) -> object:
    @wraps(original)
    def scored(*arguments: Any, **named: Any) -> Any:
        result = original(*arguments, **named)
        label(arguments, named)
        return result

    return scored


def _scoring(original: Any, name: str, score: Callable[[str, float], None]) -> object:
    @wraps(original)
    def scored(*arguments: Any, **named: Any) -> Any:
        result = original(*arguments, **named)
        if (value := as_number(result)) is not None:
            score(name, value)
        return result

    return scored


def _label(
    predictions: Sequence[Prediction],
    arguments: tuple[object, ...],
    named: dict[str, object],
    other_order: Callable[[float, float], None],
) -> bool:
    """Give the labels to the prediction that the script compares with them; whether it is known."""
    true, predicted = (
        as_labels(argument(arguments, named, place, name)) for place, name in enumerate(BOTH)
    )
    if true is None or predicted is None:
        return False
    for one in reversed(predictions):
        if len(one.outputs) != len(true) or not np.array_equal(class_count(one.outputs), predicted):
            continue
        if one.labels is None:
            one.labels, one.how = true, "scikit-learn's metrics"
        elif one.own_labels is not None and is_another_order(true, one.own_labels, predicted):
            given, own = np.mean(true == predicted), np.mean(one.own_labels == predicted)
            other_order(float(given), float(own))
        return True
    return False


def is_another_order(
    true: npt.NDArray[np.int64], own: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64]
) -> bool:
    """Whether labels are those that came with the data, but in an order that fits worse.

    Args:
        true: ``[example]``, the labels that the predictions were compared with.
        own: ``[example]``, the labels in the order of the predictions.
        predicted: ``[example]``, the predicted classes.
    """
    if np.array_equal(true, own) or not np.array_equal(np.sort(true), np.sort(own)):
        return False
    gain = float(np.mean(own == predicted) - np.mean(true == predicted))
    return bool(gain > 2 * np.sqrt(0.5 / len(true)))
