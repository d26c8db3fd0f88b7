"""SB205: unstratified-with-rare-classes.

## What it sees

A random split without strata in a script that itself treats classes as unequal (`class_weight`,
`imblearn`). Always "may be".

## Why it matters

The number of rare examples in the test set is a hypergeometric draw; recall of that class rests
on a handful that changes with the split.

## Bad

```python
import keras
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(42)
x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["recall"])
model.fit(x_train, y_train, epochs=20, class_weight={0: 1.0, 1: 30.0})
model.evaluate(x_test, y_test)
```

## Good

```python
import keras
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(42)
x_train, x_test, y_train, y_test = train_test_split(x, y, stratify=y, random_state=0)
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["recall"])
model.fit(x_train, y_train, epochs=20, class_weight={0: 1.0, 1: 30.0})
model.evaluate(x_test, y_test)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a class of 20
among 1,000 rows, 100 of them test rows: 2.0 test examples of it on average, sd 1.3, and none at
all in 12 % of 10,000 draws (n=10,000).
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import source_of, with_argument
from seedbed.doctor.interpreter.library_calls import SPLITTERS
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    is_const,
)
from seedbed.doctor.queries.data.splits import random_splits
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB205",
    "unstratified-with-rare-classes",
    "The number of examples of a rare class in the test set changes with the split, and its "
    "recall with it; by bad luck there are none.",
    "train_test_split(x, y, stratify=y, random_state=0)  # or StratifiedKFold",
)
def unstratified(trace: Trace) -> Iterator[Found]:
    """A random split without strata, where the script itself treats classes as unequal."""
    weighted = any(
        not is_const(fit.kwargs.get("class_weight"), None)
        for fit in trace.fits()
        if "class_weight" in fit.kwargs
    )
    computed = any(e.name.endswith("compute_class_weight") for e in trace.events)
    if not (weighted or computed or trace.imports("imblearn")):
        return
    for event in random_splits(trace):
        given = event.kwargs.get("stratify")
        if event.name in SPLITTERS and (given is None or is_const(given, None)):
            what = "a random split without stratify, of unequal classes"
            yield Found(event.place, False, what, patch=_patch(event))
        elif short(event.result) in {"KFold", "ShuffleSplit", "RepeatedKFold"}:
            yield Found(event.place, False, f"{short(event.result)} of unequal classes")


def _patch(event: Event) -> Patch | None:
    """Draw the split within each class of the labels: other rows, so only with consent."""
    module, call = event.place.module, event.node
    if not isinstance(call, ast.Call) or len(call.args) != 2 or "stratify" in event.kwargs:
        return None
    if not isinstance(call.args[1], ast.Name):
        return None
    argument = f"stratify={source_of(module, call.args[1])}"
    return patch_of(module, with_argument(module, call, argument), safe=False)
