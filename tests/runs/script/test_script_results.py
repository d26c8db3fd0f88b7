"""From what a script printed, scored and predicted to numbers: the rules, without any training."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seedbed.runs.script.hooks.calls.arguments import as_labels
from seedbed.runs.script.hooks.data.known_labels import KnownLabels
from seedbed.runs.script.hooks.data.row_prints import row_prints
from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.record.observations import Evaluation, Fit, Prediction
from seedbed.runs.script.numbers import results
from seedbed.runs.script.numbers.headline import probabilities
from seedbed.runs.script.numbers.printed_numbers import numbers
from seedbed.runs.script.numbers.results import collect, keep_output, write_predictions
from seedbed.tracking import schema


def watcher() -> Watcher:
    return Watcher(lambda *_: None, True, lambda _: None)


def test_rows_are_one_set_in_whatever_order_a_generator_gives_them() -> None:
    seen = watcher()
    table = np.eye(3)[[0, 1, 1, 2]]
    seen.predictions.append(Prediction(table, np.array([0, 1, 1, 2]), "from the data"))
    first = collect(seen, "").test_rows
    seen.predictions[0].labels = np.array([1, 0, 2, 1])
    assert collect(seen, "").test_rows == first != ""


def test_validation_rows_stand_for_the_test_rows_where_nothing_is_evaluated() -> None:
    seen = watcher()
    seen.fits.append(Fit({"val_accuracy": [0.5]}, validated="ab12"))
    first = collect(seen, "").test_rows
    seen.fits[0].validated = "cd34"
    assert first != collect(seen, "").test_rows != ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Test accuracy: 0.7557", {"test accuracy": 0.7557}),
        ("accuracy is 75.57 %", {"accuracy": 75.57}),
        ("acc 0.5", {"acc": 0.5}),
        ("loss=1.2e-3 acc=.9", {"loss": 0.0012, "acc": 0.9}),
        ("[0.31, 0.89]", {"number [1]": 0.31, "number [2]": 0.89}),
        ("Score: [0.31, 0.89]", {"score [1]": 0.31, "score [2]": 0.89}),
        ("[[45  0]\n [ 3 50]]\nF1: 0.9", {"f1": 0.9}),
        ("Confusion matrix:\n[[4 0 1]\n [0 5 0]\n [1 0 9]]", {}),
        ("Confusion Matrix: [[4, 0], [1, 9]]", {}),
        ("cm = array([[4, 0],\n       [1, 9]])", {}),
        ("[[0.1 0.9]]", {}),
        ("[[epoch 3: loss 0.5", {"loss": 0.5}),
        ("0.75", {"number": 0.75}),
        ("Total params: 1,234", {"total params": 1234.0}),
        ("Epoch 1/5", {}),
        ("Epoch 3: val_acc improved from -inf to 0.58, saving model to best.hdf5", {}),
        ("Epoch 00003: val_acc did not improve from 0.58", {}),
        ("Epoch 5: early stopping", {}),
        ("Epoch 5: ReduceLROnPlateau reducing learning rate to 0.0001.", {}),
        ("Restoring model weights from the end of the best epoch: 3.", {}),
        ("/bin/sh: 1: nvidia-smi: not found", {}),
        ("Epoch 3: loss 0.5", {"loss": 0.5}),
        ("\x1b[1m15/15\x1b[0m \x1b[32m━━━\x1b[0m 0s 2ms/step - accuracy: 0.1", {}),
        ("15/15 [====>] - 0s - loss: 0.3", {}),
        ("15/15 - 1s - 60ms/step - loss: 0.3", {}),
        ("hello world", {}),
        ("a: 1\na: 2", {"a": 1.0, "a 2": 2.0}),
        ("a: 1\na: 2\na: 3\na: 4", {"a": 4.0}),
        ("old\rloss: 2", {"loss": 2.0}),
        ("[0.75 0.43]", {"number [1]": 0.75, "number [2]": 0.43}),
        ("acc np.float64(0.91)", {"acc": 0.91}),
        ("{'loss': np.float32(0.3)}", {"loss": 0.3}),
        ("accuracy: tf.Tensor(0.91, shape=(), dtype=float32)", {"accuracy": 0.91}),
        ("<tf.Tensor: shape=(), dtype=float32, numpy=0.91>", {"number": 0.91}),
        ("array([0.75, 0.43], dtype=float32)", {"number [1]": 0.75, "number [2]": 0.43}),
        ("test loss, test acc: [0.19, 0.83]", {"test loss": 0.19, "test acc": 0.83}),
        ("test loss, test acc: 0.19 0.83", {"test loss": 0.19, "test acc": 0.83}),
        ("Test loss / acc: 0.19 / 0.83", {"test loss": 0.19, "acc": 0.83}),
        ("('Test accuracy:', 0.91)", {"test accuracy": 0.91}),
        ("Best: 0.97 using {'lr': 0.01, 'units': 16}", {"best": 0.97}),
        ("Best: 97.1% using {'opt': {'lr': 0.01}, 'loss': 'mse'}", {"best": 97.1}),
        ("Best 0.97 using lr=0.01, units=16", {"best": 0.97}),
        ("best accuracy 0.97 with lr=0.01", {"best accuracy": 0.97}),
        ("best score: 0.97 with params lr: 0.1, units: 8", {"best score": 0.97}),
        ("0.95 (0.01) with: {'batch_size': 10}", {}),
        ("Best parameters: {'lr': 0.1, 'units': 8}", {}),
        ("Finished with {'loss': 0.3, 'accuracy': 0.9}", {"loss": 0.3, "accuracy": 0.9}),
        ("accuracy: 0.97 with loss: 0.3", {"accuracy": 0.97, "with loss": 0.3}),
        (
            "   precision    recall  f1-score   support\n\n   macro avg   0.9  0.8  0.7   20",
            {
                "macro avg precision": 0.9,
                "macro avg recall": 0.8,
                "macro avg f1-score": 0.7,
                "macro avg support": 20.0,
            },
        ),
    ],
)
def test_printed_numbers(text: str, wanted: dict[str, float]) -> None:
    assert numbers(text) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([0, 1, 2], [0, 1, 2]),
        ([[0], [1]], [0, 1]),
        ([[0, 1], [1, 0]], [1, 0]),
        ([True, False], [1, 0]),
        (np.array([0.0, 2.0]), [0, 2]),
        ([0.5, 1.0], None),
        ([-1, 1], None),
        ([[0.2, 0.8]], None),
        ([[1, 1], [1, 0]], None),
        (["a", "b"], None),
        ([], None),
        (np.zeros((2, 3, 4)), None),
        (object(), None),
    ],
)
def test_labels_as_people_hold_them(given: Any, wanted: list[int] | None) -> None:
    found = as_labels(given)
    assert (None if found is None else found.tolist()) == wanted


def test_labels_are_matched_by_array_and_then_by_rows() -> None:
    known = KnownLabels()
    x, y = np.arange(6.0).reshape(3, 2), np.array([0, 1, 1])
    known.remember(x, y, "evaluate", row_prints(x))
    assert known.has(x)

    def labels(other: Any) -> tuple[list[int] | None, str]:
        assert not known.has(other)
        found, how = known.of(other, row_prints(other))
        return None if found is None else found.tolist(), how

    assert known.of(x, None)[1] == "evaluate"
    assert labels(x.copy()) == ([0, 1, 1], "evaluate (the same rows)")
    assert labels(x[[2, 0]]) == ([1, 0], "evaluate (the same rows)")
    assert labels(x + 1) == (None, ""), "other rows, though as many"


def test_labels_of_equal_rows_are_known_in_their_order_alone() -> None:
    known = KnownLabels()
    x, y = np.zeros((2, 2)), np.array([0, 1])
    known.remember(x, y, "evaluate", row_prints(x))
    found, _ = known.of(x.copy(), row_prints(x))
    assert found is not None
    assert found.tolist() == [0, 1]
    assert known.of(x[:1], row_prints(x[:1])) == (None, "")


def outputs(right: int) -> Prediction:
    table = np.tile([0.9, 0.1], (10, 1))
    labels = np.array([0] * right + [1] * (10 - right))
    return Prediction(table, labels, "evaluate")


def test_what_stands_for_a_run() -> None:
    seen = watcher()
    printed = "train accuracy: 0.9\nbest accuracy: 0.9\nTest acc: 61 %\n"
    assert collect(seen, "hello").headline == ""
    assert collect(seen, "mse: 3.5").metrics[schema.HEADLINE] == 3.5
    assert collect(seen, printed).metrics[schema.SCORE] == pytest.approx(0.61)
    seen.fits.append(Fit({"loss": [2.0, 1.0], "val_acc": [0.2, 0.3]}))
    assert collect(seen, printed).source == "last val_acc of fit 1"
    seen.accuracies.append(0.4)
    assert collect(seen, printed).metrics[schema.SCORE] == 0.4
    seen.predictions.append(outputs(5))
    assert collect(seen, printed).metrics[schema.SCORE] == 0.5
    seen.evaluations.append(Evaluation({"loss": 1.0, "accuracy": 0.7}))
    seen.evaluations.append(Evaluation({"loss": 1.0, "accuracy": 0.99}, on_training_data=True))
    found = collect(seen, printed)
    assert (found.metrics[schema.SCORE], found.source) == (0.7, "accuracy of evaluate 1")
    assert found.metrics["evaluate2_accuracy"] == 0.99


def test_outputs_become_probabilities() -> None:
    assert probabilities(np.array([[0.25]])).tolist() == [[0.75, 0.25]]
    given = np.array([[0.25, 0.75]])
    assert probabilities(given) == pytest.approx(given)
    logits = probabilities(np.array([[-1.0, 3.0, 1000.0]]))
    assert logits.argmax() == 2
    assert logits.sum() == pytest.approx(1)


def test_near_ties_keep_their_class(tmp_path: Path) -> None:
    table = np.tile(np.array([0.5 - 1e-6, 0.5 + 1e-6], np.float32), (4, 1))
    prediction = Prediction(table, np.ones(4, np.int64), "evaluate")
    assert write_predictions(prediction, tmp_path, "title") is None
    with np.load(tmp_path / schema.PREDICTIONS) as arrays:
        assert arrays["probabilities"].argmax(axis=1).tolist() == [1, 1, 1, 1]
        assert arrays["labels_by_epoch"].tolist() == [[1, 1, 1, 1]]


def test_long_output_loses_its_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MOST_OUTPUT", 10)
    (tmp_path / "out").write_text("begin" + "x" * 100 + "end.\n")
    text = keep_output(tmp_path / "out", tmp_path / "kept")
    assert text == "begin\n… 100 bytes are left out here …\nend.\n"
    assert keep_output(tmp_path / "none", tmp_path / "no") == ""


def test_names_of_metrics() -> None:
    assert schema.script_metric(1, "loss") == "train_loss"
    assert schema.script_metric(1, "acc") == "train_accuracy"
    assert schema.script_metric(1, "sparse_categorical_accuracy") == "train_accuracy"
    assert schema.script_metric(1, "val_acc") == "val_accuracy"
    assert schema.script_metric(2, "val_acc") == "fit2_val_acc"
    assert schema.metric_key("printed test acc (%):") == "printed_test_acc_percent"
