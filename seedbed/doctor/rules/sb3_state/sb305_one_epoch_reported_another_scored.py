"""SB305: one-epoch-reported-another-scored.

## What it sees

`history.history['val_…'][-1]` is reported while the weights of the best epoch are scored, or
`max(history.history['val_…'])` while those of the last epoch are, whether the column is read by
its key, by `get` or from a data frame. Looking up which epoch was best (`argmax`, `index`) is left
alone.

## Why it matters

The two numbers stand side by side as if they were of one network. The best of many epochs is
above the last one even when nothing is learned between them.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=20, validation_split=0.1)
print("best", max(history.history["val_accuracy"]))
print(model.evaluate(x_test, y_test))
```

## Good

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=20, validation_split=0.1)
print("last", history.history["val_accuracy"][-1])
print(model.evaluate(x_test, y_test))
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh): the best of 30
epochs was 0.27 points above the last one on the test set (sd 0.23, n=20 runs).
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, compatible, sure
from seedbed.doctor.interpreter.values import ancestry
from seedbed.doctor.queries.data.evaluation_data import scores_after
from seedbed.doctor.queries.training.callbacks import callbacks_known, callbacks_of, restores_best
from seedbed.doctor.queries.training.histories import Epoch, epoch_of
from seedbed.doctor.queries.training.models import loads_of
from seedbed.doctor.queries.wording import short, truth_of
from seedbed.doctor.rules.registry import Found, rule

_REPORTS = {"builtins.print", ".append", ".write", ".info", ".format", "mlflow.log_metric", ".log"}


@rule(
    "SB305",
    "one-epoch-reported-another-scored",
    "The number from the curve and the number from evaluate() belong to different weights; the "
    "best epoch's is above the last one's by luck alone, even if nothing was learned between.",
    "EarlyStopping(patience=5, restore_best_weights=True)",
    "epoch = int(np.argmin(history.history['val_loss']))  # for both numbers",
    "print(history.history['val_accuracy'][epoch])",
)
def other_epoch(trace: Trace) -> Iterator[Found]:
    """The history's last epoch beside the best weights, or the best epoch beside the last ones."""
    fits = {fit.result.uid: fit for fit in trace.fits()}
    indexed = _index_arguments(trace)
    for event in trace.events:
        if event.kind != "call" or event.name not in _REPORTS:
            continue
        for argument in [*event.args, *event.kwargs.values()]:
            for value in ancestry(argument, 60):
                read = epoch_of(value, fits, trace)
                if read is None or value.uid in indexed:
                    continue
                found = _judge(trace, event, *read)
                if found is not None:
                    yield found


def _index_arguments(trace: Trace) -> set[int]:
    """Values that only look up which epoch was best: ``column.index(max(column))``."""
    return {
        value.uid
        for event in trace.calls(".index", "numpy.where", "numpy.argwhere")
        for argument in event.args
        for value in ancestry(argument, 10)
    }


def _judge(trace: Trace, report: Event, which: Epoch, fit: Event) -> Found | None:
    """Compare the epoch reported with the weights that are scored."""
    callbacks = callbacks_of(fit)
    restored = [restores_best(c) for c in callbacks if short(c) == "EarlyStopping"]
    saved = any(
        short(c) == "ModelCheckpoint"
        and truth_of(c.argument("save_best_only", 3), default=False) is not False
        for c in callbacks
    )
    scores = [s for s in scores_after(trace, fit) if compatible(s, report)]
    loaded = bool(loads_of(trace, fit.index))
    scored = next((s for s in scores if s.name.startswith(".evaluate")), None)
    best_weights = True in restored or (saved and loaded)
    if which == "last" and best_weights and scored is not None:
        return Found(
            report.place,
            sure(scored, fit) and (True in restored),
            "the last epoch is reported, the best epoch's weights are scored",
        )
    if which == "best" and not best_weights and None not in restored and not loaded:
        if scored is None:
            return Found(
                report.place, False, "the best epoch is reported, the last one's weights are kept"
            )
        return Found(
            report.place,
            callbacks_known(fit) and sure(scored, fit),
            "the best epoch is reported, the last epoch's weights are scored",
        )
    return None
