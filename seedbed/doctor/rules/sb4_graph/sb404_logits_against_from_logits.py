"""SB404: logits-against-from-logits.

## What it sees

A last `Dense` without activation, with a cross-entropy that expects probabilities; or, as "may
be", `from_logits=True` after a softmax or sigmoid (Keras on TensorFlow warns and undoes the
activation where it sees it).

## Why it matters

Logits taken for probabilities are clipped to [ε, 1−ε] or rescaled; most gradients vanish, some
are huge.

## Bad

```python
from keras import Sequential, layers

model = Sequential([layers.Flatten(), layers.Dense(10)])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
```

## Good

```python
import keras
from keras import Sequential, layers

model = Sequential([layers.Flatten(), layers.Dense(10)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss, metrics=["accuracy"])
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), ten epochs: 93.9 %
(sd 0.2, n=10) with `from_logits=True`, 51.2 % (sd 13.2, n=10) without. The mistake costs 40
points and makes the runs differ fifty times as much.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.queries.training.losses import output_losses
from seedbed.doctor.queries.training.models import activation_of, units_of
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB404",
    "logits-against-from-logits",
    "The loss takes the softmax twice or not at all: gradients are wrong in size, training is slow "
    "or collapses, and runs differ more than they need to.",
    "layers.Dense(10)  # no activation: logits",
    "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
)
def logits_mismatch(trace: Trace) -> Iterator[Found]:
    """No activation with a loss that expects probabilities, or the reverse."""
    for event, model, layer, _, logits in output_losses(trace):
        activation = activation_of(layer)
        if activation == "linear" and logits is False and units_of(model) is not None:
            yield Found(
                event.place, True, "the outputs are logits and the loss expects probabilities"
            )
        elif activation in {"softmax", "sigmoid"} and logits is True:
            yield Found(
                event.place,
                False,
                f"from_logits=True with {activation} outputs",
                "Keras on TensorFlow warns and takes the logits before the activation; on other "
                "backends, or behind another layer, the softmax is taken twice.",
            )
