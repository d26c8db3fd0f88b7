"""By how much inputs are scaled on their way from a loader to a model."""

import ast
from dataclasses import dataclass

from seedbed.doctor.interpreter.values import Data, Function, Items, Made, Model, Value, number
from seedbed.doctor.queries.wording import short

_PASSED_ON = {
    ".astype", ".reshape", ".batch", ".prefetch", ".cache", ".copy", ".shuffle", ".repeat",
    ".with_options", ".numpy", ".squeeze", "numpy.array", "numpy.asarray", "numpy.expand_dims",
    "numpy.reshape", "numpy.float32", "tensorflow.cast", "tensorflow.convert_to_tensor",
    "tensorflow.expand_dims", "tensorflow.data.Dataset.from_tensor_slices", "slice", "index",
    "assign",
}  # fmt: skip
_DIRECTORY = "keras.utils.image_dataset_from_directory"


@dataclass(frozen=True)
class Scaling:
    """How inputs are scaled.

    Attributes:
        family: The loader they come from, the same for its training and its test side.
        factor: What each pixel is multiplied by in all.
        shift: Whether something is added or subtracted.
    """

    family: str
    factor: float
    shift: bool


def scaling_of(value: Value | None) -> Scaling | None:
    """How inputs are scaled; None where a step on the way cannot be read."""
    factor, shift = 1.0, False
    for _ in range(60):
        if isinstance(value, Items) and value.items and not value.open:
            value = value.items[0]
            continue
        if not isinstance(value, Data):
            return None
        if value.role is not None and value.op.startswith("keras.datasets."):
            return Scaling(value.op, factor, shift)
        if value.op == _DIRECTORY:
            return Scaling(value.op, factor, shift)
        if value.op == ".flow_from_directory":
            own = _generator_factor(value.parents[0])
            return Scaling(value.op, factor * own, shift) if own is not None else None
        step = _step(value)
        if step is None or not value.parents:
            return None
        factor, shift = factor * step[0], shift or step[1]
        value = value.parents[0]
    return None


def _step(value: Data) -> tuple[float, bool] | None:
    """The factor of one step and whether it shifts; None where it cannot be read."""
    if value.op in _PASSED_ON:
        return 1.0, False
    if value.op in {"binop:/", "binop:*", "binop:-", "binop:+"} and len(value.parents) == 2:
        by = number(value.parents[1])
        if by is None or (by == 0 and value.op == "binop:/"):
            return None
        return {"/": 1 / by if by else 1.0, "*": by}.get(value.op[-1], 1.0), value.op[-1] in "+-"
    if value.op == ".map" and len(value.parents) > 1:
        function = value.parents[1]
        return _mapped(function) if isinstance(function, Function) else None
    return None


def _mapped(function: Function) -> tuple[float, bool] | None:
    """The factor of ``lambda x, y: (x / 255, y)``; None for anything else."""
    body = function.node.body
    if not isinstance(body, ast.Tuple) or not body.elts:
        return None
    first = body.elts[0]
    if isinstance(first, ast.Name):
        return 1.0, False
    if not isinstance(first, ast.BinOp) or not isinstance(first.op, ast.Div):
        return None
    if isinstance(first.left, ast.Name) and isinstance(first.right, ast.Constant):
        by = first.right.value
        return (1 / by, False) if isinstance(by, int | float) and by else None
    return None


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
    """The factor of a Rescaling layer that a Sequential model begins with."""
    if not isinstance(model, Model) or model.api != "keras.Sequential":
        return None
    for layer, _ in model.layers[:3]:
        if isinstance(layer, Made) and short(layer) == "Rescaling":
            return number(layer.argument("scale", 0))
    return None
