"""SB410: first-weights-all-alike.

## What it sees

`kernel_initializer="zeros"`, `"ones"` or a constant in a layer that another layer with weights
follows. "Is" where nothing can make the units differ: zeros before ReLU, or two such layers in a
row; "may be" otherwise. Also one initialiser object with a fixed seed that several layers share:
"is" for layers of one size on the same input. There Keras 3 repeats an object without a seed as
well ("may be"). The layers of a model class are read from its attributes, in the order in which
`__init__` sets them, also from lists, blocks of layers and networks among them; that is always a
"may be", because `call` may use them otherwise. Zeros in the last layer alone are harmless and are
left alone, and so are biases.

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

from seedbed.doctor.interpreter.trace import Trace, base_kind
from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Instance,
    Items,
    Made,
    Model,
    Name,
    Tensor,
    Value,
    ancestry,
    is_const,
    key,
)
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
                    ordered = isinstance(model, Model)  # the attributes of a class may not be
                    yield Found(layer.place, ordered and _cannot_part(layer, after), what)
            for given, certain in _shared(layers, _side_by_side(model)):
                if given.uid not in told:
                    told.add(given.uid)
                    what = "one initialiser object begins several layers alike"
                    yield Found(given.place, certain, what)


def _weighted_layers(model: Value) -> list[Made]:
    """The layers with kernels, from the inputs to the output."""
    if isinstance(model, Instance) and base_kind(model) == "model":
        found: list[Value] = list(_layers_of_object(model))
    elif not isinstance(model, Model):
        return []
    elif model.api == "keras.Sequential":
        found = [layer for layer, _ in model.layers]
    else:
        found = []
        current = model.kwargs.get("outputs") or (model.args[1] if len(model.args) > 1 else None)
        while isinstance(current, Tensor) and len(found) < 200:
            if current.layer is not None:
                found.insert(0, current.layer)
            current = current.parents[0] if current.parents else None
    return [x for x in found if isinstance(x, Made) and short(x).startswith(_WEIGHTED)]


def _layers_of_object(owner: Instance, depth: int = 0) -> Iterator[Value]:
    """The layers among an object's attributes, in their order, and in lists and blocks of them."""
    for value in owner.attrs.values():
        for inner in value.items if isinstance(value, Items) else [value]:
            if isinstance(inner, Model):
                yield from (layer for layer, _ in inner.layers)
            elif isinstance(inner, Instance) and depth < 3:
                yield from _layers_of_object(inner, depth + 1)
            else:
                yield inner


def _cannot_part(layer: Made, after: Made) -> bool:
    """True if nothing can make the units differ: the next layer is alike too, or ReLU is dead."""
    if _is_constant(after.kwargs.get("kernel_initializer")):
        return True
    name = _initializer_name(layer.kwargs["kernel_initializer"])
    dead = name in {"zeros", "zero"} and "bias_initializer" not in layer.kwargs
    return dead and activation_of(layer) == "relu"


def _is_constant(given: Value | None) -> bool:
    """True for an initialiser that gives every weight the same value."""
    return _initializer_name(given) in _ALIKE


def _initializer_name(given: Value | None) -> str:
    """``zeros`` for ``"zeros"``, ``Zeros()`` and ``tf.zeros_initializer()``."""
    if isinstance(given, Const) and isinstance(given.value, str):
        return given.value.lower()
    path = given.path if isinstance(given, Name) else given.op if isinstance(given, Data) else ""
    path = path if path.startswith(("keras.", "tensorflow.")) else ""
    name = short(given) if isinstance(given, Made) else path.rsplit(".", 1)[-1]
    return name.lower().removesuffix("_initializer")


def _side_by_side(model: Value) -> list[list[Made]]:
    """Layers of one kind and size that are called on the same tensor."""
    outputs = [] if not isinstance(model, Model) or model.layers else [*model.args, model]
    called: dict[tuple[object, ...], dict[int, Made]] = {}
    values = (value for output in outputs for value in ancestry(output))
    for tensor in (value for value in values if isinstance(value, Tensor)):
        layer = tensor.layer
        if isinstance(layer, Made) and short(layer).startswith(_WEIGHTED) and layer.args:
            sizes = (short(layer), *map(key, layer.args[:2]))
            place = (*(parent.uid for parent in tensor.parents), *sizes)
            called.setdefault(place, {})[layer.uid] = layer
    return [list(group.values()) for group in called.values() if len(group) > 1]


def _shared(layers: list[Made], beside: list[list[Made]]) -> Iterator[tuple[Made, bool]]:
    """An initialiser object that several layers are given, and whether they are equal by it.

    In Keras 3 an object without a seed draws one when it is made, so that it repeats itself, too.
    """
    for group in beside:
        for given in _given_twice(group):
            yield given, _has_seed(given) and "bias_initializer" not in group[0].kwargs
    for given in _given_twice(layers):
        if _has_seed(given):
            yield given, False


def _given_twice(layers: list[Made]) -> list[Made]:
    """The kernel initialisers that are given to more than one of the layers."""
    given = [layer.kwargs.get("kernel_initializer") for layer in layers]
    made = [value for value in given if isinstance(value, Made)]
    return [value for number, value in enumerate(made) if value in made[number + 1 :]]


def _has_seed(given: Made) -> bool:
    """True for a fixed seed; an object as a seed gives other weights each time."""
    seed = given.kwargs.get("seed")
    return seed is not None and not is_const(seed, None) and not isinstance(seed, Made)
