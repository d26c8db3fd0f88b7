"""SB501: one-run-per-arm.

## What it sees

Scores of two models, each trained once, meet in a comparison, a difference or a `max`. Two models
that are merely scored on the same rows are a "may be", and so is a loop over settings whose every
pass builds, trains and scores a network once.

## Why it matters

One number per arm has no spread. The difference of two runs of one and the same script is the
yardstick, and it is not zero.

`seedbed` compares arms on common seeds, with an interval, and says how many more runs
would settle it.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(1)
a = keras.Sequential([layers.Flatten(), layers.Dense(10, activation="softmax")])
a.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
a.fit(x_train, y_train, epochs=10)
score_a = a.evaluate(x_test, y_test)[1]
keras.utils.set_random_seed(1)
b = keras.Sequential([
    layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10, activation="softmax"),
])
b.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
b.fit(x_train, y_train, epochs=10)
score_b = b.evaluate(x_test, y_test)[1]
if score_b > score_a:
    print("convolution helps")
```

## Good

```python
import keras
from keras import layers


def build(norm):
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(8, 3)])
    if norm:
        model.add(layers.BatchNormalization())
    model.add(layers.Flatten())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def run(norm, seed):
    keras.utils.set_random_seed(seed)
    model = build(norm)
    model.fit(x_train, y_train, epochs=10)
    return model.evaluate(x_test, y_test)[1]


differences = [run(True, seed) - run(False, seed) for seed in range(10)]
print(differences)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), 30 epochs: of the
190 pairs of 20 runs of one and the same script 12 % differed by a point or more, the widest by
1.3 (n=190 pairs).
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import (
    PREDICTS,
    Event,
    Trace,
    is_known_model,
)
from seedbed.doctor.interpreter.values import Instance, Items, Loop, Model, Value, ancestry
from seedbed.doctor.queries.data.data_rows import name_of, rows
from seedbed.doctor.queries.data.evaluation_data import inputs_of, validation_of
from seedbed.doctor.queries.randomness.seeds import SEEDS, seeds
from seedbed.doctor.queries.training.comparisons import compared_runs, lone_pairs
from seedbed.doctor.queries.training.loops import repetition_kind
from seedbed.doctor.queries.training.models import models_of
from seedbed.doctor.queries.training.scores import repeating_loops
from seedbed.doctor.queries.wording import text
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB501",
    "one-run-per-arm",
    "Two runs of the same script differ too, so one run per arm cannot tell a better method from "
    "a luckier start.",
    "for seed in range(10):                    # the same seeds in both arms",
    "    keras.utils.set_random_seed(seed)",
    "    scores_a.append(run(build_a)); scores_b.append(run(build_b))",
    "# then: mean difference with its interval, paired by seed",
)
def one_run_per_arm(trace: Trace) -> Iterator[Found]:
    """Scores of two models are compared, each trained once."""
    trained = {model.uid for fit in trace.fits() for model in models_of(fit)}
    certain_pairs: set[frozenset[int]] = set()
    for event, runs in compared_runs(trace):
        models = frozenset(run.model.uid for run in runs)
        real = models <= trained and all(
            isinstance(run.model, Model | Instance) and _scores_rows(run.event) for run in runs
        )
        if real:
            certain_pairs.add(models)
            yield Found(
                event.place,
                not event.loops and all(is_known_model(run.model) for run in runs),
                f"{text(event.node, 44)} compares one run with one run",
            )
    for pair in lone_pairs(trace):
        if frozenset((pair.one.uid, pair.other.uid)) not in certain_pairs:
            data = name_of(inputs_of(pair.second), "the same data")
            yield Found(pair.second.place, False, f"two models, one run each, are scored on {data}")
            return
    yield from _settings(trace)


def _settings(trace: Trace) -> Iterator[Found]:
    """A loop over settings whose every pass builds, trains and scores a network once."""
    told: set[int] = set()
    for event in _scored(trace):
        loops = {id(x): x for m in models_of(event) for x in repeating_loops(event, m)}
        if len(loops) != 1 or id(event.node) in told or _scored_rows(event) is None:
            continue
        loop = next(iter(loops.values()))
        alike = {rows(_scored_rows(e)) for e in trace.calls(event.name) if e.node is event.node}
        settings = repetition_kind(loop) == "values" and not _seeds_with(trace, loop)
        if settings and len(alike) == 1:
            told.add(id(event.node))
            yield Found(event.place, False, "each setting of the loop is trained and scored once")


def _scored(trace: Trace) -> Iterator[Event]:
    """Scores of networks: ``evaluate``, predictions in a metric, and histories of validation."""
    used = _used(trace)
    for event in trace.events:
        plain = event.name in {".evaluate", ".evaluate_generator"}
        if event.kind == "call" and (plain or event.result.uid in used):
            yield event


def _scored_rows(event: Event) -> Value | None:
    """The rows that a call scores: its inputs, or the validation data of a ``fit``."""
    trains = event.name in {".fit", ".fit_generator"}
    return validation_of(event) if trains else inputs_of(event)


def _used(trace: Trace) -> set[int]:
    """Predictions that a metric is given, and histories that are printed or kept."""
    histories = {fit.result.uid for fit in trace.fits() if validation_of(fit) is not None}
    predictions = {event.result.uid for event in trace.calls(*PREDICTS)}
    found: set[int] = set()
    for event in trace.events if histories or predictions else ():
        measures = event.name.startswith("sklearn.metrics.")
        if measures or event.name in {"builtins.print", ".append", "[]"}:
            made = {v.uid for given in event.args for v in ancestry(given, 20)}
            found |= made & (predictions if measures else histories)
    return found


def _seeds_with(trace: Trace, loop: Loop) -> bool:
    """Whether a loop's values are the seeds of its passes."""
    values = {value.uid for value in ([loop.over] if loop.over is not None else [])}
    if isinstance(loop.over, Items):
        values = {item.uid for item in loop.over.items}
    return any(
        found.uid in values
        for seed in seeds(trace, SEEDS)
        for given in (*seed.args, *seed.kwargs.values())
        for found in ancestry(given, 12)
    )


def _scores_rows(event: Event) -> bool:
    """True if the call names the rows it scores."""
    return inputs_of(event) is not None
