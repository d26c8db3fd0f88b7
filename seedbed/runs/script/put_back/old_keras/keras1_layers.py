"""Layers of Keras 1 that no later Keras has: ``merge``, ``Merge``, ``MaxoutDense``, ``Highway``."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from seedbed.runs.script.put_back.uses import OldUses

MODES = {
    "sum": "Add",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "concat": "Concatenate",
    "dot": "Dot",
    "cos": "Dot",
}


def _merging(layers: Any, mode: str, concat_axis: int, dot_axes: Any) -> Any:
    if mode == "concat":
        return layers.Concatenate(axis=concat_axis)
    if mode in {"dot", "cos"}:
        return layers.Dot(axes=dot_axes, normalize=mode == "cos")
    return getattr(layers, MODES[mode])()


def merge_function(layers: ModuleType, uses: OldUses) -> Callable[..., object]:
    """``merge([a, b], mode="concat")``.

    Args:
        layers: ``tf_keras.layers``.
        uses: Where the uses are recorded.
    """

    def merge(
        inputs: Any, mode: Any = "sum", dot_axes: Any = -1, concat_axis: int = -1, **_: Any
    ) -> Any:
        if callable(mode):
            return layers.Lambda(mode)(inputs)
        uses.tell(f"merge(mode={mode!r})", f"keras.layers.{MODES[mode]}")
        return _merging(layers, mode, concat_axis, dot_axes)(inputs)

    return merge


def merge_layer(keras: Any) -> type:
    """``model.add(Merge([left, right], mode="concat"))``: two branches become one model."""
    layers = keras.layers

    class Merge(layers.Layer):  # type: ignore[misc, name-defined]
        """The outputs of several models as one; its inputs are theirs."""

        def __init__(
            self, branches: Any, mode: str = "sum", concat_axis: int = -1, dot_axes: Any = -1,
            **named: Any,
        ) -> None:  # fmt: skip
            super().__init__(**named)
            self.branches = branches
            self.merging = _merging(layers, mode, concat_axis, dot_axes)

        def call(self, inputs: Any, training: Any = None) -> Any:
            parts = zip(self.branches, inputs, strict=True)
            return self.merging([branch(x, training=training) for branch, x in parts])

    return Merge


def dense_layers(keras: Any) -> tuple[type, type]:
    """``MaxoutDense`` and ``Highway``."""
    tf_layers, ops = keras.layers, keras.backend

    class MaxoutDense(tf_layers.Layer):  # type: ignore[misc, name-defined]
        """The largest of several dense layers, value by value."""

        def __init__(
            self, output_dim: int, nb_feature: int = 4, init: str = "glorot_uniform", **named: Any
        ) -> None:
            named.pop("input_dim", None)
            super().__init__(**named)
            self.units, self.features = output_dim, nb_feature
            self.dense = tf_layers.Dense(output_dim * nb_feature, kernel_initializer=init)

        def call(self, inputs: Any) -> Any:
            table = ops.reshape(self.dense(inputs), (-1, self.features, self.units))
            return ops.max(table, axis=1)

    class Highway(tf_layers.Layer):  # type: ignore[misc, name-defined]
        """A gate between a dense layer and what goes in."""

        def __init__(self, activation: Any = None, init: str = "glorot_uniform", **named: Any):
            named.pop("input_dim", None)
            super().__init__(**named)
            self.activation, self.init = activation, init

        def build(self, shape: Any) -> None:
            units = int(shape[-1])
            self.dense = tf_layers.Dense(units, self.activation, kernel_initializer=self.init)
            self.gate = tf_layers.Dense(
                units, "sigmoid", kernel_initializer=self.init, bias_initializer="ones"
            )
            super().build(shape)

        def call(self, inputs: Any) -> Any:
            gate = self.gate(inputs)
            return gate * self.dense(inputs) + (1 - gate) * inputs

    return MaxoutDense, Highway
