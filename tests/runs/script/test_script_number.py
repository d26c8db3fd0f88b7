"""Which number stands for a script's run: of folds, of arms, of what was printed; no training."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from seedbed.runs.script.hooks.accuracy_names import not_accuracies
from seedbed.runs.script.hooks.data_rows import DataRows
from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.observations import Evaluation, Fit
from seedbed.runs.script.hooks.pass_labels import watched_pass
from seedbed.runs.script.hooks.row_prints import row_prints, share_seen
from seedbed.runs.script.hooks.sklearn_hooks import is_another_order
from seedbed.runs.script.hooks.weight_log import Start, WeightLog
from seedbed.runs.script.numbers.results import collect
from seedbed.runs.script.timeline.story import story
from seedbed.tracking import schema


def seen(
    settings: Sequence[dict[str, object]],
    accuracies: Sequence[float],
    rows: Sequence[str],
    starts: Sequence[Start] = (),
) -> Watcher:
    """A script that fits and evaluates a network of its own for each of the settings."""
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    for n, (own, accuracy, data) in enumerate(zip(settings, accuracies, rows, strict=True), 1):
        start = starts[n - 1] if starts else Start()
        watcher.fits.append(
            Fit({"loss": [1.0]}, place="line 5", network=n, settings=own, start=start)
        )
        metrics = {"loss": 0.5, "accuracy": accuracy}
        watcher.evaluations.append(
            Evaluation(metrics, 10, place="line 6", network=n, fits=n, rows=data)
        )
    return watcher


def test_number_of_a_cross_validation_is_the_mean_over_its_folds() -> None:
    found = collect(seen([{"examples": 40}] * 3, [0.5, 0.75, 1.0], "abc"), "")
    assert found.metrics[schema.SCORE] == pytest.approx(0.75)
    assert found.source == "mean over 3 folds of accuracy of evaluate (line 6)"
    assert found.rounds == [0.5, 0.75, 1.0]
    assert not found.arms


def test_trainings_that_differ_are_arms_named_by_what_differs() -> None:
    settings: list[dict[str, object]] = [{"batch_size": size, "loss": "mse"} for size in (32, 256)]
    found = collect(seen(settings, [0.5, 0.75], "aa"), "")
    assert found.metrics[schema.SCORE] == 0.75
    assert [(arm.name, arm.values) for arm in found.arms] == [
        ("batch_size=32", [0.5]),
        ("batch_size=256", [0.75]),
    ]
    other_task = collect(seen(settings, [0.5, 0.75], "ab"), "")
    assert not other_task.arms


def test_a_fit_that_goes_on_is_no_round() -> None:
    watcher = seen([{}, {}], [0.5, 0.75], "aa", [Start(), Start("continued", 1, 1.0)])
    for fit in watcher.fits:
        fit.network = 1
    for one in watcher.evaluations:
        one.network = 1
    found = collect(watcher, "")
    assert (found.metrics[schema.SCORE], found.rounds) == (0.75, [])


@pytest.mark.parametrize(
    ("text", "value", "source"),
    [
        ("acc: 0.1\nacc: 0.2", 0.2, "the printed 'acc', the last of 2"),
        ("acc: 0.1\nacc: 0.2\nacc: 0.3", 0.3, "the printed 'acc', the last of 3"),
        ("val acc: 0.1\nacc: 0.2", 0.2, "the printed 'acc'"),
    ],
)
def test_printed_numbers_that_may_stand_for_a_run(text: str, value: float, source: str) -> None:
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    found = collect(watcher, text)
    assert (found.metrics[schema.SCORE], found.source) == (value, source)


def test_a_list_that_no_evaluate_explains_holds_no_accuracy() -> None:
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    assert collect(watcher, "accuracy: [0.35, 0.82]").headline == schema.HEADLINE


def test_an_accuracy_on_training_data_comes_before_a_printed_loss() -> None:
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    metrics = {"loss": 0.35, "accuracy": 0.82}
    watcher.evaluations.append(Evaluation(metrics, on_training_data=True, place="line 6"))
    found = collect(watcher, "accuracy: [0.35, 0.82]")
    assert found.metrics[schema.SCORE] == 0.82
    assert "training data" in found.why


class Network:
    """What is read of a network."""

    def __init__(self, loss: str, columns: int) -> None:
        self.loss, self.output_shape = loss, (None, columns)


@pytest.mark.parametrize(
    ("loss", "columns", "metric", "is_none"),
    [
        ("categorical_crossentropy", 10, "binary_accuracy", True),
        ("binary_crossentropy", 1, "binary_accuracy", False),
        ("sparse_categorical_crossentropy", 10, "categorical_accuracy", True),
        ("categorical_crossentropy", 10, "categorical_accuracy", False),
        ("sparse_categorical_crossentropy", 10, "sparse_categorical_accuracy", False),
        ("sparse_categorical_crossentropy", 10, "accuracy", False),
    ],
)
def test_what_is_called_an_accuracy_and_is_none(
    loss: str, columns: int, metric: str, is_none: bool
) -> None:
    found = not_accuracies(Network(loss, columns), [metric])
    assert bool(found) == is_none
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    watcher.evaluations.append(Evaluation({metric: 0.9}, not_accuracy=found))
    assert collect(watcher, "").headline == (schema.HEADLINE if is_none else schema.SCORE)


@pytest.mark.parametrize("kind", ["float32", "float64", "uint8", "int64"])
def test_rows_are_known_again_by_their_bytes(kind: str) -> None:
    x: Any = (np.random.default_rng(1).random((50, 7, 3)) * 200).astype(kind)
    whole, part = row_prints(x), row_prints(x[10:20].copy())
    assert whole is not None
    assert part is not None
    assert len(set(whole.tolist())) == 50
    assert np.array_equal(whole[10:20], part)
    assert share_seen(part, whole[15:]) == 0.5
    assert row_prints(iter(x)) is None


def test_rows_that_trained_and_rows_that_chose_an_epoch() -> None:
    x = np.random.default_rng(1).random((50, 7))
    rows = DataRows()
    rows.trained(x, None, 0.2, chooses=True)
    assert rows.of(x[:40].copy()).trained == 1.0
    assert rows.of(x[40:].copy()).trained == 0.0
    assert rows.of(x[40:].copy()).chosen == 1.0


def test_where_a_fit_begins() -> None:
    draw = np.random.default_rng(1).normal
    first, last, other = [[draw(size=(3, 4)), np.zeros(4)] for _ in range(3)]
    log = WeightLog()
    assert log.begins([], 1, fitted=False) == Start("fresh")
    log.ends(first, 1)
    assert log.begins(first, 2, fitted=True) == Start("continued", 1, 1.0)
    log.ends(last, 2)
    assert log.begins([*last, draw(size=(3, 4))], 3, fitted=False) == Start("partly", 2, 0.5)
    assert log.begins(other, 4, fitted=False) == Start("fresh")
    assert log.begins(other, 5, fitted=False) == Start("again", 4, 1.0)
    assert log.begins([draw(size=(3, 4))], 6, fitted=True) == Start("other")


def test_labels_of_a_shuffled_pass_fit_the_predictions_of_that_pass() -> None:
    own = np.arange(100) % 5
    true = np.sort(own)
    assert is_another_order(true, own, own)
    assert not is_another_order(own, own, own)
    assert not is_another_order(true, own, true)  # the order given fits better
    assert not is_another_order(np.zeros(100, np.int64), own, own)  # other labels


class Batches:
    """Batches that are had by their number."""

    def __len__(self) -> int:
        return 3

    def __getitem__(self, number: int) -> tuple[Any, Any]:
        return np.zeros((2, 4)), np.array([number, number + 1])


def test_labels_of_batches_are_noted_in_their_order() -> None:
    x, other = Batches(), Batches()
    original = Batches.__getitem__
    with watched_pass(x) as seen:
        for number in (1, 0, 2):
            x[number], other[number]
        assert seen.labels(6) is not None
    assert seen.x is x
    assert Batches.__getitem__ is original
    found = seen.labels(5)
    assert found is not None
    assert found.tolist() == [0, 1, 1, 2, 2]
    assert seen.labels(7) is None


def test_story_says_where_fits_begin_and_what_scores_them() -> None:
    starts = [Start(), Start("continued", 1, 1.0), Start("again", 1, 1.0), Start("partly", 1, 0.8)]
    watcher = seen([{}] * 4, [0.5] * 4, "aaaa", starts)
    watcher.fits[1].place, watcher.fits[1].optimiser_steps = "line 113", 40
    watcher.evaluations[0].chosen_on = 1.0
    watcher.evaluations[1].seen, watcher.evaluations[1].place = 0.25, "line 8"
    assert story(watcher) == [
        "Fit 2 (line 113) begins with the weights that fit 1 (line 5) left; the optimiser's "
        "state is carried on.",
        "Fit 3 (line 5) begins with the same first weights as fit 1 (line 5).",
        "Fit 4 (line 5) begins with 80% of the weights that fit 1 (line 5) left.",
        "A callback chooses the epoch on 100% of the rows that line 6 scores, so that figure is "
        "too high: choose on validation rows of their own.",
        "Line 6 scores 10 examples: one is 10 points.",
        "25% of the rows that line 8 scores were trained on before.",
        "Line 8 scores 10 examples: one is 10 points.",
    ]


def test_story_of_a_loop_is_one_sentence() -> None:
    starts = [Start(), *(Start("continued", n, 1.0) for n in range(1, 5))]
    watcher = seen([{}] * 5, [0.5] * 5, "aaaaa", starts)
    watcher.evaluations.clear()
    assert story(watcher) == [
        "Fits 2 to 5 (line 5) begin with the weights that the fit before (line 5) left; the "
        "optimiser is new."
    ]
