"""SB302: model-outlives-the-loop.

## What it sees

A model is built before a loop over folds, runs, seeds or settings, and fitted in each pass
without new weights; or its weights are set back in each pass while its optimizer keeps its state,
such as Adam's moments and its count of steps. Loops over epochs, with `epochs=1` or with such
names, are left alone.

## Why it matters

The second fold starts from weights that have seen its test rows. Repetitions are not repetitions
but one long training.

## Bad

```python
import keras
from sklearn.model_selection import KFold

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
scores = []
for train, test in KFold(5, shuffle=True, random_state=0).split(x):
    model.fit(x[train], y[train], epochs=20)
    scores.append(model.evaluate(x[test], y[test]))
```

## Good

```python
import keras
from sklearn.model_selection import KFold

scores = []
for fold, (train, test) in enumerate(KFold(5, shuffle=True, random_state=0).split(x)):
    keras.utils.set_random_seed(fold)
    model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(x[train], y[train], epochs=20)
    scores.append(model.evaluate(x[test], y[test]))
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, the same CNN
on 900 digits, five folds of ten epochs: one model for all folds scored 3.0 points above a new one
for each (sd 0.2, n=5 repetitions).
"""

from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch
from seedbed.doctor.editing.moves import built_in_each_pass
from seedbed.doctor.interpreter.trace import Event, Trace, is_known_model
from seedbed.doctor.interpreter.values import Instance, Loop, Model, Pass, ancestry
from seedbed.doctor.queries.randomness.seeds import seeded_before
from seedbed.doctor.queries.training.loops import epochs_of, loop_kind
from seedbed.doctor.queries.training.models import models_of, same_model
from seedbed.doctor.queries.training.retraining import RESETS
from seedbed.doctor.queries.wording import label, line_of
from seedbed.doctor.rules.registry import Found, rule

_OF_WEIGHTS = {".set_weights", ".load_weights"}
_PARTS = {"optimizer", "kernel", "bias", "trainable"}


@rule(
    "SB302",
    "model-outlives-the-loop",
    "Each repetition or fold starts from the weights or the optimizer's state that the last one "
    "left, and in a fold also from rows it is tested on: accuracy climbs from pass to pass and "
    "flatters.",
    "for train, test in folds.split(x, y):",
    "    model = build()  # new weights in each pass",
    "    model.fit(x[train], y[train])",
)
def outlives_loop(trace: Trace) -> Iterator[Found]:
    """A model is built before the loop that trains it again and again."""
    for fit in trace.fits():
        for step in fit.loops:
            if not _fitted_in_an_earlier_pass(trace, fit, step):
                continue
            if not _built_outside(fit, step.loop):
                continue
            certain = _repetition(trace, fit, step.loop)
            if certain is None:
                continue
            loop = f"the loop in {line_of(step.loop.module, step.loop.node)}"
            if _reset_within(trace, fit, step.loop):
                if certain and _weights_alone_reset(trace, fit, step.loop):
                    words = f"the weights of {label(fit)} are set back in {loop}"
                    yield Found(fit.place, False, f"{words}, its optimizer's state is not")
                    break
                continue
            yield Found(
                fit.place,
                certain and is_known_model(fit.target),
                f"{label(fit)} is built before {loop} and trained in each pass",
                patch=_patch(trace, fit, step.loop),
            )
            break


def _patch(trace: Trace, fit: Event, loop: Loop) -> Patch | None:
    """Build the model in each pass, if the lines that make it can be moved whole."""
    model, module = fit.target, fit.place.module
    if not isinstance(model, Model | Instance) or model.place.module is not module:
        return None
    if not is_known_model(model) or loop.module is not module:
        return None
    seeding = seeded_before(trace, loop)
    return built_in_each_pass(module, model.place.node, loop.node, seeding)


def _fitted_in_an_earlier_pass(trace: Trace, fit: Event, step: Pass) -> bool:
    """Whether the same object was trained by the same line in an earlier pass."""
    return any(
        p.loop is step.loop and p.number < step.number
        for other in trace.fits()
        if other.node is fit.node and same_model(other, fit)
        for p in other.loops
    )


def _built_outside(fit: Event, loop: Loop) -> bool:
    """Whether the object that is trained exists before the loop."""
    for model in models_of(fit):
        if isinstance(model, Model | Instance):
            if any(p.loop is loop for p in model.place.loops):
                return False
        elif any(
            getattr(v, "op", "") in {"element", "called", "index"} for v in ancestry(model, 8)
        ):
            return False
    return bool(fit.loops)


def _repetition(trace: Trace, fit: Event, loop: Loop) -> bool | None:
    """True when the loop plainly repeats trainings, False when it may, None when it does not."""
    kind = loop_kind(loop)
    if "initial_epoch" in fit.kwargs or kind in {"epochs", ""}:
        return None
    if kind == "folds":
        return True
    if epochs_of(fit) == 1.0:
        return None
    if kind == "runs":
        return True
    compiled = any(
        same_model(event, fit) and any(p.loop is loop for p in event.loops)
        for event in trace.calls(".compile")
    )
    scored = any(
        same_model(event, fit) and any(p.loop is loop for p in event.loops)
        for event in trace.calls(".evaluate")
    )
    return kind == "values" and compiled and scored


def _reset_within(trace: Trace, fit: Event, loop: Loop) -> bool:
    """Whether the loop puts fresh weights into the model."""
    for event in trace.events:
        if not any(p.loop is loop for p in event.loops):
            continue
        if event.name == ".assign" or (event.name in RESETS and same_model(event, fit)):
            return True
        if event.kind == "set" and event.name in {"kernel", "bias", "trainable"}:
            return True
    return False


def _weights_alone_reset(trace: Trace, fit: Event, loop: Loop) -> bool:
    """Whether the loop sets the model's weights back and keeps its optimizer as it is."""
    found = False
    for event in trace.events:
        if not any(p.loop is loop for p in event.loops):
            continue
        if event.name in {".assign", ".build"} or (event.kind == "set" and event.name in _PARTS):
            return False
        if event.name == ".compile" and same_model(event, fit):
            return False
        if event.name in RESETS:
            if event.name not in _OF_WEIGHTS or not same_model(event, fit):
                return False
            found = True
    return found
