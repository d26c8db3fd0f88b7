"""SB403: loss-does-not-fit-the-output.

## What it sees

Sigmoid outputs or a single unit with a categorical loss; `categorical_crossentropy` with integer
labels, and `sparse_categorical_crossentropy` with one-hot labels, where the script shows what the
labels are: `to_categorical`, a `LabelEncoder`, `label_mode=`, `class_mode=`. Softmax with
`binary_crossentropy` is a "may be": it trains, but minimises another sum, and its accuracy may
count single outputs.

## Why it matters

A categorical loss reads the outputs as one distribution. Sigmoid outputs do not add up to 1:
Keras rescales them for `categorical_crossentropy` or, on TensorFlow, takes the softmax of what
the sigmoid was given. The outputs are then no probabilities of classes, and a single unit learns
nothing. Labels of the other kind end in an error about shapes where one is lucky; where shapes
happen to fit or are broadcast, each row is scored against the labels of others.

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

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced, source_of
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.queries.data.evaluation_data import inputs_of
from seedbed.doctor.queries.training.label_kinds import kind_of_labels, labels_of_stream
from seedbed.doctor.queries.training.losses import loss_kind, output_losses
from seedbed.doctor.queries.training.metrics import compile_before
from seedbed.doctor.queries.training.models import activation_of, units_of
from seedbed.doctor.rules.registry import Found, rule

_WANTED = {"categorical": "one-hot", "sparse": "integer"}
_OTHER = {"categorical": "sparse", "sparse": "categorical"}


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
    yield from _labels(trace)


def _labels(trace: Trace) -> Iterator[Found]:
    """Integer labels with the loss for one-hot ones, or the reverse."""
    for fit in trace.fits():
        compiled = compile_before(trace, fit)
        kind = loss_kind(compiled.argument("loss", 1)) if compiled is not None else ""
        if compiled is None or kind not in _WANTED:
            continue
        labels = fit.argument("y", 1)
        given = labels_of_stream(inputs_of(fit)) if labels is None else kind_of_labels(labels)
        if given and given != _WANTED[kind]:
            yield Found(
                compiled.place,
                True,
                f"{_named(kind)} wants {_WANTED[kind]} labels, and those of fit are {given}",
                "The loss compares outputs with labels of another form: an error about shapes, or "
                "worse, a loss that is computed from the wrong numbers.",
                (f"loss='{_named(_OTHER[kind])}'  # for {given} labels",),
                _other_loss(compiled, kind),
            )


def _other_loss(compiled: Event, kind: str) -> Patch | None:
    """Name the loss for the other kind of labels, where the loss is a plain string."""
    module, call = compiled.place.module, compiled.node
    given = next((k.value for k in getattr(call, "keywords", []) if k.arg == "loss"), None)
    if not isinstance(given, ast.Constant) or given.value != _named(kind):
        return None
    quote = source_of(module, given)[:1]
    change = replaced(given, f"{quote}{_named(_OTHER[kind])}{quote}")
    return patch_of(module, change, safe=False)


def _named(kind: str) -> str:
    return {"categorical": "categorical_crossentropy"}.get(kind, "sparse_categorical_crossentropy")
