"""SB202: preprocessing-saw-the-test-set.

## What it sees

A scaler, imputer, selector, decomposition, vectorizer, target encoder, sampler, pipeline or
`Normalization` layer is fitted on rows that include rows scored later: before the split, on
training and test rows joined, or on the test rows themselves. Also `(x - x.mean()) / x.std()`,
`scale(x)` and `fillna(table.mean())` before a split, and "may be" for means or counts of groups
that are written back to the rows, and for columns chosen by a correlation or by the importances of
an estimator that has seen all rows. The model may be Keras', scikit-learn's, XGBoost's or
LightGBM's. Encoders that only list categories, and steps within a pipeline that is
cross-validated, are left alone.

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

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.moves import fitted_after_the_split
from seedbed.doctor.editing.syntax import replaced, source_of
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Data, Value, ancestry
from seedbed.doctor.queries.data.data_rows import name_of, part_of, row_origins, rows, source
from seedbed.doctor.queries.data.estimators import CROSS_VALIDATIONS
from seedbed.doctor.queries.data.evaluation_data import (
    EvaluationData,
    comes_from,
    held_out,
    trained_inputs,
)
from seedbed.doctor.queries.data.preprocessing.column_choices import IMPORTANCES
from seedbed.doctor.queries.data.preprocessing.fitted_step import FittedStep
from seedbed.doctor.queries.data.preprocessing.fitted_steps import (
    fitted_steps,
    is_in_a_model,
    named,
    tables_in,
)
from seedbed.doctor.queries.data.tables import rows_of_table
from seedbed.doctor.rules.registry import Found, rule

_JOINS = {"concatenate", "concat", "vstack", "append", "row_stack"}
_WEAK_STATISTICS = {"max", "min", "amax", "amin", "ptp"}


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
    steps = list(fitted_steps(trace))
    if not steps:
        return
    held = list(held_out(trace))
    trained = trained_inputs(trace)
    behind = [value for inputs in trained for value in ancestry(inputs)]
    made_of = {value.uid for value in behind}
    told: set[tuple[int, str]] = set()
    for step in steps:
        joined = rows_of_table(step.data).uid, step.what
        if step.kind == "joined" and joined in told:
            continue
        told.add(joined)
        found = _on_test_rows(step) or _on_joined_rows(step)
        before = step.kind != "joined" and found is None
        if before and (is_in_a_model(trace, step) or _changes(step, behind, made_of)):
            found = _before_split(step, held, trained)
        if found is not None:
            yield found


def _changes(step: FittedStep, behind: list[Value], made_of: set[int]) -> bool:
    """True if the inputs of a training were made by what the step has learned.

    Args:
        step: What learns.
        behind: All that the inputs of the trainings were made from.
        made_of: The serial numbers of that.
    """
    if step.kind != "importance":
        return any(out.uid in made_of for out in step.outputs)
    return any(
        isinstance(value, Data) and value.op in IMPORTANCES and value.parents[0] in step.outputs
        for value in behind
    )


def _on_test_rows(step: FittedStep) -> Found | None:
    """A step that is fitted on the test rows themselves."""
    part, shown = part_of(step.data)
    if part != "test" or step.kind in {"fill", "group", "choice", "importance"}:
        return None
    name = name_of(step.data)
    if step.kind == "statistic":
        what = f"{name} is scaled by its own {step.what}, not the training set's"
        return Found(step.event.place, shown, what)
    what = f"{named(step)} is fitted on {name}, the test rows"
    return Found(step.event.place, shown, what, patch=_patch(step.event))


def _patch(event: Event) -> Patch | None:
    """Use what was fitted on the training rows, for ``scaler.fit_transform(x_test)``."""
    module, call = event.place.module, event.node
    function = call.func if isinstance(call, ast.Call) else None
    if not isinstance(function, ast.Attribute) or function.attr != "fit_transform":
        return None
    if not isinstance(function.value, ast.Name):
        return None
    change = replaced(function, f"{source_of(module, function.value)}.transform")
    return patch_of(module, change, safe=False)


def _on_joined_rows(step: FittedStep) -> Found | None:
    """A step that is fitted on training and test rows put together."""
    joined = rows_of_table(step.data)
    if not isinstance(joined, Data) or joined.op.rsplit(".", 1)[-1] not in _JOINS:
        return None
    parts = [part_of(value) for value in tables_in(joined)]
    unasked = {"group", "statistic", "choice", "importance"}
    if step.kind in unasked or not any(name == "test" for name, _ in parts):
        return None
    certain = any(name == "test" and known for name, known in parts)
    if step.kind == "joined":
        what = f"the {step.what} that scales the rows is taken of training and test rows joined"
        return Found(step.event.place, certain and step.what not in _WEAK_STATISTICS, what)
    what = f"{named(step)} is fitted on training and test rows joined"
    return Found(step.event.place, certain, what)


def _before_split(
    step: FittedStep, held: list[EvaluationData], trained: list[Value]
) -> Found | None:
    """A step that is fitted on rows of which some are scored later."""
    joined, table = source(step.data), rows_of_table(step.data)
    seen: list[EvaluationData] = []
    for item in held:
        from_these = any(value is table or value is joined for value in row_origins(item.value))
        apart = rows(item.value) != rows(step.data) or item.within
        if from_these and apart and _is_split(item, step, trained):
            seen.append(item)
    if not seen:
        return None
    certain = any(_is_certain(step, item) for item in seen)
    patch = fitted_after_the_split(step.event.place.module, step.event.node)
    return Found(step.event.place, certain, _sentence(step), patch=patch)


def _is_split(item: EvaluationData, step: FittedStep, trained: list[Value]) -> bool:
    """Whether rows are trained on and other rows scored, both of what the step has seen."""
    if step.kind not in {"statistic", "fill", "group"}:
        return True
    if not any(comes_from(item.value, out) for out in step.outputs):
        return False
    return item.within or any(rows(item.value) != rows(x) for x in trained)


def _is_certain(step: FittedStep, item: EvaluationData) -> bool:
    """Whether the text shows that the scored rows are among those that the step learned from."""
    if item.within and item.event.name not in CROSS_VALIDATIONS:
        return False
    weak = {"group", "choice", "importance"}
    if part_of(item.value)[0] == "validation" or step.kind in weak:
        return False
    return step.kind != "statistic" or step.what not in _WEAK_STATISTICS


def _sentence(step: FittedStep) -> str:
    name = name_of(step.data, "all rows")
    if step.kind == "statistic":
        return f"{name} is scaled by the {step.what} of all rows, then split"
    if step.kind == "fill":
        return f"{named(step)} takes it from all rows, before the split"
    if step.kind in {"choice", "importance"}:
        return f"{step.what} of all rows chooses columns before the split"
    if step.kind == "group":
        return f"{named(step)} of all rows is written back to them before the split"
    return f"{named(step)} is fitted on {name} before the split"
