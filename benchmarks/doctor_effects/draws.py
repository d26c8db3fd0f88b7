"""Draws and orders that no seed reaches: how many results one seed then gives."""

from collections.abc import Callable

import keras
import numpy as np

from benchmarks.doctor_effects.seeds import as_new_process
from benchmarks.doctor_effects.setting import X, Y, build, fingerprint, summary

RUNS = 10


def _repeated(name: str, run: Callable[[], tuple[str, float]]) -> None:
    """Ten runs, each begun as a new process begins."""
    prints, scores = set(), []
    for _ in range(RUNS):
        as_new_process()
        found, score = run()
        prints.add(found)
        scores.append(score)
    print(f"{name}: {len(prints)} different networks in {RUNS} runs; accuracy {summary(scores)}, "
          f"range {min(scores):.1f} to {max(scores):.1f}")  # fmt: skip


def _trained(order: np.ndarray, noise: float | np.ndarray = 0.0) -> tuple[str, float]:
    """A network on 600 rows of an order, and its accuracy on the next 300 rows, in points."""
    model = build()
    train, test = order[:600], order[600:900]
    model.fit(X[train] + noise, Y[train], epochs=5, batch_size=32, verbose=0)
    right = np.argmax(model(X[test], training=False), -1) == Y[test]
    return fingerprint(model), 100 * float(np.mean(right))


def own_generator() -> None:
    """A split by a generator object, with and without a seed, after set_random_seed(1)."""
    for name, seed in (("default_rng()", None), ("default_rng(1)", 1)):

        def run(seed: int | None = seed) -> tuple[str, float]:
            keras.utils.set_random_seed(1)
            return _trained(np.random.default_rng(seed).permutation(len(X)))

        _repeated(f"SB110 split by {name} after set_random_seed(1)", run)


def drawn_before_the_seed() -> None:
    """Noise on the training rows, and a split, drawn before and after the seed is set."""

    def noisy(early: bool) -> tuple[str, float]:
        if not early:
            keras.utils.set_random_seed(1)
        noise = np.random.normal(0, 0.3, (600, 8, 8, 1))  # noqa: NPY002
        keras.utils.set_random_seed(1)
        return _trained(np.arange(len(X)), noise)

    def divided(early: bool) -> tuple[str, float]:
        if not early:
            keras.utils.set_random_seed(1)
        order = np.random.permutation(len(X))  # noqa: NPY002
        keras.utils.set_random_seed(1)
        return _trained(order)

    for word, early in (("before", True), ("after", False)):
        _repeated(f"SB111 noise drawn {word} the seed is set", lambda e=early: noisy(e))  # type: ignore[misc]
    for word, early in (("before", True), ("after", False)):
        _repeated(f"SB204 permutation drawn {word} the seed is set", lambda e=early: divided(e))  # type: ignore[misc]


def order_from_outside() -> None:
    """One seed, the same files, listed in ten orders as ten file systems may list them."""
    system = np.random.default_rng(0)

    def run(is_sorted: bool) -> tuple[str, float]:
        listed = system.permutation(len(X))
        keras.utils.set_random_seed(1)
        return _trained(np.sort(listed) if is_sorted else listed)

    _repeated("SB208 cut as listed, seed 1", lambda: run(is_sorted=False))
    _repeated("SB208 sorted, then cut, seed 1", lambda: run(is_sorted=True))
