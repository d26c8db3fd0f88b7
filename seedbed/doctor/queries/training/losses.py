"""The loss of each compiled model, beside the layer that makes its outputs."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Const, Instance, Made, Model, Name, Value
from seedbed.doctor.queries.training.models import final_layers, models_of
from seedbed.doctor.queries.wording import short, truth_of

_LOSSES = {
    "categorical_crossentropy": "categorical",
    "categoricalcrossentropy": "categorical",
    "sparse_categorical_crossentropy": "sparse",
    "sparsecategoricalcrossentropy": "sparse",
    "binary_crossentropy": "binary",
    "binarycrossentropy": "binary",
    "bce": "binary",
}


OutputLoss = tuple[Event, Model | Instance, Value, str, bool | None]


def output_losses(trace: Trace) -> Iterator[OutputLoss]:
    """Each ``compile`` with a known end of the model: event, model, layer, loss, from_logits."""
    for event in trace.calls(".compile"):
        loss = event.argument("loss", 1)
        kind = loss_kind(loss)
        for model in models_of(event):
            last = final_layers(model)
            if kind and last and isinstance(model, Model | Instance):
                logits: bool | None = False
                if isinstance(loss, Made):
                    positions = {"BinaryCrossentropy": 0, "CategoricalCrossentropy": 0}
                    given = loss.argument("from_logits", positions.get(short(loss)))
                    if short(loss) == "SparseCategoricalCrossentropy" and loss.args:
                        given = loss.args[-1]
                    logits = None if "**" in loss.kwargs else truth_of(given, default=False)
                yield event, model, last[0], kind, logits


def loss_kind(loss: Value | None) -> str:
    """``categorical``, ``sparse``, ``binary``, or empty for anything else."""
    if isinstance(loss, Const) and isinstance(loss.value, str):
        return _LOSSES.get(loss.value.lower(), "")
    if isinstance(loss, Name) and loss.path.startswith("keras."):
        return _LOSSES.get(loss.path.rsplit(".", 1)[-1].lower(), "")
    if isinstance(loss, Made) and loss.api.startswith("keras.losses."):
        return _LOSSES.get(short(loss).lower(), "")
    return ""
