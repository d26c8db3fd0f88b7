"""Compute large convolutions in two halves of the batch, so that two cores share one.

Each operation of a run has one thread, for the sake of its bits, and the layers of a network wait
for each other. A second core would only ever help with gradients. The outputs of a convolution, and
the gradient of its inputs, belong to one example each, so halves of the batch can be computed side
by side. The gradient of the weights is a sum over the batch and stays whole.

Whether halves have the bits of the whole depends on the processor and the library, so
``split_check`` tries it where the run computes. A layer that fails the check stays whole.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seedbed.runs.training.convolution import SMALLEST_HALF, Convolution

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

LARGE = 40_000_000
"""Multiplications over a batch, about 0.8 ms of a core; a smaller convolution gains nothing."""


@contextmanager
def convolutions_in_halves(
    batch_size: int, matches: Callable[[Convolution], bool], stays_whole: Callable[[str], object]
) -> Iterator[None]:
    """Compute large convolutions that are traced in this block in halves of the batch.

    Subclasses of ``Conv2D`` with a ``call`` or ``convolution_op`` of their own stay whole.

    Args:
        batch_size: Examples in a batch.
        matches: Whether halves of a convolution have the bits of the whole.
        stays_whole: Called with the name of a layer that stays whole because they have not.
    """
    import keras
    import tensorflow as tf

    if tf.config.list_logical_devices("GPU"):  # it computes one operation at a time
        yield
        return
    whole = keras.layers.Conv2D.call

    def call(layer: "keras.layers.Conv2D", inputs: "tf.Tensor") -> "tf.Tensor":
        if not _is_worth_cutting(layer, inputs, batch_size):
            return whole(layer, inputs)
        convolution = Convolution.of(layer, inputs)
        if not matches(convolution):
            stays_whole(layer.name)
            return whole(layer, inputs)
        weights = [layer.kernel, layer.bias] if layer.use_bias else [layer.kernel]
        outputs = convolution.in_halves(inputs, *map(tf.convert_to_tensor, weights))
        if convolution.relu or layer.activation is None:
            return outputs
        return layer.activation(outputs)

    keras.layers.Conv2D.call = call
    try:
        yield
    finally:
        keras.layers.Conv2D.call = whole


def _is_worth_cutting(layer: "keras.layers.Conv2D", inputs: "tf.Tensor", batch_size: int) -> bool:
    """Whether a convolution takes long enough, and is of a kind that can be cut."""
    import keras

    if batch_size < 2 * SMALLEST_HALF:
        return False
    if type(layer).convolution_op is not keras.layers.Conv2D.convolution_op:
        return False
    places = layer.compute_output_shape(inputs.shape)[1:3]
    # Keras compiles groups with XLA.
    if layer.data_format != "channels_last" or layer.groups != 1 or None in places:
        return False
    return math.prod((batch_size, *places, *layer.kernel.shape)) >= LARGE
