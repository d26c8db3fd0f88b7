"""SB402: softmax-of-one-unit.

## What it sees

`Dense(1, activation='softmax')`, or a model that ends in one unit and a softmax.

## Why it matters

exp(z)/exp(z) is 1 whatever z is: no gradient, and the prediction is always class 1.

## Bad

```python
from keras import Sequential, layers

model = Sequential([layers.Flatten(), layers.Dense(1, activation="softmax")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
```

## Good

```python
from keras import Sequential, layers

model = Sequential([layers.Flatten(), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, odd against
even digits with `Dense(1, activation='softmax')`: 51.0 % in each of 5 runs (n=5), which is the
share of odd digits in the test set.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Made, constant
from seedbed.doctor.queries.training.models import activation_of, final_layers, models_of, units_of
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB402",
    "softmax-of-one-unit",
    "Softmax over one unit is always 1: the network cannot learn, and its accuracy is the share "
    "of one class.",
    "layers.Dense(1, activation='sigmoid')  # with binary_crossentropy",
    "layers.Dense(2, activation='softmax')  # or two units",
)
def softmax_of_one(trace: Trace) -> Iterator[Found]:
    """A Dense layer of one unit whose activation is softmax."""
    for event in trace.events:
        made = event.result
        if event.kind != "call" or not isinstance(made, Made) or made.place.index != event.index:
            continue
        single = made.api == "keras.layers.Dense" and constant(made.argument("units", 0)) == 1
        if single and activation_of(made) == "softmax":
            what = "softmax over one unit is always 1"
            yield Found(event.place, True, what, patch=_patch(event))
    for event in trace.calls(".compile"):
        for model in models_of(event):
            last = final_layers(model)
            apart = bool(last) and short(last[0]) in {"Activation", "Softmax"}
            if apart and units_of(model) == 1 and activation_of(last[0]) == "softmax":
                yield Found(event.place, True, "the model ends in softmax over one unit")


def _patch(event: Event) -> Patch | None:
    """Write ``sigmoid`` for a literal ``softmax``: another output, so only with consent."""
    given = [k.value for k in getattr(event.node, "keywords", []) if k.arg == "activation"]
    if not given or not isinstance(given[0], ast.Constant):
        return None
    return patch_of(event.place.module, replaced(given[0], '"sigmoid"'), safe=False)
