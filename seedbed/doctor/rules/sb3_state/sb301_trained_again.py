"""SB301: trained-again.

## What it sees

`fit` on a model that was fitted before, on the same rows, with nothing in between that asks for
it. Layers frozen or thawed, weights set, `initial_epoch`, mean that it is wanted, and nothing is
said. Other rows, a new `compile`, or a single epoch make a "may be".

## Why it matters

`fit` goes on; it does not start over. In a notebook, running the cell again does the same without
a trace in the file.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=20)
model.fit(x_train, y_train, epochs=20)
```

## Good

```python
import keras
from keras import layers


def build():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


for seed in (1, 2):
    keras.utils.set_random_seed(seed)
    model = build()
    model.fit(x_train, y_train, epochs=20)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh): a second `fit` of
three epochs ended 3.4 points above the first (sd 0.7, n=10).
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, compatible, is_known_model, sure
from seedbed.doctor.queries.data.data_rows import rows
from seedbed.doctor.queries.data.evaluation_data import inputs_of
from seedbed.doctor.queries.training.loops import epochs_of
from seedbed.doctor.queries.training.models import same_model
from seedbed.doctor.queries.training.retraining import changes_between
from seedbed.doctor.queries.wording import label, line_of
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB301",
    "trained-again",
    "The second training starts from the first one's weights: its curves and its score are those "
    "of more epochs, not of a second run.",
    "model = build()  # new weights",
    "model.fit(x_train, y_train, epochs=20)",
)
def trained_again(trace: Trace) -> Iterator[Found]:
    """``fit`` is called again on a model that was trained before."""
    fits = trace.fits()
    for number, second in enumerate(fits):
        for first in reversed(fits[:number]):
            if not same_model(first, second) or not compatible(first, second):
                continue
            if first.node is not second.node:
                found = _again(trace, first, second)
                if found is not None:
                    yield found
            break


def _again(trace: Trace, first: Event, second: Event) -> Found | None:
    """Whether a second ``fit`` goes on from the first unawares."""
    changes = changes_between(trace, first, second)
    if changes & {"trainable", "reset", "layers"} or "initial_epoch" in second.kwargs:
        return None
    if any(p.loop in [q.loop for q in first.loops] and p not in first.loops for p in second.loops):
        return None
    same = rows(inputs_of(first)) == rows(inputs_of(second)) and inputs_of(first) is not None
    certain = (
        same
        and not changes
        and is_known_model(second.target)
        and 1.0 not in (epochs_of(first), epochs_of(second))
        and sure(second, first)
    )
    line = line_of(first.place.module, first.node)
    return Found(
        second.place, certain, f"{label(second)} is trained again; it was trained in {line}"
    )
