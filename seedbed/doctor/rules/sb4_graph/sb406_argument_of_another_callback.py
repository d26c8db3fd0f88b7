"""SB406: argument-of-another-callback.

## What it sees

An argument that belongs to another callback: `restore_best_weights` given to `ModelCheckpoint`,
`save_best_only` given to `EarlyStopping`, and so on.

## Why it matters

Some versions of Keras swallow unknown arguments (`ReduceLROnPlateau` still does): the script
looks as if the best weights were kept.

## Bad

```python
from keras.callbacks import ModelCheckpoint

keep = ModelCheckpoint("best.keras", save_best_only=True, restore_best_weights=True)
```

## Good

```python
from keras.callbacks import EarlyStopping, ModelCheckpoint

keep = ModelCheckpoint("best.keras", save_best_only=True)
stop = EarlyStopping(restore_best_weights=True)
```

## What was measured

`python -m benchmarks.doctor_effects SB406`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), eight
epochs: `ModelCheckpoint(restore_best_weights=True)` and `EarlyStopping(save_best_only=True)` stop
with a `TypeError`; `ReduceLROnPlateau(restore_best_weights=True)` is taken without a word and
left the same weights, bit for bit, as without it in 10 of 10 pairs.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Edit, Patch, patch_of
from seedbed.doctor.editing.syntax import end_of, source_of, start_of, with_argument
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Made,
)
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule

_OWN_ARGUMENTS = {
    "restore_best_weights": {"EarlyStopping"},
    "start_from_epoch": {"EarlyStopping"},
    "save_best_only": {"ModelCheckpoint"},
    "save_weights_only": {"ModelCheckpoint"},
    "save_freq": {"ModelCheckpoint", "BackupAndRestore"},
    "patience": {"EarlyStopping", "ReduceLROnPlateau"},
    "factor": {"ReduceLROnPlateau"},
    "cooldown": {"ReduceLROnPlateau"},
    "min_lr": {"ReduceLROnPlateau"},
    "baseline": {"EarlyStopping"},
}


_CALLBACKS = {
    "EarlyStopping",
    "ModelCheckpoint",
    "ReduceLROnPlateau",
    "LearningRateScheduler",
    "TensorBoard",
    "CSVLogger",
    "TerminateOnNaN",
    "BackupAndRestore",
}


@rule(
    "SB406",
    "argument-of-another-callback",
    "The callback has no such argument: depending on the version it is ignored, so the best "
    "weights are not kept, or the script stops with an error.",
    "EarlyStopping(patience=5, restore_best_weights=True)",
    "ModelCheckpoint('best.keras', save_best_only=True)",
)
def foreign_argument(trace: Trace) -> Iterator[Found]:
    """``restore_best_weights`` and the like, given to a callback that has no such thing."""
    for event in trace.events:
        made = event.result
        if event.kind != "call" or not isinstance(made, Made) or made.place.index != event.index:
            continue
        if not made.api.startswith("keras.callbacks.") or short(made) not in _CALLBACKS:
            continue
        for name, owners in _OWN_ARGUMENTS.items():
            if name in made.kwargs and short(made) not in owners:
                yield Found(
                    event.place,
                    True,
                    f"{short(made)} has no argument {name}; {' and '.join(sorted(owners))} "
                    f"{'has' if len(owners) == 1 else 'have'}",
                    patch=_patch(trace, event, name, owners),
                )


def _patch(trace: Trace, event: Event, name: str, owners: set[str]) -> Patch | None:
    """Move the argument to the one callback of the script that has it, or take it out."""
    module, call = event.place.module, event.node
    given = next((k for k in getattr(call, "keywords", []) if k.arg == name), None)
    taken = _without(call, given) if isinstance(call, ast.Call) and given is not None else None
    if taken is None or given is None:
        return None
    own = {id(e.node): e for e in trace.events if short(e.result) in owners and _makes(e)}
    if len(own) != 1:
        return patch_of(module, taken)
    owner = next(iter(own.values()))
    if name in owner.kwargs or owner.place.module is not module:
        return patch_of(module, taken)
    argument = f"{name}={source_of(module, given.value)}"
    return patch_of(module, taken, with_argument(module, owner.node, argument))


def _makes(event: Event) -> bool:
    made = event.result
    return isinstance(made, Made) and made.place.index == event.index


def _without(call: ast.Call, given: ast.keyword) -> Edit | None:
    """Take a keyword argument out, with the comma before it."""
    others = sorted(end_of(a) for a in [*call.args, *call.keywords] if a is not given)
    before = [end for end in others if end <= start_of(given)]
    return Edit(before[-1], end_of(given), "") if before else None
