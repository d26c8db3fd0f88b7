"""What tells one training of a script from another: its settings, as far as Keras knows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from seedbed.runs.script.hooks.arguments import argument, as_number, length_of

Settings = dict[str, object]
"""Name → value, of plain types."""

BORING = ("name", "trainable", "dtype", "build_config", "batch_shape", "batch_input_shape")
"""Parts of a layer's configuration that do not tell what it computes."""

MOST_LAYERS = 300


def settings_of(model: Any, given: tuple[Any, ...], named: Mapping[str, Any]) -> Settings:
    """The settings of a ``fit`` that is about to begin.

    Args:
        model: The network.
        given: Arguments of ``fit`` by position: x, y, batch_size, epochs.
        named: Arguments of ``fit`` by name.
    """
    x = argument(given, dict(named), 0, "x")
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    batch = argument(given, dict(named), 2, "batch_size")
    if batch is None:
        batch = getattr(x, "batch_size", None) or (32 if length_of(x) is not None else None)
    found: Settings = {
        "batch_size": _plain(batch),
        "epochs": _plain(argument(given, dict(named), 3, "epochs") or 1),
        "examples": _examples(x),
        "data": "array" if length_of(x) is not None else type(x).__name__,
        "optimizer": type(getattr(model, "optimizer", None)).__name__,
        "learning_rate": as_number(rate) if rate is not None and not callable(rate) else None,
        "loss": _plain(getattr(model, "loss", None)),
        "shuffle": _plain(named.get("shuffle", True)),
        "class_weight": named.get("class_weight") is not None,
    }
    return found | layers_of(model)


def layers_of(model: Any) -> Settings:
    """The layers, each with its kind and the parts of its configuration that matter."""
    found: Settings = {}
    layers = list(getattr(model, "layers", []))[:MOST_LAYERS]
    kinds = [type(layer).__name__ for layer in layers if type(layer).__name__ != "InputLayer"]
    found["layers"] = " ".join(kinds)
    for number, layer in enumerate(layers, 1):
        try:
            config = layer.get_config()
        except (NotImplementedError, AttributeError, TypeError, ValueError):  # its own layer
            continue
        for key, value in config.items():
            if key not in BORING and isinstance(value, int | float | str | bool | tuple | list):
                found[f"layer {number} {type(layer).__name__} {key}"] = _plain(value)
    return found


def callbacks_of(named: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The callbacks of a ``fit`` that choose among epochs: kind and what they watch."""
    given = named.get("callbacks") or []
    listed = given if isinstance(given, Sequence) else [given]
    return [
        (type(one).__name__, str(one.monitor))
        for one in listed
        if hasattr(one, "monitor")
        and (getattr(one, "save_best_only", False) or type(one).__name__ == "EarlyStopping")
    ]


def _examples(x: Any) -> int | None:
    first = next(iter(x.values()), None) if isinstance(x, Mapping) else x
    if isinstance(first, list | tuple) and first:
        first = first[0]
    count = length_of(first)
    if count is None:
        count = getattr(first, "samples", None)
    return int(count) if count is not None else None


def _plain(value: Any) -> object:
    """A value that JSON can hold."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    number = as_number(value)
    return number if number is not None else getattr(value, "__name__", type(value).__name__)
