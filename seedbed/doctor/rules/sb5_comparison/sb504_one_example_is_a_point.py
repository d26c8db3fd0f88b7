"""SB504: one-example-is-a-point.

## What it sees

`evaluate` on at most 100 rows, where literals in the script give the number (`x[:50]`,
`test_size=40`, a fifth of iris).

## Why it matters

With N test examples one example is 100/N points, and at 90 % accuracy the 95 % interval that the
test set alone allows is about ±1.96·√(0.09/N): 11 points at N = 30, 6 at N = 100 (normal
approximation, a formula and no measurement).

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[50:], y[50:], epochs=20)
model.evaluate(x[:50], y[:50])
```

## Good

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[1000:], y[1000:], epochs=20)
model.evaluate(x[:1000], y[:1000])
```

## What was measured

`python -m benchmarks.doctor_effects SB504`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), ten epochs:
the accuracy of one and the same network on 1,000 random draws of test rows had an sd of 3.2
points with 50 rows, 2.2 with 100 and 1.2 with 300 (means over n=10 networks).
"""

from collections.abc import Iterator
from math import sqrt

from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Instance, Model
from seedbed.doctor.queries.data.data_size import known_size
from seedbed.doctor.queries.data.evaluation_data import inputs_of
from seedbed.doctor.queries.training.models import models_of
from seedbed.doctor.rules.registry import Found, rule

_SMALL = 100


@rule(
    "SB504",
    "one-example-is-a-point",
    "With so few test examples one lucky example moves accuracy by a point or more; differences "
    "of a few points are within what the test set alone explains.",
    "StratifiedKFold(n_splits=10, shuffle=True, random_state=0)  # all rows",
)
def small_test_set(trace: Trace) -> Iterator[Found]:
    """A test set of at most a hundred examples."""
    for event in trace.calls(".evaluate"):
        if not models_of(event) or not any(
            isinstance(m, Model | Instance) for m in models_of(event)
        ):
            continue
        size = known_size(inputs_of(event))
        if size is None or not 0 < size <= _SMALL:
            continue
        half = 196 * sqrt(0.9 * 0.1 / size)
        yield Found(
            event.place,
            True,
            f"{size} test examples: one of them is {100 / size:.1f} points",
            f"At 90 % accuracy the test set alone allows ± {half:.0f} points (95 %); differences "
            "below that say nothing.",
        )
