"""SB208: split-in-an-order-from-outside.

## What it sees

Rows that are cut into training and test rows by position, or by a seeded draw, although the order
they are cut in comes from `os.listdir`, `glob`, `iterdir`, `os.walk` or a set, also one that a
comprehension makes or a loop fills, and is not sorted.
"Is" for a set of text, whose order changes with each process; "may be" for files, whose order
changes with the file system, the machine or a fresh copy of the data.

## Why it matters

A seed fixes the positions that are drawn, not what stands there. The same script with the same
seed then trains and tests on other rows, and nothing in it shows why.

## Bad

```python
import glob

import keras

keras.utils.set_random_seed(0)
files = glob.glob("photos/*.png")
train_files, test_files = files[:800], files[800:]
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(read(train_files), labels(train_files), epochs=5)
print(model.evaluate(read(test_files), labels(test_files)))
```

## Good

```python
import glob

import keras

keras.utils.set_random_seed(0)
files = sorted(glob.glob("photos/*.png"))
train_files, test_files = files[:800], files[800:]
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(read(train_files), labels(train_files), epochs=5)
print(model.evaluate(read(test_files), labels(test_files)))
```

## What was measured

`python -m benchmarks.doctor_effects SB208`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits, seed 1, 600 rows to train and 300 as the test set, cut from the same
rows listed in 10 orders: 10 different networks and accuracies from 85.3 to 92.3 % (sd 2.02,
n=10); sorted first, one network and one accuracy.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced, source_of
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.queries.data.evaluation_data import held_out
from seedbed.doctor.queries.data.order.file_order import sorted_walks, unordered
from seedbed.doctor.queries.wording import text
from seedbed.doctor.rules.registry import Found, rule

_FILLS = {".add", ".update"}


@rule(
    "SB208",
    "split-in-an-order-from-outside",
    "Which rows are test rows depends on the order in which the system lists files, or Python a "
    "set: another machine, or another process, tests on other rows, seed or not.",
    "files = sorted(glob.glob('photos/*.png'))  # sorted before it is cut",
)
def order_from_outside(trace: Trace) -> Iterator[Found]:
    """Files or sets in the system's order are cut into training and test rows."""
    made_by = {e.result.uid: e for e in trace.events if e.kind in {"call", "comprehension"}}
    told: set[int] = set()
    walks = sorted_walks(trace)
    for item in held_out(trace):
        for found in unordered(item.value, cut=item.within, walks=walks):
            event = made_by.get(found.value.uid)
            if event is None or id(event.node) in told:
                continue
            told.add(id(event.node))
            yield Found(
                event.place,
                found.is_text_set and trace.whole,
                f"the order of {_list_of(event)} decides which rows are scored",
                patch=_patch(event),
            )


def _list_of(event: Event) -> str:
    """What is listed: the call, or the set that ``names.add(name)`` fills."""
    call = event.node
    if event.name in _FILLS and isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        return text(call.func.value)
    return text(call)


def _patch(event: Event) -> Patch | None:
    """Sort what the system lists; ``list(set(...))`` becomes ``sorted(set(...))``."""
    module, call = event.place.module, event.node
    outer = module.parents.get(id(call))
    if not isinstance(call, ast.expr) or event.name in {"os.walk", *_FILLS}:
        return None
    if isinstance(outer, ast.Call) and ast.unparse(outer.func) == "list" and outer.args == [call]:
        return patch_of(module, replaced(outer.func, "sorted"))
    return patch_of(module, replaced(call, f"sorted({source_of(module, call)})"))
