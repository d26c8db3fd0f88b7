"""Large convolutions computed in two halves of the batch, so that two cores can share one.

Every operation of a run has one thread, for its bits, and a network's layers wait for each other;
so a second core would only ever help with gradients. The outputs of a convolution, and the gradient
of its inputs, are one example's own: the halves of a batch, put together again, have the bits of
the whole. The gradient of the weights is a sum over the batch and stays whole. Runs on one core
compute the same halves, so what one run gives another gives, alone or in a sweep.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

LARGE = 40_000_000
"""Multiplications over a batch, about .8 ms of a core, from which on two halves gain time."""


@contextmanager
def convolutions_in_halves(batch_size: int) -> Iterator[None]:
    """What is traced meanwhile computes the large ones of Keras' ``Conv2D`` in halves.

    Layers with a ``call`` of their own, and all that is traced at another time, stay as they are.

    Args:
        batch_size: Examples in a batch.
    """
    import keras
    import tensorflow as tf

    if tf.config.list_logical_devices("GPU"):  # it computes one thing at a time
        yield
        return
    whole = keras.layers.Conv2D.call

    def call(layer: "keras.layers.Conv2D", inputs: Any) -> Any:
        if not _is_large(layer, inputs, batch_size):
            return whole(layer, inputs)
        return _in_halves(layer, inputs)

    keras.layers.Conv2D.call = call
    try:
        yield
    finally:
        keras.layers.Conv2D.call = whole


def _is_large(layer: "keras.layers.Conv2D", inputs: Any, batch_size: int) -> bool:
    """Whether a convolution takes long enough, and is of a kind that can be cut."""
    places = layer.compute_output_shape(inputs.shape)[1:3]
    # Keras compiles groups with XLA.
    if layer.data_format != "channels_last" or layer.groups != 1 or None in places:
        return False
    return math.prod((batch_size, *places, *layer.kernel.shape)) >= LARGE


def _in_halves(layer: "keras.layers.Conv2D", inputs: Any) -> Any:
    """What the layer's ``call`` gives, and the same gradients."""
    import keras
    import tensorflow as tf

    # The gradient of relu can be had from its result, so it goes into the halves, where TensorFlow
    # makes one operation of convolution, bias and relu. Any other activation follows the whole.
    relu = layer.activation is keras.activations.relu
    weights = [layer.kernel, layer.bias] if layer.use_bias else [layer.kernel]

    def linear(inputs: Any, kernel: Any, bias: Any = None) -> Any:
        outputs = layer.convolution_op(inputs, kernel)
        return outputs if bias is None else tf.nn.bias_add(outputs, bias)

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def convolved(inputs: Any, *weights: Any) -> tuple[Any, Callable[..., Any]]:
        examples = tf.shape(inputs)[0]
        half = (examples + 1) // 2

        def cut(batch: Any) -> tuple[Any, Any]:
            return batch[:half], batch[examples - half :]

        def join(first: Any, second: Any) -> Any:
            # Of an odd number both halves have the middle one: an empty half would be an error.
            return tf.concat([first, second[2 * half - examples :]], 0)

        halves = cut(inputs)
        results = [linear(part, *weights) for part in halves]
        outputs = join(*(tf.nn.relu(part) if relu else part for part in results))

        def gradients(upstream: Any) -> list[Any]:
            if relu:
                upstream = tf.raw_ops.ReluGrad(gradients=upstream, features=outputs)
            parts = zip(results, halves, cut(upstream), strict=True)
            of_inputs = join(*(tf.gradients(*part)[0] for part in parts))
            # The forward pass of the whole is never computed: its gradient does not need it.
            of_weights = tf.gradients(linear(inputs, *weights), weights, upstream)
            return [of_inputs, *of_weights]

        return outputs, gradients

    outputs = convolved(inputs, *(tf.convert_to_tensor(weight) for weight in weights))
    return outputs if relu or layer.activation is None else layer.activation(outputs)
