"""SB502: arms-on-different-seeds.

## What it sees

The arms of a comparison are built after different literal seeds; or, as "may be", after one seed,
so that the second goes on from where the first stopped; or a loop over settings without a seed in
it.

## Why it matters

Part of the difference is that of the seeds. On common seeds what the arms share (the order of the
examples, say) cancels in the difference, and fewer runs are needed.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(1)
a = keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
a.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
a.fit(x_train, y_train, epochs=10)
score_a = a.evaluate(x_test, y_test)[1]
keras.utils.set_random_seed(2)
b = keras.Sequential([
    layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10, activation="softmax"),
])
b.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
b.fit(x_train, y_train, epochs=10)
score_b = b.evaluate(x_test, y_test)[1]
print(score_a, score_b)
if score_b > score_a:
    print("better")
```

## Good

```python
import keras
from keras import layers


def build(norm):
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(8, 3)])
    if norm:
        model.add(layers.BatchNormalization())
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def run(norm, seed):
    keras.utils.set_random_seed(seed)
    model = build(norm)
    model.fit(x_train, y_train, epochs=10)
    return model.evaluate(x_test, y_test)[1]


differences = [run(True, seed) - run(False, seed) for seed in range(10)]
print(differences)
```

## What was measured

`python -m benchmarks.doctor_effects SB502`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), ten epochs:
`BatchNormalization` after the convolution gave 2.35 points on common seeds (sd of the difference
0.87, n=20), and the same mean with an sd of 0.94 on different seeds (n=380 pairs). So little
cancels here (correlation of the arms over seeds 0.22); what is lost with different seeds depends
on what the arms share.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Instance, Model, constant
from seedbed.doctor.queries.randomness.seeds import FRAMEWORK_SEEDS, seeds
from seedbed.doctor.queries.training.comparisons import compared_runs, lone_pairs
from seedbed.doctor.queries.training.loops import loop_kind
from seedbed.doctor.queries.training.models import models_of
from seedbed.doctor.queries.wording import line_of
from seedbed.doctor.rules.registry import Found, rule


def _seed_before(events: list[Event], index: int) -> Event | None:
    found = [event for event in events if event.index < index]
    return found[-1] if found else None


@rule(
    "SB502",
    "arms-on-different-seeds",
    "The arms differ in their first weights and order as well as in what is compared; part of the "
    "difference is the seeds'. On common seeds that part mostly cancels.",
    "for seed in range(10):",
    "    keras.utils.set_random_seed(seed); a = run(build_a)",
    "    keras.utils.set_random_seed(seed); b = run(build_b)",
)
def different_seeds(trace: Trace) -> Iterator[Found]:
    """Two arms start from different seeds, or the second from where the first stopped."""
    events = seeds(trace, FRAMEWORK_SEEDS)
    if not events:
        return
    compared = {frozenset(run.model.uid for run in runs) for _, runs in compared_runs(trace)}
    for pair in lone_pairs(trace):
        one, other = pair.one, pair.other
        if not isinstance(one, Model | Instance) or not isinstance(other, Model | Instance):
            continue
        early, late = sorted((one, other), key=lambda model: model.place.index)
        first = _seed_before(events, early.place.index)
        second = _seed_before(events, late.place.index)
        if first is None or second is None:
            continue
        a, b = constant(first.argument("seed", 0)), constant(second.argument("seed", 0))
        direct = frozenset((one.uid, other.uid)) in compared
        if first is not second and a is not None and b is not None and a != b:
            yield Found(second.place, direct, f"one arm runs on seed {a}, the other on seed {b}")
            return
        if first is second and direct:
            yield Found(late.place, False, "the second arm draws from where the first one stopped")
            return
    yield from _arms_in_a_loop(trace, events)


def _arms_in_a_loop(trace: Trace, events: list[Event]) -> Iterator[Found]:
    """``for option in [...]: build, fit`` after a single seed."""
    for fit in trace.fits():
        for model in models_of(fit):
            if not isinstance(model, Model | Instance):
                continue
            for step in fit.loops:
                built = any(p.loop is step.loop for p in model.place.loops)
                inside = any(p.loop is step.loop for e in events for p in e.loops)
                if built and not inside and loop_kind(step.loop) == "values":
                    line = line_of(step.loop.module, step.loop.node)
                    yield Found(
                        model.place,
                        False,
                        f"each setting of the loop in {line} goes on from the last one's seed",
                    )
                    return
