"""SB803: metric-does-not-fit.

## What it sees

A metric that counts something else than right answers: `binary_accuracy` of a softmax,
`categorical_accuracy` with the loss for integer labels or `sparse_categorical_accuracy` with the
loss for one-hot labels, `accuracy` of a regression, and `keras.metrics.Accuracy`, which compares
probabilities with labels for equality; also `model.predict(x) == y` by hand, where the model ends
with a softmax or a sigmoid.

## Why it matters

`binary_accuracy` of ten one-hot classes is 90 % when the network always answers with no class at
all. The others are near 0 or near 1 whatever the network has learned. All of them look like an
accuracy in a table.

## Bad

```python
import keras

model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["binary_accuracy"])
```

## Good

```python
import keras

model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
```

## What was measured

`python -m benchmarks.doctor_effects SB803`, TensorFlow 2.21, Keras 3.15, one CPU thread, small
CNNs on scikit-learn's digits (600 rows to train, 300 as the test set), ten seeds: binary_accuracy
of ten one-hot classes is 90.0 % for networks that are not trained at all, whose accuracy is 9.9 %
(sd 3.40, n=10), and still 90.0 % after one epoch, when accuracy is 48.7 % (sd 9.54).
"""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Const, Data, Made, Value, ancestry
from seedbed.doctor.queries.randomness.streams import is_plain
from seedbed.doctor.queries.training.losses import loss_kind
from seedbed.doctor.queries.training.metrics import metric_name, metrics_of
from seedbed.doctor.queries.training.models import activation_of, final_layers, models_of, units_of
from seedbed.doctor.queries.wording import short
from seedbed.doctor.rules.registry import Found, rule

_REGRESSIONS = {
    "mse", "mae", "mape", "msle", "mean_squared_error", "mean_absolute_error", "huber", "log_cosh",
    "mean_absolute_percentage_error", "mean_squared_logarithmic_error", "logcosh", "huber_loss",
}  # fmt: skip
_PROBABILITIES = (".predict", ".predict_proba", ".predict_generator")
_BY_HAND = (
    "np.mean(model.predict(x).argmax(axis=1) == y)",
    "np.mean((model.predict(x)[:, 0] > 0.5) == y)  # of one sigmoid",
)
_SQUASHING = {"softmax", "sigmoid"}
_SHAPES = {
    ".reshape", ".flatten", ".ravel", ".squeeze", "numpy.squeeze", "numpy.ravel", "numpy.reshape",
    "numpy.array", "numpy.asarray", "slice", "index", ".numpy",
}  # fmt: skip
_REGRESSION_CLASSES = {"MeanSquaredError", "MeanAbsoluteError", "Huber", "LogCosh"}


@rule(
    "SB803",
    "metric-does-not-fit",
    "The number that is called accuracy counts something else than right answers, so it is high, "
    "or near nothing, whatever the network has learned.",
    "model.compile('adam', loss, metrics=['accuracy'])  # Keras picks which",
)
def unfit_metric(trace: Trace) -> Iterator[Found]:
    """A metric that does not fit the outputs, the labels or the task."""
    for event in trace.calls(".compile"):
        loss = event.argument("loss", 1)
        for model in models_of(event):
            last = final_layers(model)
            layer = last[0] if len(last) == 1 else None
            units = units_of(model)
            for metric in metrics_of(event) or ():
                what = _unfit(metric, loss, layer, units)
                if what:
                    yield Found(event.place, True, what)
    predicted = {event.result.uid: event for event in trace.calls(*_PROBABILITIES)}
    for event in trace.events:
        if predicted and event.kind == "compare" and event.name in {"Eq", "NotEq"}:
            what = _compared_by_hand(event, predicted)
            if what:
                yield Found(event.place, True, what, fix=_BY_HAND)


def _compared_by_hand(event: Event, predicted: dict[int, Event]) -> str:
    """That an ``==`` compares a model's probabilities with labels; empty if it does not."""
    for side, labels in (event.args[:2], event.args[1::-1]):
        outputs = _reshaped(side)
        made = predicted.get(outputs.uid)
        if made is None or is_plain(labels) or any(v.uid in predicted for v in ancestry(labels)):
            continue
        for model in models_of(made):
            last = final_layers(model)
            activation = activation_of(last[0]) if len(last) == 1 else None
            if activation in _SQUASHING:
                return f"== compares the probabilities of a {activation} with labels for equality"
    return ""


def _reshaped(value: Value) -> Value:
    """What a value holds in another shape, or a part of it."""
    for _ in range(10):
        if not isinstance(value, Data) or value.op not in _SHAPES or not value.parents:
            break
        value = value.parents[0]
    return value


def _unfit(metric: Value, loss: Value | None, layer: Value | None, units: int | None) -> str:  # noqa: PLR0911  (one return for each kind)
    """What is wrong with a metric; empty if nothing is."""
    name = short(metric) if isinstance(metric, Made) else metric_name(metric)
    key = name.lower().replace("_", "")
    kind = loss_kind(loss)
    activation = activation_of(layer) if layer is not None else None
    several = units is not None and units > 1
    if key == "binaryaccuracy" and activation == "softmax" and (several or kind == "categorical"):
        return "binary_accuracy of softmax outputs counts every class that is rightly not chosen"
    if key == "categoricalaccuracy" and kind == "sparse":
        return "categorical_accuracy wants one-hot labels; the loss wants integers"
    if key == "sparsecategoricalaccuracy" and kind == "categorical":
        return "sparse_categorical_accuracy wants integer labels; the loss wants one-hot ones"
    if isinstance(metric, Made) and metric.api == "keras.metrics.Accuracy":
        if activation in {"softmax", "sigmoid"}:
            return "keras.metrics.Accuracy compares probabilities with labels for equality"
        return ""
    if key in {"accuracy", "acc"} and activation == "linear" and _is_regression(loss):
        return "accuracy of a regression counts outputs that are exactly equal to the target"
    return ""


def _is_regression(loss: Value | None) -> bool:
    if isinstance(loss, Const):
        return str(loss.value).lower() in _REGRESSIONS
    return isinstance(loss, Made) and short(loss) in _REGRESSION_CLASSES
