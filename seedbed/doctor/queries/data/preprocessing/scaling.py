"""By how much inputs are scaled on their way from a loader to a model."""

from dataclasses import dataclass, replace
from typing import TypeGuard

from seedbed.doctor.interpreter.values import Data, Items, Made, Model, Tensor, Value, key, number
from seedbed.doctor.queries.data.preprocessing.image_files import (
    SAME_PIXELS,
    channels_after,
    channels_read,
)
from seedbed.doctor.queries.wording import short

_PASSED_ON = {
    ".astype", ".reshape", ".batch", ".prefetch", ".cache", ".copy", ".shuffle", ".repeat",
    ".with_options", ".numpy", ".squeeze", "numpy.array", "numpy.asarray", "numpy.expand_dims",
    "numpy.reshape", "numpy.float32", "tensorflow.cast", "tensorflow.convert_to_tensor",
    "tensorflow.expand_dims", "tensorflow.data.Dataset.from_tensor_slices", "slice", "index",
    "assign", "split:train", "split:held", "tensorflow.image.resize", "numpy.stack",
}  # fmt: skip
_FLOWS = {".flow_from_directory", ".flow_from_dataframe"}


@dataclass(frozen=True)
class Scaling:
    """How inputs are scaled.

    Attributes:
        family: The loader they come from, the same for its training and its test side; ``pixels``
            for whatever gives pixels from 0 to 255.
        factor: What each pixel is multiplied by in all.
        shift: Whether something is added or subtracted.
        channels: ``RGB`` or ``BGR``; empty where it is neither or cannot be known.
        loader: What loads them; None where that cannot be read.
        scaled: The step that multiplies or divides them last; None if nothing does.
    """

    family: str
    factor: float
    shift: bool
    channels: str = ""
    loader: Data | None = None
    scaled: Data | None = None


def scaling_of(value: Value | None) -> Scaling | None:
    """How inputs are scaled; None where a step on the way cannot be read."""
    factor, shift = 1.0, False
    split: Scaling | None = None
    scaled: Data | None = None
    way: list[Data] = []
    for _ in range(60):
        if isinstance(value, Items) and value.items:
            if value.open and len({_text(scaling_of(item)) for item in value.items[:4]}) > 1:
                return split
            value = value.items[0]
            continue
        if not isinstance(value, Data):
            return split
        if channels_read(value) is not None or _is_dataset(value):
            return _at_loader(value, Scaling(value.op, factor, shift, "", value, scaled), way)
        if value.op in {"split:train", "split:held"} and split is None:
            family = f"split of {key(value.parents[0])}"
            split = Scaling(family, factor, shift, "", None, scaled)
        step = _step(value)
        if step is None:
            return split
        way.append(value)
        scaled = value if scaled is None and step.factor != 1 else scaled
        factor, shift, value = factor * step.factor, shift or step.shift, step.before
    return split


def _at_loader(loader: Data, scaling: Scaling, way: list[Data]) -> Scaling | None:
    """The scaling of what a loader gives, with the order of its channels."""
    own = _generator_factor(loader.parents[0]) if loader.op in _FLOWS else 1.0
    channels = channels_read(loader)
    if channels is None or own is None:
        return scaling if channels is None else None
    for passed in reversed(way):
        channels = channels_after(passed, channels)
    return replace(scaling, family="pixels", factor=scaling.factor * own, channels=channels)


def _is_dataset(value: Data) -> bool:
    return value.role is not None and value.op.startswith("keras.datasets.")


def _text(scaling: Scaling | None) -> str:
    return f"{scaling.family} {scaling.factor:.3g} {scaling.shift}" if scaling is not None else ""


@dataclass(frozen=True)
class _Step:
    """One step on the way from a loader to a model.

    Attributes:
        factor: What each pixel is multiplied by.
        shift: Whether something is added or subtracted.
        before: What the step is applied to.
    """

    factor: float
    shift: bool
    before: Value


def _step(value: Data) -> _Step | None:  # noqa: PLR0911  (one return for each kind)
    """One step; None where it cannot be read."""
    if not value.parents:
        return None
    first = value.parents[0]
    if value.op in _PASSED_ON | SAME_PIXELS:
        return _Step(1.0, False, first)
    if value.op in {"binop:/", "binop:*", "binop:-", "binop:+"} and len(value.parents) == 2:
        by = number(value.parents[1])
        if by is None or (by == 0 and value.op == "binop:/"):
            return None
        factor = {"/": 1 / by if by else 1.0, "*": by}.get(value.op[-1], 1.0)
        return _Step(factor, value.op[-1] in "+-", first)
    if value.op == "called" and len(value.parents) > 1 and _is_rescaling(first):
        by = number(first.argument("scale", 0))
        return None if by is None else _Step(by, "offset" in first.kwargs, value.parents[1])
    if value.op == ".flow" and len(value.parents) > 1:
        by = _generator_factor(first)
        return None if by is None else _Step(by, False, value.parents[1])
    if value.op == ".map" and "returned" in value.detail:
        return _mapped(value.detail["returned"], first)
    return None


def _mapped(returned: Value, before: Value) -> _Step | None:
    """What the function of a ``map`` does to its first argument; None where it cannot be read."""
    factor, shift = 1.0, False
    if isinstance(returned, Items) and returned.items:
        returned = returned.items[0]
    for _ in range(20):
        if not isinstance(returned, Data):
            return None
        if returned.op == "param":
            return _Step(factor, shift, before)
        step = _step(returned)
        if step is None:
            return None
        factor, shift, returned = factor * step.factor, shift or step.shift, step.before
    return None


def _is_rescaling(value: Value) -> TypeGuard[Made]:
    return isinstance(value, Made) and short(value) == "Rescaling"


def _generator_factor(generator: Value) -> float | None:
    """The factor of an ImageDataGenerator; None where it cannot be read."""
    if not isinstance(generator, Made) or not generator.api.endswith("ImageDataGenerator"):
        return None
    changing = {"preprocessing_function", "featurewise_center", "samplewise_center", "**"}
    if changing & set(generator.kwargs):
        return None
    given = generator.kwargs.get("rescale")
    return 1.0 if given is None else number(given)


def rescaling_of(model: Value) -> float | None:
    """The factor of a Rescaling layer that a model begins with."""
    if not isinstance(model, Model):
        return None
    for layer in _first_layers(model):
        if _is_rescaling(layer):
            return number(layer.argument("scale", 0))
    return None


def _first_layers(model: Model) -> list[Value]:
    """The three layers nearest the input of a Sequential model, or of one with a single way."""
    if model.api == "keras.Sequential":
        return [layer for layer, _ in model.layers[:3]]
    found: list[Value] = []
    outputs = model.kwargs.get("outputs") or (model.args[1] if len(model.args) > 1 else None)
    while isinstance(outputs, Tensor) and len(found) < 200:
        if outputs.layer is not None:
            found.insert(0, outputs.layer)
        outputs = outputs.parents[0] if outputs.parents else None
    return found[:3]
