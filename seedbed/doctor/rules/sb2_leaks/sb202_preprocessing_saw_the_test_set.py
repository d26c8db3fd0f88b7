"""SB202: preprocessing-saw-the-test-set.

## What it sees

A scaler, selector, decomposition, sampler or `Normalization` layer is fitted on rows of which
some are scored later: before the split, on training and test rows joined, or on the test rows
themselves; also `(x - x.mean()) / x.std()` before a split. Encoders of labels are left alone.

## Why it matters

What is fitted on a test row carries a little of it into training. For a scaler that is mostly
harmless; for resampling before the split it is fatal, since copies of one row stand on both
sides.

## Bad

```python
import keras
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(42)
x = StandardScaler().fit_transform(x)
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
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(42)
x_train, x_test, y_train, y_test = train_test_split(x, y, stratify=y, random_state=0)
scaler = StandardScaler().fit(x_train)
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(scaler.transform(x_train), y_train, epochs=20)
model.evaluate(scaler.transform(x_test), y_test)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, scikit-learn
only. A `StandardScaler` fitted on all rows instead of the training rows moved a linear classifier
of breast cancer by 0.04 points (sd 0.30, n=100 splits): nothing to speak of. Copying the rare
class of pure noise before the split let a nearest neighbour reach 93.7 % (sd 3.0, n=20), although
there is nothing to learn.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Data, Made, Value, ancestry
from seedbed.doctor.queries.data_rows import name_of, part_of, rows, source
from seedbed.doctor.queries.evaluation_data import (
    EvaluationData,
    comes_from,
    held_out,
    inputs_of,
)
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule

_FITTED = (
    "sklearn.preprocessing.",
    "sklearn.decomposition.",
    "sklearn.feature_selection.",
    "sklearn.feature_extraction.",
    "sklearn.impute.",
    "sklearn.manifold.",
    "imblearn.",
    "keras.layers.",
    "keras.preprocessing.",
)


_HARMLESS = {
    "LabelEncoder",
    "LabelBinarizer",
    "MultiLabelBinarizer",
    "OneHotEncoder",
    "OrdinalEncoder",
    "Normalizer",
    "StringLookup",
    "IntegerLookup",
    "FunctionTransformer",
}


_STATISTICS = {"mean", "std", "var", "max", "min", "amax", "amin", "ptp"}


_JOINS = {"concatenate", "concat", "vstack", "append", "row_stack"}


@rule(
    "SB202",
    "preprocessing-saw-the-test-set",
    "The scaling, selection or resampling has seen the rows it is scored on, so the score says "
    "less about new data; how much depends on the step (resampling most, scaling little).",
    "x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)",
    "scaler = StandardScaler().fit(x_train)          # training rows only",
    "x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)",
)
def preprocessing_saw_test(trace: Trace) -> Iterator[Found]:
    """Something is fitted on rows that are scored later."""
    held = list(held_out(trace))
    trained = [value for fit in trace.fits() if (value := inputs_of(fit)) is not None]
    for event in trace.events:
        data = _fitted_on(event)
        if data is not None:
            found = _saw(trace, event, data, held, trained)
        elif event.kind == "binop" and event.name in {"-", "/"}:
            found = _own_statistics(event, held, trained)
        else:
            found = None
        if found is not None:
            yield found


def _fitted_on(event: Event) -> Value | None:
    """The data that a scaler, selector or the like is fitted on."""
    names = {".fit", ".fit_transform", ".fit_resample", ".adapt", ".fit_on_texts", ".fit_sample"}
    made = event.target
    if event.kind != "call" or event.name not in names or not isinstance(made, Made):
        return None
    if not made.api.startswith(_FITTED) or short(made) in _HARMLESS or not event.args:
        return None
    return event.args[0]


def _saw(
    trace: Trace, event: Event, data: Value, held: list[EvaluationData], trained: list[Value]
) -> Found | None:
    """Whether the data of a fitting step hold rows that are scored."""
    what = f"{short(event.target)}.{event.name.lstrip('.')}"
    part, shown = part_of(data)
    if part == "test":
        return Found(event.place, shown, f"{what} is fitted on {name_of(data)}, the test rows")
    joined = source(data)
    if isinstance(joined, Data) and joined.op.rsplit(".", 1)[-1] in _JOINS:
        parts = [part_of(v) for p in joined.parents for v in _flat(p)]
        if any(name == "test" for name, _ in parts):
            certain = any(name == "test" and known for name, known in parts)
            return Found(event.place, certain, f"{what} is fitted on training and test rows joined")
    outputs = _outputs(trace, event)
    if joined is None or part == "train" or not outputs:
        return None
    if not any(comes_from(x, out) for x in trained for out in outputs):
        return None
    for item in held:
        if comes_from(item.value, joined) and rows(item.value) != rows(data):
            certain = part == "" and part_of(item.value)[0] != "validation"
            name = name_of(data, "all rows")
            return Found(event.place, certain, f"{what} is fitted on {name} before the split")
    return None


def _flat(value: Value) -> list[Value]:
    items = getattr(value, "items", None)
    return list(items) if isinstance(items, list) else [value]


def _outputs(trace: Trace, event: Event) -> list[Value]:
    """What a fitted step has transformed: its own result, and later ``transform`` calls."""
    found: list[Value] = [event.result] if event.name != ".fit" else []
    later = trace.calls(".transform", ".flow", ".texts_to_sequences", "()")
    return found + [
        call.result for call in later if call.target is event.target and call.index > event.index
    ]


def _own_statistics(event: Event, held: list[EvaluationData], trained: list[Value]) -> Found | None:
    """Find ``(x - x.mean()) / x.std()`` when some of the rows are scored."""
    left, right = event.args
    statistic = _statistic(right)
    if statistic is None:
        return None
    name, of = statistic
    if rows(of) != rows(left) or not isinstance(source(left), Data):
        return None
    part, shown = part_of(left)
    if part == "test":
        return Found(
            event.place,
            shown,
            f"{name_of(left)} is scaled by its own {name}, not the training set's",
        )
    mixed = any(comes_from(item.value, event.result) for item in held) and any(
        comes_from(x, event.result) for x in trained
    )
    apart = any(rows(item.value) != rows(x) for item in held for x in trained)
    if mixed and apart and part != "train":
        certain = name in {"mean", "std", "var"}
        return Found(
            event.place, certain, f"{name_of(left)} is scaled by the {name} of all rows, then split"
        )
    return None


def _statistic(value: Value) -> tuple[str, Value] | None:
    """The name of a statistic and what it is taken of."""
    for found in ancestry(value, 6):
        if isinstance(found, Data) and found.parents:
            name = found.op.rsplit(".", 1)[-1]
            if name in _STATISTICS:
                return name, found.parents[0]
    return None
