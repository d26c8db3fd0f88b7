"""SB108: hash-seed-set-too-late.

## What it sees

`os.environ['PYTHONHASHSEED'] = ...` in a script that trains, without starting itself anew.

## Why it matters

Python reads the variable when it starts. In the script it only reaches processes that are started
later. It matters where the order of a set of strings decides something, such as the numbering of
classes.

## Bad

```python
import os

import keras

os.environ["PYTHONHASHSEED"] = "0"
keras.utils.set_random_seed(42)
model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=5)
```

## Good

```python
import keras

keras.utils.set_random_seed(42)
classes = sorted({"cat", "dog"})
model = keras.Sequential([keras.layers.Dense(len(classes), activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=5)
```

## What was measured

`python -m benchmarks.doctor_effects SB108`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh): set in the
script, the variable left 20 orders of a set of ten class names in 20 processes; set before Python
starts, one. With seed 0 and the classes numbered in ten such orders, test accuracies had an sd of
0.76 points after five epochs (mean 91.4 %, n=10), as if the seed had changed. A network scored by
a process that numbers the classes in another order than the one that trained it got 8 % (sd 12,
n=10).
"""

from collections.abc import Iterator

from seedbed.doctor.editing.edits import patch_of
from seedbed.doctor.editing.syntax import removed
from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.queries.environment import environment_set
from seedbed.doctor.queries.randomness.seeds import first_training
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB108",
    "hash-seed-set-too-late",
    "Python reads PYTHONHASHSEED when it starts; set within the script it changes nothing, and the "
    "order of a set of strings still differs from run to run.",
    "PYTHONHASHSEED=0 python train.py  # in the shell, before Python starts",
    "for name in sorted(names): ...    # or do not depend on a set's order",
)
def hash_seed_too_late(trace: Trace) -> Iterator[Found]:
    """PYTHONHASHSEED is set by the script it is meant for."""
    event = environment_set(trace, "PYTHONHASHSEED")
    respawns = any(e.name.startswith(("os.exec", "subprocess.")) for e in trace.events)
    if event is not None and not respawns and first_training(trace) is not None:
        module = event.place.module
        statement = module.statement_of(event.node)
        patch = patch_of(module, removed(module, statement), safe=False) if statement else None
        what = "PYTHONHASHSEED is set after Python has started"
        yield Found(event.place, False, what, patch=patch)
