"""SB802: monitor-that-does-not-exist.

## What it sees

A callback that watches a name which the training does not log: `monitor="val_acc"` with
`metrics=["accuracy"]`, a metric that is not compiled, or a `val_` name without validation data.
Also a `mode` that contradicts the metric. "May be" for `acc` against `accuracy` in a script that
may be written for an older Keras, and where other callbacks may add to the logs.

## Why it matters

Keras warns and goes on: training never stops early, the learning rate never falls, and a checkpoint
of the best epoch is never saved (Keras 2) or is saved after each epoch and ends as the last (Keras
3). What is loaded or scored afterwards is not what the script says.

## Bad

```python
import keras
from keras.callbacks import EarlyStopping

model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
stop = EarlyStopping(monitor="val_acc", patience=3, restore_best_weights=True)
model.fit(x, y, epochs=30, validation_split=0.1, callbacks=[stop])
```

## Good

```python
import keras
from keras.callbacks import EarlyStopping

keras.utils.set_random_seed(1)
model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
stop = EarlyStopping(monitor="val_accuracy", patience=3, restore_best_weights=True)
model.fit(x, y, epochs=30, validation_split=0.1, callbacks=[stop])
```

## What was measured

`python -m benchmarks.doctor_effects SB802`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (480 rows to train, 120 to choose on), `EarlyStopping` with a patience
of 2, 20 epochs: with `val_acc` all 20 in each of five runs, with `val_accuracy` 9.4 (sd 2.51,
n=5). A `ModelCheckpoint` wrote its file in all ten runs: Keras 3 saves where it cannot compare.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced
from seedbed.doctor.interpreter.trace import Event, Trace, is_known_model
from seedbed.doctor.interpreter.values import Instance, Made, constant
from seedbed.doctor.queries.training.callbacks import (
    callbacks_known,
    callbacks_of,
    monitors,
    unfold,
)
from seedbed.doctor.queries.training.metrics import compile_before, metric_names
from seedbed.doctor.queries.training.models import models_of
from seedbed.doctor.queries.wording import short, truth_of
from seedbed.doctor.rules.registry import Found, rule

_MODERN = (
    "keras.utils.set_random_seed",
    "keras.utils.image_dataset_from_directory",
    "keras.utils.text_dataset_from_directory",
    "keras.utils.clear_session",
)
_OTHER_SPELLING = {"acc": "accuracy", "val_acc": "val_accuracy"}
_MINIMISED = ("loss", "mae", "mse", "rmse", "error")
_MAXIMISED = ("acc", "auc", "precision", "recall", "f1")


@rule(
    "SB802",
    "monitor-that-does-not-exist",
    "Keras warns and goes on: nothing is stopped or lowered, and no epoch (Keras 2) or each (Keras "
    "3) is saved as the best, so the weights that are scored are not those that were to be chosen.",
    "EarlyStopping(monitor='val_accuracy', patience=3)  # as compiled",
)
def absent_monitor(trace: Trace) -> Iterator[Found]:
    """A callback watches what the training does not log."""
    for fit in trace.fits():
        for callback in callbacks_of(fit):
            if short(callback) not in {"EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau"}:
                continue
            found = _wrong_mode(callback) or _absent(trace, fit, callback)
            if found is not None:
                yield found


def _wrong_mode(callback: Made) -> Found | None:
    """A ``mode`` that looks for the worst epoch."""
    name, mode = monitors(callback), constant(callback.kwargs.get("mode"))
    watched = name.removeprefix("val_")
    low = any(watched == word or watched.endswith("_" + word) for word in _MINIMISED)
    high = any(word in watched for word in _MAXIMISED) and not low
    if (mode == "max" and low) or (mode == "min" and high):
        what = f"mode='{mode}' with monitor='{name}' keeps the worst"
        return Found(callback.place, True, what, patch=_patch(callback, "mode", '"auto"'))
    return None


def _absent(trace: Trace, fit: Event, callback: Made) -> Found | None:
    """A monitored name that is not among those that are logged."""
    if short(callback) == "ModelCheckpoint":
        chooses = truth_of(callback.argument("save_best_only", 3), default=False)
        if chooses is not True:
            return None
    name = monitors(callback)
    compiled = compile_before(trace, fit)
    names = metric_names(compiled) if compiled is not None else None
    if not name or names is None or "**" in fit.kwargs or any(trace.calls(".add_metric")):
        return None
    if any(isinstance(model, Instance) for model in models_of(fit)):
        return None
    validated = bool({"validation_data", "validation_split"} & set(fit.kwargs)) or len(fit.args) > 5
    watched = name.removeprefix("val_")
    others = any(not isinstance(value, Made) for value in unfold(fit.kwargs.get("callbacks")))
    certain = callbacks_known(fit) and not others and is_known_model(fit.target)
    if name.startswith("val_") and not validated:
        what = f"monitor='{name}' and no validation data: it is never logged"
        return Found(callback.place, certain, what)
    if watched in names | {"loss", "lr", "learning_rate"}:
        return None
    logged = ", ".join(sorted(names | {"loss"}))
    patch = None
    if _OTHER_SPELLING.get(watched) in names:
        certain = certain and any(trace.calls(*_MODERN))
        patch = _patch(callback, "monitor", f'"{_OTHER_SPELLING[name]}"')
    what = f"monitor='{name}' is never logged; there is {logged}"
    return Found(callback.place, certain, what, patch=patch)


def _patch(callback: Made, name: str, value: str) -> Patch | None:
    """Write another literal: another epoch may be chosen, so only with consent."""
    module = callback.place.module
    given = [k.value for k in getattr(callback.place.node, "keywords", []) if k.arg == name]
    if not given or not isinstance(given[0], ast.Constant):
        return None
    return patch_of(module, replaced(given[0], value), safe=False)
