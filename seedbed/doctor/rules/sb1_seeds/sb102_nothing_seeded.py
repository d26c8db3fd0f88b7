"""SB102: nothing-seeded.

## What it sees

A script that trains with Keras or PyTorch and sets no seed anywhere, in no file given.

## Why it matters

One run is one draw from a spread. Without a seed it cannot be repeated, and two versions of a
script cannot be told apart from two runs of one.

A seed makes a run repeatable, not typical: the spread is still there, you only see one point of
it. Run several seeds.

## Bad

```python
import keras
from keras import layers

model = keras.Sequential([layers.Dense(10, activation="softmax")])
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
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), 30 epochs: 20 runs
that differ in their seed only reached 95.4 % on the test set with an sd of 0.4 points, from 94.7
to 96.0 (n=20).
"""

from collections.abc import Iterator

from seedbed.doctor.editing.edits import patch_of
from seedbed.doctor.editing.seed_lines import seeded_at_the_head
from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.queries.randomness.seeds import (
    SEED_ALL,
    SEED_TORCH,
    SEEDS,
    first_training,
    hidden_seeding,
    seeds,
    torch_training,
)
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB102",
    "nothing-seeded",
    "Every run starts from other weights and sees the examples in another order; one run's "
    "accuracy is one draw from a spread that you do not see.",
    SEED_ALL,
)
def nothing_seeded(trace: Trace) -> Iterator[Found]:
    """A script trains and seeds nothing."""
    own = first_training(trace)
    training = own or torch_training(trace)
    if not trace.whole or trace.imported or training is None or seeds(trace, SEEDS):
        return
    if hidden_seeding(trace):
        return
    yield Found(
        training.place,
        not trace.unknown_imports,
        "training starts and no generator is seeded",
        fix=(SEED_ALL,) if own else (SEED_TORCH,),
        patch=patch_of(trace.module, seeded_at_the_head(trace.module, torch=own is None)),
    )
