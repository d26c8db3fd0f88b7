"""Searches: what a second run does in the folder of the first."""

import importlib.util
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import keras

from benchmarks.doctor_effects.setting import TEST, TRAIN, X, Y

PAIRS, TRIALS = 5, 3


def old_search_taken_up() -> None:
    """Count the trainings of a second search, of another network on another seed."""
    if _tuners() is None:
        print("SB306 not measured: needs 'pip install keras-tuner'", file=sys.stderr)
        return
    first, second, again = 0, 0, 0
    for pair in range(PAIRS):
        with tempfile.TemporaryDirectory() as folder:
            one = _search(folder, "relu", pair)
            other = _search(folder, "tanh", 100 + pair)
            first += one[0]
            second += other[0]
            again += one[1] == other[1]
    print(
        f"SB306 trainings of the first search {first}, of the second {second}; the same best score "
        f"to the last digit in {again}, n={PAIRS} pairs of searches with {TRIALS} trials"
    )


def _tuners() -> Any:
    """Keras Tuner, which Seedbed does not need; None if it is not installed."""
    found = importlib.util.find_spec("keras_tuner")
    return importlib.import_module("keras_tuner") if found else None


def _search(folder: str, activation: str, seed: int) -> tuple[int, float]:
    """Trainings of one search, and the best score that it reports."""
    keras.utils.set_random_seed(seed)
    trained: list[int] = []
    count = keras.callbacks.LambdaCallback(on_train_begin=lambda _: trained.append(1))
    tuner = _tuners().RandomSearch(
        _builder(activation),
        objective="val_accuracy",
        max_trials=TRIALS,
        seed=seed,
        directory=folder,
    )
    rows = {"epochs": 3, "validation_data": (X[TEST], Y[TEST]), "verbose": 0}
    tuner.search(X[TRAIN], Y[TRAIN], callbacks=[count], **rows)
    return len(trained), float(tuner.oracle.get_best_trials(1)[0].score)


def _builder(activation: str) -> Callable[[Any], Any]:
    def build(options: Any) -> Any:
        model = keras.Sequential(
            [
                keras.Input((8, 8, 1)),
                keras.layers.Flatten(),
                keras.layers.Dense(options.Int("units", 8, 64), activation=activation),
                keras.layers.Dense(10, activation="softmax"),
            ]
        )
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    return build
