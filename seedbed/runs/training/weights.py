"""The weights of a model: fingerprint, copy, restore."""

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import keras


def fingerprint(model: "keras.Model | keras.Layer") -> str:
    """SHA-256 of the weights of a model or a layer: shape, type and bytes of each, in its order."""
    digest = hashlib.sha256()
    for weight in model.get_weights():
        digest.update(f"{weight.shape}{weight.dtype}".encode())
        digest.update(np.ascontiguousarray(weight).tobytes())
    return digest.hexdigest()


def snapshot(model: "keras.Model") -> list[npt.NDArray[np.generic]]:
    """Every variable that training changes: weights, random generators, the optimiser's."""
    return [np.array(variable.numpy()) for variable in _variables(model)]


def restore(model: "keras.Model", state: list[npt.NDArray[np.generic]]) -> None:
    """Put a model back to a snapshot of itself."""
    model.optimizer.build(model.trainable_variables)
    for variable, value in zip(_variables(model), state, strict=True):
        variable.assign(value)


def fits(model: "keras.Model", state: list[npt.NDArray[np.generic]]) -> bool:
    """Whether a snapshot has the shapes of this model's variables."""
    model.optimizer.build(model.trainable_variables)
    return [tuple(one.shape) for one in _variables(model)] == [one.shape for one in state]


def _variables(model: "keras.Model") -> list["keras.Variable"]:
    return [*model.variables, *model.optimizer.variables]
