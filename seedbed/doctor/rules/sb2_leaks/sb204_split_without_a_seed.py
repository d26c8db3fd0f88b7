"""SB204: split-without-a-seed.

## What it sees

`train_test_split`, or shuffled folds, without `random_state` and without a seed of NumPy before;
also two subsets of one folder that are cut with different seeds, so that they overlap.

## Why it matters

The split is a source of variance of its own, often the largest for small data. Two scripts that
split at random are also not scored on the same rows.

## Bad

```python
from sklearn.model_selection import train_test_split

x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2)
```

## Good

```python
from sklearn.model_selection import train_test_split

x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, stratify=y, random_state=0)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, one
deterministic classifier of breast cancer, 114 test rows: 97.8 % with an sd of 1.4 points over 100
random splits (n=100). Nothing but the split varied.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    constant,
    is_const,
    key,
)
from seedbed.doctor.queries.seeds import ALL_SEEDS, NUMPY_SEEDS, hidden_seeding, seeds
from seedbed.doctor.queries.splits import random_splits
from seedbed.doctor.rules.registry import Found, rule

_DIRECTORY = "keras.utils.image_dataset_from_directory"


@rule(
    "SB204",
    "split-without-a-seed",
    "Other rows are test rows in each run, so the accuracy also changes with the luck of the "
    "split; runs, and arms of a comparison, are not scored on the same examples.",
    "train_test_split(x, y, test_size=0.2, stratify=y, random_state=0)",
)
def unseeded_split(trace: Trace) -> Iterator[Found]:
    """A random split without a seed of its own and without NumPy's."""
    numpy_seeds = seeds(trace, NUMPY_SEEDS | ALL_SEEDS)
    whole = trace.whole and not trace.unknown_imports and not hidden_seeding(trace)
    for event in random_splits(trace):
        given = event.kwargs.get("random_state")
        if (given is not None and not is_const(given, None)) or "**" in event.kwargs:
            continue
        if any(seed.index < event.index for seed in numpy_seeds):
            continue
        name = event.name.rsplit(".", 1)[-1]
        yield Found(
            event.place, whole, f"{name} has no random_state and NumPy is not seeded before it"
        )
    yield from _unequal_folders(trace)


def _unequal_folders(trace: Trace) -> Iterator[Found]:
    """Training and validation subsets of one folder, cut with different seeds."""
    cut: dict[object, Event] = {}
    for event in trace.calls(_DIRECTORY):
        subset = constant(event.kwargs.get("subset"))
        if subset not in {"training", "validation"}:
            continue
        folder = key(event.argument("directory", 0))
        first = cut.setdefault(folder, event)
        mine, theirs = constant(event.kwargs.get("seed")), constant(first.kwargs.get("seed"))
        other_subset = constant(first.kwargs.get("subset")) != subset
        if other_subset and mine is not None and theirs is not None and mine != theirs:
            yield Found(
                event.place,
                True,
                f"the subsets are cut with different seeds ({theirs} and {mine})",
                "The two subsets come from two different shuffles, so some validation images are "
                "also training images and the validation score flatters.",
                (f"image_dataset_from_directory(..., subset='{subset}', seed={theirs})",),
            )
