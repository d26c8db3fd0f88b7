"""SB210: scored-rows-were-trained-on.

## What it sees

A model is fitted on all rows and scored on a part of them: the held-out part of a split whose
whole is trained on, a test set that was joined to the training rows by `concatenate`, two
`sample()` of one table, parts of two splits of the same rows with two seeds, slices such as
`x[:8000]` and `x[7000:]` that overlap, a `subset` of a folder that is trained on whole,
`validation_data` that are the training rows, test rows that are themselves trained on. "May be"
when a script scores nothing but the rows it has trained on, also by a metric of their predictions.
A training score beside a test score is left alone.

## Why it matters

The score says how well rows are remembered. It rises with every epoch and with the size of the
network, also where there is nothing to learn.

## Bad

```python
import keras
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(42)
x_train, x_test, y_train, y_test = train_test_split(x, y, stratify=y, random_state=0)
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=20)
model.evaluate(x_test, y_test)
```

## Good

```python
import keras
from sklearn.model_selection import train_test_split

keras.utils.set_random_seed(42)
x_train, x_test, y_train, y_test = train_test_split(x, y, stratify=y, random_state=0)
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=20)
model.evaluate(x_test, y_test)
```

## What was measured

`python -m benchmarks.doctor_effects SB210`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set), 20 epochs: trained on the
test rows, too, it scored 1.90 points more on them than without (sd 0.63, n=10 pairs on common
seeds).
"""

from collections.abc import Iterator

from seedbed.doctor.editing.splits import trained_on_the_training_part
from seedbed.doctor.interpreter.trace import Event, Trace, compatible
from seedbed.doctor.interpreter.values import Value, ancestry
from seedbed.doctor.queries.data.data_rows import name_of, part_of, rows
from seedbed.doctor.queries.data.estimators import (
    CROSS_VALIDATIONS,
    estimator_fits,
    estimator_scores,
)
from seedbed.doctor.queries.data.evaluation_data import held_out, inputs_of, validation_of
from seedbed.doctor.queries.data.overlap.shared_rows import Shared, shared_rows
from seedbed.doctor.queries.training.models import same_model
from seedbed.doctor.queries.wording import line_of
from seedbed.doctor.rules.registry import Found, rule

_SCORES = {".evaluate", ".evaluate_generator", ".score"}


@rule(
    "SB210",
    "scored-rows-were-trained-on",
    "Rows that are scored were training rows: the score says how well they are remembered, and "
    "nothing about new rows.",
    "x_train, x_test, y_train, y_test = train_test_split(x, y, random_state=0)",
    "model.fit(x_train, y_train); model.evaluate(x_test, y_test)",
)
def scored_rows_trained(trace: Trace) -> Iterator[Found]:
    """The same rows are trained on and scored."""
    fits = [f for f in [*trace.fits(), *estimator_fits(trace)] if f.name not in CROSS_VALIDATIONS]
    scores = sorted([*trace.scores(), *estimator_scores(trace)], key=lambda score: score.index)
    told: set[int] = set()
    for fit in fits:
        for found in _of_fit(fit, [s for s in scores if _is_last(fit, s, fits)]):
            if id(found.place.node) not in told:
                told.add(id(found.place.node))
                yield found
    if trace.whole and fits and not list(held_out(trace)):
        yield from _nothing_else(trace, fits, scores)


def _is_last(fit: Event, score: Event, fits: list[Event]) -> bool:
    """Whether a score is of the weights that a ``fit`` left."""
    if score.index < fit.index or not same_model(fit, score) or not compatible(fit, score):
        return False
    later = (other for other in fits if fit.index < other.index < score.index)
    return not any(same_model(other, score) for other in later)


def _of_fit(fit: Event, scores: list[Event]) -> Iterator[Found]:
    """What a training shares with its validation data and with later scores."""
    trained, watched = inputs_of(fit), validation_of(fit)
    if trained is None:
        return
    asked: list[tuple[Event, Value]] = [] if watched is None else [(fit, watched)]
    asked += [(score, value) for score in scores if (value := inputs_of(score)) is not None]
    for event, value in asked:
        shared = shared_rows(trained, value) or _called_test(trained, value)
        if shared is not None:
            what = shared.what
            if event is not fit:
                what += f" (scored in {line_of(event.place.module, event.node)})"
            patch = trained_on_the_training_part(fit.place.module, fit.node)
            yield Found(fit.place, shared.certain and not fit.loops, what, patch=patch)


def _called_test(trained: Value, scored: Value) -> Shared | None:
    """The test rows themselves were trained on."""
    part, shown = part_of(scored)
    if part != "test" or rows(trained) != rows(scored):
        return None
    name = name_of(scored, "the test rows")
    return Shared(f"trained on {name}, which are scored", certain=shown)


def _nothing_else(trace: Trace, fits: list[Event], scores: list[Event]) -> Iterator[Found]:
    """A script that scores only rows that it has trained on."""
    for fit in fits:
        trained, watched = inputs_of(fit), validation_of(fit)
        if watched is not None and trained is not None and rows(watched) == rows(trained):
            name = name_of(watched, "the training rows")
            shown = part_of(watched)[0] == "train"
            yield Found(fit.place, shown, f"validation_data are {name}, which are trained on")
            return
    measured = {
        value.uid
        for event in trace.events
        if event.kind == "call" and event.name.startswith("sklearn.metrics.")
        for name, argument in [("", a) for a in event.args[1:2]] + [*event.kwargs.items()]
        if name in {"", "y_pred", "y_score"}
        for value in ancestry(argument, 20)
    }
    for score in scores:
        value = inputs_of(score)
        before = [fit for fit in fits if _is_last(fit, score, fits)]
        counted = score.name in _SCORES or score.result.uid in measured
        if value is None or not counted or not before:
            continue
        if any(rows(inputs_of(fit)) == rows(value) for fit in before):
            name = name_of(value, "the training rows")
            yield Found(score.place, False, f"the only score is on {name}, which are trained on")
            return
