"""SB103: seeded-once-before-repetitions.

## What it sees

The seed is set before a loop that builds and trains a model in each pass, and not within it,
whatever the loop's variable is called. "Is" when the variable only counts, or when its name
speaks of runs, seeds or trials; "may be" for folds and for counters that also set something.

## Why it matters

The second repetition starts from where the first stopped drawing. Run number 7 can only be
repeated by running the six before it, and leaving one out changes all that follow.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(0)
for run in range(10):
    model = keras.Sequential([layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x_train, y_train, epochs=5)
```

## Good

```python
import keras
from keras import layers

for run in range(10):
    keras.utils.set_random_seed(run)
    model = keras.Sequential([layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x_train, y_train, epochs=5)
```

## What was measured

`python -m benchmarks.doctor_effects SB103`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), ten
repetitions of five epochs: seeded once before the loop and begun with the second repetition, all
of the 9 other networks were other ones, and their test accuracies moved by 0.81 points on
average, 1.67 at most (n=9); seeded in each pass, none of 9 changed. One more epoch in the first
repetition changed none of the 9 either way: an epoch draws nothing that a later network needs.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.seed_lines import root_is_known
from seedbed.doctor.editing.syntax import line_before, replaced, source_of
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Instance,
    Loop,
    Model,
)
from seedbed.doctor.queries.randomness.seeds import (
    FRAMEWORK_SEEDS,
    hidden_seeding,
    seeds,
)
from seedbed.doctor.queries.training.loops import only_counts, repetition_kind
from seedbed.doctor.queries.training.models import models_of
from seedbed.doctor.queries.training.wrappers import seeds_itself, wrapped_fits
from seedbed.doctor.queries.wording import line_of
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB103",
    "seeded-once-before-repetitions",
    "Each repetition draws from where the last one stopped: no single one can be repeated alone, "
    "and adding or skipping one changes all that follow.",
    "for seed in range(10):",
    "    keras.utils.set_random_seed(seed)  # first line of each repetition",
)
def seeded_once(trace: Trace) -> Iterator[Found]:
    """Seeded before a loop of repetitions, and not within it."""
    set_events = seeds(trace, FRAMEWORK_SEEDS)
    for loop, fit in _training_loops(trace):
        kind = repetition_kind(loop)
        inside = [event for event in set_events if any(p.loop is loop for p in event.loops)]
        before = [event for event in set_events if event.index < fit.index]
        if not before or inside or hidden_seeding(trace) or kind == "values":
            continue
        repeated = kind == "runs" or (kind == "range" and only_counts(loop))
        certain = repeated and not trace.unknown_imports
        yield Found(
            before[-1].place,
            certain,
            "seeded once, before a loop that trains again and again "
            f"({line_of(loop.module, loop.node)})",
            patch=_patch(loop, before[-1]),
        )


def _patch(loop: Loop, seeding: Event) -> Patch | None:
    """Seed each pass by the number that the loop counts with."""
    node, module, call = loop.node, loop.module, seeding.node
    if not isinstance(node, ast.For) or not isinstance(node.target, ast.Name):
        return None
    if not isinstance(call, ast.Call) or seeding.place.module is not module:
        return None
    counts = isinstance(node.iter, ast.Call) and ast.unparse(node.iter.func) in {"range", "trange"}
    if not counts or not root_is_known(module, call.func) or not node.body:
        return None
    name = node.target.id
    if name.strip("_"):
        renamed = []
    else:
        name = next(n for n in ("run", "repetition", "seed_of_the_run") if not module.loads[n])
        renamed = [replaced(node.target, name)]
    line = f"{source_of(module, call.func)}({name})"
    return patch_of(module, line_before(module, node.body[0], line), *renamed)


def _training_loops(trace: Trace) -> Iterator[tuple[Loop, Event]]:
    """Loops whose every pass builds and trains a model of its own, with the first ``fit``."""
    seen: set[int] = set()
    for fit in trace.fits():
        for model in models_of(fit):
            if not isinstance(model, Model | Instance):
                continue
            for step in fit.loops:
                built_inside = any(p.loop is step.loop for p in model.place.loops)
                if built_inside and id(step.loop) not in seen:
                    seen.add(id(step.loop))
                    yield step.loop, fit
    for fit in wrapped_fits(trace):  # each fit of a wrapper builds a network
        for step in fit.loops:
            if id(step.loop) not in seen and not seeds_itself(fit):
                seen.add(id(step.loop))
                yield step.loop, fit
