"""SB107: made-and-thrown-away.

## What it sees

A `Session`, its `ConfigProto`, or a random generator (`np.random.default_rng`, `RandomState`,
`random.Random`, `Generator.from_seed`) is made on a line of its own, or given a name that nothing
reads.

## Why it matters

Recipes for reproducibility from 2017 make a single-threaded session. Without `set_session`, or a
`with`, nothing ever uses it. A generator object seeds only what is drawn from that object.

## Bad

```python
import keras
import numpy as np

keras.utils.set_random_seed(42)
np.random.default_rng(42)
model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=5)
```

## Good

```python
import keras
import numpy as np

keras.utils.set_random_seed(42)
rng = np.random.default_rng(42)
order = rng.permutation(1000)
model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train[order], y_train[order], epochs=5)
```

## What was measured

`python -m benchmarks.doctor_effects SB107`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), two epochs:
with and without `np.random.default_rng(42)`, `tf.random.Generator.from_seed(42)` or a `Session`
of one thread on a line of its own, the weights were the same bit for bit in 10 of 10 pairs each.
As the only seed each left 10 different networks in 10 runs.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import removed
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Made,
)
from seedbed.doctor.rules.registry import Found, rule

_SESSIONS = {"tensorflow.Session", "tensorflow.ConfigProto", "tensorflow.GPUOptions"}


_GENERATORS = {
    "numpy.random.default_rng",
    "numpy.random.RandomState",
    "random.Random",
    "tensorflow.random.Generator.from_seed",
    "keras.random.SeedGenerator",
}


@rule(
    "SB107",
    "made-and-thrown-away",
    "The object has no effect on training: threads, memory or numbers behave as if the line were "
    "not there.",
    "keras.utils.set_random_seed(42)",
    "tf.config.threading.set_inter_op_parallelism_threads(1)",
)
def thrown_away(trace: Trace) -> Iterator[Found]:
    """A session, its configuration, or a random generator that nothing uses."""
    used = {
        value.uid
        for event in trace.events
        for value in (event.target, *event.args, *event.kwargs.values())
        if isinstance(value, Made)
    }
    for event in trace.events:
        made = event.result
        if event.kind != "call" or not isinstance(made, Made) or made.uid in used:
            continue
        if made.api not in _SESSIONS | _GENERATORS or made.place.index != event.index:
            continue
        unread = event.discarded or event.place.module.never_read(event.node)
        if unread and not event.shown:
            what = made.api.rsplit(".", 1)[-1]
            name = f"{what}(…)" if what != "from_seed" else "Generator.from_seed(…)"
            sentence = f"{name} is made and never used, so it has no effect"
            yield Found(event.place, True, sentence, patch=_patch(event))


def _patch(event: Event) -> Patch | None:
    """Take the line out; that of a session only with the user's consent, as it takes memory."""
    module, made = event.place.module, event.result
    statement = module.statement_of(event.node)
    whole = isinstance(statement, ast.Expr | ast.Assign) and statement.value is event.node
    if statement is None or not whole:
        return None
    safe = getattr(made, "api", "") in _GENERATORS
    return patch_of(module, removed(module, statement), safe=safe)
