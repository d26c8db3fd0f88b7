"""SB206: one-subject-on-both-sides.

## What it sees

A random split of windows that overlap (`series[i : i + width]` for each i,
`sliding_window_view`), also by a permutation that is cut or by shuffled folds, or of rows in a
script that knows subjects (`patient_id`, `speakers` …) and never splits by them. "May be" where
only the names say so. The patch divides windows at one moment; those next to the cut still share
numbers, so leave out as many as a window is long.

## Why it matters

Neighbouring windows share most of their numbers, frames of one person look alike: the nearest
training row is nearly the test row itself, and remembering it is rewarded.

## Bad

```python
import numpy as np
from sklearn.model_selection import train_test_split

windows = []
for i in range(len(series) - 50):
    windows.append(series[i : i + 50])
windows = np.array(windows)
train, test = train_test_split(windows, random_state=0)
```

## Good

```python
import numpy as np

cut = int(0.8 * len(series))


def windows_of(part):
    return np.array([part[i : i + 50] for i in range(len(part) - 50)])


train, test = windows_of(series[:cut]), windows_of(series[cut:])
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, 40 subjects
whose label is a coin toss, 25 frames each, a nearest neighbour: 99.5 % when frames are split at
random (sd 0.4, n=20), 50.9 % when subjects are (sd 7.2, n=20). The second is the truth.
"""

from collections.abc import Iterator

from seedbed.doctor.editing.splits import cut_in_time
from seedbed.doctor.interpreter.library_calls import SPLITTERS
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Items,
    Value,
    ancestry,
    constant,
)
from seedbed.doctor.queries.data.data_rows import name_of
from seedbed.doctor.queries.data.estimators import CROSS_VALIDATIONS
from seedbed.doctor.queries.data.evaluation_data import held_out, inputs_of
from seedbed.doctor.queries.data.splits import random_splits
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule

_ORDERS = (
    "numpy.random.permutation", "numpy.random.shuffle", "random.shuffle", ".permutation",
    ".permuted", ".shuffle", "tensorflow.random.shuffle",
)  # fmt: skip
_BY_GROUP = {"GroupKFold", "GroupShuffleSplit", "LeaveOneGroupOut", "StratifiedGroupKFold"}


_SUBJECT_WORDS = {
    "subject_id", "subject_ids", "subjects", "patient_id", "patient_ids", "patientid", "patients",
    "speaker_id", "speaker_ids", "speakers", "participant_id", "participants", "person_id",
    "person_ids", "user_id", "user_ids", "session_id", "video_id", "video_ids", "recording_id",
    "slide_id", "animal_id",
}  # fmt: skip


@rule(
    "SB206",
    "one-subject-on-both-sides",
    "Rows that are nearly copies of each other stand on both sides of the split, so the test "
    "score measures memory; on new subjects or later times it will be lower.",
    "splitter = GroupShuffleSplit(test_size=0.2, random_state=0)",
    "train, test = next(splitter.split(x, y, groups=subject_id))",
    "# windows of a series: cut it in time first, then make the windows",
)
def subject_on_both_sides(trace: Trace) -> Iterator[Found]:
    """Windows, frames or rows of one subject, divided at random."""
    grouped = any(short(e.result) in _BY_GROUP or "groups" in e.kwargs for e in trace.events)
    splits = list(random_splits(trace))
    words = trace.words() & _SUBJECT_WORDS if splits else set()
    for event in splits:
        overlap = [_overlapping(value) for value in _divided(trace, event)]
        if True in overlap or False in overlap:
            what = "overlapping windows are divided at random"
            patch = cut_in_time(event.place.module, event.node)
            yield Found(event.place, True in overlap, what, patch=patch)
        elif words and not grouped and not any(map(_lists_subjects, _divided(trace, event))):
            word = min(words)
            yield Found(event.place, False, f"rows are divided at random although there is {word}")
    yield from _by_hand(trace)


def _lists_subjects(divided: Value) -> bool:
    """True for a list of the subjects themselves, of whom each stands on one side."""
    unique = any(
        isinstance(value, Data) and value.op.rsplit(".", 1)[-1] in {"unique", "set"}
        for value in ancestry(divided, 4)
    )
    return unique or name_of(divided, "").lower() in _SUBJECT_WORDS


def _divided(trace: Trace, split: Event) -> list[Value]:
    """What a split divides, or what the folds that it makes are asked to divide."""
    if split.name in SPLITTERS:
        return split.args
    folds = split.result
    given = [e.args[0] for e in trace.calls(".split") if e.target is folds and e.args]
    for event in trace.calls(*CROSS_VALIDATIONS):
        rows = inputs_of(event)
        if event.kwargs.get("cv") is folds and rows is not None:
            given.append(rows)
    return given


def _by_hand(trace: Trace) -> Iterator[Found]:
    """Windows that an order drawn at random deals to both sides."""
    made_by = {event.result.uid: event for event in trace.calls(*_ORDERS)}
    told: set[int] = set()
    for item in held_out(trace) if made_by else ():
        cut = item.within
        for found in ancestry(item.value, 60):
            cut = cut or (isinstance(found, Data) and found.op == "slice")
            if not isinstance(found, Data) or found.op != "index" or len(found.parents) < 2:
                continue
            chosen = list(ancestry(found.parents[1], 30))
            drawn = [made_by[value.uid] for value in chosen if value.uid in made_by]
            above = chosen[: chosen.index(drawn[0].result)] if drawn else []
            divides = cut or any(isinstance(v, Data) and v.op == "slice" for v in above)
            overlap = _overlapping(found.parents[0]) if drawn and divides else None
            if overlap is not None and id(drawn[0].node) not in told:
                told.add(id(drawn[0].node))
                yield Found(drawn[0].place, overlap, "overlapping windows are divided at random")


def _overlapping(value: Value) -> bool | None:
    """True for windows that plainly overlap, False for ones that may, None for no windows."""
    for found in ancestry(value):
        if isinstance(found, Data) and found.op.endswith("sliding_window_view"):
            return True
        if isinstance(found, Items) and found.open:
            for item in found.items:
                judged = _window(item)
                if judged is not None:
                    return judged
    return None


def _window(item: Value) -> bool | None:
    """Whether an appended item is ``series[i : i + width]`` with a step below the width."""
    for value in ancestry(item, 12):
        if not (isinstance(value, Data) and value.op == "slice" and len(value.parents) == 4):
            continue
        start, stop = value.parents[1], value.parents[2]
        if not (isinstance(stop, Data) and stop.op == "binop:+") and not (
            isinstance(start, Data) and start.op == "binop:-"
        ):
            continue
        if not isinstance(start, Data | Const):
            continue
        counter = start if isinstance(start, Data) else None
        stepped = _step_of(counter or stop)
        if stepped is None:
            continue
        width = [constant(p) for p in (stop.parents if isinstance(stop, Data) else ())]
        known = [w for w in width if isinstance(w, int)]
        if stepped == 1:
            return True
        if known and isinstance(stepped, int) and stepped >= known[0]:
            return None
        return bool(known and isinstance(stepped, int))
    return None


def _step_of(value: Value) -> int | str | None:
    """The step of the ``range`` that a counter runs over; ``unknown`` when it has one."""
    for found in ancestry(value, 12):
        if isinstance(found, Data) and found.op == "builtins.range":
            if len(found.parents) < 3:
                return 1
            step = constant(found.parents[2])
            return step if isinstance(step, int) else "unknown"
    return None
