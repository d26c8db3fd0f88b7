"""SB503: best-of-several-runs.

## What it sees

`max(scores)` over runs or folds, `if score > best` around them, and a number that is taken from
the end of their sorted list or by `argmax`. "May be" for settings, for validation rows, and when a
mean or spread is computed as well.

`from min(scores) to max(scores)` reports a range and is left alone.

## Why it matters

The highest of n draws grows with n. It says how many tries there were as much as how good the
method is.

## Bad

```python
import keras

scores = []
for seed in range(10):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=5)
    scores.append(model.evaluate(x_test, y_test)[1])
print("accuracy", max(scores))
```

## Good

```python
import keras
import numpy as np

scores = []
for seed in range(10):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=5)
    scores.append(model.evaluate(x_test, y_test)[1])
print("accuracy", np.mean(scores), "sd", np.std(scores, ddof=1), "n", len(scores))
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), 30 epochs: the
best of ten runs was 0.53 points above the mean run (n=10,000 draws from 20 runs).
"""

import dataclasses
from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Value
from seedbed.doctor.queries.data.data_rows import part_of
from seedbed.doctor.queries.data.evaluation_data import inputs_of
from seedbed.doctor.queries.training.comparisons import EXTREMES
from seedbed.doctor.queries.training.loops import repetition_kind
from seedbed.doctor.queries.training.ranks import ends_of_sorted
from seedbed.doctor.queries.training.scores import (
    Run,
    repeating_loops,
    runs_behind,
    scoring_events,
    spread_reported,
)
from seedbed.doctor.queries.wording import text
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB503",
    "best-of-several-runs",
    "The best of several runs is an order statistic, not a typical result: it grows with the "
    "number of tries, and the next run will most likely be below it.",
    "print(np.mean(scores), np.std(scores, ddof=1), len(scores))",
)
def best_of_runs(trace: Trace) -> Iterator[Found]:
    """``max(scores)`` over runs, or ``if score > best`` around them."""
    by_result = scoring_events(trace)
    lookups = {id(a) for e in trace.calls(".index") for a in e.node.args}  # type: ignore[attr-defined]
    spread = spread_reported(trace)
    ranges = _in_ranges(trace, by_result)
    for event in trace.events:
        if event.index in ranges:
            continue
        if event.kind == "call" and event.name in EXTREMES and id(event.node) not in lookups:
            if "arg" in event.name or "idx" in event.name:
                continue
            values: list[Value] = [*event.args, *([event.target] if event.target else [])]
            runs = [run for value in values for run in runs_behind(value, by_result)]
        elif event.kind == "compare" and event.name in {"Gt", "GtE", "Lt", "LtE"}:
            sides = [runs_behind(value, by_result) for value in event.args]
            if not all(sides) or sides[0][0].event.node is not sides[-1][0].event.node:
                continue
            runs = [run for side in sides for run in side]
        else:
            continue
        found = _best(event, runs, text(event.node, 40), spread)
        if found is not None:
            yield found
    for end in ends_of_sorted(trace) if by_result else ():
        found = _best(end.event, runs_behind(end.listed, by_result), end.words, spread)
        if found is not None:
            yield dataclasses.replace(found, certain=found.certain and end.best)


def _in_ranges(trace: Trace, by_result: dict[int, Event]) -> set[int]:
    """Extremes that stand beside their opposite, as in ``from min(scores) to max(scores)``."""
    ends: dict[frozenset[int], dict[str, set[int]]] = {}
    for event in trace.calls(*EXTREMES):
        values: list[Value] = [*event.args, *([event.target] if event.target else [])]
        runs = frozenset(id(r.event.node) for v in values for r in runs_behind(v, by_result))
        end = "min" if "min" in event.name else "max"
        ends.setdefault(runs, {}).setdefault(end, set()).add(event.index)
    both = [found for runs, found in ends.items() if runs and len(found) == 2]
    return {index for found in both for indices in found.values() for index in indices}


def _best(event: Event, runs: list[Run], what: str, spread: bool) -> Found | None:
    """Whether an extreme is taken over runs that were built and trained anew."""
    loops = {id(loop): loop for run in runs for loop in repeating_loops(run.event, run.model)}
    if len({run.event.index for run in runs}) < 2 or not loops:
        return None
    kinds = {repetition_kind(loop) for loop in loops.values()}
    on_validation = any(part_of(inputs_of(run.event))[0] == "validation" for run in runs)
    certain = kinds <= {"runs", "range"} and not spread and not on_validation
    of = "folds" if kinds == {"folds"} else "settings" if kinds == {"values"} else "runs"
    return Found(event.place, certain, f"{what} keeps the best of several {of}")
