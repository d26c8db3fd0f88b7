"""SB702: default-has-changed.

## What it sees

An optimiser that is made without its learning rate, or named by a string, where Keras once had
another default: Adadelta (1.0 until 2019, 0.001 since), Adagrad, Adamax and Nadam. In a script
that also uses what Keras 3 has given up, the same for `LSTM` and `GRU` (`recurrent_activation`,
`reset_after`), `BatchNormalization` (`momentum` 0.9 until 2015) and `tf.keras`' `SGD` (0.001 in
TensorFlow 1.13). Always "may be": only the author knows which value is meant.

## Why it matters

The same line trains otherwise than it did when the script, or the paper, was written. A thousandth
of a learning rate looks like a network that cannot learn. `seedbed repeat --as-of 2018` runs a
script with the defaults of its year.

## Bad

```python
import keras

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile(keras.optimizers.Adadelta(), "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=12)
```

## Good

```python
import keras

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile(keras.optimizers.Adadelta(learning_rate=1.0), "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=12)
```

## What was measured

`python -m benchmarks.doctor_effects SB702`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set), 12 epochs: Adadelta reached
95.0 % with the learning rate 1.0 (sd 0.7 points, n=10) and 10.1 % with 0.001 (sd 3.5, n=10), which
is guessing.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Made, constant
from seedbed.doctor.keras3.changed_defaults import (
    EARLY,
    LAYERS,
    OPTIMISERS,
    ChangedDefault,
)
from seedbed.doctor.keras3.outdated_code import outdated_uses
from seedbed.doctor.rules.registry import Found, rule

_PLACES = ("keras.optimizers.", "keras.layers.", ".compile")
_OLD_NAMES = {"learning_rate": "lr"}


@rule(
    "SB702",
    "default-has-changed",
    "The default was another in earlier versions of Keras, so the same line trains otherwise than "
    "it did when the script was written, or than its source reports.",
    "keras.optimizers.Adadelta(learning_rate=1.0)  # the value that is meant",
)
def default_has_changed(trace: Trace) -> Iterator[Found]:
    """Something is made by a default that was another in earlier years."""
    told: set[str] = set()
    for event, default in _by_default(trace):
        if default.name + default.argument not in told:
            told.add(default.name + default.argument)
            yield Found(
                event.place,
                False,
                f"{default.name} takes {default.argument}={default.now!r} by default; "
                f"until {default.last_year} it was {default.before!r}",
                fix=(f"{default.name}({default.argument}={default.before!r})  # if that is meant",),
            )


def _by_default(trace: Trace) -> Iterator[tuple[Event, ChangedDefault]]:
    """Calls that leave such an argument out."""
    old: bool | None = None
    for event in trace.events:
        if event.kind != "call" or not event.name.startswith(_PLACES):
            continue
        for default in OPTIMISERS:
            if _made_without(event, "keras.optimizers.", default) or _named(event, default):
                yield event, default
        for default in (*LAYERS, *EARLY):
            package = "keras.optimizers." if default.name == "SGD" else "keras.layers."
            if _made_without(event, package, default):
                if old is None:
                    old = any(True for _ in outdated_uses(trace.module))
                if old and (default.name != "SGD" or trace.imports("tensorflow")):
                    yield event, default


def _made_without(event: Event, package: str, default: ChangedDefault) -> bool:
    made = event.result
    if not event.name.startswith(package) or event.name.rsplit(".", 1)[-1] != default.name:
        return False
    if not isinstance(made, Made) or {"*", "**"} & set(made.kwargs):
        return False
    given = made.argument(default.argument, default.place)
    return given is None and _OLD_NAMES.get(default.argument) not in made.kwargs


def _named(event: Event, default: ChangedDefault) -> bool:
    """True for ``compile("adadelta", …)``."""
    if event.name != ".compile":
        return False
    name = constant(event.argument("optimizer", 0))
    return isinstance(name, str) and name.lower() == default.name.lower()
