"""What the doctor's findings do to the numbers: the measurements quoted in docs/doctor/.

    python -m benchmarks.doctor_effects

Small networks on scikit-learn's digits (1,797 images of 8×8): 600 rows to train, 300 as the test
set, 897 never looked at ("fresh"). One thread, CPU; about five minutes. Each line names its rule,
its n, and what was compared; accuracies are in points (percent).
"""

import os

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import hashlib
import itertools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

Array = np.ndarray[Any, Any]
RUNS, EPOCHS = 20, 30


def digits() -> tuple[Array, Array]:
    """All images [example, 8, 8, 1] in 0..1 and their labels, in a fixed random order."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    return (x[order].reshape(-1, 8, 8, 1) / 16).astype("float32"), y[order]


X, Y = digits()
TRAIN, TEST, FRESH = slice(0, 600), slice(600, 900), slice(900, None)


def build(loss: Any = "sparse_categorical_crossentropy", activation: str | None = "softmax") -> Any:
    """A small convolutional network, compiled."""
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10, activation=activation),
        ]
    )
    model.compile("adam", loss)
    return model


def accuracy(model: Any, rows: slice) -> float:
    """Accuracy in points."""
    return 100 * float(np.mean(np.argmax(model(X[rows], training=False), -1) == Y[rows]))


def fit(model: Any, epochs: int, rows: slice = TRAIN) -> None:
    """Train quietly."""
    model.fit(X[rows], Y[rows], epochs=epochs, batch_size=32, verbose=0)


def fingerprint(model: Any) -> str:
    """Hash of the weights."""
    return hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights())).hexdigest()


def summary(values: Any) -> str:
    """Mean and standard deviation."""
    values = np.asarray(values, float)
    return f"mean {values.mean():+.2f}, sd {values.std(ddof=1):.2f}, n={len(values)}"


def curves() -> Array:
    """Accuracy [run, epoch, (test, fresh)] of runs that differ in their seed only."""
    found = np.zeros((RUNS, EPOCHS, 2))
    for seed in range(RUNS):
        keras.utils.set_random_seed(seed)
        model = build()
        for epoch in range(EPOCHS):
            fit(model, 1)
            found[seed, epoch] = accuracy(model, TEST), accuracy(model, FRESH)
    return found


def from_curves(found: Array) -> None:
    """What can be said from the curves of independent runs."""
    test, fresh = found[..., 0], found[..., 1]
    runs = np.arange(RUNS)
    last = test[:, -1]
    print(f"SB102 seeds 0..{RUNS - 1}, last epoch on the test set: {summary(last)}, "
          f"range {last.min():.1f} to {last.max():.1f}")  # fmt: skip
    best = test.argmax(1)
    gap = (test[runs, best] - fresh[runs, best]) - (test[:, -1] - fresh[:, -1])
    print(f"SB201 flattery of the epoch chosen on the test set among {EPOCHS}: {summary(gap)}")
    print(f"SB305 best epoch minus last epoch on the test set: {summary(test.max(1) - last)}")
    stopped, kept = early_stop(test, fresh)
    print(
        f"SB405 fresh accuracy, weights at stopping minus best weights: {summary(stopped - kept)}"
    )
    pairs = [abs(a - b) for a, b in itertools.combinations(last, 2)]
    share = 100 * np.mean(np.array(pairs) >= 1)
    print(f"SB501 pairs of runs of one script that differ by a point or more: {share:.0f} % of "
          f"{len(pairs)} pairs of {RUNS} runs; largest {max(pairs):.1f}")  # fmt: skip
    draws = np.random.default_rng(1).choice(last, (10_000, 10)).max(1).mean()
    print(f"SB503 best of 10 runs minus the mean run: {draws - last.mean():+.2f}, "
          f"n=10,000 draws from {RUNS} runs")  # fmt: skip


def early_stop(watched: Array, scored: Array, patience: int = 5) -> tuple[Array, Array]:
    """Scores at the epoch where patience ends, and at the best epoch until then."""
    at_stop, at_best = [], []
    for run in range(len(watched)):
        best = 0
        epoch = 0
        for epoch in range(watched.shape[1]):
            if watched[run, epoch] > watched[run, best]:
                best = epoch
            if epoch - best >= patience:
                break
        at_stop.append(scored[run, epoch])
        at_best.append(scored[run, best])
    return np.array(at_stop), np.array(at_best)


def seeds() -> None:
    """How many different networks five runs give under each kind of seeding."""
    ways: dict[str, Callable[[], None]] = {
        "SB101 np.random.seed(1) alone": lambda: np.random.seed(1),  # noqa: NPY002
        "SB109 tf.random.set_seed(1) alone": lambda: tf.random.set_seed(1),
        "SB101 keras.utils.set_random_seed(1)": lambda: keras.utils.set_random_seed(1),
    }
    for name, seed in ways.items():
        prints, scores = set(), []
        for _ in range(5):
            seed()
            model = build()
            fit(model, 5)
            prints.add(fingerprint(model))
            scores.append(accuracy(model, TEST))
        print(f"{name}: {len(prints)} different networks in 5 runs; accuracy {summary(scores)}")


def state() -> None:
    """A second ``fit`` on the same model, and folds that share one."""
    gains = []
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        model = build()
        fit(model, 3)
        first = accuracy(model, FRESH)
        fit(model, 3)
        gains.append(accuracy(model, FRESH) - first)
    print(f"SB301 second fit of 3 epochs minus the first one's score: {summary(gains)}")
    shared: list[float] = []
    anew: list[float] = []
    for seed in range(5):
        for one_model, scores in ((True, shared), (False, anew)):
            keras.utils.set_random_seed(seed)
            model = build()
            found = []
            for train, test in KFold(5, shuffle=True, random_state=seed).split(X[:900]):
                if not one_model:
                    model = build()
                model.fit(X[train], Y[train], epochs=10, batch_size=32, verbose=0)
                predicted = np.argmax(model(X[test], training=False), -1)
                found.append(100 * float(np.mean(predicted == Y[test])))
            scores.append(float(np.mean(found)))
    flattery = np.array(shared) - np.array(anew)
    print(f"SB302 5 folds, one model for all minus a new one for each: {summary(flattery)}")


def graph() -> None:
    """A layer on a line of its own, softmax of one unit, logits taken for probabilities."""
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


if __name__ == "__main__":
    print(f"TensorFlow {tf.__version__}, Keras {keras.__version__}")
    splits()
    seeds()
    graph()
    state()
    from_curves(curves())
