"""SB402 to SB404: the last layer and the loss."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Const, Made, Model, Name, Value, constant
from seedbed.doctor.queries.models import activation_of, final_layers, models_of, units_of
from seedbed.doctor.queries.wording import short, truth_of
from seedbed.doctor.rules.registry import Found, rule

_LOSSES = {
    "categorical_crossentropy": "categorical",
    "categoricalcrossentropy": "categorical",
    "sparse_categorical_crossentropy": "sparse",
    "sparsecategoricalcrossentropy": "sparse",
    "binary_crossentropy": "binary",
    "binarycrossentropy": "binary",
    "bce": "binary",
}


@rule(
    "SB402",
    "softmax-of-one-unit",
    "Softmax over one unit is always 1: the network cannot learn, and its accuracy is the share "
    "of one class.",
    "layers.Dense(1, activation='sigmoid')  # with binary_crossentropy",
    "layers.Dense(2, activation='softmax')  # or two units",
)
def softmax_of_one(trace: Trace) -> Iterator[Found]:
    """A Dense layer of one unit whose activation is softmax."""
    for event in trace.events:
        made = event.result
        if event.kind != "call" or not isinstance(made, Made) or made.place.index != event.index:
            continue
        single = made.api == "keras.layers.Dense" and constant(made.argument("units", 0)) == 1
        if single and activation_of(made) == "softmax":
            yield Found(event.place, True, "softmax over one unit is always 1")
    for event in trace.calls(".compile"):
        for model in models_of(event):
            last = final_layers(model)
            apart = bool(last) and short(last[0]) in {"Activation", "Softmax"}
            if apart and units_of(model) == 1 and activation_of(last[0]) == "softmax":
                yield Found(event.place, True, "the model ends in softmax over one unit")


def _losses(trace: Trace) -> Iterator[tuple[Event, Model, Value, str, bool | None]]:
    """Each ``compile`` with a known end of the model: event, model, layer, loss, from_logits."""
    for event in trace.calls(".compile"):
        loss = event.argument("loss", 1)
        kind = _kind(loss)
        for model in models_of(event):
            last = final_layers(model)
            if kind and last and isinstance(model, Model):
                logits: bool | None = False
                if isinstance(loss, Made):
                    positions = {"BinaryCrossentropy": 0, "CategoricalCrossentropy": 0}
                    given = loss.argument("from_logits", positions.get(short(loss)))
                    if short(loss) == "SparseCategoricalCrossentropy" and loss.args:
                        given = loss.args[-1]
                    logits = None if "**" in loss.kwargs else truth_of(given, default=False)
                yield event, model, last[0], kind, logits


def _kind(loss: Value | None) -> str:
    """``categorical``, ``sparse``, ``binary``, or empty for anything else."""
    if isinstance(loss, Const) and isinstance(loss.value, str):
        return _LOSSES.get(loss.value.lower(), "")
    if isinstance(loss, Name) and loss.path.startswith("keras."):
        return _LOSSES.get(loss.path.rsplit(".", 1)[-1].lower(), "")
    if isinstance(loss, Made) and loss.api.startswith("keras.losses."):
        return _LOSSES.get(short(loss).lower(), "")
    return ""


@rule(
    "SB403",
    "loss-does-not-fit-the-output",
    "The loss reads the outputs as something they are not, so training minimises another quantity "
    "than the accuracy that is reported, and often learns slowly or not at all.",
    "layers.Dense(10, activation='softmax')  # categorical_crossentropy",
    "layers.Dense(1, activation='sigmoid')   # binary_crossentropy",
)
def loss_and_output(trace: Trace) -> Iterator[Found]:
    """Sigmoid with a categorical loss, one unit with it, or softmax with the binary loss."""
    for event, model, layer, kind, logits in _losses(trace):
        activation, units = activation_of(layer), units_of(model)
        if logits is not False:
            continue
        if kind in {"categorical", "sparse"} and units == 1:
            yield Found(event.place, True, f"one output unit with {_named(kind)}")
        elif kind in {"categorical", "sparse"} and activation == "sigmoid":
            yield Found(event.place, True, f"sigmoid outputs with {_named(kind)}")
        elif kind == "binary" and activation == "softmax" and units != 1:
            yield Found(event.place, False, "softmax outputs with binary_crossentropy")


def _named(kind: str) -> str:
    return {"categorical": "categorical_crossentropy"}.get(kind, "sparse_categorical_crossentropy")


@rule(
    "SB404",
    "logits-against-from-logits",
    "The loss takes the softmax twice or not at all: gradients are wrong in size, training is slow "
    "or collapses, and runs differ more than they need to.",
    "layers.Dense(10)  # no activation: logits",
    "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
)
def logits_mismatch(trace: Trace) -> Iterator[Found]:
    """No activation with a loss that expects probabilities, or the reverse."""
    for event, model, layer, _, logits in _losses(trace):
        activation = activation_of(layer)
        if activation == "linear" and logits is False and units_of(model) is not None:
            yield Found(
                event.place, True, "the outputs are logits and the loss expects probabilities"
            )
        elif activation in {"softmax", "sigmoid"} and logits is True:
            yield Found(
                event.place,
                False,
                f"from_logits=True with {activation} outputs",
                "Keras on TensorFlow warns and takes the logits before the activation; on other "
                "backends, or behind another layer, the softmax is taken twice.",
            )
