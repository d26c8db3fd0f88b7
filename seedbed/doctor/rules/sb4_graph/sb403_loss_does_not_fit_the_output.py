"""SB403: loss-does-not-fit-the-output.

## What it sees

Sigmoid outputs or a single unit with a categorical loss. Softmax with `binary_crossentropy` is a
"may be": it trains, but minimises another sum, and its accuracy may count single outputs.

## Why it matters

A categorical loss reads the outputs as one distribution. Sigmoid outputs do not add up to 1:
Keras rescales them for `categorical_crossentropy` or, on TensorFlow, takes the softmax of what
the sigmoid was given. The outputs are then no probabilities of classes, and a single unit learns
nothing.

## Bad

```python
from keras import Sequential, layers

model = Sequential([layers.Flatten(), layers.Dense(10, activation="sigmoid")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
```

## Good

```python
from keras import Sequential, layers

model = Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
```

## What was measured

`python -m benchmarks.doctor_effects SB403`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), ten epochs:
ten sigmoid outputs with `categorical_crossentropy` scored exactly as softmax did in each of 20
pairs on common seeds (fresh rows 94.0 %, sd 0.7 points, n=20), because Keras on TensorFlow goes
back to what the sigmoid was given and takes the softmax of that; the outputs themselves are then
no probabilities. One sigmoid unit with that loss, for odd or even, scored 49.0 % in each of 10
runs, the share of one class: it learns nothing.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.queries.training.losses import output_losses
from seedbed.doctor.queries.training.models import activation_of, units_of
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB403",
    "loss-does-not-fit-the-output",
    "The loss reads the outputs as something they are not, so training minimises another quantity "
    "than the accuracy that is reported, and often learns slowly or not at all.",
    "layers.Dense(10, activation='softmax')  # categorical_crossentropy",
    "layers.Dense(1, activation='sigmoid')   # binary_crossentropy",
)
def loss_and_output(trace: Trace) -> Iterator[Found]:
    """Sigmoid with a categorical loss, one unit with it, or softmax with the binary loss."""
    for event, model, layer, kind, logits in output_losses(trace):
        activation, units = activation_of(layer), units_of(model)
        if logits is not False:
            continue
        if kind in {"categorical", "sparse"} and units == 1:
            yield Found(event.place, True, f"one output unit with {_named(kind)}")
        elif kind in {"categorical", "sparse"} and activation == "sigmoid":
            yield Found(event.place, True, f"sigmoid outputs with {_named(kind)}")
        elif kind == "binary" and activation == "softmax" and units != 1:
            yield Found(event.place, False, "softmax outputs with binary_crossentropy")


def _named(kind: str) -> str:
    return {"categorical": "categorical_crossentropy"}.get(kind, "sparse_categorical_crossentropy")
