"""What tells two trainings of a script apart, and which number of it counts.

What uses Keras runs in a process of its own.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seedbed.doctor.source.module import Module
from seedbed.runs.script.hooks.calls.fit_settings import settings_of
from seedbed.runs.script.hooks.keras_hooks import Watcher
from seedbed.runs.script.hooks.record.observations import Evaluation, Fit, LibraryScore, Search
from seedbed.runs.script.hooks.record.weight_log import Start
from seedbed.runs.script.numbers.printed_numbers import numbers
from seedbed.runs.script.numbers.results import collect
from seedbed.runs.script.refused_names import refuses_name, saved_under_refused_name
from seedbed.runs.script.script_files import read
from seedbed.runs.script.timeline.story import story
from seedbed.runs.script.timeline.trainings import differing
from seedbed.sweeps.executors.local_pool import LocalPool


def network(optimizer: object = "adam", **given: object) -> Any:
    import keras

    dense = keras.layers.Dense(2, **given)
    model = keras.Sequential([keras.layers.Input((3,)), dense])
    model.compile(optimizer, "mse")
    return model


def apart(first: Any, second: Any, **named: object) -> dict[str, object]:
    """The settings that differ, with those of the second network."""
    settings = [settings_of(first, (), {}), settings_of(second, (), named)]
    return {name: settings[1].get(name) for name in differing(settings)}


def a_regulariser_an_initialiser_or_a_momentum_tells_networks_apart() -> None:
    import keras

    layers, sgd = keras.layers, keras.optimizers.SGD
    assert apart(network(), network()) == {}
    assert apart(network(), network(activity_regularizer=keras.regularizers.l1(1e-3))) == {
        "layer 1 Dense activity_regularizer": "L1(l1=0.001)"
    }
    assert apart(network(), network(kernel_initializer="he_normal")) == {
        "layer 1 Dense kernel_initializer": "HeNormal()"
    }
    assert apart(network(sgd(0.1)), network(sgd(0.1, momentum=0.9))) == {"optimizer momentum": 0.9}
    assert list(apart(network(sgd(0.001)), network("adam"))) == ["optimizer"]
    sizes = [
        keras.Sequential([layers.Input((4, 2)), layers.Bidirectional(layers.LSTM(size))])
        for size in (2, 3)
    ]
    for model in sizes:
        model.compile("adam", "mse")
    assert any("units=3" in str(value) for value in apart(*sizes).values())


def callbacks_that_change_the_training_tell_fits_apart() -> None:
    import keras

    stop, keep = keras.callbacks.EarlyStopping(patience=2), keras.callbacks.History()
    model = network()
    assert apart(model, model, callbacks=[keep]) == {}
    assert apart(model, model, callbacks=[stop, keep]) == {"callbacks": "EarlyStopping"}
    patient = settings_of(model, (), {"callbacks": [keras.callbacks.EarlyStopping(patience=9)]})
    assert differing([settings_of(model, (), {"callbacks": stop}), patient]) == [
        "callback EarlyStopping patience"
    ]


def scored(rows: str, settings: list[dict[str, object]]) -> Watcher:
    """One fit and one evaluation of a network of its own on each of these rows."""
    watcher = Watcher(lambda *_: None, True, lambda _: None)
    for n, (data, own) in enumerate(zip(rows, settings, strict=True), 1):
        watcher.fits.append(Fit({"loss": [1.0]}, place="line 5", network=n, settings=own))
        metrics = {"loss": 0.5, "accuracy": n / 10}
        watcher.evaluations.append(
            Evaluation(metrics, 10, place="line 6", network=n, fits=n, rows=data)
        )
    return watcher


def test_two_networks_over_three_splits_are_two_arms_of_three_rounds() -> None:
    layers: list[dict[str, object]] = [{"layers": "Dense"}, {"layers": "Dense Dense"}]
    arms = collect(scored("aabbcc", layers * 3), "").arms
    assert [arm.values for arm in arms] == [[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]]
    assert not collect(scored("abcdef", layers * 3), "").arms, "no two on the same rows"


@pytest.mark.parametrize(("said", "number"), [("best f1 0.9", 0.9), ("sgd f1: 0.8", 0.8)])
def test_the_best_of_two_settings_is_a_number_of_arms(said: str, number: float) -> None:
    settings: list[dict[str, object]] = [{"optimizer": "Adam"}, {"optimizer": "SGD"}]
    seen = scored("aa", settings)
    seen.evaluations.clear()
    for fits, value in enumerate((0.9, 0.8), 1):
        seen.library_scores.append(LibraryScore("f1_score", value, "line 7", fits))
    found = collect(seen, said)
    assert found.metrics[found.headline] == number
    assert [(arm.name, arm.values) for arm in found.arms] == [
        ("optimizer=Adam", [0.9]),
        ("optimizer=SGD", [0.8]),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Test Score: 57.06 RMSE", {"test score rmse": 57.06}),
        (
            "Train Score: 22.92 RMSE, Test Score: 47.53 RMSE",
            {"train score rmse": 22.92, "test score rmse": 47.53},
        ),
        ("57.06 RMSE", {"rmse": 57.06}),
        ("RMSE: 57.06 RMSE", {"rmse": 57.06}),
        ("test: 91.2% accuracy", {"test accuracy": 91.2}),
        ("test: 0.91 (acc)", {"test acc": 0.91}),
        ("loss 0.5 acc 0.9", {"loss": 0.5, "acc": 0.9}),
        ("mean 0.31 error 0.2", {"mean": 0.31, "error": 0.2}),
    ],
)
def test_a_unit_behind_a_number_says_what_it_is(text: str, wanted: dict[str, float]) -> None:
    assert numbers(text) == wanted


def test_printed_rmse_comes_before_a_compiled_metric() -> None:
    watcher = scored("a", [{}])
    watcher.evaluations[0].metrics = {"loss": 0.02, "mean_squared_error": 0.02}
    assert collect(watcher, "[0.02, 0.02]\nTest Score: 57.06 RMSE").source == (
        "the printed 'test score rmse'"
    )


def test_best_score_of_a_search_is_its_number_unless_a_test_follows() -> None:
    watcher = scored("a", [{}])
    watcher.searches.append(Search("GridSearchCV", 0.97, "line 8", True, 1, "rate=0.1"))
    found = collect(watcher, "Best: 0.970000 using {'optimizer': 'adam'}")
    assert found.source == "best_score_ of GridSearchCV (line 8)"
    assert found.summary()["picked"] == "rate=0.1"
    assert collect(watcher, "Best: 97.0 %").kind == "best_score_"
    assert collect(watcher, "done").kind == "evaluate accuracy", "the script does not state it"
    watcher.evaluations.append(Evaluation({"loss": 0.5, "accuracy": 0.9}, 10, network=1, fits=1))
    assert collect(watcher, "Best: 0.970000\ntest 0.9").kind == "evaluate accuracy"


def test_a_printed_accuracy_of_training_rows_is_told_as_such() -> None:
    watcher = scored("a", [{}])
    watcher.evaluations[0].metrics["accuracy"] = 0.5375
    watcher.evaluations[0].on_training_data = True
    found = collect(watcher, "accuracy: 53.75%")
    assert found.source == "accuracy of evaluate 1 (line 6)"
    assert found.why == "the script scores nothing but its training data: no test"
    assert collect(watcher, "train 53.75%\ntest accuracy: 51.25%").source == (
        "the printed 'test accuracy'"
    )


def test_a_function_that_is_called_twice_is_no_loop() -> None:
    watcher = scored("aa", [{}] * 2)
    watcher.evaluations.clear()
    for fit, line in zip(watcher.fits, ("line 12", "line 13"), strict=True):
        fit.callers = [line]
    begins = "Fit 2 (line 5, called in line 13) begins with fresh weights, but the generator goes"
    assert story(watcher)[0].text.startswith(begins)
    watcher.fits[1].start = Start("continued", 1, 1.0)
    assert story(watcher)[0].text.startswith("Fit 2 (line 5, called in line 13) continues fit 1")
    watcher.fits[1].callers = ["line 12"]
    assert story(watcher)[0].text.startswith("Round 2 of the loop (line 5) starts from")


def test_an_example_is_worth_points_only_of_an_accuracy() -> None:
    watcher = scored("a", [{}])
    assert [one.text for one in story(watcher)] == ["Line 6 scores 10 examples: one is 10 points"]
    watcher.evaluations[0].metrics = {"loss": 0.5, "mae": 0.25}
    assert not story(watcher)


def test_a_default_that_changed_is_told_with_every_answer() -> None:
    said = "line 6 leaves Adadelta's learning_rate at today's default, 0.001"
    found = collect(scored("a", [{}]), "", [said], [said])
    assert found.summary()["story"][0]["text"] == f"L{said[1:]}"


def module(folder: Path, text: str) -> Module:
    (folder / "a.py").write_text(text)
    return read(folder / "a.py")


def test_names_of_files_that_keras_3_refuses(tmp_path: Path) -> None:
    def said(call: str) -> str:
        return saved_under_refused_name(module(tmp_path, f"import keras\n{call}\n"))

    assert said("m.save_weights('model.h5')") == "a.py line 2 saves weights as model.h5"
    assert said("m.save_weights(filepath='model')") == "a.py line 2 saves weights as model"
    assert said("m.save_weights('m.weights.h5')") == said("m.save_weights(name)") == ""


def names_are_refused_by_keras_3_in_these_words() -> None:
    model = network()
    for save, name in ((model.save_weights, "model.h5"), (model.save, "model")):
        with pytest.raises(ValueError, match=r"end in|extension") as refused:
            save(name)
        assert refuses_name(refused.value)


@pytest.mark.parametrize(
    "check",
    [
        a_regulariser_an_initialiser_or_a_momentum_tells_networks_apart,
        callbacks_that_change_the_training_tell_fits_apart,
        names_are_refused_by_keras_3_in_these_words,
    ],
)
def test_of_keras(pool: LocalPool, check: Callable[[], None]) -> None:
    pool.submit(check).result()
