"""Other courses of a script, made mechanically: networks built anew, other validation rows."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from seedbed.runs.script.hooks.calls.arguments import argument
from seedbed.runs.script.hooks.calls.fit_settings import callbacks_of

Alternative = Literal["none", "rebuild", "reseed", "validation"]
"""``rebuild``: each fit that would continue an earlier one begins anew; ``reseed``: each round
begins with every generator seeded alike (``alike_rounds``); ``validation``: a fit whose epoch a
callback chooses is validated on a fifth of its own training rows, which it then leaves out.
"""

HELD = 0.2


@dataclass(frozen=True)
class Arguments:
    """The arguments of a ``fit``.

    Attributes:
        given: By position.
        named: By name.
    """

    given: tuple[Any, ...]
    named: dict[str, Any]


def rebuild(model: Any, version: int) -> None:
    """Give a network fresh first weights, and its optimiser a fresh state.

    Args:
        model: A network that is built and compiled.
        version: Of its Keras.
    """
    if version == 2:
        from tf_keras.models import clone_model
    else:
        from keras.models import clone_model
    model.set_weights(clone_model(model).get_weights())
    new = type(model.optimizer).from_config(model.optimizer.get_config())
    new.build(model.trainable_variables)
    mine, fresh = _state(model.optimizer), _state(new)
    if len(mine) == len(fresh):  # one that was compiled anew has no state yet
        for variable, other in zip(mine, fresh, strict=True):
            variable.assign(other)


def _state(optimiser: Any) -> list[Any]:
    variables = optimiser.variables
    return list(variables() if callable(variables) else variables)


def validated_apart(arguments: Arguments) -> Arguments:
    """The arguments of a fit that is validated on a fifth of its own rows, where it can be.

    Args:
        arguments: Those of the script.
    """
    given, named = arguments.given, arguments.named
    x, y = argument(given, named, 0, "x"), argument(given, named, 1, "y")
    validation = argument(given, named, 6, "validation_data")
    if not callbacks_of(named) or validation is None or named.get("sample_weight") is not None:
        return arguments
    if not isinstance(x, np.ndarray) or not isinstance(y, np.ndarray) or len(given) > 2:
        return arguments
    order = np.random.RandomState(0).permutation(len(x))
    first = int(len(x) * (1 - HELD))
    kept, held = np.sort(order[:first]), np.sort(order[first:])
    return Arguments(
        (), {**named, "x": x[kept], "y": y[kept], "validation_data": (x[held], y[held])}
    )
