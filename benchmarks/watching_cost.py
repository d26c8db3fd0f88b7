"""What watching adds to a script's processor time: pairs of processes, one bare, one watched.

    python -m benchmarks.watching_cost [--pairs 7] [--epochs 3]

Each process trains a small CNN on 4,000 images of 28x28 numbers with validation data, then scores
it and predicts. Both of a pair have the same seed, run side by side with one thread each, and so
meet the same machine. Printed are the ratios of the processor time of the script (without its
imports) and of the whole process: their geometric mean with its 95 % interval (Student's t on the
logarithms), and whether the weights of each pair are equal bit for bit.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

EXAMPLES = 4_000
EPOCHS = 3
LEVEL = 0.95


@dataclass(frozen=True)
class Process:
    """What a process took.

    Attributes:
        script: Seconds of processor time of the script, without its imports.
        whole: Those of the process.
        fingerprint: Of the final weights.
    """

    script: float
    whole: float
    fingerprint: str


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--child", choices=("bare", "watched"))
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(train(given.child == "watched", given.seed, given.epochs)))
    else:
        measure(given.pairs, given.epochs)


def measure(pairs: int, epochs: int = EPOCHS) -> float:
    """Print the ratios of pairs, and return their mean of the script's processor time."""
    scripts, wholes, equal = [], [], 0
    for seed in range(pairs):
        bare, watched = _pair(seed, epochs)
        scripts.append(watched.script / bare.script)
        wholes.append(watched.whole / bare.whole)
        equal += watched.fingerprint == bare.fingerprint
        print(f"{bare.script:.2f} s of processor time bare, {watched.script:.2f} s watched")
    print(f"watched / bare, the script: {_words(scripts)}")
    print(f"watched / bare, the whole process: {_words(wholes)}")
    print(f"equal weights in {equal} of {pairs} pairs")
    return interval(scripts)[0]


def interval(ratios: npt.ArrayLike) -> tuple[float, float, float]:
    """Geometric mean of ratios, and its interval; two or more are needed for one.

    Args:
        ratios: ``[pair]``, above 0.
    """
    logs = np.log(np.asarray(ratios, np.float64))
    mean, n = float(logs.mean()), len(logs)
    if n < 2:
        return exp(mean), 0.0, float("inf")
    reach = float(stats.t.ppf((1 + LEVEL) / 2, n - 1) * logs.std(ddof=1) / sqrt(n))
    return exp(mean), exp(mean - reach), exp(mean + reach)


def _words(ratios: list[float]) -> str:
    mean, low, high = interval(ratios)
    return (
        f"{mean:.3f} (95 % interval {low:.3f} to {high:.3f}, n = {len(ratios)} pairs, "
        f"{min(ratios):.3f} to {max(ratios):.3f})"
    )


def _pair(seed: int, epochs: int) -> tuple[Process, Process]:
    """A bare process and a watched one, side by side; which one starts first changes by turns."""
    kinds = ("bare", "watched") if seed % 2 else ("watched", "bare")
    one_thread = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    running = {}
    for kind in kinds:
        command = [sys.executable, "-m", "benchmarks.watching_cost", "--child", kind]
        command += ["--seed", str(seed), "--epochs", str(epochs)]
        running[kind] = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **one_thread, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        )
    found = {
        kind: json.loads(one.communicate()[0].splitlines()[-1]) for kind, one in running.items()
    }
    bare, watched = (Process(**found[kind]) for kind in ("bare", "watched"))
    return bare, watched


def train(is_watched: bool, seed: int, epochs: int) -> dict[str, object]:
    """Train, score and predict in this process; its seconds and the weights' fingerprint."""
    import keras
    import sklearn.metrics
    import sklearn.model_selection  # noqa: F401 (loaded by the server that runs are forked from)

    from seedbed.runs.script.hooks.keras_hooks import Watcher
    from seedbed.runs.training.weights import fingerprint

    draw = np.random.default_rng(1)
    x = draw.random((EXAMPLES, 28, 28, 1), np.float32)
    y = draw.integers(0, 10, EXAMPLES)
    held, test = x[:1_000] + np.float32(0.1), x[1_000:2_000] + np.float32(0.2)
    began = time.process_time()
    if is_watched:
        Watcher(lambda *_: None, with_predictions=False, say=lambda _: None).begin()
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=epochs, validation_data=(held, y[:1_000]), verbose=0)
    model.evaluate(test, y[1_000:2_000], verbose=0)
    model.predict(test, verbose=0)
    ended = time.process_time()
    return {"script": ended - began, "whole": ended, "fingerprint": fingerprint(model)}


if __name__ == "__main__":
    main()
