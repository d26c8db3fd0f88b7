"""A convolution computed whole, or in two halves of the batch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

SMALLEST_HALF = 4
"""Examples. oneDNN computes a batch of one example in another way than a larger batch."""


@dataclass(frozen=True)
class Convolution:
    """What a layer computes, up to the values of its weights.

    Attributes:
        inputs: ``(height, width, channels)`` of an example.
        kernel: Shape of the kernel.
        strides: Along height and width.
        padding: ``valid`` or ``same``.
        dilation: Along height and width.
        use_bias: Whether a bias is added.
        relu: Whether relu follows. Any other activation is applied to the joined halves.
        dtype: Of inputs, weights and outputs.
    """

    inputs: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    padding: str
    dilation: tuple[int, ...]
    use_bias: bool
    relu: bool
    dtype: str

    @classmethod
    def of(cls, layer: "keras.layers.Conv2D", inputs: "tf.Tensor") -> Self:
        """The convolution that ``layer`` computes of ``inputs``."""
        import keras

        return cls(
            inputs=tuple(inputs.shape[1:]),
            kernel=tuple(layer.kernel.shape),
            strides=tuple(layer.strides),
            padding=layer.padding,
            dilation=tuple(layer.dilation_rate),
            use_bias=layer.use_bias,
            relu=layer.activation is keras.activations.relu,
            dtype=inputs.dtype.name,
        )

    def linear(
        self, inputs: "tf.Tensor", kernel: "tf.Tensor", bias: "tf.Tensor | None" = None
    ) -> "tf.Tensor":
        """Convolution and bias, without the activation."""
        import keras
        import tensorflow as tf

        outputs = keras.ops.conv(
            inputs,
            kernel,
            strides=list(self.strides),
            padding=self.padding,
            dilation_rate=self.dilation,
            data_format="channels_last",
        )
        return outputs if bias is None else tf.nn.bias_add(outputs, bias)

    def whole(self, inputs: "tf.Tensor", *weights: "tf.Tensor") -> "tf.Tensor":
        """The convolution of the whole batch at once."""
        import tensorflow as tf

        outputs = self.linear(inputs, *weights)
        return tf.nn.relu(outputs) if self.relu else outputs

    def in_halves(self, inputs: "tf.Tensor", *weights: "tf.Tensor") -> "tf.Tensor":
        """The same in two halves of the batch, with the same gradients."""
        import tensorflow as tf

        # The gradient of relu follows from its result, so relu goes into the halves, where
        # TensorFlow makes one operation of convolution, bias and relu.
        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def convolved(
            inputs: "tf.Tensor", *weights: "tf.Tensor"
        ) -> tuple["tf.Tensor", Callable[..., list["tf.Tensor"]]]:
            halves = _cut(inputs)
            results = [self.linear(half, *weights) for half in halves]
            outputs = _join(inputs, *(tf.nn.relu(r) if self.relu else r for r in results))

            def gradients(upstream: "tf.Tensor") -> list["tf.Tensor"]:
                if self.relu:
                    upstream = tf.raw_ops.ReluGrad(gradients=upstream, features=outputs)
                parts = zip(results, halves, _cut(upstream), strict=True)
                of_inputs = _join(inputs, *(tf.gradients(*part)[0] for part in parts))
                # The gradient of the weights needs no forward pass, so the whole's is not computed.
                of_weights = tf.gradients(self.linear(inputs, *weights), weights, upstream)
                return [of_inputs, *of_weights]

            return outputs, gradients

        return convolved(inputs, *weights)


def _half(batch: "tf.Tensor") -> tuple["tf.Tensor", "tf.Tensor"]:
    """Examples in a batch and in each half; the halves of an odd or a small batch overlap."""
    import tensorflow as tf

    examples = tf.shape(batch)[0]
    return examples, tf.minimum(examples, tf.maximum((examples + 1) // 2, SMALLEST_HALF))


def _cut(batch: "tf.Tensor") -> tuple["tf.Tensor", "tf.Tensor"]:
    examples, half = _half(batch)
    return batch[:half], batch[examples - half :]


def _join(batch: "tf.Tensor", first: "tf.Tensor", second: "tf.Tensor") -> "tf.Tensor":
    """Results of the halves of ``batch`` as one; what overlaps is taken from the first."""
    import tensorflow as tf

    examples, half = _half(batch)
    return tf.concat([first, second[2 * half - examples :]], 0)
