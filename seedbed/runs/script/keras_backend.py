"""What Keras 3 computes with: TensorFlow, or JAX where the script or its user asks for it.

Keras reads ``KERAS_BACKEND`` when it is imported, so a script for JAX runs in a Python of its own
that starts with it.
"""

import ast
import os
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Literal

from seedbed.doctor.source.module import Module
from seedbed.system.errors import InputError

Backend = Literal["", "tensorflow", "jax"]
VARIABLE = "KERAS_BACKEND"
JAX: Literal["jax"] = "jax"


def chosen_backend(asked: str, modules: Sequence[Module]) -> Backend:
    """The backend that a script runs on: the one asked for, else its own, else the user's.

    Args:
        asked: What the command line says; empty if nothing.
        modules: The script, and the files beside it that it imports.

    Returns:
        ``jax``, or empty for TensorFlow.

    Raises:
        InputError: JAX is not installed.
    """
    own = next((value for module in modules for value in _set_in(module)), None)
    wanted = asked or own or os.environ.get(VARIABLE, "")
    if wanted != JAX:
        return ""
    if find_spec(JAX) is None:
        raise InputError(
            f"jax must be installed for a script that runs Keras on JAX ({VARIABLE}=jax): "
            "pip install jax, or give --backend tensorflow."
        )
    return JAX


def asks_for_jax(module: Module) -> bool:
    """Whether a file sets ``KERAS_BACKEND`` to JAX."""
    return JAX in _set_in(module)


def _set_in(module: Module) -> Iterator[str]:
    """Values that a module gives ``KERAS_BACKEND``, in the order of its lines."""
    for node in module.nodes:
        if isinstance(node, ast.Assign) and any(_is_variable(one) for one in node.targets):
            value: ast.expr = node.value
        elif isinstance(node, ast.Call) and _is_default(node):
            value = node.args[1]
        else:
            continue
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def _is_variable(node: ast.expr) -> bool:
    """Whether it is ``os.environ["KERAS_BACKEND"]``."""
    return isinstance(node, ast.Subscript) and _text(node.slice) == VARIABLE


def _is_default(node: ast.Call) -> bool:
    """Whether it is ``os.environ.setdefault("KERAS_BACKEND", …)`` or ``os.putenv`` of it."""
    function = node.func
    named = isinstance(function, ast.Attribute) and function.attr in ("setdefault", "putenv")
    return named and len(node.args) == 2 and _text(node.args[0]) == VARIABLE


def _text(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None
