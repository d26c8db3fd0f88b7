"""What watching adds to the processor time of fit and evaluate, as a ratio in one process.

    python -m benchmarks.watching_cost [--pairs 7]

Processor time, because other work on the machine changes the time on the clock. A small CNN on
2,000 images of 28x28 numbers is trained for one epoch and scored, in turn with the methods of Keras
as they are and with the watched ones; every pair has the same seed. Printed are
the median ratio with its range, and whether the weights of each pair are equal bit for bit.
"""

import argparse
import statistics
import time

import numpy as np

EXAMPLES = 2_000


def main() -> None:
    """Print the ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=7)
    measure(parser.parse_args().pairs)


def measure(pairs: int) -> float:
    """Print the ratio of each pair, and return their median."""
    import keras

    from seedbed.runs.keras_private import trainer_classes
    from seedbed.runs.script.hooks.keras_hooks import Watcher
    from seedbed.runs.training.weights import fingerprint

    draw = np.random.default_rng(1)
    x = draw.random((EXAMPLES, 28, 28, 1), np.float32)
    y = draw.integers(0, 10, EXAMPLES)
    test, labels = x[: EXAMPLES // 4] + np.float32(0.1), y[: EXAMPLES // 4]
    trainer, _ = trainer_classes(3)
    bare = {name: getattr(trainer, name) for name in ("fit", "evaluate", "predict")}
    Watcher(lambda *_: None, with_predictions=False, say=lambda _: None).begin()
    watched = {name: getattr(trainer, name) for name in bare}

    def seconds(methods: dict[str, object]) -> tuple[float, str]:
        for name, method in methods.items():
            setattr(trainer, name, method)
        keras.utils.set_random_seed(1)
        layers = keras.layers
        model = keras.Sequential(
            [
                layers.Conv2D(16, 3, activation="relu"),
                layers.MaxPooling2D(),
                layers.Flatten(),
                layers.Dense(10, activation="softmax"),
            ]
        )
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        began = time.process_time()
        model.fit(x.copy(), y, verbose=0)
        model.evaluate(test.copy(), labels, verbose=0)
        return time.process_time() - began, fingerprint(model)

    seconds(bare)
    ratios, equal = [], 0
    for number in range(pairs):
        order = (bare, watched) if number % 2 else (watched, bare)
        first, second = (seconds(methods) for methods in order)
        plain, seen = (first, second) if number % 2 else (second, first)
        ratios.append(seen[0] / plain[0])
        print(f"{plain[0]:.2f} s of processor time bare, {seen[0]:.2f} s watched", flush=True)
        equal += seen[1] == plain[1]
    print(
        f"watched / bare: {statistics.median(ratios):.3f} (median of {pairs} pairs, "
        f"{min(ratios):.3f} to {max(ratios):.3f}); equal weights in {equal} of {pairs}"
    )
    return statistics.median(ratios)


if __name__ == "__main__":
    main()
