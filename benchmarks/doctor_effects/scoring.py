"""Scores that are computed from what does not belong together."""

import tempfile
import warnings
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from benchmarks.doctor_effects.setting import TEST, X, Y, accuracy, build, fit, summary


def predictions_in_another_order() -> None:
    """Ten networks, each scored in the data's order and against labels of a second pass."""
    right, wrong = [], []
    data = tf.data.Dataset.from_tensor_slices((X[TEST], Y[TEST])).shuffle(300).batch(50)
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model = build()
        fit(model, 10)
        right.append(accuracy(model, TEST))
        labels = np.concatenate([y for _, y in data])
        said = model.predict(data, verbose=0).argmax(-1)
        wrong.append(100 * float(np.mean(said == labels)))
    print(f"SB801 in one order: accuracy {summary(right)}; labels of a second pass over shuffled "
          f"data, same networks: accuracy {summary(wrong)}")  # fmt: skip


def metric_that_does_not_fit() -> None:
    """binary_accuracy and accuracy of one-hot softmax networks before and after one epoch."""
    labels = keras.utils.to_categorical(Y, 10)
    for name, epochs in (("untrained", 0), ("after one epoch", 1)):
        binary, right = [], []
        for seed in range(10):
            keras.utils.set_random_seed(seed)
            model = build()
            if epochs:
                fit(model, epochs)
            said = model(X[TEST], training=False).numpy()
            binary.append(100 * float(np.mean((said > 0.5) == (labels[TEST] > 0.5))))
            right.append(accuracy(model, TEST))
        print(f"SB803 {name}: binary_accuracy {summary(binary)}; accuracy {summary(right)}")


def _scaled(normed: bool, trained: float, scored: float) -> list[float]:
    """Accuracies of ten networks trained and scored on pixels of 0 to these numbers, in points."""
    scores = []
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model = build()
        if normed:
            model = keras.Sequential([
                keras.Input((8, 8, 1)),
                keras.layers.Conv2D(16, 3),
                keras.layers.BatchNormalization(),
                keras.layers.Activation("relu"),
                keras.layers.Flatten(),
                keras.layers.Dense(10, activation="softmax"),
            ])  # fmt: skip
            model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(trained * X[:600], Y[:600], epochs=10, batch_size=32, verbose=0)
        said = np.argmax(model(scored * X[TEST], training=False), -1)
        scores.append(100 * float(np.mean(said == Y[TEST])))
    return scores


def scaled_on_one_side() -> None:
    """Networks trained on pixels of one size, scored on such pixels and on pixels of another."""
    for name, normed in (("plain ReLU", False), ("with BatchNormalization", True)):
        for trained, scored in ((255, 1), (1, 255)):
            same, other = _scaled(normed, trained, trained), _scaled(normed, trained, scored)
            print(f"SB804 {name}, trained on 0 to {trained}: accuracy {summary(same)}; "
                  f"scored on 0 to {scored}: accuracy {summary(other)}")  # fmt: skip


def weights_alike() -> None:
    """A hidden layer of 32 units that begins with zeros, with a constant, and at random."""
    for name in ("zeros", keras.initializers.Constant(0.1), "glorot_uniform"):
        scores = []
        for seed in range(10):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential([
                keras.Input((8, 8, 1)),
                keras.layers.Flatten(),
                keras.layers.Dense(32, activation="relu", kernel_initializer=name),
                keras.layers.Dense(10, activation="softmax"),
            ])  # fmt: skip
            model.compile("adam", "sparse_categorical_crossentropy")
            fit(model, 10)
            scores.append(accuracy(model, TEST))
        word = name if isinstance(name, str) else "constant 0.1"
        print(f"SB410 hidden kernel begins with {word}: accuracy {summary(scores)}")


def monitor_that_does_not_exist() -> None:
    """A checkpoint that watches ``val_acc``, and one that watches ``val_accuracy``."""
    for name in ("val_acc", "val_accuracy"):
        written, kept = 0, []
        for seed in range(5):
            keras.utils.set_random_seed(seed)
            model = build()
            model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
            with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                path = Path(folder) / "best.keras"
                stop = keras.callbacks.EarlyStopping(name, mode="max", patience=2)
                best = keras.callbacks.ModelCheckpoint(
                    path, monitor=name, mode="max", save_best_only=True
                )
                rows = slice(0, 480)
                held = X[480:600], Y[480:600]
                told = model.fit(X[rows], Y[rows], epochs=20, batch_size=32, verbose=0,
                                 validation_data=held, callbacks=[stop, best])  # fmt: skip
                written += path.exists()
            kept.append(len(told.epoch))
        print(f"SB802 monitor={name!r}: {written} of 5 checkpoints written; epochs of the 20 "
              f"that were asked for, with patience 2: {summary(kept)}")  # fmt: skip
