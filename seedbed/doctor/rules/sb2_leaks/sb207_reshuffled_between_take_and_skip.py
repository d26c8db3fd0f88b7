"""SB207: reshuffled-between-take-and-skip.

## What it sees

`shuffle()` of a `tf.data` pipeline, without `reshuffle_each_iteration=False`, before `take()` and
`skip()` of the same dataset, with no `cache()` between.

## Why it matters

`shuffle` draws a new order whenever the data are read. `take(200)` and `skip(200)` then name
other rows in each epoch: after a few, the network has trained on every test row.

## Bad

```python
import tensorflow as tf

data = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(1000)
test, train = data.take(200), data.skip(200)
```

## Good

```python
import tensorflow as tf

data = tf.data.Dataset.from_tensor_slices((images, labels))
data = data.shuffle(1000, seed=0, reshuffle_each_iteration=False)
test, train = data.take(200), data.skip(200).shuffle(1000)
```

## What was measured

`python -m benchmarks.doctor_effects`, TensorFlow 2.21, Keras 3.15, one CPU thread, 1,000 rows,
200 taken: in the next pass 76 % of the test rows had been training rows (n=200 rows).
"""

from collections.abc import Iterator

from seedbed.doctor.editing.edits import patch_of
from seedbed.doctor.editing.syntax import with_argument
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Data,
    ancestry,
    is_const,
)
from seedbed.doctor.rules.registry import Found, rule

_DIRECTORIES = {f"keras.utils.{kind}_dataset_from_directory" for kind in ("image", "text", "audio")}
_SHUFFLING_LOADERS = {*_DIRECTORIES, "tensorflow.data.Dataset.list_files"}


@rule(
    "SB207",
    "reshuffled-between-take-and-skip",
    "shuffle() gives a new order in each epoch, so take() and skip() cut other rows each time: "
    "training rows become test rows and the score flatters.",
    "data = data.shuffle(1000, seed=0, reshuffle_each_iteration=False)",
    "test, train = data.take(200), data.skip(200).shuffle(1000)",
)
def reshuffled(trace: Trace) -> Iterator[Found]:
    """A dataset is shuffled anew in each epoch, then cut by ``take`` and ``skip``."""
    takes = [event for event in trace.calls(".take") if not _skips_before(event)]
    taken = {id(s): s for event in takes for s in _shuffles(event)}
    for event in trace.calls(".skip"):
        for shuffle in _shuffles(event):
            if id(shuffle) in taken:
                place = next(e.place for e in trace.events if e.result is shuffle)
                certain = shuffle.op not in _DIRECTORIES
                change = with_argument(place.module, place.node, "reshuffle_each_iteration=False")
                plain = (
                    shuffle.op == ".shuffle" and "reshuffle_each_iteration" not in shuffle.detail
                )
                yield Found(
                    place,
                    certain,
                    "shuffled anew in each epoch before take() and skip()",
                    patch=patch_of(place.module, change, safe=False) if plain else None,
                )


def _skips_before(take: Event) -> bool:
    """True for ``data.skip(60).take(5)``: a look at some rows, or one part beside another."""
    return any(
        isinstance(value, Data) and value.op == ".skip" for value in ancestry(take.result, 40)
    )


def _shuffles(event: Event) -> Iterator[Data]:
    """The reshuffling ``shuffle`` on which a ``take`` or ``skip`` stands."""
    value = event.target
    for _ in range(40):
        if not isinstance(value, Data) or not value.parents or value.op == ".cache":
            return
        if value.op in _SHUFFLING_LOADERS:
            if not is_const(value.detail.get("shuffle"), False):
                yield value
            return
        if value.op == ".shuffle":
            fixed = value.detail.get("reshuffle_each_iteration")
            positional = value.parents[3] if len(value.parents) > 3 else None
            if not is_const(fixed if fixed is not None else positional, False):
                yield value
            return
        value = value.parents[0]
