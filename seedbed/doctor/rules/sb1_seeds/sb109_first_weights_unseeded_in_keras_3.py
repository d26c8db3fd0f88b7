"""SB109: first-weights-unseeded-in-keras-3.

## What it sees

`tf.random.set_seed` (or the seed of another backend) is set, but neither `random.seed` nor
`keras.utils.set_random_seed`. Always "may be": it depends on the version of Keras.

## Why it matters

In Keras 3 an initialiser without a seed takes one from Python's `random`, and so does dropout.
Scripts that were repeatable under Keras 2 with TensorFlow's seed alone are not under Keras 3.

## Bad

```python
import keras
import tensorflow as tf

tf.random.set_seed(42)
model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=5)
```

## Good

```python
import keras

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=5)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), five epochs:
`tf.random.set_seed(1)` alone gave 5 different networks in 5 runs (test accuracy 90.9 %, sd 1.6
points, n=5).
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.queries.randomness.seeds import (
    FRAMEWORK_SEEDS,
    PYTHON_SEEDS,
    SEED_ALL,
    first_training,
    hidden_seeding,
    seeds,
)
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB109",
    "first-weights-unseeded-in-keras-3",
    "Keras 3 takes the seeds of its initialisers and of dropout from Python's random, not from "
    "TensorFlow: with tf.random.set_seed alone the first weights still change with each run.",
    SEED_ALL,
)
def weights_unseeded(trace: Trace) -> Iterator[Found]:
    """Only TensorFlow's seed is set; under Keras 3 that leaves the first weights free."""
    if not trace.whole or first_training(trace) is None or hidden_seeding(trace):
        return
    framework = seeds(trace, FRAMEWORK_SEEDS)
    whole = [event for event in framework if event.name == "keras.utils.set_random_seed"]
    if framework and not whole and not seeds(trace, PYTHON_SEEDS):
        yield Found(
            framework[0].place,
            False,
            "TensorFlow is seeded, Python's random is not (Keras 3)",
            patch=_patch(framework[0]),
        )


def _patch(seeding: Event) -> Patch | None:
    """Seed all three generators where ``tf.random.set_seed`` seeds one."""
    call = seeding.node
    function = call.func if isinstance(call, ast.Call) else None
    if not isinstance(function, ast.Attribute) or seeding.name != "tensorflow.random.set_seed":
        return None
    outer = function.value
    if not isinstance(outer, ast.Attribute) or not isinstance(outer.value, ast.Name):
        return None
    spelled = f"{outer.value.id}.keras.utils.set_random_seed"
    return patch_of(seeding.place.module, replaced(function, spelled))
