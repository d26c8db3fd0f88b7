"""SB111: drawn-before-the-seed.

## What it sees

Noise, simulated rows, or an order of the training rows that are drawn before their generator is
seeded, or from a generator that the script does not seed although it seeds another. "Is" when the
draw plainly reaches what is trained on or scored. A draw that decides which rows are scored is
SB204, and a script that seeds nothing at all is SB102.

## Why it matters

A seed acts on the draws after it. What was drawn before differs in each run, so two runs of one
seed are not the same run, and an arm that is run later sees other data.

## Bad

```python
import keras
import numpy as np

noise = np.random.normal(0, 0.3, (1000, 28, 28))
keras.utils.set_random_seed(3)
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:1000] + noise, y[:1000], epochs=5)
```

## Good

```python
import keras
import numpy as np

keras.utils.set_random_seed(3)
noise = np.random.normal(0, 0.3, (1000, 28, 28))
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:1000] + noise, y[:1000], epochs=5)
```

## What was measured

`python -m benchmarks.doctor_effects SB111`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set), five epochs: with noise on
the training rows drawn before the seed is set, 10 runs gave 10 different networks and accuracies
from 89.7 to 92.0 % (sd 0.67, n=10); drawn after it, 10 runs gave one network and one accuracy.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import patch_of
from seedbed.doctor.editing.seed_lines import seeded_at_the_head
from seedbed.doctor.editing.syntax import source_of
from seedbed.doctor.interpreter.trace import PREDICTS, Trace
from seedbed.doctor.queries.data.estimators import estimator_fits, estimator_scores
from seedbed.doctor.queries.data.evaluation_data import held_out
from seedbed.doctor.queries.randomness.draws import Draw, draws_of
from seedbed.doctor.queries.randomness.seeds import SEEDS, hidden_seeding, seeds
from seedbed.doctor.queries.wording import line_of, text
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB111",
    "drawn-before-the-seed",
    "A seed acts on the draws after it: these numbers differ in each run, and the results with "
    "them, although the script is seeded.",
    "keras.utils.set_random_seed(42)  # before the first draw",
)
def drawn_before_seed(trace: Trace) -> Iterator[Found]:
    """Data are drawn before the generator's seed, in a script that seeds."""
    if not trace.whole or trace.imported or not seeds(trace, SEEDS) or hidden_seeding(trace):
        return
    draws = draws_of(trace)
    if not draws.unseeded:
        return
    splitting = {
        id(draw.event.node)
        for item in held_out(trace)
        for draw in draws.selecting(item.value, positional=item.within)
    }
    told: set[int] = set()
    events = [*trace.trainings(), *trace.scores(), *estimator_fits(trace), *estimator_scores(trace)]
    for event in events:
        for value in [*event.args, *event.kwargs.values()]:
            for draw in draws.behind(value):
                node = id(draw.event.node)
                shown = draw.event.name == "random.choice" and event.name in PREDICTS
                if node not in splitting | told and draw.is_global and not shown:
                    told.add(node)
                    edit = seeded_at_the_head(trace.module, _seed_of(trace, draw))
                    yield Found(
                        draw.event.place,
                        not trace.unknown_imports,
                        _sentence(draw),
                        patch=patch_of(trace.module, edit),
                    )


def _seed_of(trace: Trace, draw: Draw) -> str:
    """The seed that comes too late, where it is a literal of the script."""
    call = draw.late.node if draw.late is not None else None
    given = call.args[0] if isinstance(call, ast.Call) and call.args else None
    return source_of(trace.module, given) if isinstance(given, ast.Constant) else "42"


def _sentence(draw: Draw) -> str:
    if draw.late is None:
        return f"{text(draw.event.node)} makes the data, and nothing seeds {draw.generator}"
    place = draw.late.place
    line = line_of(place.module, place.node)
    return f"{text(draw.event.node)} is drawn before the seed is set ({line})"
