"""SB801: predictions-in-another-order.

## What it sees

Labels and predictions of one metric that do not stand in one order. The predictions come from a
data set or generator that is shuffled, as `flow_from_directory` and
`image_dataset_from_directory` are unless told `shuffle=False`; the labels are the generator's
`.classes`, were collected in a second pass, or are the plain array; or the predictions are written
into a column of the table of files, or beside `.filenames`. Also images and labels that
were collected in two passes over a data set that is shuffled anew, and predictions for one part of
the data (the test rows, say) that are compared with the labels of another.

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
from seedbed.doctor.queries.data.data_rows import labelled_part, name_of, row_origins
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

_PARTS = {"train": "training"}
_TWO_PASSES = "images and labels were collected in two passes over shuffled data"
_OF_THE_SAME_ROWS = ("np.mean(model.predict(x_test).argmax(axis=1) == y_test)",)


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
        unlike = _of_metric(event, predicted) if predicted else None
        if unlike is not None and id(event.node) not in told:
            told.add(id(event.node))
            yield unlike
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


def _of_metric(event: Event, predicted: dict[int, Event]) -> Found | None:
    """What is wrong with the order of what a metric compares; None if nothing is."""
    pair = compared(event)
    if pair is None:
        return None
    one, other, is_metric = pair
    for side, labels in ((other, one), (one, other)):
        made = [predicted[v.uid] for v in ancestry(side, 60) if v.uid in predicted]
        if not made or is_plain(labels) or any(v.uid in predicted for v in row_origins(labels)):
            continue
        rows = inputs_of(made[0])
        assert rows is not None  # noqa: S101  (chosen above)
        stream = shuffled(rows)
        name = name_of(rows, "the data set")
        if stream is not None:
            sentence = _of_stream(labels, rows, stream, name, is_metric)
            return Found(event.place, True, sentence) if sentence else None
        if from_different_passes(rows, labels):
            return Found(event.place, True, _TWO_PASSES)
        if event.kind != "binop":  # a difference may be to a mean of other rows
            return _of_other_rows(event, labels, rows)
    return None


def _of_other_rows(event: Event, labels: Value, rows: Value) -> Found | None:
    """Predictions for one part of the data beside the labels of another part."""
    own, of_labels = labelled_part(rows), labelled_part(labels)
    if own is None or of_labels is None or own[0] == of_labels[0]:
        return None
    name = name_of(rows, "the data set")
    rows_of_one, rows_of_other = (_PARTS.get(part, part) for part, _ in (own, of_labels))
    sentence = f"predictions for {name} ({rows_of_one} rows), labels of {rows_of_other} rows"
    return Found(event.place, own[1] and of_labels[1], sentence, fix=_OF_THE_SAME_ROWS)


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
            yield Found(event.place, True, _TWO_PASSES)
