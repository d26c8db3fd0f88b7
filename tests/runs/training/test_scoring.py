"""Scores against closed forms and scikit-learn's own."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from seedbed.runs.training import metrics

GENERATOR = np.random.default_rng(5)
LABELS = GENERATOR.integers(0, 3, 400)
PROBABILITIES = GENERATOR.dirichlet(np.ones(3), 400).astype(np.float32)


def test_accuracy_counts() -> None:
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.8, 0.2]])
    assert metrics.accuracy(probabilities, np.array([0, 1, 1])) == pytest.approx(2 / 3)


def test_cross_entropy_is_log_loss() -> None:
    exact = PROBABILITIES.astype(np.float64)
    expected = log_loss(LABELS, exact / exact.sum(axis=1, keepdims=True))
    assert metrics.cross_entropy(PROBABILITIES, LABELS) == pytest.approx(expected, rel=1e-5)


def test_cross_entropy_of_certain_mistakes_is_finite() -> None:
    value = metrics.cross_entropy(np.array([[1.0, 0.0]]), np.array([1]))
    assert value == pytest.approx(-np.log(1e-7))


def test_network_that_is_no_better_than_a_constant_answer_has_collapsed() -> None:
    labels = np.repeat([0, 1], [80, 20])
    constant = np.tile([0.9, 0.1], (100, 1))
    assert metrics.collapse(constant, labels) == "it answers class 0 for every test example"
    guess = np.arange(100) % 2  # half of each class
    said = metrics.collapse(np.eye(2)[guess], labels)
    assert said == "50.00 % of the test set, where one constant answer gives 80.00 %"
    rare = np.where(labels == 1, 1, np.arange(100) < 30)  # as trained with class weights
    assert metrics.accuracy(np.eye(2)[rare], labels) < 0.8
    assert metrics.collapse(np.eye(2)[rare], labels) is None


def test_confusion_rows_are_true_classes() -> None:
    counts = metrics.confusion(np.array([1, 1, 0]), np.array([0, 1, 0]), 3)
    assert counts.tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_macro_f1_of_a_class_never_predicted_counts_zero() -> None:
    assert metrics.macro_f1(np.array([0, 0, 0]), np.array([0, 0, 1])) == pytest.approx(0.4)


def test_the_report_names_the_classes() -> None:
    report = metrics.report(PROBABILITIES.argmax(axis=1), LABELS, ("walk", "bike", "bus"))
    assert {"walk", "bike", "bus", "accuracy", "macro avg"} <= set(report)
    walk = report["walk"]
    assert isinstance(walk, dict)
    assert walk["support"] == (LABELS == 0).sum()
