"""The models of a script: their layers, outputs, losses and weights."""

from seedbed.doctor.interpreter.trace import Event, Trace, base_kind
from seedbed.doctor.interpreter.values import (
    Choice,
    Const,
    Data,
    Instance,
    Items,
    Made,
    Model,
    Name,
    Table,
    Tensor,
    Value,
    arms,
    constant,
    key,
)
from seedbed.doctor.queries.training.model_classes import returned_layer
from seedbed.doctor.queries.wording import short


def models_of(event: Event) -> list[Value]:
    """The models that an event's object may be."""
    return arms(event.target)


def same_model(one: Event, other: Event) -> bool:
    """True when two events concern the same object."""
    return any(a is b for a in models_of(one) for b in models_of(other))


def loads_of(trace: Trace, after: int, before: int | None = None) -> list[Event]:
    """Calls that read weights or models from files between two events."""
    names = (".load_weights", ".set_weights", "keras.models.load_model", "keras.saving.load_model")
    return [
        event
        for event in trace.calls(*names)
        if event.index > after and (before is None or event.index < before)
    ]


def is_layer(value: Value | None) -> bool:
    """True for a layer of Keras, or an object of the script's own layer classes."""
    if isinstance(value, Instance):
        return base_kind(value) == "layer"
    return isinstance(value, Made) and value.api.startswith("keras.layers.")


def final_layers(model: Value) -> list[Value]:
    """The layers that make a model's outputs, where the text shows them; else empty.

    A layer that is only added on one arm of a decision makes the end of the model unknown.
    """
    if isinstance(model, Instance):
        returned = returned_layer(model)
        if isinstance(returned, Model):
            return final_layers(returned)
        return [returned] if isinstance(returned, Made) and is_layer(returned) else []
    return _last_of_network(model)


def _last_of_network(model: Value) -> list[Value]:  # noqa: PLR0911  (one return for each kind)
    """The layers that make the outputs of a Sequential or functional model."""
    if isinstance(model, Model) and model.api == "keras.Sequential":
        first = model.kwargs.get("layers") or (model.args[0] if model.args else None)
        unknown_list = (isinstance(first, Items) and first.open) or isinstance(first, Data | Choice)
        if not model.layers or (
            unknown_list and len(model.layers) == len(getattr(first, "items", []))
        ):
            return []
        last, branches = next(
            (pair for pair in reversed(model.layers) if not _is_identity(pair[0])), model.layers[-1]
        )
        if branches != model.place.branches:
            return []
        if isinstance(last, Model):
            return final_layers(last)
        return [last] if is_layer(last) else []
    if isinstance(model, Model) and model.api == "keras.Model":
        outputs = model.kwargs.get("outputs") or model.kwargs.get("output")
        if outputs is None and len(model.args) > 1:
            outputs = model.args[1]
        if isinstance(outputs, Items) and len(outputs.items) == 1:
            outputs = outputs.items[0]
        while isinstance(outputs, Tensor) and outputs.parents and _is_identity(outputs.layer):
            outputs = outputs.parents[0]
        if isinstance(outputs, Tensor):
            if isinstance(outputs.layer, Model):
                return final_layers(outputs.layer)
            layer = outputs.layer
            return [layer] if layer is not None and is_layer(layer) else []
    return []


def _is_identity(layer: Value | None) -> bool:
    """True for ``Activation("linear")``, which only sets the type of the outputs."""
    return short(layer) == "Activation" and activation_of(layer) == "linear" if layer else False


def activation_of(layer: Value) -> str | None:
    """The activation of a final layer: its name, ``linear`` for none, None when not known."""
    if not isinstance(layer, Made):
        return None
    name = short(layer)
    if name == "Softmax":
        return "softmax"
    if name == "Activation":
        return _activation_name(layer.argument("activation", 0))
    if name == "Dense":
        given = layer.argument("activation", 1)
        if given is None:
            return "linear" if "**" not in layer.kwargs else None
        return _activation_name(given)
    return None


def _activation_name(given: Value | None) -> str | None:
    if isinstance(given, Const):
        if given.value is None:
            return "linear"
        return str(given.value).lower() if isinstance(given.value, str) else None
    if isinstance(given, Name):
        return given.path.rsplit(".", 1)[-1].lower()
    if isinstance(given, Made):
        return short(given).lower()
    return None


def units_of(model: Value) -> int | None:
    """Units of the final Dense layer, looking past a final Activation."""
    layers: list[Value] = []
    if isinstance(model, Instance):
        returned = returned_layer(model)
        if isinstance(returned, Model):
            return units_of(returned)
        layers = [returned] if returned is not None else []
    elif isinstance(model, Model) and model.api == "keras.Sequential":
        layers = [layer for layer, _ in model.layers][::-1]
    elif isinstance(model, Model):
        outputs = model.kwargs.get("outputs") or (model.args[1] if len(model.args) > 1 else None)
        current = outputs
        while isinstance(current, Tensor) and len(layers) < 3:
            if current.layer is not None:
                layers.append(current.layer)
            current = current.parents[0] if current.parents else None
    for layer in layers:
        if short(layer) in {"Activation", "Softmax"}:
            continue
        if isinstance(layer, Made) and short(layer) == "Dense":
            found = constant(layer.argument("units", 0))
            return found if isinstance(found, int) else None
        return None
    return None


def compiled_with(trace: Trace, model: Value) -> list[Event]:
    """The ``compile`` calls of a model."""
    return [event for event in trace.calls(".compile") if model in models_of(event)]


def comparison_key(value: Value | None) -> object:
    """A key of a loss or optimiser for comparing two of them."""
    if isinstance(value, Made):
        return (
            value.api,
            *(key(v) for v in value.args),
            *((k, key(v)) for k, v in sorted(value.kwargs.items())),
        )
    if isinstance(value, Table):
        return tuple((name, key(entry)) for name, entry in sorted(value.entries.items()))
    return key(value)
