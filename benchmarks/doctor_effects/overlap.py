"""Rows that stand on both sides of a split, and a default that has changed."""

import keras
import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import resample

from benchmarks.doctor_effects.setting import TEST, TRAIN, X, accuracy, build, fit, summary


def copied_before_the_split() -> None:
    """Digits whose labels are drawn by lot: copied before the split, and not copied."""
    scores: dict[str, list[float]] = {"copied": [], "not copied": []}
    for seed in range(10):
        labels = np.random.default_rng(seed).integers(0, 10, 600)
        more = resample(X[TRAIN], labels, n_samples=1200, random_state=seed)
        for name, (images, drawn) in zip(scores, (more, (X[TRAIN], labels)), strict=True):
            a, b, c, d = train_test_split(images, drawn, test_size=0.25, random_state=seed)
            keras.utils.set_random_seed(seed)
            model = build()
            model.fit(a, c, epochs=60, batch_size=32, verbose=0)
            said = np.argmax(model(b, training=False), -1)
            scores[name].append(100 * float(np.mean(said == d)))
    print(f"SB209 labels by lot, resampled before the split: {summary(scores['copied'])}; "
          f"without copies: {summary(scores['not copied'])}")  # fmt: skip


def trained_on_all_rows() -> None:
    """Networks trained on training and test rows, scored on the test rows."""
    gain = []
    for seed in range(10):
        found = []
        for rows in (slice(TRAIN.start, TEST.stop), TRAIN):
            keras.utils.set_random_seed(seed)
            model = build()
            fit(model, 20, rows)
            found.append(accuracy(model, TEST))
        gain.append(found[0] - found[1])
    print(f"SB210 test accuracy, trained on test rows too minus not: {summary(gain)}")


def default_of_adadelta() -> None:
    """Adadelta with the learning rate that was its default until 2019, and with today's."""
    for rate in (1.0, 0.001):
        scores = []
        for seed in range(10):
            keras.utils.set_random_seed(seed)
            model = build()
            model.compile(keras.optimizers.Adadelta(rate), "sparse_categorical_crossentropy")
            fit(model, 12)
            scores.append(accuracy(model, TEST))
        print(f"SB702 Adadelta({rate:g}), 12 epochs: accuracy {summary(scores)}")
