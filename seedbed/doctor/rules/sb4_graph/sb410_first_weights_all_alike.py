"""SB410: first-weights-all-alike.

## What it sees

`kernel_initializer="zeros"`, `"ones"` or a constant in a layer that another layer with weights
follows. "Is" where nothing can make the units differ: zeros before ReLU, or two such layers in a
row; "may be" otherwise, and for one initialiser object with a fixed seed that several layers
share. Zeros in the last layer alone are harmless and are left alone, and so are biases.

## Why it matters

Zeros before ReLU give outputs and gradients of zero: the layer never learns. Equal weights in two
layers in a row stay equal: 16 units are then one unit 16 times. Where the next layer begins at
random it parts the units, and training only starts from a worse place.

## Bad

```python
import keras

model = keras.Sequential([
    keras.layers.Dense(16, activation="relu", kernel_initializer="zeros"),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
```

## Good

```python
import keras

model = keras.Sequential([
    keras.layers.Dense(16, activation="relu"),
    keras.layers.Dense(1, activation="sigmoid", kernel_initializer="zeros"),
])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
```

## What was measured

`python -m benchmarks.doctor_effects SB410`, TensorFlow 2.21, Keras 3.15, one CPU thread, 32
hidden units with ReLU on scikit-learn's digits (600 rows to train, 300 as the test set), ten
epochs, ten seeds: a hidden kernel of zeros ends at 9.7 % (sd 0.21, n=10), a constant 0.1 at 86.3
% (sd 2.46), the default at 88.3 % (sd 1.75).
"""

from collections.abc import Iterator
from itertools import pairwise

from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Const, Made, Model, Name, Tensor, Value, is_const
from seedbed.doctor.queries.training.models import activation_of, models_of
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule

_ALIKE = {"zeros", "zero", "ones", "one", "constant"}
_WEIGHTED = ("Dense", "Conv", "LSTM", "GRU", "SimpleRNN", "Separable", "Depthwise")


@rule(
    "SB410",
    "first-weights-all-alike",
    "Units that begin alike are parted only by the next layer's weights: with ReLU after zeros, or "
    "with two such layers in a row, the layer never learns to tell inputs apart.",
    "layers.Dense(16, activation='relu')  # the default: glorot_uniform",
)
def alike(trace: Trace) -> Iterator[Found]:
    """Constant first weights in a hidden layer, or one seeded initialiser for several layers."""
    told: set[int] = set()
    for event in trace.calls(".compile"):
        for model in models_of(event):
            layers = _weighted_layers(model)
            for layer, after in pairwise(layers):
                if _is_constant(layer.kwargs.get("kernel_initializer")) and layer.uid not in told:
                    told.add(layer.uid)
                    what = f"the kernel of a hidden {short(layer)} begins with equal weights"
                    yield Found(layer.place, _cannot_part(layer, after), what)
            yield from _shared(layers, told)


def _weighted_layers(model: Value) -> list[Made]:
    """The layers with kernels, from the inputs to the output."""
    if not isinstance(model, Model):
        return []
    if model.api == "keras.Sequential":
        found = [layer for layer, _ in model.layers]
    else:
        found = []
        current = model.kwargs.get("outputs") or (model.args[1] if len(model.args) > 1 else None)
        while isinstance(current, Tensor) and len(found) < 200:
            if current.layer is not None:
                found.insert(0, current.layer)
            current = current.parents[0] if current.parents else None
    return [x for x in found if isinstance(x, Made) and short(x).startswith(_WEIGHTED)]


def _cannot_part(layer: Made, after: Made) -> bool:
    """True if nothing can make the units differ: the next layer is alike too, or ReLU is dead."""
    if _is_constant(after.kwargs.get("kernel_initializer")):
        return True
    given = layer.kwargs["kernel_initializer"]
    name = given.value if isinstance(given, Const) else short(given)
    dead = str(name).lower() in {"zeros", "zero"} and "bias_initializer" not in layer.kwargs
    return dead and activation_of(layer) == "relu"


def _is_constant(given: Value | None) -> bool:
    """True for an initialiser that gives every weight the same value."""
    if isinstance(given, Const) and isinstance(given.value, str):
        return given.value.lower() in _ALIKE
    if isinstance(given, Name):
        return given.path.rsplit(".", 1)[-1].lower() in _ALIKE
    return isinstance(given, Made) and short(given).lower() in _ALIKE


def _shared(layers: list[Made], told: set[int]) -> Iterator[Found]:
    """One initialiser object with a fixed seed, given to several layers."""
    for number, layer in enumerate(layers):
        given = layer.kwargs.get("kernel_initializer")
        if not isinstance(given, Made) or given.uid in told:
            continue
        seed = given.kwargs.get("seed")
        if seed is None or is_const(seed, None) or isinstance(seed, Made):
            continue
        if any(other.kwargs.get("kernel_initializer") is given for other in layers[number + 1 :]):
            told.add(given.uid)
            what = "one initialiser with a fixed seed begins several layers alike"
            yield Found(given.place, False, what)
