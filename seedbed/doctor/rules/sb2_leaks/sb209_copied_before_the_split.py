"""SB209: copied-before-the-split.

## What it sees

Rows that are repeated before a split deals them to training and test: `resample()` and
`sample(replace=True)`, and "may be" for `choice()` with replacement, a table joined with changed or
chosen rows of itself (`concat`, `concatenate`), `repeat(axis=0)`, and a loop that appends a row
and a flipped, rotated or noisy copy of it to one list or array. Also changed copies that are
written to a folder (`flow(…, save_to_dir=…)`, "may be" for `cv2.imwrite` of a flipped image and the
like) whose files are divided afterwards. Copies that are made of the
training rows after the split are left alone. Windows that overlap are SB206's, samplers such as
SMOTE SB202's.

## Why it matters

A test row with a copy among the training rows tests nothing: it is recognised. The score rises with
the number of copies, also where there is nothing to learn.

## Bad

```python
import keras
from sklearn.model_selection import train_test_split
from sklearn.utils import resample

keras.utils.set_random_seed(42)
x, y = resample(x_rare, y_rare, n_samples=5000, random_state=0)
x_train, x_test, y_train, y_test = train_test_split(x, y, stratify=y, random_state=0)
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=20)
model.evaluate(x_test, y_test)
```

## Good

```python
import keras
from sklearn.model_selection import train_test_split
from sklearn.utils import resample

keras.utils.set_random_seed(42)
x_train, x_test, y_train, y_test = train_test_split(x, y, stratify=y, random_state=0)
x_more, y_more = resample(x_train, y_train, n_samples=5000, random_state=0)
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_more, y_more, epochs=20)
model.evaluate(x_test, y_test)
```

## What was measured

`python -m benchmarks.doctor_effects SB209`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on 600 of scikit-learn's digits whose labels are drawn by lot, 60 epochs: `resample()` to 1,200
rows before the split scored 41.3 % (sd 3.5, n=10), although there is nothing to learn; without
copies it scored 10.1 % (sd 2.1, n=10), as guessing does.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Items
from seedbed.doctor.queries.data.overlap.copied_rows import copies_in, splits_of
from seedbed.doctor.queries.data.overlap.copies_in_loops import copy_in_loop
from seedbed.doctor.queries.data.overlap.disk_copies import disk_copies
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB209",
    "copied-before-the-split",
    "Copies of one row stand on both sides of the split, so test rows are recognised instead of "
    "predicted, and the score says little about new rows.",
    "x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)",
    "x_train, y_train = resample(x_train, y_train)  # training rows only",
)
def copied_before_split(trace: Trace) -> Iterator[Found]:
    """Rows are repeated, and then split."""
    made_by: dict[int, Event] = {}
    for event in trace.events:
        results = event.result.items if isinstance(event.result, Items) else [event.result]
        made_by.update({value.uid: event for value in results})
    told: set[int] = set()
    for split in splits_of(trace):
        for copies in copies_in(split.data):
            place = made_by.get(copies.made.uid, split.event).place
            if id(place.node) not in told:
                told.add(id(place.node))
                yield Found(place, copies.certain, f"{copies.what} {_then(split.event)}")
        copied = copy_in_loop(trace, split.data)
        if copied is not None and id(copied.node) not in told:
            told.add(id(copied.node))
            what = "the loop puts a row and copies of it side by side"
            yield Found(copied.place, False, f"{what} {_then(split.event)}")
    for written in disk_copies(trace):
        if id(written.event.node) not in told:
            told.add(id(written.event.node))
            what = f"changed copies are written to '{written.folder}', whose files are then divided"
            yield Found(written.event.place, written.certain, what)


def _then(split: Event) -> str:
    if "validation_split" in split.kwargs:
        return "before validation_split takes some of them"
    return "before the split deals them to both sides"
