"""SB505: arms-see-different-data.

## What it sees

Two arms that are scored on the same rows are trained on different shares: one keeps back a
`validation_split`, or they take different literal slices. "Is" when their scores are also
compared; different numbers of epochs are a "may be".

## Why it matters

More data help by themselves. The arm with fewer loses for that reason alone.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(1)
a = keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
a.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
a.fit(x_train, y_train, epochs=10, validation_split=0.2)
score_a = a.evaluate(x_test, y_test)[1]
keras.utils.set_random_seed(1)
b = keras.Sequential([
    layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10, activation="softmax"),
])
b.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
b.fit(x_train, y_train, epochs=10)
score_b = b.evaluate(x_test, y_test)[1]
```

## Good

```python
import keras
from keras import layers

keras.utils.set_random_seed(1)
a = keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
a.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
a.fit(x_train, y_train, epochs=10, validation_split=0.2)
score_a = a.evaluate(x_test, y_test)[1]
keras.utils.set_random_seed(1)
b = keras.Sequential([
    layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10, activation="softmax"),
])
b.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
b.fit(x_train, y_train, epochs=10, validation_split=0.2)
score_b = b.evaluate(x_test, y_test)[1]
```

## What was measured

`python -m benchmarks.doctor_effects SB505`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), ten epochs:
the same network with `validation_split=0.2` scored 1.3 points lower on the fresh rows than
without (sd 0.6, n=20), and lower in 20 of 20 pairs on common seeds.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Data, Value, number
from seedbed.doctor.queries.data.data_rows import rows, source
from seedbed.doctor.queries.data.data_size import known_size
from seedbed.doctor.queries.data.evaluation_data import inputs_of
from seedbed.doctor.queries.training.callbacks import callbacks_of
from seedbed.doctor.queries.training.comparisons import compared_runs, lone_pairs
from seedbed.doctor.queries.training.models import models_of
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB505",
    "arms-see-different-data",
    "One arm learns from more examples or more epochs than the other; the difference between them "
    "is partly, or wholly, that.",
    "fit = dict(epochs=20, batch_size=32, validation_split=0.1)  # for both",
    "a.fit(x_train, y_train, **fit); b.fit(x_train, y_train, **fit)",
)
def different_amounts(trace: Trace) -> Iterator[Found]:
    """Two arms of a comparison are trained on different shares of the data."""
    fits = trace.fits()
    compared = {frozenset(run.model.uid for run in runs) for _, runs in compared_runs(trace)}
    for pair in lone_pairs(trace):
        direct = frozenset((pair.one.uid, pair.other.uid)) in compared
        first = [fit for fit in fits if pair.one in models_of(fit)]
        second = [fit for fit in fits if pair.other in models_of(fit)]
        if len(first) == len(second) == 1:
            found = _difference(first[0], second[0], direct)
            if found is not None:
                yield found
                return


def _difference(one: Event, other: Event, direct: bool) -> Found | None:
    """How much two trainings differ in what they see."""
    if {"**"} & (set(one.kwargs) | set(other.kwargs)):
        return None
    same = rows(inputs_of(one)) == rows(inputs_of(other))
    a, b = (number(fit.kwargs.get("validation_split")) or 0.0 for fit in (one, other))
    literal = all(
        number(fit.kwargs["validation_split"]) is not None
        for fit in (one, other)
        if "validation_split" in fit.kwargs
    )
    if same and literal and a != b:
        return Found(other.place, direct, f"one arm keeps back {a:g} of the rows, the other {b:g}")
    (base, length), (other_base, other_length) = (_slice(inputs_of(fit)) for fit in (one, other))
    if base is not None and base == other_base and length != other_length:
        return Found(
            other.place, direct, "the arms are trained on different slices of the same rows"
        )
    epochs = [number(fit.kwargs.get("epochs")) for fit in (one, other)]
    stopped = any(
        c.api.endswith("EarlyStopping") for fit in (one, other) for c in callbacks_of(fit)
    )
    if same and None not in epochs and epochs[0] != epochs[1] and not stopped:
        return Found(
            other.place,
            False,
            f"one arm trains for {epochs[0]:g} epochs, the other for {epochs[1]:g}",
        )
    return None


def _slice(value: Value | None) -> tuple[object, int | None]:
    """The rows and the length of ``x[:1000]``; the whole data set has no length."""
    found = source(value)
    if not isinstance(found, Data):
        return None, None
    if found.op != "slice":
        return rows(found), None
    size = known_size(found)
    return (rows(found.parents[0]), size) if size is not None else (None, None)
