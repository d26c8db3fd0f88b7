"""SB204: split-without-a-seed.

## What it sees

`train_test_split`, or shuffled folds, without `random_state` and without a seed of NumPy before.
Splits made by hand: `np.random.permutation`, `random.shuffle`, `df.sample`, a mask of `rand() <
0.8`, a draw for each row, `Dataset.shuffle(...).take()`, when they decide which rows are scored
and their generator is not seeded, or only after the draw, or is a `random.Random()` or
`default_rng()` of its own without a seed. "May be" where such draws decide which files are copied
or moved to which folder. Also two subsets of one folder that are cut with different seeds, so that
they overlap.

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
random splits (n=100). Nothing but the split varied. `python -m benchmarks.doctor_effects SB204`,
a small CNN on scikit-learn's digits: with the permutation drawn before the seed is set, 10 runs
gave 10 different networks and accuracies from 85.7 to 92.3 % (n=10); drawn after it, one.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.arguments import with_seed_argument
from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced, seed_in_loop, source_of
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    constant,
    is_const,
    key,
)
from seedbed.doctor.queries.data.evaluation_data import held_out
from seedbed.doctor.queries.data.splits import random_splits
from seedbed.doctor.queries.randomness.draws import Draw, Draws, draws_of
from seedbed.doctor.queries.randomness.seeds import ALL_SEEDS, NUMPY_SEEDS, hidden_seeding, seeds
from seedbed.doctor.queries.wording import line_of, text
from seedbed.doctor.rules.registry import Found, rule

_DIRECTORY = "keras.utils.image_dataset_from_directory"
_COPIES = tuple(
    f"{module}.{name}"
    for module, names in {
        "shutil": ("copy", "copyfile", "copy2", "copytree", "move"),
        "os": ("rename", "replace", "symlink", "link"),
        "tensorflow.io.gfile": ("copy", "rename"),
    }.items()
    for name in names
)
_NUMPY_DRAWS = {f"numpy.random.{name}" for name in ("permutation", "shuffle", "choice")}
_PYTHON_DRAWS = {"random.shuffle", "random.sample"}
_FIX_BY_HAND = (
    "rng = np.random.default_rng(0)  # a generator for the split alone",
    "order = rng.permutation(len(x))",
)


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
            event.place,
            whole,
            f"{name} has no random_state and NumPy is not seeded before it",
            patch=with_seed_argument(event, "random_state"),
        )
    yield from _by_hand(trace, whole)
    yield from _unequal_folders(trace)


def _by_hand(trace: Trace, whole: bool) -> Iterator[Found]:
    """Draws that decide which rows are scored and that no seed reaches."""
    draws = draws_of(trace)
    told: set[int] = set()
    for item in held_out(trace) if draws.unseeded else ():
        for draw in draws.selecting(item.value, positional=item.within):
            if id(draw.event.node) not in told:
                told.add(id(draw.event.node))
                yield Found(
                    draw.event.place,
                    whole or not draw.is_global,
                    f"{text(draw.event.node)} decides which rows are scored, and {_unseeded(draw)}",
                    fix=_FIX_BY_HAND,
                    patch=_seeded_draw(draw.event) if draw.is_global else None,
                )
    yield from _between_folders(trace, draws, told)


def _seeded_draw(event: Event) -> Patch | None:
    """Draw from a generator that is made for the split alone."""
    module, call = event.place.module, event.node
    function, seed = getattr(call, "func", None), seed_in_loop(module, call)
    if not isinstance(function, ast.Attribute) or seed is None:
        return None
    if event.name == ".sample":
        return with_seed_argument(event, "random_state")
    if event.name == ".shuffle":
        return with_seed_argument(event, "seed")
    owner, method = source_of(module, function.value), function.attr
    if event.name in _NUMPY_DRAWS:
        return patch_of(module, replaced(function, f"{owner}.default_rng({seed}).{method}"))
    if event.name in _PYTHON_DRAWS and owner == "random":
        return patch_of(module, replaced(function, f"random.Random({seed}).{method}"))
    return None


def _unseeded(draw: Draw) -> str:
    """Why nothing pins a draw."""
    if draw.generator == "the system":
        return "nothing can seed it"
    if draw.made is not None:
        made = draw.made.place
        return f"its generator ({line_of(made.module, made.node)}) has no seed"
    if draw.late is not None:
        place = draw.late.place
        return f"the seed is set after it ({line_of(place.module, place.node)})"
    return f"nothing seeds {draw.generator} before it"


def _between_folders(trace: Trace, draws: Draws, told: set[int]) -> Iterator[Found]:
    """Files that are copied or moved to folders in an order that no seed reaches."""
    for event in trace.calls(*_COPIES):
        files = event.args[:1]
        found = [draw for file in files for draw in draws.selecting(file, positional=True)]
        for draw in [*found, *draws.sending(event)]:
            if id(draw.event.node) not in told:
                told.add(id(draw.event.node))
                yield Found(
                    draw.event.place,
                    False,
                    f"{text(draw.event.node)} decides which files go to which folder, "
                    f"and {_unseeded(draw)}",
                    fix=_FIX_BY_HAND,
                    patch=_seeded_draw(draw.event) if draw.is_global else None,
                )


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
                _seeded_as(event, theirs),
            )


def _seeded_as(event: Event, seed: object) -> Patch | None:
    """Cut a subset with the seed of the other."""
    given = next((k for k in getattr(event.node, "keywords", []) if k.arg == "seed"), None)
    return patch_of(event.place.module, replaced(given.value, repr(seed))) if given else None
