"""Leaks: what a split, and random changes of test rows, do to a score."""

import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from benchmarks.doctor_effects.setting import TEST, X, Y, accuracy, build, fit, summary


def splits() -> None:
    """What a split does: its luck, rare classes, subjects, shuffling, scaling, resampling."""
    x, y = load_breast_cancer(return_X_y=True)
    by_split, leak = [], []
    for seed in range(100):
        a, b, c, d = train_test_split(x, y, test_size=0.2, random_state=seed)
        scaler = StandardScaler().fit(a)
        honest = LogisticRegression(max_iter=500).fit(scaler.transform(a), c)
        by_split.append(100 * honest.score(scaler.transform(b), d))
        whole = StandardScaler().fit(x)
        leaky = LogisticRegression(max_iter=500).fit(whole.transform(a), c)
        leak.append(100 * leaky.score(whole.transform(b), d) - by_split[-1])
    print(f"SB204 one classifier on 100 random splits (114 test rows): {summary(by_split)}")
    print(f"SB202 StandardScaler fitted on all rows minus on training rows: {summary(leak)}")
    rng = np.random.default_rng(0)
    copied = []
    for _ in range(20):
        rows, labels = rng.normal(size=(200, 10)), np.r_[np.zeros(180), np.ones(20)]
        extra = rng.choice(np.arange(180, 200), 160)
        rows, labels = np.r_[rows, rows[extra]], np.r_[labels, labels[extra]]
        seed = int(rng.integers(1 << 30))
        a, b, c, d = train_test_split(rows, labels, test_size=0.25, random_state=seed)
        copied.append(100 * KNeighborsClassifier(1).fit(a, c).score(b, d))
    print(f"SB202 pure noise, rare class copied before the split, 1-NN: {summary(copied)}")
    counts = rng.hypergeometric(20, 980, 100, 10_000)
    print(f"SB205 a class of 20 in 1,000 rows, 100 test rows: {summary(counts)}; "
          f"none at all in {100 * np.mean(counts == 0):.1f} %")  # fmt: skip
    subjects()
    rows, labels = load_iris(return_X_y=True)
    ordered = [LogisticRegression(max_iter=500).fit(rows[a], labels[a]).score(rows[b], labels[b])
               for a, b in KFold(3).split(rows)]  # fmt: skip
    print(f"SB407 iris, KFold(3) without shuffling, accuracy of each fold: "
          f"{', '.join(f'{100 * score:.0f}' for score in ordered)} (n=3 folds)")  # fmt: skip
    data = tf.data.Dataset.range(1000).shuffle(1000, seed=1)
    test, train = data.take(200), data.skip(200)
    seen = set(train.as_numpy_iterator())
    shared = 100 * np.mean([value in seen for value in test.as_numpy_iterator()])
    print(f"SB207 test rows of the next pass that were training rows: {shared:.1f} %, n=200 rows")


def subjects() -> None:
    """Frames of subjects whose label is a coin toss: nothing can be learned for a new subject."""
    rng = np.random.default_rng(2)
    random_split: list[float] = []
    by_subject: list[float] = []
    for _ in range(20):
        subject = np.repeat(np.arange(40), 25)
        frames = rng.normal(size=(40, 8))[subject] + 0.3 * rng.normal(size=(1000, 8))
        label = rng.integers(0, 2, 40)[subject]
        for folds, scores in ((KFold(5, shuffle=True, random_state=0), random_split),
                              (GroupKFold(5), by_subject)):  # fmt: skip
            found = [KNeighborsClassifier(1).fit(frames[a], label[a]).score(frames[b], label[b])
                     for a, b in folds.split(frames, label, subject)]  # fmt: skip
            scores.append(100 * float(np.mean(found)))
    print(f"SB206 labels by coin, frames split at random: {summary(random_split)}; "
          f"by subject: {summary(by_subject)}")  # fmt: skip


def augmented_test_rows() -> None:
    """Frozen networks scored on test rows that a generator rotates anew at each evaluation."""
    generator = tf.keras.preprocessing.image.ImageDataGenerator(rotation_range=20)
    sds, lower, plain = [], [], []
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model = build()
        fit(model, 10)
        scores = []
        for _ in range(20):
            images, labels = next(generator.flow(X[TEST], Y[TEST], 300, shuffle=False))
            said = np.argmax(model(images, training=False), -1)
            scores.append(100 * float(np.mean(said == labels)))
        plain.append(accuracy(model, TEST))
        sds.append(float(np.std(scores, ddof=1)))
        lower.append(float(np.mean(scores)) - plain[-1])
    print(f"SB203 rotation_range=20 on the test rows, minus plain rows: {summary(lower)}; sd over "
          f"20 evaluations of one frozen network {np.mean(sds):.2f}, n=10 networks; sd of the 10 "
          f"networks on plain rows {np.std(plain, ddof=1):.2f}")  # fmt: skip
