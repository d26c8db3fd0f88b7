"""SB101: framework-unseeded.

## What it sees

A script that trains seeds NumPy (`np.random.seed`) or Python (`random.seed`) and never the
framework (Keras or PyTorch). `keras.utils.set_random_seed` counts as all three. "May be" when the
script imports a module that was not given and might set seeds.

## Why it matters

TensorFlow keeps a generator of its own. NumPy's seed fixes what NumPy draws, such as a split; the
first weights, the order of the examples and dropout stay free. Under Keras 3, Python's seed fixes
the first weights but not the order.

## Bad

```python
import numpy as np
from keras import Sequential, layers

np.random.seed(7)
model = Sequential([layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=5)
```

## Good

```python
import keras
from keras import Sequential, layers

keras.utils.set_random_seed(7)
model = Sequential([layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=5)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), five epochs:
`np.random.seed(1)` alone gave 5 different networks in 5 runs (test accuracy 90.5 %, sd 0.6
points, n=5); `keras.utils.set_random_seed(1)` gave the same network, bit for bit, 5 times in 5
runs.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Edit, Patch, patch_of
from seedbed.doctor.editing.seed_lines import (
    head_of,
    seed_call,
    seeded_at_the_head,
    torch_seed_call,
)
from seedbed.doctor.editing.syntax import line_after, source_of
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.queries.randomness.seeds import (
    FRAMEWORK_SEEDS,
    NUMPY_SEEDS,
    PYTHON_SEEDS,
    SEED_ALL,
    SEED_TORCH,
    first_training,
    hidden_seeding,
    seeds,
    torch_training,
)
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB101",
    "framework-unseeded",
    "Seeding NumPy or Python does not reach the framework's generator: first weights or the order "
    "of the examples, and dropout, still change with each run.",
    SEED_ALL,
)
def framework_unseeded(trace: Trace) -> Iterator[Found]:
    """NumPy or Python is seeded, the framework is not."""
    own = first_training(trace)
    training = own or torch_training(trace)
    if not trace.whole or trace.imported or training is None or seeds(trace, FRAMEWORK_SEEDS):
        return
    others = seeds(trace, NUMPY_SEEDS | PYTHON_SEEDS)
    if not others or hidden_seeding(trace):
        return
    what = {"NumPy" if event.name in NUMPY_SEEDS else "Python's random" for event in others}
    yield Found(
        others[0].place,
        not trace.unknown_imports,
        f"{' and '.join(sorted(what))} {'is' if len(what) == 1 else 'are'} seeded, "
        f"{'the framework' if own else 'PyTorch'} is not",
        fix=(SEED_ALL,) if own else (SEED_TORCH,),
        patch=_patch(trace, others[0], torch=own is None),
    )


def _patch(trace: Trace, seeding: Event, *, torch: bool) -> Patch | None:
    """Seed the framework beside the other generator, with its seed where that is a literal."""
    module, call = trace.module, seeding.node
    if seeding.place.module is not module or not isinstance(call, ast.Call):
        return None
    value = call.args[0] if call.args else None
    seed = source_of(module, value) if isinstance(value, ast.Constant) else "42"
    beside = _beside(trace, seeding, seed, torch=torch)
    return patch_of(module, beside or seeded_at_the_head(module, seed, torch=torch))


def _beside(trace: Trace, seeding: Event, seed: str, *, torch: bool) -> Edit | None:
    """The framework's seed on the line after the other, if it can be called there."""
    module = trace.module
    statement = module.statement_of(seeding.node)
    names = head_of(module).names
    function, needed = torch_seed_call(names) if torch else seed_call(module, names)
    if needed or statement is None or getattr(statement, "value", None) is not seeding.node:
        return None
    return line_after(module, statement, f"{function}({seed})")
