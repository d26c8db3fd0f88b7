"""Which models begin with weights of an earlier training."""

from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Const, Model, Place, Tensor, Value, ancestry, constant
from seedbed.doctor.queries.training.models import models_of

_LOADED = {"keras.models.load_model", "keras.saving.load_model"}


def networks_in(model: Value) -> list[Model]:
    """The model and the models that are its layers, however deep."""
    found: list[Model] = []
    waiting: list[Value] = [model]
    while waiting and len(found) < 20:
        current = waiting.pop()
        if isinstance(current, Model) and current not in found:
            found.append(current)
            waiting.extend(layer for layer, _ in current.layers)
            for value in ancestry(current, 200):
                if isinstance(value, Tensor) and value.layer is not None:
                    waiting.append(value.layer)
                elif isinstance(value, Model):
                    waiting.append(value)
    return found


@dataclass(frozen=True)
class Pretrained:
    """What brings earlier weights into a model.

    Attributes:
        what: For a message, ``ResNet50(weights=imagenet)``.
        place: Where the script does it.
    """

    what: str
    place: Place


def pretrained(trace: Trace, model: Value) -> Pretrained | None:
    """What brings earlier weights into a model; None if nothing does.

    Args:
        trace: The script.
        model: A model that it trains.
    """
    parts = networks_in(model)
    for part in parts:
        name = part.api.rsplit(".", 1)[-1]
        if part.api.startswith("keras.applications."):
            given = part.kwargs.get("weights", part.args[1] if len(part.args) > 1 else None)
            if given is None or isinstance(constant(given), str):
                what = f"{name}(weights={constant(given) or 'imagenet'})"
                return Pretrained(what, part.place)
        if part.api in _LOADED:
            return Pretrained(f"{name}()", part.place)
    for event in trace.calls(".load_weights"):
        if any(one is part for one in models_of(event) for part in parts) and not event.branches:
            return Pretrained("load_weights()", event.place)
    return None


def applications_in(model: Value) -> set[str]:
    """Names of the published networks in a model."""
    return {m.api for m in networks_in(model) if m.api.startswith("keras.applications.")}


def weights_known(model: Value) -> bool:
    """True if the text shows where each part of a model begins."""
    return all(
        part.api and ("weights" not in part.kwargs or isinstance(part.kwargs["weights"], Const))
        for part in networks_in(model)
    )
