"""Which number stands for a script's run: of folds, of arms, of what was printed; no training."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from sklearn import model_selection

from seedbed.runs.script.hooks.calls.accuracy_names import not_accuracies
from seedbed.runs.script.hooks.calls.fit_settings import as_written
from seedbed.runs.script.hooks.data.data_rows import DataRows
from seedbed.runs.script.hooks.data.pass_labels import PassLabels
from seedbed.runs.script.hooks.data.pass_rows import PassRows
from seedbed.runs.script.hooks.data.passes import watched
from seedbed.runs.script.hooks.data.row_prints import row_prints, share_seen
from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.record.observations import (
    Evaluation,
    Fit,
    LibraryScore,
    Prediction,
)
from seedbed.runs.script.hooks.record.seed_calls import MOST_SEEDS, SeedCall
from seedbed.runs.script.hooks.record.timeline import Timeline
from seedbed.runs.script.hooks.record.weight_log import Origin, Start, WeightLog
from seedbed.runs.script.hooks.sklearn_hooks import is_another_order, watch_splits
from seedbed.runs.script.numbers.results import collect
from seedbed.runs.script.timeline.prints import name_prints
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


def test_folds_that_only_fit_scores_are_told_by_their_validation_rows() -> None:
    watcher = seen([{"examples": 40}] * 3, [0.5] * 3, "aaa")
    watcher.evaluations.clear()
    for place, fit in enumerate(watcher.fits):
        fit.history = {"val_accuracy": [0.25, 0.5 + place / 4]}
        fit.validated = f"rows {place}"
    found = collect(watcher, "")
    assert found.are_folds
    assert found.source == "mean over 3 folds of last val_accuracy of fit (line 5)"
    for fit in watcher.fits:
        fit.validated = "the same"
    assert not collect(watcher, "").are_folds


@pytest.mark.parametrize("twice", [False, True], ids=["rows once", "rows twice"])
@pytest.mark.parametrize("evaluated", [False, True], ids=["validated", "evaluated"])
def test_splits_that_hold_rows_out_again_are_no_folds(twice: bool, evaluated: bool) -> None:
    data = np.arange(40).reshape(20, 2) // (4 if twice else 1)
    folds = [np.arange(0, 5), np.arange(5, 10), np.arange(15, 20)]
    drawn = [np.arange(0, 5), np.arange(2, 7), np.arange(15, 20)]
    for held, kind in ((folds, "folds"), (drawn, "random splits")):
        watcher = seen([{"examples": 15}] * 3, [0.5, 0.75, 1.0], "abc")
        rows = DataRows()
        watcher.rows_of_fit = rows.of_fit  # type: ignore[method-assign]
        watcher.rows_named = rows.named  # type: ignore[method-assign]
        if not evaluated:
            watcher.evaluations.clear()
        for place, test in enumerate(held):
            x, fit = np.delete(data, test, axis=0), watcher.fits[place]
            validation = None if evaluated else (data[test], data[test])
            fit.validated = rows.trained(x, validation, None, False)
            fit.history = {"val_accuracy": [0.5 + place / 4]}
            if evaluated:
                watcher.evaluations[place].rows = rows.of(data[test]).digest
        found = collect(watcher, "")
        assert found.kind_of_rounds == kind
        assert found.source.startswith(f"mean over 3 {kind} of ")


@pytest.mark.parametrize(
    ("divided", "kind"),
    [
        ({"random split": 3}, "random splits"),
        ({"fold": 3, "random split": 3}, "folds"),  # a validation split within each fold
        ({"random split": 1}, "folds"),
        ({}, "folds"),
    ],
)
def test_rows_that_are_scaled_anew_are_told_by_their_splitter(
    divided: dict[str, int], kind: str
) -> None:
    watcher = seen([{"examples": 15}] * 3, [0.5, 0.75, 1.0], "abc")
    watcher.divisions.update(divided)
    assert collect(watcher, "").kind_of_rounds == kind


def test_splitters_tell_what_they_give(monkeypatch: pytest.MonkeyPatch) -> None:
    for splitter in (model_selection.KFold, model_selection.ShuffleSplit):
        owner = next(one for one in reversed(splitter.__mro__) if "split" in vars(one))
        monkeypatch.setattr(owner, "split", owner.split)
    monkeypatch.setattr(model_selection, "train_test_split", model_selection.train_test_split)
    told: list[str] = []
    watch_splits(lambda: None, told.append)
    x, y = np.zeros((12, 2)), np.arange(12) % 2
    assert len(list(model_selection.StratifiedKFold(3).split(x, y))) == 3
    assert len(list(model_selection.KFold(3).split(x))) == 3
    assert told == ["fold"] * 6
    list(model_selection.StratifiedShuffleSplit(2).split(x, y))
    model_selection.train_test_split(x, y, random_state=1)
    assert told[6:] == ["random split"] * 3


def test_a_rate_of_32_bits_is_a_number_as_people_write_it() -> None:
    rates = [0.05, 0.001, 0.5, 1e-7, 0.0]
    assert [as_written(float(np.float32(rate))) for rate in rates] == rates
    assert as_written(0.1 + 0.2) == 0.1 + 0.2
    assert as_written(None) is None


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
        (
            "loss: 0.3\nAccuracy of the network on the 900 test images: 91 %",
            0.91,
            "the printed 'accuracy network test images'",
        ),
        (
            "Test set: Average loss: 0.51, Accuracy: 9123/10000 (91%)",
            0.9123,
            "the printed 'accuracy'",
        ),
        ("Test set: Average loss: 0.51, Accuracy: 0/0 (91%)", 0.91, "the printed 'accuracy'"),
        ("train loss: 0.3\nEpoch 3/3 | test acc 91.20%", 0.912, "the printed 'test acc'"),
    ],
)
def test_printed_numbers_that_may_stand_for_a_run(text: str, value: float, source: str) -> None:
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    found = collect(watcher, text)
    assert (found.metrics[schema.SCORE], found.source) == (value, source)


@pytest.mark.parametrize(
    "text",
    [
        "0.95 with {'lr': 0.1}\nBest: 0.97 using {'lr': 0.01, 'units': 16}",
        "Best: 0.97\nlr: 0.01\nunits: 16",
        "lr: 0.01\nBest score: 0.97\nbest lr: 0.01\nseconds: 3.2",
    ],
)
def test_the_best_of_a_search_by_hand_stands_before_its_settings(text: str) -> None:
    found = collect(Watcher(lambda *_: None, True, lambda _: None), text)
    assert found.metrics[schema.HEADLINE] == 0.97
    assert found.source in ("the printed 'best'", "the printed 'best score'")


@pytest.mark.parametrize(
    ("places", "source"),
    [
        (["line 9", "line 9"], "the printed 'mean accuracy'"),
        (["line 8", "line 9"], "accuracy_score 2 of scikit-learn (line 9)"),
    ],
)
def test_the_accuracy_of_one_fold_comes_after_what_is_printed(
    places: list[str], source: str
) -> None:
    """``cross_val_score`` and a loop over folds score each fold in one line."""
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    watcher.accuracies.extend([0.5, 0.7])
    watcher.scored_at.extend((place, 0) for place in places)
    assert collect(watcher, "mean accuracy: 0.6").source == source


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


def test_rows_of_another_networks_fit_are_not_its_own() -> None:
    x = np.random.default_rng(1).random((50, 7))
    rows = DataRows()
    rows.trained(x[:25], None, None, chooses=False)
    rows.trained(x[25:], None, None, chooses=False)
    own, other, unknown = (rows.of(x[:25], fits=fits) for fits in ((1,), (2,), None))
    assert [one.trained for one in (own, other, unknown)] == [1, 0, 1]
    assert other.words == "rows that its own fits have not seen"
    assert rows.of(x[:25] + 1, fits=(2,)).words == "rows that no fit has seen"


def test_frozen_weights_tell_nothing_of_where_a_fit_begins() -> None:
    draw = np.random.default_rng(1).normal
    frozen = draw(size=(9, 9))
    log = WeightLog()
    log.begins([frozen, draw(size=(3, 2))], 1, False)
    log.ends([frozen, second := draw(size=(3, 2))], 1)
    assert log.begins([frozen, draw(size=(3, 2))], 2, False).kind == "fresh"
    log.ends([frozen, draw(size=(3, 2))], 2)
    assert log.begins([frozen, second], 3, True) == Start("continued", 1, 1.0)
    log.ends([frozen, third := draw(size=(3, 2))], 3)
    assert log.origin([frozen, third]).fits == (1, 3)


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
    seen, rows = PassLabels(), PassRows()

    def note(number: int, inputs: Any, labels: Any) -> None:
        seen.note(number, labels)
        rows.note(number, inputs, labels)

    with watched(x, note) as given:
        for number in (1, 0, 2):
            x[number], other[number]
        assert seen.labels(6) is not None
    assert given is x
    assert rows.rows is not None
    assert len(rows.rows) == 1  # every row is the same zeros
    assert Batches.__getitem__ is original
    found = seen.labels(5)
    assert found is not None
    assert found.tolist() == [0, 1, 1, 2, 2]
    assert seen.labels(7) is None


def test_a_fit_that_fine_tunes_is_no_fault() -> None:
    starts = [Start(), Start("continued", 1, 1.0)]
    watcher = seen([{"frozen_layers": 3}, {"frozen_layers": 0}], [0.5, 0.6], "aa", starts)
    watcher.fits[1].place = "line 8"
    told = story(watcher)[0]
    assert told.text.endswith("(the optimiser is new), with other layers frozen, as in fine-tuning")
    assert (told.rank, told.alternative) == (0, "none")


def test_story_says_where_fits_begin_and_what_scores_them() -> None:
    starts = [Start(), Start("continued", 1, 1.0), Start("again", 1, 1.0), Start("partly", 1, 0.8)]
    watcher = seen([{}] * 4, [0.5] * 4, "aaaa", starts)
    watcher.fits[1].place, watcher.fits[1].optimiser_steps = "line 113", 40
    watcher.evaluations[0].chosen_on = 1.0
    watcher.evaluations[1].seen, watcher.evaluations[1].place = 0.25, "line 8"
    watcher.fits[0].history["accuracy"] = [0.5, 0.97]
    told = story(watcher)
    assert [one.text for one in told] == [
        "Fit 2 (line 113) continues fit 1 (line 5): it starts from the weights of that fit, "
        "at {percent_1} training accuracy (the optimiser's state is carried on)",
        "Fit 3 (line 5) begins with the same first weights as fit 1 (line 5)",
        "Fit 4 (line 5) begins with {percent_1} of the weights that fit 1 (line 5) left",
        "The best epoch is chosen on the rows that line 6 scores ({percent_1} of them), so that "
        "figure is too high: choose on validation rows of their own",
        "Line 6 scores 10 examples: one is 10 points",
        "{percent_1} of the rows that line 8 scores were trained on before",
        "Line 8 scores 10 examples: one is 10 points",
    ]
    assert [one.values.get("percent_1") for one in told] == [0.97, None, 0.8, 1.0, None, 0.25, None]


def test_a_train_score_beside_a_test_score_is_no_accident() -> None:
    watcher = seen([{"examples": 40}], [0.75], "a")
    (test,) = watcher.evaluations
    train = dataclasses.replace(test, metrics={"loss": 0.1, "accuracy": 1.0}, seen=1.0, rows="b")
    for place, order in ("line 7", [test, train]), ("line 5", [train, test]):
        watcher.evaluations[:] = [
            dataclasses.replace(one, place=place if one is train else "line 6") for one in order
        ]
        found = collect(watcher, "")
        assert found.metrics[schema.SCORE] == 0.75
        assert not [one.text for one in found.story if "trained on before" in one.text]
    watcher.evaluations[:] = [train]
    (leak,) = (one for one in collect(watcher, "").story if "trained on before" in one.text)
    assert leak.rank


def test_rows_trained_on_before_decide_only_if_they_give_the_number() -> None:
    watcher = seen([{"examples": 40}], [0.75], "a")
    (test,) = watcher.evaluations
    watcher.evaluations.insert(0, dataclasses.replace(test, seen=0.5, place="line 4", rows="b"))
    told = {one.text: one.rank for one in collect(watcher, "").story}
    assert told["{percent_1} of the rows that line 4 scores were trained on before"] == 0


def test_story_says_that_a_predict_is_scored_on_rows_that_chose_the_epoch() -> None:
    watcher = seen([{}], [0.5], "a")
    watcher.evaluations.clear()
    labels = np.array([0, 1])
    outputs = np.array([[0.9, 0.1], [0.2, 0.8]])
    one = Prediction(outputs, labels, "accuracy_score", place="line 25", chosen_on=1.0)
    watcher.predictions.append(one)
    (told,) = story(watcher)
    assert told.text.startswith("The best epoch is chosen on the rows that line 25 predicts (")
    assert (told.alternative, told.line) == ("validation", "line 25")
    one.optimism = 0.02
    assert story(watcher)[0].text.endswith("line 25 predicts: expect about {points_1} too much")
    watcher.evaluations.append(Evaluation({"accuracy": 0.5}, 1000, place="line 30"))
    assert story(watcher) == []  # the number of the run is of other rows
    watcher.evaluations.clear()
    one.labels = None  # nothing is scored
    assert story(watcher) == []


def test_story_of_a_loop_is_one_sentence() -> None:
    starts = [Start(), *(Start("continued", n, 1.0) for n in range(1, 5))]
    watcher = seen([{}] * 5, [0.5] * 5, "aaaaa", starts)
    watcher.evaluations.clear()
    (told,) = story(watcher)
    assert told.text == (
        "Rounds 2 to 5 of the loop (line 5) start from the previous round's weights (the optimiser "
        "is new): the 5 rounds are one long training, not 5 repetitions"
    )
    assert (told.rank, told.alternative) == (0, "none")  # as a stateful LSTM is trained
    watcher.fits[1].history["loss"].append(0.5)
    assert (story(watcher)[0].rank, story(watcher)[0].alternative) == (1, "rebuild")
    watcher.fits[1].history["loss"].pop()
    watcher.scored_at.append(("line 7", 2))
    assert (story(watcher)[0].rank, story(watcher)[0].alternative) == (1, "rebuild")


def test_story_says_that_the_generator_goes_on_between_fresh_rounds() -> None:
    watcher = seen([{}] * 3, [0.5] * 3, "aaa")
    watcher.evaluations.clear()
    (told,) = story(watcher)
    assert told.text.startswith("Fits 2 to 3 of the loop (line 5) begin with fresh weights, but")
    watcher.fits[1].seeds = [SeedCall("np.random.seed", "7", "line 3", 1)]
    assert not story(watcher)


def test_story_says_that_nothing_loads_the_best_epoch() -> None:
    watcher = seen([{}], [0.5], "a")
    watcher.fits[0].chosen_by = [("ModelCheckpoint", "val_accuracy")]
    watcher.fits[0].history["val_accuracy"] = [0.5, 0.75, 0.625]
    watcher.evaluations[0].origin = Origin("left", 1)
    told = story(watcher, ["line 4 gives ModelCheckpoint restore_best_weights=, which …"])[0]
    assert told.text.startswith("Line 6 scores the weights of the last epoch, not the best ones")
    assert "(restore_best_weights= has no effect in it), and nothing loads it" in told.text
    assert list(told.values.values()) == [0.75, 0.625]
    watcher.evaluations[0].origin = Origin("epoch", 1, 2)
    assert "last epoch" not in story(watcher)[0].text


def test_story_says_that_rows_chose_the_epoch_though_the_best_one_was_the_last() -> None:
    watcher = seen([{}], [0.5], "a")
    watcher.fits[0].chosen_by = [("ModelCheckpoint", "val_accuracy")]
    watcher.fits[0].history["val_accuracy"] = [0.5, 0.75]
    one = watcher.evaluations[0]
    one.origin, one.chosen_on = Origin("left", 1), 1.0
    assert not any("is chosen on" in told.text for told in story(watcher))
    one.loaded = True  # from the checkpoint, which holds what the last epoch left
    assert story(watcher)[0].text.startswith("The best epoch is chosen on the rows that line 6")


def test_story_says_that_rounds_with_one_seed_are_one_training() -> None:
    starts = [Start(), Start("again", 1), Start("again", 1)]
    watcher = seen([{}] * 3, [0.5] * 3, "aaa", starts)
    watcher.evaluations.clear()
    watcher.fingerprints[:] = ["f"] * 3
    for n, fit in enumerate(watcher.fits):
        fit.seeds = [SeedCall("keras.utils.set_random_seed", "42", "line 3", n)]
    (told,) = story(watcher)
    assert told.rank == 1
    assert told.text == (
        "Rounds 2 to 3 of the loop (line 5) repeat round 1 bit for bit, because "
        "keras.utils.set_random_seed(42) in line 3 seeds every round alike: they are one training, "
        "and their agreement says nothing of the spread"
    )
    watcher.fingerprints[2] = "g"  # only the first weights were alike
    assert story(watcher)[0].text.startswith("Fits 2 to 3 (line 5) begin with the same first")


def test_split_is_drawn_without_a_seed_unless_the_script_seeds_numpy() -> None:
    watcher = Watcher(lambda *_: None, True, lambda _: None, place=lambda: "line 9")
    watcher.seed_set("tf.random.set_seed", 1)
    watcher.split()
    assert watcher.unseeded_splits == ["line 9"]
    watcher.seed_set("np.random.seed", 1)
    watcher.split()
    assert watcher.unseeded_splits == ["line 9"]


def test_story_says_which_seed_does_not_reach_the_first_weights() -> None:
    watcher = seen([{"shuffle": True, "data": "array"}], [0.5], "a")
    watcher.unseeded.append("The first weights are drawn in line 3 from Keras' generator")
    watcher.evaluations.clear()
    (told,) = story(watcher)
    assert told.text.endswith(
        "; the order of the rows in line 5 from TensorFlow's, which nothing seeds either"
    )
    watcher.orders_by_numpy = True  # as on JAX
    assert story(watcher)[0].text.endswith("in line 5 from NumPy's, which nothing seeds either")
    watcher.seeds.append(SeedCall("np.random.seed", "7", "line 2", 0))
    assert story(watcher)[0].text == watcher.unseeded[0]
    watcher.orders_by_numpy = False
    watcher.seeds[:] = [SeedCall("tf.random.set_seed", "7", "line 2", 0)]
    assert story(watcher)[0].text == watcher.unseeded[0]


def test_weights_are_known_by_whose_they_are() -> None:
    log, rng = WeightLog(), np.random.default_rng(0)
    first, middle, last, other = ([rng.normal(size=(3, 2))] for _ in range(4))
    log.begins(first, 1, False)
    log.epoch_ends(middle, 1, 1)
    log.epoch_ends(last, 1, 2)
    log.ends(last, 1)
    assert [log.origin(one) for one in (first, middle, last, other)] == [
        Origin("first", 1, fits=()),
        Origin("epoch", 1, 1, fits=(1,)),
        Origin("left", 1, fits=(1,)),
        Origin(),
    ]


def test_numbers_of_a_script_without_accuracy_begin_with_the_score_it_prints() -> None:
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    for n in range(1, 3):
        fit = Fit({"loss": [1.0], "accuracy": [0.9]}, place="line 5", network=n)
        fit.printed = 0 if n == 1 else len("round 1 hter: 0.25 train eer: 0.5\n")
        watcher.fits.append(fit)
    text = "round 1 hter: 0.25 train eer: 0.5\nround 2 hter: 0.75 train eer: 0.5\nmean hter: 0.5\n"
    found = collect(watcher, text)
    assert (found.headline, found.source) == (schema.HEADLINE, "the printed 'mean hter'")
    assert found.rounds == [0.25, 0.75]  # their mean is what is printed at the end
    assert found.kinds["loss"] == 1.0
    assert list(found.kinds)[-1] == "accuracy"  # of the training data


def labelled(accuracy: float) -> Prediction:
    table = np.tile([0.9, 0.1], (20, 1))
    labels = (np.arange(20) >= 20 * accuracy).astype(np.int64)
    return Prediction(table, labels, "the validation data of fit", place="line 8")


def test_score_that_the_script_prints_stands_before_an_accuracy_that_it_never_states() -> None:
    watcher = seen([{}], [0.5], "a")
    watcher.evaluations.clear()
    watcher.predictions.append(labelled(0.75))
    assert collect(watcher, "EER: 12.5 %").source == "the printed 'eer'"
    assert collect(watcher, "EER: 12.5 %").kinds["predict"] == 0.75
    assert collect(watcher, "EER: 12.5 %\naccuracy: 0.7").headline == schema.SCORE
    assert collect(watcher, "done").source.startswith("share of predict's answers (line 8)")


def test_report_by_class_is_no_score_of_its_own() -> None:
    watcher = seen([{}], [0.5], "a")
    watcher.evaluations.clear()
    watcher.predictions.append(labelled(0.75))
    report = (
        "    precision    recall  f1-score   support\n\n  yes   0.9   0.8   0.7   20\n\n"
        "  accuracy                  0.75   20\n"
    )
    assert collect(watcher, report).kind == "predict"
    watcher.library_scores.append(LibraryScore("f1_score", 0.25, "line 9", 1))
    found = collect(watcher, report)
    assert found.source == "f1_score of scikit-learn (line 9)"
    assert (found.headline, found.metrics["f1_score1"]) == (schema.HEADLINE, 0.25)


def test_arms_are_compared_by_the_score_that_the_script_computes() -> None:
    watcher = seen([{"class_weight": weight} for weight in (False, True)], [0.5, 0.5], "aa")
    watcher.evaluations.clear()
    for n, value in enumerate((0.25, 0.5), 1):
        watcher.library_scores.append(LibraryScore("f1_score", value, "line 9", n))
    arms = collect(watcher, "").arms
    assert [(arm.name, arm.values) for arm in arms] == [
        ("class_weight=False", [0.25]),
        ("class_weight=True", [0.5]),
    ]


def test_of_an_evaluation_without_accuracy_the_metric_that_is_printed_counts() -> None:
    watcher = seen([{"examples": 40}] * 2, [0.5, 0.5], "ab")
    for one, mae in zip(watcher.evaluations, (2.5, 3.5), strict=True):
        one.metrics = {"loss": 9.25, "mae": mae}
    assert collect(watcher, "").source == "mean over 2 folds of loss of evaluate (line 6)"
    found = collect(watcher, "[2.5, 3.5]\n3.0\n")
    assert found.source == "mean over 2 folds of mae of evaluate (line 6)"
    assert found.rounds == [2.5, 3.5]
    assert collect(watcher, "3\n").kind == "evaluate loss", "too few digits to tell"


@pytest.mark.parametrize(
    ("said", "rounds"),
    [
        ("mean mae: 0.7541382", []),  # near the mean of .75 and .759, but not it
        ("mean mae: 0.7545", [0.75, 0.759]),
        ("mean mae: 0.754", [0.75, 0.759]),  # rounded for printing
        ("mean mae: 0.753", []),
    ],
)
def test_a_number_has_rounds_only_if_it_is_their_mean_as_far_as_its_digits(
    said: str, rounds: list[float]
) -> None:
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    for n, mae in enumerate((0.75, 0.759), 1):
        watcher.fits.append(Fit({"loss": [1.0], "mae": [mae]}, place="line 5", network=n))
    assert collect(watcher, f"{said}\n").rounds == rounds


def test_augmentation_is_what_differs_between_an_array_and_a_generator() -> None:
    settings: list[dict[str, object]] = [
        {"augmentation": "none", "data": "array", "loss": "mse"},
        {"augmentation": "rotation_range=10", "data": "NumpyArrayIterator", "loss": "mse"},
    ]
    found = collect(seen(settings, [0.5, 0.75], "aa"), "")
    assert [arm.name for arm in found.arms] == ["augmentation=off", "augmentation=on"]


def test_rounds_that_differ_in_their_seed_alone_are_known() -> None:
    watcher = seen([{}] * 2, [0.5, 0.75], "aa")
    for n, fit in enumerate(watcher.fits):
        fit.seeds = [SeedCall("tf.random.set_seed", str(n), f"line {n}", n)]
    assert collect(watcher, "").seeded_rounds == ["0 (line 0)", "1 (line 1)"]


def test_timeline_tells_the_steps_of_a_loop_once() -> None:
    line = Timeline()
    for n in range(3):
        line.add("fit", "line 5", "trains on 40 rows")
        line.add("print", "line 6", "prints", start=9 * n, end=9 * n + 9)
    name_prints(line, "acc: 0.5\nacc: 0.7\nno number")
    assert line.lines() == ["Line 5 trains on 40 rows (3 times)", "Line 6 prints acc (2 times)"]
    assert line.steps[1].facts == {"values": {"acc": 0.5}}


def test_seeds_that_every_batch_sets_leave_room_for_the_other_steps() -> None:
    watcher = seen([{}], [0.5], "a")
    for n in range(MOST_SEEDS + 9):
        watcher.seed_set("np.random.seed", n)
    watcher.timeline.add("evaluate", "line 9", "evaluates on 40 rows")
    assert watcher.timeline.steps[-1].kind == "evaluate"
    assert (len(watcher.seeds), watcher.seeds[-1].value) == (MOST_SEEDS, str(MOST_SEEDS + 8))


def test_summary_of_a_long_script_fits_a_tag() -> None:
    watcher = seen([{}] * 40, [n / 64 for n in range(40)], [str(n) for n in range(40)])
    for n in range(300):
        watcher.timeline.add("print", f"line {n}", "prints an accuracy", start=0, end=9)
    text = "acc: 0.5\n" + "\n".join(f"number {'x' * n}: 0.5" for n in range(60))
    found = collect(watcher, text)
    summary = found.summary()
    assert len(json.dumps(summary)) <= schema.TAG_MAX
    assert summary["number"]["is"] == found.source
    assert summary["timeline"][-1].endswith("more steps are in script.json")
    assert summary["story"]
    short = collect(seen([{}], [0.5], "a"), "").summary()
    assert list(short["kinds"]) == ["evaluate accuracy", "evaluate loss", "loss"]
