"""SB307: best-that-no-score-chose.

## What it sees

In a loop that trains a model further, weights that are kept under the name "best" although no
score decides it: `if epoch == 0`, `if acc > best_acc` where `best_acc` is never updated, no
condition at all; or a `ModelCheckpoint` without `save_best_only=True` that overwrites one file
called "best" after each epoch. "May be" if the condition is a fixed threshold, or if the number
of the pass is chosen by hand.

## Why it matters

What is loaded and scored afterwards is the first epoch, the last one, or the last one above a
threshold. It is reported as the best.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
for epoch in range(30):
    model.fit(x_train, y_train, epochs=1, validation_split=0.1)
    if epoch == 0:
        model.save_weights("best.weights.h5")
model.load_weights("best.weights.h5")
model.evaluate(x_test, y_test)
```

## Good

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
best = 0.0
for epoch in range(30):
    history = model.fit(x_train, y_train, epochs=1, validation_split=0.1)
    score = history.history["val_accuracy"][-1]
    if score > best:
        best = score
        model.save_weights("best.weights.h5")
model.load_weights("best.weights.h5")
model.evaluate(x_test, y_test)
```

## What was measured

`python -m benchmarks.doctor_effects SB307`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 to choose by, 897 kept fresh), 30 epochs: the
epoch of the best score was 45.0 points better on the fresh rows than the first epoch, which
`if epoch == 0` keeps (sd 10.1, n=20 runs).
"""

from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced, with_argument
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Made, Place, constant
from seedbed.doctor.queries.training.callbacks import callbacks_of
from seedbed.doctor.queries.training.kept_as_best import BEST, kept_as_best
from seedbed.doctor.queries.training.loops import epochs_of
from seedbed.doctor.queries.wording import short, truth_of
from seedbed.doctor.rules.registry import Found, rule

_SAVES_BEST = "save_best_only"


@rule(
    "SB307",
    "best-that-no-score-chose",
    "What is kept as the best is the first, the last or any epoch: no score decides it, so the "
    "result that is reported for the best weights is not theirs.",
    "if score > best:",
    "    best = score",
    "    model.save_weights('best.weights.h5')",
)
def best_without_a_score(trace: Trace) -> Iterator[Found]:
    """Weights called the best that no comparison of scores picks."""
    for kept in kept_as_best(trace):
        yield Found(kept.event.place, kept.certain, f"kept as the best {kept.why}")
    told: set[int] = set()
    for fit in trace.fits():
        for callback in callbacks_of(fit):
            name = _overwritten(callback)
            if name and callback.uid not in told and epochs_of(fit) != 1:
                told.add(callback.uid)
                what = f"ModelCheckpoint overwrites '{name}' after every epoch"
                patch = _patch(callback.place)
                yield Found(callback.place, _is_certain(callback, fit), what, patch=patch)


def _overwritten(callback: Made) -> str:
    """The one file called best that a checkpoint writes again and again; else empty."""
    name = constant(callback.argument("filepath", 0))
    best_only = truth_of(callback.argument(_SAVES_BEST, 3), default=False)
    if short(callback) != "ModelCheckpoint" or not isinstance(name, str):
        return ""
    opened = "**" in callback.kwargs or "{" in name
    return "" if opened or best_only is not False or not BEST.search(name) else name


def _is_certain(callback: Made, fit: Event) -> bool:
    by_batches = {"save_freq", "period"} & set(callback.kwargs)
    return not by_batches and epochs_of(fit) is not None and not callback.place.branches


def _patch(place: Place) -> Patch | None:
    """Keep the best epoch only: other weights are loaded, so only with consent."""
    given = [k.value for k in getattr(place.node, "keywords", []) if k.arg == _SAVES_BEST]
    argument = with_argument(place.module, place.node, f"{_SAVES_BEST}=True")
    return patch_of(place.module, replaced(given[0], "True") if given else argument, safe=False)
