"""Comparison: what seeds, few test rows and unequal data do to a difference between arms."""

import keras
import numpy as np
from keras import layers

from benchmarks.doctor_effects.setting import (
    FRESH,
    TEST,
    TRAIN,
    X,
    Y,
    accuracy,
    build,
    fit,
    summary,
)

RUNS = 20


def different_seeds() -> None:
    """The difference of two arms on common seeds, and with another seed in the second arm."""
    scores: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(RUNS):
        for norm, found in scores.items():
            keras.utils.set_random_seed(seed)
            model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(16, 3)])
            if norm:
                model.add(layers.BatchNormalization())
            for layer in (layers.ReLU(), layers.Flatten(), layers.Dense(10, "softmax")):
                model.add(layer)
            model.compile("adam", "sparse_categorical_crossentropy")
            fit(model, 10)
            found.append(accuracy(model, TEST))
    a, b = np.array(scores[True]), np.array(scores[False])
    apart = (a[:, None] - b[None, :])[~np.eye(RUNS, dtype=bool)]
    against = 100 * np.mean(np.sign(apart) != np.sign(np.mean(a - b)))
    print(
        f"SB502 with BatchNormalization minus without, common seeds: {summary(a - b)}; different "
        f"seeds: {summary(apart)} pairs; correlation of the arms over seeds "
        f"{np.corrcoef(a, b)[0, 1]:+.2f}; {against:.0f} % of such pairs lack the sign of the "
        "mean"
    )


def few_test_rows() -> None:
    """The accuracy of one network on test sets of 50, 100 and 300 rows drawn from 1,197."""
    rng = np.random.default_rng(0)
    rows = np.arange(600, len(X))
    found: dict[int, list[float]] = {50: [], 100: [], 300: []}
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model = build()
        fit(model, 10)
        right = np.argmax(model(X[rows], training=False), -1) == Y[rows]
        for size, sds in found.items():
            draws = [100 * right[rng.choice(rows.size, size, replace=False)].mean()
                     for _ in range(1000)]  # fmt: skip
            sds.append(float(np.std(draws, ddof=1)))
    for size, sds in found.items():
        print(f"SB504 one network on 1,000 draws of {size} test rows, one example {100 / size:.2f} "
              f"points: sd of its accuracy {np.mean(sds):.2f}, n={len(sds)} networks")  # fmt: skip


def different_amounts_of_data() -> None:
    """One network trained on all rows, and with a fifth of them kept back."""
    gaps = []
    for seed in range(RUNS):
        pair = []
        for share in (0.0, 0.2):
            keras.utils.set_random_seed(seed)
            model = build()
            model.fit(X[TRAIN], Y[TRAIN], epochs=10, batch_size=32, verbose=0,
                      validation_split=share)  # fmt: skip
            pair.append(accuracy(model, FRESH))
        gaps.append(pair[1] - pair[0])
    lost = sum(gap < 0 for gap in gaps)
    print(f"SB505 validation_split=0.2 minus none, the same network, fresh rows: {summary(gaps)}; "
          f"lower in {lost} of {RUNS} pairs")  # fmt: skip


def pretrained_in_one_arm() -> None:
    """One network on 50 rows of the digits 5 to 9, from weights of 0 to 4 and from random ones."""
    low, high = np.flatnonzero(Y < 5), np.flatnonzero(Y >= 5)
    fit_rows, test_rows = high[:50], high[50:]
    random: list[float] = []
    pretrained: list[float] = []
    for seed in range(RUNS):
        keras.utils.set_random_seed(seed)
        other = build()
        other.fit(X[low], Y[low], epochs=10, batch_size=32, verbose=0)
        for first, scores in ((None, random), (other, pretrained)):
            keras.utils.set_random_seed(seed)
            model = build()
            if first is not None:
                model.layers[0].set_weights(first.layers[0].get_weights())
            model.fit(X[fit_rows], Y[fit_rows], epochs=10, batch_size=32, verbose=0)
            said = np.argmax(model(X[test_rows], training=False), -1)
            scores.append(100 * float(np.mean(said == Y[test_rows])))
    lead = np.subtract(pretrained, random)
    print(f"SB506 random first weights: accuracy {summary(random)}; convolution from another "
          f"task: accuracy {summary(pretrained)}; lead {summary(lead)}")  # fmt: skip
