"""SB407: ordered-rows-not-shuffled.

## What it sees

`fit(shuffle=False)`, `validation_split`, `train_test_split(shuffle=False)` or plain `KFold`, also
as `cv=`, on rows that are sorted by class (iris and wine of scikit-learn, folders read in order),
and `validation_split` where the labels are written class by class, as by `np.zeros(n)` and
`np.ones(m)` joined, or by tables of one class each ("may be" for lists such as
`[0] * n + [1] * m`, and for a table that was sorted by its labels or by a time). A split without
shuffling, or a slice that is trained on, is a "may be" if the table was sorted by its labels.
`fit(shuffle=False)` on rows of unknown order is a "may be", unless the script speaks of time or
is recurrent: a series has to keep its order.

## Why it matters

A batch or a test part of one class only: the weights swing from class to class, and the score is
that of a class the network has never seen.

## Bad

```python
import keras
from sklearn.datasets import load_iris

keras.utils.set_random_seed(42)
x, y = load_iris(return_X_y=True)
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=50, validation_split=0.3)
```

## Good

```python
import keras
import numpy as np
from sklearn.datasets import load_iris

keras.utils.set_random_seed(42)
x, y = load_iris(return_X_y=True)
order = np.random.permutation(len(x))
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[order], y[order], epochs=50, validation_split=0.3)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, iris with
`KFold(3)` and no shuffling, a linear classifier: 0 %, 0 % and 0 % (n=3 folds). Each fold is the
one class that training never saw.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Data,
    Made,
    Value,
    ancestry,
    arms,
    constant,
    is_const,
)
from seedbed.doctor.queries.data.data_rows import source
from seedbed.doctor.queries.data.estimators import CROSS_VALIDATIONS, is_search
from seedbed.doctor.queries.data.evaluation_data import inputs_of
from seedbed.doctor.queries.data.order.class_blocks import class_by_class, is_cut, sorted_by
from seedbed.doctor.queries.wording import short, truth_of
from seedbed.doctor.rules.registry import Found, rule

_SORTED_SETS = {"sklearn.datasets.load_iris", "sklearn.datasets.load_wine"}


_TIME_WORDS = {"time", "times", "timestamp", "timestamps", "date", "dates", "datetime"}
_SERIES_WORDS = {
    "time_step", "time_steps", "timesteps", "n_steps", "look_back", "lookback", "window",
    "window_size", "series", "sequence_length", "seq_len", "seq_length", "forecast", "horizon",
    "stock", "timeseries_dataset_from_array", "timeseriesgenerator", "lstm", "gru", "simplernn",
    "n_past", "reset_states", "stateful", "past",
}  # fmt: skip


@rule(
    "SB407",
    "ordered-rows-not-shuffled",
    "The rows are sorted by class: whole batches, or the whole held-out part, hold one class only, "
    "so training swings from class to class and the score describes one of them.",
    "model.fit(x, y, shuffle=True)  # for rows that are not a time series",
    "train_test_split(x, y, stratify=y, random_state=0)",
)
def not_shuffled(trace: Trace) -> Iterator[Found]:
    """``shuffle=False``, or ``validation_split``, on rows that are sorted."""
    fits = trace.fits()
    words = trace.words() if fits else set()
    is_series = bool(words & _SERIES_WORDS)
    temporal = is_series or bool(words & _TIME_WORDS)
    for fit in fits:
        data = inputs_of(fit)
        ordered = _sorted(data)
        if is_const(fit.kwargs.get("shuffle"), False):
            stream = ordered == "folders" or fit.name == ".fit_generator"
            if ordered == "rows":
                yield Found(fit.place, True, "shuffle=False on rows that are sorted by class")
            elif not stream and not temporal and not _is_stream(data):
                yield Found(fit.place, False, "shuffle=False on rows that may stand in an order")
        if ordered == "folders":
            yield Found(fit.place, True, "trained on folders read class by class, shuffle=False")
        blocks = True if ordered == "rows" else class_by_class(fit.argument("y", 1))
        if blocks is not None and constant(fit.kwargs.get("validation_split")):
            what = "validation_split takes the last rows, all of one class"
            yield Found(fit.place, blocks, what)
        elif constant(fit.kwargs.get("validation_split")):
            by = sorted_by(fit.argument("y", 1))
            if by == "class":
                what = "validation_split takes the last rows of a table sorted by its labels"
                yield Found(fit.place, False, what)
            elif by == "time" and not is_series:
                what = "validation_split takes the last rows of a table sorted by time"
                yield Found(fit.place, False, what)
        elif is_cut(fit.argument("y", 1)) and sorted_by(fit.argument("y", 1)) == "class":
            yield Found(fit.place, False, "trained on a slice of a table sorted by its labels")
    for event in trace.events:
        yield from _unshuffled_split(event)


def _sorted(data: Value | None) -> str:
    """``rows`` for data known to be sorted by class, ``folders`` for folders in order."""
    found = source(data)
    for value in ancestry(found, 12) if found is not None else ():
        if not isinstance(value, Data):
            continue
        if value.op.endswith((".permutation", ".shuffle")) or value.op.startswith("split:"):
            return ""
        if value.op == "index" and not _field(value):
            return ""
        if value.op in _SORTED_SETS:
            return "rows"
        directory = value.op in {".flow_from_directory", "keras.utils.image_dataset_from_directory"}
        if directory:
            return (
                "folders"
                if is_const(value.detail.get("shuffle"), False) and not _reshuffled(data)
                else ""
            )
    return ""


def _field(value: Data) -> bool:
    """Whether an index names a field, such as ``iris["data"]``, and chooses no rows."""
    return isinstance(constant(value.parents[1]), str) if len(value.parents) > 1 else False


def _reshuffled(data: Value | None) -> bool:
    return (
        any(isinstance(v, Data) and v.op == ".shuffle" for v in ancestry(data, 20))
        if data
        else False
    )


def _is_stream(data: Value | None) -> bool:
    """Datasets and generators bring their own order; ``shuffle`` does not reach them."""
    return any(
        isinstance(v, Data)
        and (
            v.op.startswith(
                (".flow", "tensorflow.data.", "keras.utils.", "generator", "tensorflow_datasets")
            )
            or v.op in {".batch", ".prefetch", ".map"}
        )
        for value in arms(data)
        for v in ancestry(value, 20)
    )


def _unshuffled_split(event: Event) -> Iterator[Found]:
    """A split or folds without shuffling, of rows known to be sorted by class."""
    name = event.name.rsplit(".", 1)[-1]
    if event.kind == "call" and name == "train_test_split" and event.args:
        unshuffled = is_const(event.kwargs.get("shuffle"), False)
        if unshuffled and _sorted(event.args[0]) == "rows":
            yield Found(event.place, True, "split without shuffling, of rows sorted by class")
        elif unshuffled and any(sorted_by(array) == "class" for array in event.args):
            yield Found(event.place, False, "split without shuffling, of a table sorted by labels")
    divided, folds = None, None
    if event.kind == "call" and event.name == ".split" and event.args:
        divided, folds = event.args[0], event.target
    elif event.kind == "call" and event.name in CROSS_VALIDATIONS:
        divided, folds = inputs_of(event), event.kwargs.get("cv")
    elif event.kind == "call" and event.name == ".fit" and is_search(event.target):
        divided, folds = inputs_of(event), getattr(event.target, "kwargs", {}).get("cv")
    if isinstance(folds, Made) and short(folds) == "KFold":
        shuffled = truth_of(folds.argument("shuffle", 1), default=False)
        if shuffled is False and _sorted(divided) == "rows":
            yield Found(event.place, True, "KFold without shuffling, of rows sorted by class")
