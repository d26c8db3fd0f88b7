"""Labels and predictions that scikit-learn's metrics get are recorded as a run's predictions."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn import metrics
from sklearn.naive_bayes import GaussianNB

from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.record.compared_labels import HOW
from seedbed.runs.script.hooks.sklearn_hooks import COMPARING, OF_PROBABILITIES, watch_sklearn
from seedbed.runs.script.numbers.results import collect

TRUE = np.array([0, 1, 1, 0, 1, 0])
PREDICTED = np.array([0, 1, 0, 0, 1, 1])
SCORES = np.array([0.1, 0.9, 0.4, 0.2, 0.8, 0.6])


@pytest.fixture
def watcher(monkeypatch: pytest.MonkeyPatch) -> Watcher:
    """A script whose calls of scikit-learn's metrics are seen."""
    for name in dir(metrics):
        if callable(getattr(metrics, name)):
            monkeypatch.setattr(metrics, name, getattr(metrics, name))
    made = Watcher(lambda *_: None, True, lambda _: None)
    watch_sklearn(
        accuracies=made.accuracies,
        predictions=made.predictions,
        unknown=made._compared,
        scored=made._scored,
        other_order=made._other_order,
        score=made._library_score,
    )
    return made


CALLS: list[Callable[[Any], object]] = [
    lambda m: m.accuracy_score(TRUE, PREDICTED),
    lambda m: m.accuracy_score(y_true=TRUE.tolist(), y_pred=PREDICTED),
    lambda m: m.classification_report(TRUE, PREDICTED),
    lambda m: m.confusion_matrix(TRUE, PREDICTED),
    lambda m: m.f1_score(TRUE, PREDICTED),
    lambda m: m.precision_score(TRUE, y_pred=PREDICTED),
    lambda m: m.recall_score(TRUE, PREDICTED.astype(float)),
    lambda m: m.roc_auc_score(TRUE, SCORES),
    lambda m: m.roc_auc_score(TRUE, y_score=SCORES),
    lambda m: m.log_loss(TRUE, np.column_stack([1 - SCORES, SCORES])),
]


@pytest.mark.parametrize("call", CALLS)
def test_each_metric_gives_the_predictions(watcher: Watcher, call: Callable[[Any], object]) -> None:
    call(metrics)
    found = collect(watcher, "").predictions
    assert found is not None
    assert found.how == HOW
    assert found.labels is not None
    assert found.labels.tolist() == TRUE.tolist()
    table = found.outputs
    answers = table[:, 0] > 0.5 if table.shape[1] == 1 else table.argmax(axis=1)
    assert answers.astype(int).tolist() == PREDICTED.tolist()


def test_every_watched_metric_exists() -> None:
    assert [one for one in (*COMPARING, *OF_PROBABILITIES) if not hasattr(metrics, one)] == []


def test_score_of_an_estimator_gives_them_too(watcher: Watcher) -> None:
    x = np.array([[0.0], [1.0], [0.2], [0.9]])
    GaussianNB().fit(x, [0, 1, 0, 1]).score(x, [0, 1, 1, 1])
    found = collect(watcher, "").predictions
    assert found is not None
    assert found.labels is not None
    assert found.labels.tolist() == [0, 1, 1, 1]


def test_names_of_classes_are_kept(watcher: Watcher) -> None:
    metrics.accuracy_score(["cat", "dog", "ant"], ["cat", "ant", "ant"])
    found = collect(watcher, "").predictions
    assert found is not None
    assert found.classes == ("ant", "cat", "dog")
    assert found.labels is not None
    assert found.labels.tolist() == [1, 2, 0]


def test_those_of_the_number_are_taken_and_probabilities_before_classes(watcher: Watcher) -> None:
    metrics.roc_auc_score(TRUE, SCORES)
    metrics.accuracy_score(TRUE, PREDICTED)
    metrics.confusion_matrix(TRUE, TRUE)  # of other rows
    found = collect(watcher, "").predictions
    assert found is not None
    assert found.outputs[:, 0].tolist() == pytest.approx(SCORES.tolist())


@pytest.mark.parametrize(
    ("true", "given"),
    [([0.5, 1.25, 3.0], [0.25, 1.5, 2.75]), ([0, 1], [[0.5, 3.0], [1.0, 2.0]]), ([], [])],
)
def test_what_is_no_classification_is_left_out(watcher: Watcher, true: Any, given: Any) -> None:
    watcher._compared(true, given)
    assert not watcher.compared


def test_folds_have_no_predictions_of_one_model(watcher: Watcher) -> None:
    for share in (0, 1):
        metrics.accuracy_score(TRUE[share:], PREDICTED[share:])
    found = collect(watcher, "Mean accuracy: 0.9\n")
    assert found.predictions is not None  # its number is the last accuracy
    assert found.predictions.labels is not None
    assert len(found.predictions.labels) == len(TRUE) - 1
