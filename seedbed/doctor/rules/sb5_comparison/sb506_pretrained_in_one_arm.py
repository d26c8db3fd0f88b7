"""SB506: pretrained-in-one-arm.

## What it sees

Two different networks that are scored on the same rows, one of which begins with weights of an
earlier training (`weights="imagenet"`, `load_model`, `load_weights`) and the other at random.
"May be": it can be the question itself. The same published network with and without its weights
plainly is, and is left alone.

## Why it matters

The arm with earlier weights has seen other data for many more hours. What the comparison says of
the two designs is mixed with that.

## Bad

```python
import keras
from keras import layers

keras.utils.set_random_seed(1)
base = keras.applications.MobileNetV2(include_top=False, pooling="avg")
a = keras.Sequential([base, layers.Dense(10, activation="softmax")])
a.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
a.fit(x_train, y_train, epochs=10)
b = keras.Sequential([
    layers.Conv2D(32, 3, activation="relu"), layers.Flatten(),
    layers.Dense(10, activation="softmax"),
])
b.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
b.fit(x_train, y_train, epochs=10)
print(a.evaluate(x_test, y_test), b.evaluate(x_test, y_test))
```

## Good

```python
import keras
from keras import layers

keras.utils.set_random_seed(1)
base = keras.applications.MobileNetV2(include_top=False, pooling="avg", weights=None)
a = keras.Sequential([base, layers.Dense(10, activation="softmax")])
a.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
a.fit(x_train, y_train, epochs=10)
b = keras.Sequential([
    layers.Conv2D(32, 3, activation="relu"), layers.Flatten(),
    layers.Dense(10, activation="softmax"),
])
b.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
b.fit(x_train, y_train, epochs=10)
print(a.evaluate(x_test, y_test), b.evaluate(x_test, y_test))
```

## What was measured

`python -m benchmarks.doctor_effects SB506`, TensorFlow 2.21, Keras 3.15, one CPU thread, one small
CNN on 50 images of scikit-learn's digits 5 to 9, ten epochs: 61.0 % (sd 8.2, n=20) from random
weights, 74.4 % (sd 8.9) with a convolution trained on the digits 0 to 4; the lead is 13.4 points
(sd 9.6, n=20 pairs on common seeds). How large it is elsewhere depends on how near the data are.
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.queries.training.comparisons import lone_pairs
from seedbed.doctor.queries.training.pretraining import applications_in, pretrained, weights_known
from seedbed.doctor.queries.wording import line_of
from seedbed.doctor.rules.registry import Found, rule


@rule(
    "SB506",
    "pretrained-in-one-arm",
    "One arm begins with the weights of an earlier training, the other at random: the difference "
    "between them is partly, or wholly, that.",
    'keras.applications.ResNet50(weights=None)  # in both arms, or "imagenet"',
)
def pretrained_in_one_arm(trace: Trace) -> Iterator[Found]:
    """Earlier weights are in one arm of a comparison only."""
    for pair in lone_pairs(trace):
        one, other = pretrained(trace, pair.one), pretrained(trace, pair.other)
        common = applications_in(pair.one) & applications_in(pair.other)
        if bool(one) == bool(other) or common:
            continue
        if weights_known(pair.one) and weights_known(pair.other):
            begun = one or other
            if begun is None:
                continue
            scored = pair.second if one is not None else pair.first
            line = line_of(scored.place.module, scored.node)
            what = f"one arm begins with the weights of {begun.what}, the other"
            yield Found(begun.place, False, f"{what} (scored in {line}) at random")
            return
