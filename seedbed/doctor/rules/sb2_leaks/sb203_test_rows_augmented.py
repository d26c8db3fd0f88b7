"""SB203: test-rows-augmented.

## What it sees

Rows that are scored pass through random changes: a generator with `rotation_range` and the like,
also by `subset='validation'` of one generator, or a `map` with `tf.image.random_*`.

## Why it matters

Each evaluation sees other images, so the score varies with frozen weights, and it is the score of
changed images.

## Bad

```python
import keras
from tensorflow.keras.preprocessing.image import ImageDataGenerator

keras.utils.set_random_seed(42)
data = ImageDataGenerator(rescale=1 / 255, rotation_range=20, validation_split=0.2)
train = data.flow_from_directory("photos", subset="training")
check = data.flow_from_directory("photos", subset="validation")
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=20, validation_data=check)
```

## Good

```python
import keras
from tensorflow.keras.preprocessing.image import ImageDataGenerator

keras.utils.set_random_seed(42)
changed = ImageDataGenerator(rescale=1 / 255, rotation_range=20, validation_split=0.2)
plain = ImageDataGenerator(rescale=1 / 255, validation_split=0.2)
train = changed.flow_from_directory("photos", subset="training", seed=1)
check = plain.flow_from_directory("photos", subset="validation", seed=1)
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(train, epochs=20, validation_data=check)
```

## What was measured

`python -m benchmarks.doctor_effects SB203`, TensorFlow 2.21, Keras 3.15, one CPU thread, a small
CNN on scikit-learn's digits (600 rows to train, 300 as the test set, 897 kept fresh), ten epochs:
with `rotation_range=20` on the test rows the score was 6.2 points below that of the rows as they
are (sd 0.7, n=10 networks), and one network with frozen weights varied with an sd of 1.4 points
from one evaluation to the next (20 evaluations of each), six times as much as the ten networks
among each other on plain rows (sd 0.23).
"""

import ast
from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Const, Data, Function, Made, Value, ancestry
from seedbed.doctor.queries.data.evaluation_data import held_out
from seedbed.doctor.queries.wording import text
from seedbed.doctor.rules.registry import Found, rule

_NO_AUGMENTATION = {
    "rescale",
    "preprocessing_function",
    "validation_split",
    "featurewise_center",
    "featurewise_std_normalization",
    "samplewise_center",
    "samplewise_std_normalization",
    "data_format",
    "dtype",
    "fill_mode",
    "cval",
    "interpolation_order",
    "zca_epsilon",
    "zca_whitening",
}


@rule(
    "SB203",
    "test-rows-augmented",
    "Test images are turned, zoomed or flipped at random: the score changes with each evaluation "
    "even when the weights do not, and is lower than on the images themselves.",
    "train = ImageDataGenerator(rescale=1 / 255, rotation_range=20)",
    "test = ImageDataGenerator(rescale=1 / 255)  # scaled, not augmented",
)
def test_augmented(trace: Trace) -> Iterator[Found]:
    """Augmentation meets rows that are scored."""
    reported: set[int] = set()
    for item in held_out(trace):
        for value in ancestry(item.value):
            if not isinstance(value, Data) or value.uid in reported or not value.parents:
                continue
            place = next((e for e in trace.events if e.result is value), item.event)
            generator = value.parents[0]
            if value.op.startswith(".flow") and isinstance(generator, Made):
                given = [
                    k for k, v in generator.kwargs.items() if k not in _NO_AUGMENTATION and _on(v)
                ]
                if given and generator.api.endswith("ImageDataGenerator"):
                    reported.add(value.uid)
                    yield Found(
                        place.place,
                        all(isinstance(generator.kwargs[k], Const) for k in given[:1]),
                        f"the generator for scored images augments them ({given[0]})",
                    )
            elif value.op == ".map":
                certain = _augments(value)
                if certain is not None:
                    reported.add(value.uid)
                    yield Found(
                        place.place, certain, "scored images pass through random augmentation"
                    )


def _on(value: Value) -> bool:
    return not isinstance(value, Const) or value.value not in (0, 0.0, False, None)


def _augments(value: Data) -> bool | None:
    """True when a mapped function changes images at random, False when its name says so."""
    function = next((p for p in value.parents if isinstance(p, Function)), None)
    if function is None:
        return None
    suggested: bool | None = None
    for node in ast.walk(function.node):
        if (
            isinstance(node, ast.Attribute)
            and node.attr.startswith(("random_", "stateless_random_"))
            and text(node).startswith(("tf.image", "tensorflow.image", "image."))
        ):
            return True
        if isinstance(node, ast.Call) and "augment" in text(node.func).lower():
            training = next((k.value for k in node.keywords if k.arg == "training"), None)
            if isinstance(training, ast.Constant):
                suggested = True if training.value is True else suggested
            else:
                suggested = suggested or False
    return suggested
