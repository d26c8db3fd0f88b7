"""SB401: layer-not-connected.

## What it sees

A layer on a line of its own, a layer assigned to a name that is never read, or `Layer(...)(x)`
whose result is thrown away. "May be" for an attribute of a model class that no method calls. In a
notebook, a name that is never read is a "may be", and the last line of a cell is left alone: the
cell shows it.

## Why it matters

The line has no effect on the network. If accuracy moved when it was added, that is the size of
chance.

## Bad

```python
import keras
from keras.layers import BatchNormalization, Conv2D, Dense, Flatten

keras.utils.set_random_seed(42)
model = keras.Sequential()
model.add(Conv2D(16, 3, activation="relu"))
BatchNormalization(axis=-1)
model.add(Flatten())
model.add(Dense(10, activation="softmax"))
```

## Good

```python
import keras
from keras.layers import BatchNormalization, Conv2D, Dense, Flatten

keras.utils.set_random_seed(42)
model = keras.Sequential()
model.add(Conv2D(16, 3, activation="relu"))
model.add(BatchNormalization(axis=-1))
model.add(Flatten())
model.add(Dense(10, activation="softmax"))
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh): the weights after
two epochs with the line and without it were equal bit for bit (n=1 pair).
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced, source_of
from seedbed.doctor.interpreter.trace import Event, Trace, base_kind
from seedbed.doctor.interpreter.values import Instance, Made, Tensor
from seedbed.doctor.queries.training.models import is_layer
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB401",
    "layer-not-connected",
    "The line changes nothing: the network is trained without this layer, and any difference "
    "that is ascribed to it is chance.",
    "x = layers.BatchNormalization()(x)   # functional",
    "model.add(layers.BatchNormalization())  # sequential",
)
def not_connected(trace: Trace) -> Iterator[Found]:
    """A layer on a line of its own, assigned and never used, or whose output goes nowhere."""
    for event in trace.events:
        made = event.result
        if event.kind != "call":
            continue
        if isinstance(made, Made) and is_layer(made) and made.place.index == event.index:
            if event.discarded:
                what = f"{short(made)} is made on a line of its own"
                yield Found(event.place, True, what, patch=_patch(event))
            elif event.place.module.never_read(event.node):
                script = not event.place.module.lines  # a notebook also tries things out
                yield Found(event.place, script, f"{short(made)} is assigned and never used")
        elif event.name == "()" and isinstance(made, Tensor) and is_layer(event.target):
            yield from _lost_output(event)
    yield from _unused_attributes(trace)


def _patch(event: Event) -> Patch | None:
    """Add the layer where ``model.add(...)`` stands before and after: another network."""
    module, call = event.place.module, event.node
    statement = module.statement_of(call)
    body = getattr(module.parents.get(id(statement)), "body", [])
    if statement not in body or not isinstance(call, ast.Call):
        return None
    at = body.index(statement)
    names = {_added_to(neighbour) for neighbour in (*body[at - 1 : at], *body[at + 1 : at + 2])}
    if at == 0 or len(names) != 1 or None in names:
        return None
    change = replaced(call, f"{names.pop()}.add({source_of(module, call)})")
    return patch_of(module, change, safe=False)


def _added_to(statement: ast.stmt) -> str | None:
    """The name of the model of ``model.add(...)``."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    function = call.func if isinstance(call, ast.Call) else None
    if isinstance(function, ast.Attribute) and function.attr == "add":
        return function.value.id if isinstance(function.value, ast.Name) else None
    return None


def _lost_output(event: Event) -> Iterator[Found]:
    """``Layer(...)(x)`` whose result is thrown away."""
    target, node = event.target, event.node
    inline = isinstance(node, ast.Call) and isinstance(node.func, ast.Call)
    if event.discarded and not event.shown and inline and isinstance(target, Made):
        symbolic = isinstance(event.args[0], Tensor) if event.args else False
        yield Found(event.place, symbolic, f"the output of {short(target)} is thrown away")


def _unused_attributes(trace: Trace) -> Iterator[Found]:
    """``self.norm = BatchNormalization()`` that no method calls."""
    for event in trace.events:
        made = event.args[0] if event.kind == "set" and event.args else None
        owner = event.target
        if not isinstance(made, Made) or not is_layer(made):
            continue
        if not isinstance(owner, Instance) or base_kind(owner) not in {"model", "layer"}:
            continue
        read = any(m.attributes[event.name] or m.loads[event.name] for m in trace.followed)
        looked_up = any(m.loads[word] for m in trace.followed for word in ("getattr", "vars"))
        if not read and not looked_up:
            yield Found(event.place, False, f"self.{event.name} is a layer that no method calls")
