"""Graph: lines that do nothing, and losses, ranges and arguments that do something else."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from keras.callbacks import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau

from benchmarks.doctor_effects.setting import (
    FRESH,
    TEST,
    TRAIN,
    X,
    Y,
    accuracy,
    build,
    fingerprint,
    fit,
    summary,
)


def line_of_its_own() -> None:
    """A layer on a line of its own."""
    prints = []
    for line in (False, True):
        keras.utils.set_random_seed(3)
        model = build()
        if line:
            layers.BatchNormalization(axis=-1)
        fit(model, 2)
        prints.append(fingerprint(model))
    same = "equal" if len(set(prints)) == 1 else "different"
    print(f"SB401 weights with and without the line: {same} bit for bit, n=1 pair")


def softmax_of_one_unit() -> None:
    """Softmax of a single unit."""
    odd = (Y % 2).astype("float32")
    scores = []
    for seed in range(5):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([layers.Flatten(), layers.Dense(1, activation="softmax")])
        model.compile("adam", "binary_crossentropy")
        model.fit(X[TRAIN], odd[TRAIN], epochs=10, verbose=0)
        scores.append(100 * float(np.mean((model(X[TEST])[:, 0] > 0.5) == odd[TEST])))
    print(f"SB402 odd or even with Dense(1, softmax): {summary(scores)}; "
          f"share of odd digits {100 * odd[TEST].mean():.2f}")  # fmt: skip


def sigmoid_with_a_categorical_loss() -> None:
    """Ten sigmoid outputs, or one, with a categorical loss."""
    y = keras.utils.to_categorical(Y)
    scores: dict[str, list[float]] = {"sigmoid": [], "softmax": []}
    for seed in range(20):
        for activation, found in scores.items():
            keras.utils.set_random_seed(seed)
            model = build("categorical_crossentropy", activation)
            model.fit(X[TRAIN], y[TRAIN], epochs=10, batch_size=32, verbose=0)
            found.append(accuracy(model, FRESH))
    gap = np.subtract(scores["sigmoid"], scores["softmax"])
    print(f"SB403 Dense(10, sigmoid) with categorical_crossentropy, fresh rows: "
          f"{summary(scores['sigmoid'])}; softmax: {summary(scores['softmax'])}; "
          f"sigmoid minus softmax, common seeds: {summary(gap)}")  # fmt: skip
    odd = (Y % 2).astype("float32")[:, None]
    moved, ones = 0, []
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(),
                                  layers.Dense(1, activation="sigmoid")])  # fmt: skip
        model.compile("adam", "categorical_crossentropy")
        before = fingerprint(model)
        model.fit(X[TRAIN], odd[TRAIN], epochs=10, verbose=0)
        moved += before != fingerprint(model)
        ones.append(100 * float(np.mean((model(X[TEST]) > 0.5) == odd[TEST])))
    print(f"SB403 odd or even with Dense(1, sigmoid) and categorical_crossentropy: "
          f"{summary(ones)}; weights moved by training in {moved} of 10 runs")  # fmt: skip


def logits_taken_for_probabilities() -> None:
    """Outputs without softmax, with and without ``from_logits``."""
    right: list[float] = []
    wrong: list[float] = []
    for seed in range(10):
        for loss, scores in (
            (keras.losses.SparseCategoricalCrossentropy(from_logits=True), right),
            ("sparse_categorical_crossentropy", wrong),
        ):
            keras.utils.set_random_seed(seed)
            model = build(loss, activation=None)
            fit(model, 10)
            scores.append(accuracy(model, TEST))
    print(f"SB404 logits with from_logits=True: {summary(right)}; without: {summary(wrong)}")


def argument_of_another_callback() -> None:
    """Which callbacks refuse such an argument, and what it does in the one that takes it."""
    for kind, argument in (
        (ModelCheckpoint, "restore_best_weights"),
        (EarlyStopping, "save_best_only"),
        (ReduceLROnPlateau, "restore_best_weights"),
    ):
        given: dict[str, Any] = {"filepath": "best.keras"} if kind is ModelCheckpoint else {}
        try:
            kind(**given, **{argument: True})
            said = "taken"
        except TypeError as error:
            said = f"refused ({error})"
        print(f"SB406 {kind.__name__}({argument}=True): {said}")
    same = 0
    for seed in range(10):
        prints = set()
        for more in ({}, {"restore_best_weights": True}):
            keras.utils.set_random_seed(seed)
            model = build()
            rule = ReduceLROnPlateau(monitor="val_loss", patience=1, **more)
            model.fit(X[TRAIN], Y[TRAIN], epochs=8, batch_size=32, verbose=0,
                      validation_data=(X[TEST], Y[TEST]), callbacks=[rule])  # fmt: skip
            prints.add(fingerprint(model))
        same += len(prints) == 1
    print(f"SB406 ReduceLROnPlateau with restore_best_weights=True and without: the same weights "
          f"bit for bit in {same} of 10 pairs")  # fmt: skip


def reversed_zoom() -> None:
    """Training on images that are zoomed by a reversed range, by a usual one, and not at all."""
    generator = tf.keras.preprocessing.image.ImageDataGenerator
    ranges: dict[str, object] = {"[2.0, 0.1]": [2.0, 0.1], "[0.8, 1.2]": [0.8, 1.2], "none": 0.0}
    for name, zoom in ranges.items():
        scores = []
        for seed in range(10):
            keras.utils.set_random_seed(seed)
            model = build()
            images = generator(zoom_range=zoom).flow(X[TRAIN], Y[TRAIN], 32, seed=seed)
            model.fit(images, epochs=10, verbose=0)
            scores.append(accuracy(model, FRESH))
        print(f"SB408 zoom_range {name}, fresh rows: {summary(scores)}")


def steps_as_a_fraction() -> None:
    """Which fractions and whole floats ``fit`` takes for a number of steps."""
    stream = tf.data.Dataset.from_tensor_slices((X[TRAIN], Y[TRAIN])).repeat().batch(32)
    said: list[str] = []
    for name in ("steps_per_epoch", "validation_steps"):
        for steps in (600 / 32, 18.0, float(np.ceil(600 / 32))):
            keras.utils.set_random_seed(0)
            model = build()
            whole: dict[str, Any] = {"steps_per_epoch": 18, "validation_steps": 18}
            try:
                model.fit(stream, validation_data=stream, verbose=0, **(whole | {name: steps}))
                said.append("taken")
            except TypeError as error:
                said.append(f"refused ({error})")
    for what in sorted(set(said)):
        print(f"SB409 18.75, 18.0 and 19.0 steps in two arguments: {what} in {said.count(what)} of "
              f"{len(said)} calls")  # fmt: skip
