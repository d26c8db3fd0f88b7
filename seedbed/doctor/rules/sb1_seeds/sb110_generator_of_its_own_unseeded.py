"""SB110: generator-of-its-own-unseeded.

## What it sees

A generator object without a seed: `np.random.default_rng()`, `RandomState()`, `random.Random()`,
`SystemRandom`, `tf.random.Generator.from_non_deterministic_state()`; or `secrets`, `os.urandom`
and `uuid4`, which cannot be seeded. "Is" when what it draws reaches the rows that are trained on
or scored, or a split; "may be" when the script trains and the draws go elsewhere.

## Why it matters

`keras.utils.set_random_seed`, `np.random.seed` and `random.seed` reach the global generators
only. A generator object has a state of its own, taken from the system when it is made, so the
script looks seeded and still gives another result in each run.

## Bad

```python
import keras
import numpy as np

keras.utils.set_random_seed(1)
rng = np.random.default_rng()
order = rng.permutation(len(x))
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[order[:800]], y[order[:800]], epochs=5)
print(model.evaluate(x[order[800:]], y[order[800:]]))
```

## Good

```python
import keras
import numpy as np

keras.utils.set_random_seed(1)
rng = np.random.default_rng(1)
order = rng.permutation(len(x))
model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[order[:800]], y[order[:800]], epochs=5)
print(model.evaluate(x[order[800:]], y[order[800:]]))
```

## What was measured

`python -m benchmarks.doctor_effects SB110`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set), five epochs after
`set_random_seed(1)`: with the split drawn by `default_rng()`, 10 runs gave 10 different networks
and accuracies from 88.7 to 94.3 % (sd 1.64, n=10); drawn by `default_rng(1)`, 10 runs gave one
network and one accuracy.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced, with_argument
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Made, Value, ancestry
from seedbed.doctor.queries.data.estimators import estimator_fits, estimator_scores
from seedbed.doctor.queries.data.splits import random_splits
from seedbed.doctor.queries.randomness.draws import GENERATORS, Draws, draws_of, is_seeded
from seedbed.doctor.queries.randomness.seeds import first_training
from seedbed.doctor.queries.wording import text
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB110",
    "generator-of-its-own-unseeded",
    "The seeds of the script reach the global generators only: what this one draws differs in each "
    "run, and the results with it.",
    "rng = np.random.default_rng(42)  # or random.Random(42)",
)
def own_generator(trace: Trace) -> Iterator[Found]:
    """A generator object without a seed, whose draws reach the data."""
    if first_training(trace) is None and not estimator_fits(trace):
        return
    made_by = {id(event.result): event for event in trace.events if _makes_unseeded(event)}
    draws = draws_of(trace)
    free = [d for d in draws.unseeded.values() if d.made is not None or d.generator == "the system"]
    reached = set(_reached(trace, draws)) if made_by or free else set()
    handed = {id(v) for event in random_splits(trace) for v in event.kwargs.values()}
    told: set[int] = set()
    for draw in free:
        event = made_by.get(id(draw.made), draw.event)
        if draw.event.result.uid in reached and id(event.node) not in told:
            told.add(id(event.node))
            yield Found(event.place, True, _sentence(event), patch=_patch(event))
    for event in made_by.values():
        if id(event.node) in told or event.discarded or event.place.module.never_read(event.node):
            continue
        told.add(id(event.node))
        certain = id(event.result) in handed
        yield Found(event.place, certain, _sentence(event), patch=_patch(event))


def _makes_unseeded(event: Event) -> bool:
    """True if a call makes a generator from the state of the system."""
    made = event.result
    if event.kind != "call" or not isinstance(made, Made) or made.place.index != event.index:
        return False
    return made.api in GENERATORS and not is_seeded(made)


def _patch(event: Event) -> Patch | None:
    """Give the generator a seed."""
    module, call = event.place.module, event.node
    last = event.name.rsplit(".", 1)[-1]
    if not isinstance(call, ast.Call) or last not in {"default_rng", "RandomState", "Random"}:
        return None
    if not call.args and not call.keywords:
        return patch_of(module, with_argument(module, call, "42"))
    given = call.args[0] if call.args else call.keywords[0].value
    empty = isinstance(given, ast.Constant) and given.value is None
    return patch_of(module, replaced(given, "42")) if empty else None


def _sentence(event: Event) -> str:
    if event.name.startswith(("secrets.", "os.", "uuid.")):
        return f"{text(event.node)} draws from the system and cannot be seeded"
    return f"{text(event.node)} has no seed, and the script's seeds do not reach it"


def _reached(trace: Trace, draws: Draws) -> Iterator[int]:
    """The serial numbers of what trained and scored data were made from, or chosen by."""
    events = [*trace.trainings(), *trace.scores(), *estimator_fits(trace), *estimator_scores(trace)]
    for event in events:
        given: list[Value] = [*event.args, *event.kwargs.values()]
        for value in given:
            yield from (found.uid for found in ancestry(value))
            yield from (draw.event.result.uid for draw in draws.selecting(value))
