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

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Trace
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
                )
