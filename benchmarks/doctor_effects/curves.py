"""What the curves of independent runs say of choosing an epoch and of comparing single runs."""

import itertools

import keras
import numpy as np

from benchmarks.doctor_effects.setting import (
    FRESH,
    TEST,
    Array,
    accuracy,
    build,
    fit,
    summary,
)

RUNS, EPOCHS = 20, 30


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


def from_curves() -> None:
    """What can be said from the curves of independent runs."""
    found = curves()
    test, fresh = found[..., 0], found[..., 1]
    runs = np.arange(RUNS)
    last = test[:, -1]
    print(f"SB102 seeds 0..{RUNS - 1}, last epoch on the test set: {summary(last)}, "
          f"range {last.min():.1f} to {last.max():.1f}")  # fmt: skip
    best = test.argmax(1)
    gap = (test[runs, best] - fresh[runs, best]) - (test[:, -1] - fresh[:, -1])
    print(f"SB201 flattery of the epoch chosen on the test set among {EPOCHS}: {summary(gap)}")
    print(f"SB305 best epoch minus last epoch on the test set: {summary(test.max(1) - last)}")
    first = fresh[runs, best] - fresh[:, 0]
    print(f"SB307 fresh accuracy, epoch of the best score minus the first: {summary(first)}")
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
