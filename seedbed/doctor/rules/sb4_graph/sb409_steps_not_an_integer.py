"""SB409: steps-not-an-integer.

## What it sees

`steps_per_epoch` or `validation_steps` from a true division. NumPy's `ceil` and `floor`, which
give floats, are a "may be".

## Why it matters

Keras 3 stops with `'float' object cannot be interpreted as an integer`; older versions cut or
round up, so an epoch is not one pass over the data.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(stream, steps_per_epoch=len(x_train) / 32, epochs=5)
```

## Good

```python
import keras
from keras import layers

keras.utils.set_random_seed(42)
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(stream, steps_per_epoch=len(x_train) // 32, epochs=5)
```

## What was measured

`python -m benchmarks.doctor_effects SB409`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh): 18.75, 18.0
and 19.0 (what `np.ceil` gives), as `steps_per_epoch` and as `validation_steps`, ended 6 of 6 runs
with `'float' object cannot be interpreted as an integer`. No accuracy moves, since none comes
out; what older versions did was not measured here.
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.syntax import replaced, source_of
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Value,
)
from seedbed.doctor.queries.wording import text
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB409",
    "steps-not-an-integer",
    "Keras 3 stops with a TypeError; older versions round by themselves, so an epoch is a little "
    "more or less than one pass over the data.",
    "steps_per_epoch=math.ceil(len(x_train) / batch_size)  # or leave it out",
)
def steps_not_integer(trace: Trace) -> Iterator[Found]:
    """``steps_per_epoch=len(x) / batch_size``."""
    for event in [*trace.fits(), *trace.calls(".evaluate_generator", ".predict_generator")]:
        for name in ("steps_per_epoch", "validation_steps", "steps", "samples_per_epoch"):
            value = event.kwargs.get(name)
            if value is None:
                continue
            if isinstance(value, Const) and isinstance(value.value, float):
                certain: bool | None = True
            else:
                certain = _fractional(value)
            if certain is not None:
                keyword = next(k for k in event.node.keywords if k.arg == name)  # type: ignore[attr-defined]
                yield Found(
                    event.place,
                    certain,
                    f"{name}={text(keyword.value, 34)} is not an integer",
                    patch=_patch(event, keyword.value),
                )


def _patch(event: Event, given: ast.expr) -> Patch | None:
    """Round down, as older versions of Keras do: ``len(x) // 32``, else ``int(...)``."""
    module = event.place.module
    if isinstance(given, ast.BinOp) and isinstance(given.op, ast.Div):
        left, right = source_of(module, given.left), source_of(module, given.right)
        floats = any(
            isinstance(n, ast.Constant) and isinstance(n.value, float) for n in ast.walk(given)
        )
        whole = module.source_lines and source_of(module, given)
        if not floats and whole == f"{left} / {right}":
            return patch_of(module, replaced(given, f"{left} // {right}"))
    if isinstance(given, ast.Name):
        return patch_of(module, replaced(given, f"int({given.id})"))
    return patch_of(module, replaced(given, f"int({source_of(module, given)})"))


def _fractional(value: Value) -> bool | None:
    """True for a true division, False for NumPy's rounding (a float), None for anything else."""
    if not isinstance(value, Data):
        return None
    if value.op == "binop:/":
        return True
    if value.op in {"numpy.ceil", "numpy.floor", "numpy.round", "numpy.rint"}:
        return False
    if value.op in {"binop:*", "binop:+", "binop:-"}:
        return True if any(_fractional(parent) for parent in value.parents) else None
    return None
