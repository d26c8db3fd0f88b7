"""SB104: op-determinism-missing.

## What it sees

The script seeds the framework and names a GPU (`tf.device('/GPU:0')`, `CUDA_VISIBLE_DEVICES`,
memory growth, `MirroredStrategy`), but never calls `enable_op_determinism()` nor sets
`TF_DETERMINISTIC_OPS`. "Is" for `tf.device`, "may be" for the others.

## Why it matters

Atomic additions on a GPU finish in another order each time, and floating-point sums depend on the
order. The seed then fixes the start, not the course.

## Bad

```python
import keras
import tensorflow as tf

keras.utils.set_random_seed(42)
with tf.device("/GPU:0"):
    model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x_train, y_train, epochs=5)
```

## Good

```python
import keras
import tensorflow as tf

keras.utils.set_random_seed(42)
tf.config.experimental.enable_op_determinism()
with tf.device("/GPU:0"):
    model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x_train, y_train, epochs=5)
```

## What was measured

`python -m benchmarks.doctor_effects SB104`, TensorFlow 2.21, Keras 3.15, a small CNN on
scikit-learn's digits (600 rows to train, 300 as the test set), five epochs, one seed, noise that
four CPU threads add to the images in `Dataset.map(…, num_parallel_calls=4)`: ten networks in ten
runs, accuracy 90.6 % (sd 0.34, n=10). With `enable_op_determinism()` one network and one accuracy,
in 1.5 times the processor time (n=10). A GPU's atomic additions are not in these figures:
`seedbed repeat bad.py --seeds 10 --keep-seeds --numeric free` shows them on a machine with one.
"""

from collections.abc import Iterator

from seedbed.doctor.editing.edits import Patch, patch_of
from seedbed.doctor.editing.seed_lines import head_of
from seedbed.doctor.editing.syntax import line_after
from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import (
    constant,
)
from seedbed.doctor.queries.environment import environment_set
from seedbed.doctor.queries.randomness.seeds import (
    FRAMEWORK_SEEDS,
    first_training,
    hidden_seeding,
    seeds,
)
from seedbed.doctor.rules.registry import Found, rule

_DETERMINISM = {
    "tensorflow.config.experimental.enable_op_determinism",
    "keras.config.enable_op_determinism",
}


@rule(
    "SB104",
    "op-determinism-missing",
    "Several GPU operations add numbers in an order that changes from run to run; the same seed "
    "then gives other weights after a few steps.",
    "keras.utils.set_random_seed(42)",
    "tf.config.experimental.enable_op_determinism()  # before the model",
)
def determinism_missing(trace: Trace) -> Iterator[Found]:
    """Seeded for repeatability on a GPU, without deterministic operations."""
    set_events = seeds(trace, FRAMEWORK_SEEDS)
    if not trace.whole or not set_events or first_training(trace) is None:
        return
    if any(event.name in _DETERMINISM for event in trace.events) or environment_set(
        trace, "TF_DETERMINISTIC_OPS", "TF_CUDNN_DETERMINISTIC"
    ):
        return
    named = [event for event in trace.events if _names_gpu(event)]
    gpu = next((event for event in named if _demands_gpu(event)), named[0] if named else None)
    if gpu is not None:
        yield Found(
            gpu.place,
            certain=_demands_gpu(gpu) and not trace.unknown_imports and not hidden_seeding(trace),
            message="a GPU is used with a seed, but operations are not made deterministic",
            patch=_patch(trace, set_events[0], gpu),
        )


def _patch(trace: Trace, seeding: Event, gpu: Event) -> Patch | None:
    """Ask for deterministic operations after the seed; some operations then raise an error."""
    module = trace.module
    names = [name for name, path in head_of(module).names.items() if path == "tensorflow"]
    statement = module.statement_of(seeding.node)
    same = seeding.place.module is module and gpu.place.module is module
    if not same or not names or statement is None:
        return None
    line = f"{names[0]}.config.experimental.enable_op_determinism()"
    return patch_of(module, line_after(module, statement, line), safe=False)


def _names_gpu(event: Event) -> bool:
    if event.kind == "set" and event.name == "[]":
        devices = constant(event.args[1])
        return (
            constant(event.args[0]) == "CUDA_VISIBLE_DEVICES"
            and isinstance(devices, str)
            and devices not in {"", "-1"}
        )
    if event.kind != "call":
        return False
    if event.name in {"tensorflow.device", "keras.device"}:
        return _mentions_gpu(event)
    if event.name.endswith((".list_physical_devices", ".list_logical_devices")):
        return _mentions_gpu(event)
    return event.name.endswith(
        (".set_memory_growth", "distribute.MirroredStrategy", "multi_gpu_model", "is_gpu_available")
    )


def _mentions_gpu(event: Event) -> bool:
    return any("gpu" in str(constant(value)).lower() for value in event.args)


def _demands_gpu(event: Event) -> bool:
    return event.name in {"tensorflow.device", "keras.device"}
