"""What tells one training of a script from another: its settings, as far as Keras knows them."""

from collections.abc import Mapping, Sequence

import numpy as np

from seedbed.runs.script.hooks.calls.arguments import argument, as_number, length_of

Settings = dict[str, object]
"""Name → value, of plain types."""

BORING = ("name", "trainable", "dtype", "build_config", "batch_shape", "batch_input_shape")
"""Parts of a layer's configuration that do not tell what it computes."""

MOST_LAYERS = 300

RESTORES = "restore_best_weights"

OF_OPTIMIZER = "optimizer "
OF_CALLBACK = "callback "
"""Begin the names of what an optimiser and a callback were given."""

WATCHING = (
    *("ModelCheckpoint", "TensorBoard", "CSVLogger", "History", "ProgbarLogger", "BaseLogger"),
    *("TerminateOnNaN", "BackupAndRestore", "RemoteMonitor"),
)
"""Callbacks that do not change what a ``fit`` learns."""

OF_CALLBACKS = {
    "EarlyStopping": ("monitor", "patience", "min_delta"),
    "ReduceLROnPlateau": ("monitor", "factor", "patience"),
}
"""What tells two callbacks of one kind apart."""

RANDOM_CHANGES = (
    *("rotation_range", "width_shift_range", "height_shift_range", "brightness_range"),
    *("shear_range", "zoom_range", "channel_shift_range", "horizontal_flip", "vertical_flip"),
)
"""Arguments of ``ImageDataGenerator`` that draw a change for each image."""


def settings_of(model: object, given: tuple[object, ...], named: Mapping[str, object]) -> Settings:
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
        "augmentation": augmentation_of(x),
        "data": "array" if length_of(x) is not None else type(x).__name__,
        "optimizer": type(getattr(model, "optimizer", None)).__name__,
        "learning_rate": as_written(None if callable(rate) else as_number(rate)),
        "loss": _plain(getattr(model, "loss", None)),
        "shuffle": _plain(named.get("shuffle", True)),
        "class_weight": named.get("class_weight") is not None,
    }
    return found | _steering(named) | _optimizer_of(model) | layers_of(model)


def as_written(value: float | None) -> float | None:
    """A number of 32 bits as people write it: ``0.05``, not ``0.05000000074505806``."""
    if value is None or float(np.float32(value)) != value:
        return value
    return float(str(np.float32(value)))


def augmentation_of(x: object) -> str:
    """What an ``ImageDataGenerator`` changes in the images at random; ``none`` without."""
    generator = getattr(x, "image_data_generator", None)
    if generator is None:
        return "none"
    changed = {name: getattr(generator, name, None) for name in RANDOM_CHANGES}
    given = [f"{name}={_short(value)}" for name, value in changed.items() if _changes(value)]
    return ", ".join(given) or "none"


def _changes(value: object) -> bool:
    if isinstance(value, list | tuple | np.ndarray):  # a zoom from 1 to 1 changes nothing
        return any(part != 1 for part in value)
    return bool(value)


def _short(value: object) -> str:
    if isinstance(value, list | tuple | np.ndarray):
        return " to ".join(f"{float(part):g}" for part in value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def layers_of(model: object) -> Settings:
    """The layers, each with its kind and the parts of its configuration that matter."""
    found: Settings = {}
    layers = list(getattr(model, "layers", []))[:MOST_LAYERS]
    kinds = [type(layer).__name__ for layer in layers if type(layer).__name__ != "InputLayer"]
    found["frozen_layers"] = sum(not getattr(layer, "trainable", True) for layer in layers)
    found["layers"] = " ".join(kinds)
    for number, layer in enumerate(layers, 1):
        try:
            config = layer.get_config()
        except (NotImplementedError, AttributeError, TypeError, ValueError):  # its own layer
            continue
        for key, value in config.items():
            name = f"layer {number} {type(layer).__name__} {key}"
            if key not in BORING and isinstance(value, int | float | str | bool | tuple | list):
                found[name] = _plain(value)
            elif isinstance(value, Mapping) and key not in BORING:
                found[name] = _object_words(value)
    return found


def _object_words(config: Mapping[str, object]) -> str:
    """A regulariser, an initialiser or a layer in a layer: ``L1(l1=0.001)``; without its seed."""
    inner = config.get("config")
    parts = inner if isinstance(inner, Mapping) else {}
    told = []
    for key, value in parts.items():
        if key in (*BORING, "seed") or value is None:
            continue
        if isinstance(value, Mapping):
            told.append(f"{key}={_object_words(value)}")
        elif isinstance(value, float):
            told.append(f"{key}={as_written(value):g}")
        elif isinstance(value, int | str | bool):
            told.append(f"{key}={value}")
    return f"{config.get('class_name', '')}({', '.join(told)})"


def _optimizer_of(model: object) -> Settings:
    """What an optimiser was given beside its learning rate, such as momentum."""
    try:
        config = model.optimizer.get_config()  # type: ignore[attr-defined]
    except (NotImplementedError, AttributeError, TypeError, ValueError):  # its own optimiser
        return {}
    return {
        f"{OF_OPTIMIZER}{key}": as_written(value) if isinstance(value, float) else value
        for key, value in config.items()
        if key not in ("name", "learning_rate") and isinstance(value, int | float | str | bool)
    }


def _steering(named: Mapping[str, object]) -> Settings:
    """The callbacks of a ``fit`` that may change what it learns, and what tells them apart."""
    kept = [one for one in _callbacks(named) if type(one).__name__ not in WATCHING]
    kinds = [type(one).__name__ for one in kept]
    found: Settings = {"callbacks": "+".join(kinds) or "none"}
    for kind, one in zip(kinds, kept, strict=True):
        for name in OF_CALLBACKS.get(kind, ()):
            found[f"{OF_CALLBACK}{kind} {name}"] = _plain(getattr(one, name, None))
    return found


def _callbacks(named: Mapping[str, object]) -> Sequence[object]:
    given = named.get("callbacks") or []
    return given if isinstance(given, Sequence) else [given]


def callbacks_of(named: Mapping[str, object]) -> list[tuple[str, str]]:
    """The callbacks of a ``fit`` that choose among epochs: kind and what they watch."""
    return [
        (_chooser(one), str(one.monitor))
        for one in _callbacks(named)
        if hasattr(one, "monitor")
        and (getattr(one, "save_best_only", False) or type(one).__name__ == "EarlyStopping")
    ]


def _chooser(callback: object) -> str:
    kind = type(callback).__name__
    return f"{kind} with restore_best_weights" if getattr(callback, RESTORES, False) else kind


def _examples(x: object) -> int | None:
    first = next(iter(x.values()), None) if isinstance(x, Mapping) else x
    if isinstance(first, list | tuple) and first:
        first = first[0]
    count = length_of(first)
    if count is None:
        count = getattr(first, "samples", getattr(first, "n", None))  # of files, of arrays
    return count if isinstance(count, int) else None


def _plain(value: object) -> object:
    """A value that JSON can hold."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    number = as_number(value)
    return number if number is not None else getattr(value, "__name__", type(value).__name__)
