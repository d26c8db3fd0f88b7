"""What a script's own layers of Keras 1 call: ``initializations``, and weights that are set.

Such a layer makes a variable with ``self.init(shape, name=…)`` and sets ``self.trainable_weights``.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

Maker = Callable[..., Any]


class Initializations(ModuleType):
    """``keras.initializations``: functions that make a variable of a shape, not its first values.

    Args:
        name: Of the module.
        keras: tf-keras.
    """

    def __init__(self, name: str, keras: Any) -> None:
        super().__init__(name)
        self._keras = keras

    def get(self, identifier: Any, **named: Any) -> Maker:
        """The function of a name; a function is taken as it is."""
        del named
        return identifier if callable(identifier) else self._maker(str(identifier))

    def __getattr__(self, name: str) -> Maker:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._maker(name)

    def _maker(self, name: str) -> Maker:
        keras = self._keras
        try:
            initialiser = keras.initializers.get(name)
        except ValueError:
            raise AttributeError(f"module 'keras.initializations' has no {name!r}") from None

        def variable(shape: Any, name: str | None = None, **_: Any) -> Any:
            first = initialiser(tuple(int(size) for size in shape))
            return keras.backend.variable(first, name=name)

        return variable


def restore_set_weights(layer: Any) -> None:
    """Let a layer's ``trainable_weights`` be set, in whichever year's way it made them.

    Args:
        layer: ``tf_keras.layers.Layer``.
    """
    for name, kept in (
        ("trainable_weights", "_trainable_weights"),
        ("non_trainable_weights", "_non_trainable_weights"),
    ):
        known = vars(layer)[name]
        setattr(layer, name, property(known.fget, _setter(kept), doc=known.__doc__))


def _setter(kept: str) -> Callable[[Any, Any], None]:
    def set_weights(one: Any, weights: Any) -> None:
        found = getattr(one, kept)
        found.extend(weight for weight in weights if all(weight is not own for own in found))

    return set_weights
