"""SB105: seeded-after-the-model.

## What it sees

The framework is seeded for the first time after the model that is trained was built. "Is" when
the model's input shape is given, so that its weights exist by then; "may be" otherwise (Keras 3
draws the seeds of the first weights when a layer is made, older versions when the weights are).
Likewise a seed that is first set after the training, at the end of the script or of each pass of a
loop that trains.

## Why it matters

The weights were drawn from an unseeded generator; the seed that follows fixes the order of the
examples only. After the training it fixes nothing; at the end of a pass it belongs to the next one.

## Bad

```python
import keras
from keras import layers

model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
keras.utils.set_random_seed(42)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=5)
```

## Good

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, epochs=5)
```

## What was measured

`python -m benchmarks.doctor_effects SB105`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), five
epochs, every generator as in a new process: seeded after the model was built,
`set_random_seed(1)` gave 10 different networks in 10 runs (test accuracy 90.2 %, sd 1.5 points,
n=10); before it, the same network, bit for bit, 10 times in 10 runs.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.seed_lines import seeded_at_the_head
from seedbed.doctor.editing.syntax import removed, source_of
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Instance,
    Made,
    Model,
)
from seedbed.doctor.queries.randomness.seeds import FRAMEWORK_SEEDS, hidden_seeding, seeds
from seedbed.doctor.queries.training.models import models_of
from seedbed.doctor.rules.registry import Found, rule

_TOO_LATE = (
    "The weights are drawn and trained before the seed is set, so they change with each run; the "
    "seed fixes only what follows."
)


@rule(
    "SB105",
    "seeded-after-the-model",
    "The first weights are drawn before the seed is set, so they change with each run.",
    "keras.utils.set_random_seed(42)  # before the first layer is made",
    "model = build()",
)
def seeded_after_model(trace: Trace) -> Iterator[Found]:
    """The only seed of the framework comes after the model that is trained, or its training."""
    set_events = seeds(trace, FRAMEWORK_SEEDS)
    if not trace.whole or not set_events or hidden_seeding(trace):
        return
    first = set_events[0]
    late = _after_training(trace, first)
    if late:
        certain = not first.branches and not trace.unknown_imports
        yield Found(first.place, certain, late, _TOO_LATE, patch=_patch(trace, first))
        return
    for fit in trace.fits():
        for model in models_of(fit):
            if not isinstance(model, Model | Instance) or fit.index < first.index:
                continue
            loaded = isinstance(model, Model) and "load" in model.api
            if model.place.index < first.index and not loaded:
                yield Found(
                    first.place,
                    _has_weights(model, trace) and not first.branches and not trace.unknown_imports,
                    "the seed is set after the model is built",
                    patch=_patch(trace, first),
                )
                return


def _after_training(trace: Trace, first: Event) -> str:
    """What is wrong with a first seed that nothing is trained after; else empty."""
    trained = [event for event in trace.trainings() if not event.branches - first.branches]
    before = [event for event in trained if event.index < first.index]
    after = [event for event in trace.trainings() if event.index > first.index]
    if before and not after:
        return "the seed is set after the training"
    for one_pass in first.loops:
        inside = any(one_pass in event.loops for event in before)
        if inside and not any(one_pass in event.loops for event in after):
            return "the seed is set after the training of its pass, and reaches the next one only"
    return ""


def _patch(trace: Trace, seeding: Event) -> Patch | None:
    """Set the seed at the head of the script in place of where it stands."""
    module, call = trace.module, seeding.node
    statement = module.statement_of(call)
    alone = isinstance(statement, ast.Expr) and statement.value is call
    if seeding.place.module is not module or not alone or not isinstance(call, ast.Call):
        return None
    value = call.args[0] if call.args else None
    if not isinstance(value, ast.Constant) or statement is None:
        return None
    place = seeded_at_the_head(module, source_of(module, value))
    return patch_of(module, place, removed(module, statement))


def _has_weights(model: Model | Instance, trace: Trace) -> bool:
    """Whether a model's weights exist before ``fit``: its input shape is given."""
    if isinstance(model, Instance):
        return False
    if model.api in {"keras.Model"}:
        return True
    for layer, _ in model.layers:
        if isinstance(layer, Made) and {"input_shape", "input_dim", "batch_input_shape"} & set(
            layer.kwargs
        ):
            return True
        if type(layer).__name__ in {"Tensor", "Model"}:
            return True
    return any(model in models_of(event) for event in trace.calls(".build"))
