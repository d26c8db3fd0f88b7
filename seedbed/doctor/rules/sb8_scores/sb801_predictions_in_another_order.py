"""SB801: predictions-in-another-order.

## What it sees

Labels and predictions of one metric that do not stand in one order. The predictions come from a
data set or generator that is shuffled, as `flow_from_directory` and
`image_dataset_from_directory` are unless told `shuffle=False`; the labels are the generator's
`.classes`, were collected in a second pass, or are the plain array; or the predictions are written
into a column of the table of files, or beside `.filenames`. Also images and labels that
were collected in two passes over a data set that is shuffled anew.

## Why it matters

Each prediction is held against the label of another example. The accuracy that is computed is
that of guessing, however good the network is; often it is taken for a network that learns
nothing, while `evaluate()` of the same data says otherwise.

## Bad

```python
import keras
import numpy as np
from sklearn.metrics import classification_report

test = keras.utils.image_dataset_from_directory("data/test", seed=1)
labels = np.concatenate([y for x, y in test])
model = keras.models.load_model("model.keras")
print(classification_report(labels, model.predict(test).argmax(axis=1)))
```

## Good

```python
import keras
import numpy as np
from sklearn.metrics import classification_report

test = keras.utils.image_dataset_from_directory("data/test", shuffle=False)
labels = np.concatenate([y for x, y in test])
model = keras.models.load_model("model.keras")
print(classification_report(labels, model.predict(test).argmax(axis=1)))
```

## What was measured

`python -m benchmarks.doctor_effects SB801`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set), ten epochs: 10 networks
reach 93.9 % on average (sd 0.23, n=10) with labels in one order with the predictions; with labels
of a second pass over the shuffled data, the same 10 networks reach 10.3 % (sd 1.99), the share of
a guess among ten classes.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import PREDICTS, Event, Trace
from seedbed.doctor.interpreter.values import Data, Value, ancestry
from seedbed.doctor.queries.data.data_rows import name_of
from seedbed.doctor.queries.data.estimators import estimator_fits
from seedbed.doctor.queries.data.evaluation_data import inputs_of
from seedbed.doctor.queries.randomness.streams import (
    Shuffled,
    comes_from_stream,
    compared,
    from_different_passes,
    is_about_all,
    is_plain,
    put_side_by_side,
    reads_file_order,
    shuffled,
)
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB801",
    "predictions-in-another-order",
    "Each prediction is held against another example's label, so the score is that of guessing, "
    "whatever the network has learned.",
    "test = image_dataset_from_directory('test', shuffle=False)",
    "test = generator.flow_from_directory('test', shuffle=False)",
)
def other_order(trace: Trace) -> Iterator[Found]:
    """A metric of predictions and labels that do not stand in one order."""
    predicted = {
        event.result.uid: event
        for event in trace.calls(*PREDICTS)
        if inputs_of(event) is not None and event.target is not None
    }
    told: set[int] = set()
    for event in trace.events:
        sentence = _of_metric(event, predicted) if predicted else ""
        if sentence and id(event.node) not in told:
            told.add(id(event.node))
            yield Found(event.place, True, sentence)
            continue
        beside = _beside_rows(event, predicted) if predicted else None
        if beside is not None and id(event.node) not in told:
            told.add(id(event.node))
            yield Found(event.place, beside[0], beside[1])
    yield from _fitted_pairs(trace)


def _beside_rows(event: Event, predicted: dict[int, Event]) -> tuple[bool, str] | None:
    """Predictions of a shuffled stream that are put beside its rows, as a column of a table.

    Returns:
        Whether it is certain that the rows are those of the stream, and a sentence.
    """
    for value, others in put_side_by_side(event):
        made = [predicted[v.uid] for v in ancestry(value, 60) if v.uid in predicted]
        rows = inputs_of(made[0]) if made else None
        stream = shuffled(rows) if rows is not None else None
        if rows is None or stream is None:
            continue
        sources = {v.uid for v in ancestry(rows) if isinstance(v, Data)}
        for other in others:
            origins = list(ancestry(other, 60))
            if any(v.uid in predicted for v in origins) or any(map(is_about_all, origins)):
                continue
            ours = reads_file_order(other, stream) or any(v.uid in sources for v in origins)
            read = any(isinstance(v, Data) and v.op.startswith("pandas.read_") for v in origins)
            if ours or read:
                name = name_of(rows, "the data set")
                where = "the table's rows" if event.target is not None else "the files"
                return ours, f"predictions in the shuffled order of {name} stand beside {where}"
    return None


def _of_metric(event: Event, predicted: dict[int, Event]) -> str:
    """What is wrong with the order of what a metric compares; empty if nothing is."""
    pair = compared(event)
    if pair is None:
        return ""
    one, other, is_metric = pair
    for side, labels in ((other, one), (one, other)):
        made = [predicted[v.uid] for v in ancestry(side, 60) if v.uid in predicted]
        if not made or is_plain(labels) or any(v.uid in predicted for v in ancestry(labels, 60)):
            continue
        rows = inputs_of(made[0])
        assert rows is not None  # noqa: S101  (chosen above)
        stream = shuffled(rows)
        name = name_of(rows, "the data set")
        if stream is not None:
            return _of_stream(labels, rows, stream, name, is_metric)
        if from_different_passes(rows, labels):
            return "images and labels were collected in two passes over shuffled data"
    return ""


def _of_stream(labels: Value, rows: Value, stream: Shuffled, name: str, is_metric: bool) -> str:
    """What is wrong with labels beside predictions of a shuffled stream."""
    if reads_file_order(labels, stream):
        return f"predictions in the shuffled order of {name}, labels in the order of the files"
    if comes_from_stream(labels, stream):
        if stream.order == "once":
            return ""
        return f"predictions and labels are of two passes over {name}, each in an order of its own"
    shared = {value.uid for value in ancestry(rows)}
    if is_metric or any(value.uid in shared for value in ancestry(labels, 20)):
        return f"predictions in the shuffled order of {name}, labels in another"
    return ""


def _fitted_pairs(trace: Trace) -> Iterator[Found]:
    """Images and labels of a training or evaluation that come from two passes."""
    for event in [*trace.fits(), *trace.scores(), *estimator_fits(trace)]:
        given = event.argument("y", 1)
        rows = inputs_of(event)
        if given is not None and rows is not None and from_different_passes(rows, given):
            yield Found(
                event.place,
                True,
                "images and labels were collected in two passes over shuffled data",
            )
