"""SB306: old-search-taken-up.

## What it sees

A search of Keras Tuner in a folder of a fixed name without `overwrite=True`. If the folder is
there from an earlier run, the tuner reads its trials and trains nothing. Always "may be": the
first run does search.

## Why it matters

The second run reports the best of the first, whatever has changed since in the network, the data
or the seeds: two runs agree because only one took place.

## Bad

```python
import keras
import keras_tuner

keras.utils.set_random_seed(42)
tuner = keras_tuner.RandomSearch(build, objective="val_accuracy", directory="trials")
tuner.search(x_train, y_train, epochs=5, validation_split=0.2)
```

## Good

```python
import keras
import keras_tuner

keras.utils.set_random_seed(42)
tuner = keras_tuner.RandomSearch(
    build, objective="val_accuracy", directory="trials", overwrite=True
)
tuner.search(x_train, y_train, epochs=5, validation_split=0.2)
```

## What was measured

`python -m benchmarks.doctor_effects SB306` (with `pip install keras-tuner tensorboard`), Keras
Tuner 1.4, TensorFlow 2.21, Keras 3.15, searches of 3 trials on scikit-learn's digits: the first
searches trained 15 networks, the second ones, of another network on another seed, none, and all
reported the best score of the first to the last digit (n=5 pairs of searches).
"""

from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced, with_argument
from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Const, Made, arms, constant
from seedbed.doctor.queries.training.wrappers import is_tuner
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB306",
    "old-search-taken-up",
    "If the folder is there from an earlier run, its trials are read and nothing is trained: the "
    "result is that of the earlier network, data and seeds.",
    "keras_tuner.RandomSearch(build, ..., overwrite=True)",
)
def old_search_taken_up(trace: Trace) -> Iterator[Found]:
    """A tuner that may read the trials of an earlier run."""
    told: set[int] = set()
    for search in trace.calls(".search"):
        for tuner in arms(search.target):
            if not isinstance(tuner, Made) or not is_tuner(tuner) or tuner.uid in told:
                continue
            told.add(tuner.uid)
            names = [tuner.kwargs.get(name) for name in ("directory", "project_name")]
            fixed = all(name is None or isinstance(name, Const) for name in names)
            fresh = tuner.kwargs.get("overwrite")
            if "**" in tuner.kwargs or not fixed or (fresh and constant(fresh) is not False):
                continue
            folder = constant(names[0]) or "the working directory"
            what = f"{short(tuner)} takes up the trials of an earlier run in {folder}"
            yield Found(tuner.place, False, what, patch=_patch(tuner))


def _patch(tuner: Made) -> Patch | None:
    """Search anew; unsafe, because the earlier trials are removed."""
    module, call = tuner.place.module, tuner.place.node
    given = next((k for k in getattr(call, "keywords", []) if k.arg == "overwrite"), None)
    if given is not None:
        return patch_of(module, replaced(given.value, "True"), safe=False)
    return patch_of(module, with_argument(module, call, "overwrite=True"), safe=False)
