"""Seeds: which networks a way of seeding gives."""

import random
import subprocess
import sys
import time
from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from benchmarks.doctor_effects.setting import (
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

CLASSES = [f"digit {label}" for label in range(10)]
ORDER = f"import os; os.environ['PYTHONHASHSEED'] = '0'; print('|'.join(set({CLASSES!r})))"
"""A program that sets the variable for itself and prints the order of a set of class names."""


def as_new_process() -> None:
    """Leave the generators as a process finds them that has just begun: seeded by the system."""
    random.seed()
    np.random.seed()  # noqa: NPY002
    tf.random.set_seed(random.SystemRandom().getrandbits(31))


def ways_of_seeding() -> None:
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


def once_before_the_loop() -> None:
    """Ten repetitions; then with one more epoch in the first, and without the first."""

    def repeated(every: bool, *, more: int = 0, first: int = 0) -> tuple[list[str], list[float]]:
        """Fingerprints and scores of the repetitions after the first."""
        keras.utils.set_random_seed(0)
        prints, scores = [], []
        for run in range(first, 10):
            if every:
                keras.utils.set_random_seed(run)
            model = build()
            fit(model, 5 + (more if run == 0 else 0))
            prints.append(fingerprint(model))
            scores.append(accuracy(model, TEST))
        return prints[1 - first :], scores[1 - first :]

    for name, every in (("once before the loop", False), ("in each pass", True)):
        prints, scores = repeated(every)
        longer, _ = repeated(every, more=1)
        alone, other_scores = repeated(every, first=1)
        other = [
            sum(a != b for a, b in zip(prints, found, strict=True)) for found in (longer, alone)
        ]
        moved = np.abs(np.subtract(scores, other_scores))
        print(
            f"SB103 seeded {name}: without run 1 of 10 {other[1]} of the 9 others are other "
            f"networks, their accuracies moved by {summary(moved)}, most {moved.max():.2f}; with "
            f"one more epoch in run 1 {other[0]} of 9"
        )


def after_the_model() -> None:
    """The model is built, then the seed is set."""
    for name, late in (("after the model", True), ("before the model", False)):
        prints, scores = set(), []
        for _ in range(10):
            as_new_process()
            if late:
                model = build()
                keras.utils.set_random_seed(1)
            else:
                keras.utils.set_random_seed(1)
                model = build()
            fit(model, 5)
            prints.add(fingerprint(model))
            scores.append(accuracy(model, TEST))
        print(f"SB105 set_random_seed(1) {name}: {len(prints)} different networks in 10 runs; "
              f"accuracy {summary(scores)}")  # fmt: skip


def from_the_clock() -> None:
    """The seed is the time; runs that begin in one second have one seed."""
    prints, scores, taken = set(), [], set()
    for _ in range(10):
        seed = int(time.time())
        while seed in taken:
            time.sleep(0.05)
            seed = int(time.time())
        taken.add(seed)
        keras.utils.set_random_seed(seed)
        model = build()
        fit(model, 5)
        prints.add(fingerprint(model))
        scores.append(accuracy(model, TEST))
    print(f"SB106 set_random_seed(int(time.time())): {len(prints)} different networks in 10 runs; "
          f"accuracy {summary(scores)}, range {min(scores):.1f} to {max(scores):.1f}")  # fmt: skip


def made_and_thrown_away() -> None:
    """A generator, and a session with one thread, on lines of their own."""
    lines: dict[str, Callable[[], object]] = {
        "np.random.default_rng(42)": lambda: np.random.default_rng(42),
        "tf.random.Generator.from_seed(42)": lambda: tf.random.Generator.from_seed(42),
        "Session(config=ConfigProto(...))": lambda: tf.compat.v1.Session(
            config=tf.compat.v1.ConfigProto(intra_op_parallelism_threads=1)
        ),
    }
    for name, line in lines.items():
        same, free = 0, set()
        for seed in range(10):
            pair = set()
            for there in (False, True):
                keras.utils.set_random_seed(seed)
                if there:
                    line()
                model = build()
                fit(model, 2)
                pair.add(fingerprint(model))
            same += len(pair) == 1
            as_new_process()
            line()
            model = build()
            fit(model, 2)
            free.add(fingerprint(model))
        print(f"SB107 {name}: the same weights bit for bit with and without it in {same} of 10 "
              f"pairs; alone it leaves {len(free)} different networks in 10 runs")  # fmt: skip


def hash_seed_too_late() -> None:
    """The order of a set of class names, and what another numbering of them does."""

    def order(hash_seed: str) -> list[int]:
        done = subprocess.run(
            [sys.executable, "-c", ORDER],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        )
        return [CLASSES.index(name) for name in done.stdout.strip().split("|")]

    for name, given in (("set in the script", "random"), ("set before Python starts", "0")):
        orders = {tuple(order(given)) for _ in range(20)}
        print(f"SB108 {name}: {len(orders)} orders of a set of 10 names in 20 processes")
    number = [np.argsort(order(str(hash_seed))) for hash_seed in range(1, 11)]
    models, scores = [], []
    for table in number:
        keras.utils.set_random_seed(0)
        model = build()
        model.fit(X[TRAIN], table[Y[TRAIN]], epochs=5, batch_size=32, verbose=0)
        models.append(np.argmax(model(X[TEST], training=False), -1))
        scores.append(100 * float(np.mean(models[-1] == table[Y[TEST]])))
    print(f"SB108 seed 0, classes numbered in 10 such orders: accuracy {summary(scores)}")
    other = [100 * float(np.mean(said == number[(at + 1) % 10][Y[TEST]]))
             for at, said in enumerate(models)]  # fmt: skip
    print(f"SB108 scored by a process with another order than trained it: {summary(other)}")
