"""Check that a convolution in halves of the batch has the bits of the whole, on this processor."""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from seedbed.runs.training.convolution import Convolution
from seedbed.system.code_version import code_digest
from seedbed.system.files.cached_answers import CachedAnswers

if TYPE_CHECKING:
    import tensorflow as tf

MATCH, DIFFER = b"equal", b"different"

DRAWN = 1 << 16
"""Random numbers, repeated over the batch: drawing all of them would take longer than the check."""


@cache
def halves_match(convolution: Convolution, batch_sizes: tuple[int, ...], computing: str) -> bool:
    """Whether outputs and gradients of the inputs have equal bits in halves and whole.

    Libraries choose how to add up by the shape of a batch, not by its values, so random numbers
    show what any others would. The answer is kept in the store: a check takes about as long as a
    training step of the layer and its compilation, reading the answer less than a millisecond.

    Args:
        convolution: What to compute.
        batch_sizes: Numbers of examples to try.
        computing: What computes, as ``computing_key`` gives it.
    """
    parts = [convolution, sorted(batch_sizes), computing, code_digest()]
    key = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
    answers = CachedAnswers("halves")
    kept = answers.read(key)
    if kept in (MATCH, DIFFER):
        return kept == MATCH
    match = _try(convolution, batch_sizes)
    answers.write(key, MATCH if match else DIFFER)
    return match


def _try(convolution: Convolution, batch_sizes: tuple[int, ...]) -> bool:
    """Compute the convolution whole and in halves, and compare."""
    import tensorflow as tf

    with tf.init_scope():  # the caller traces a graph, and this is to be computed now
        compare = _comparison(convolution)
        return all(bool(compare(*_numbers(convolution, size))) for size in batch_sizes)


def _comparison(convolution: Convolution) -> Callable[..., "tf.Tensor"]:
    """A compiled function of inputs, kernel and, if there is one, bias.

    The number of examples is left open, as it is where a network is trained.
    """
    import tensorflow as tf

    def compare(inputs: "tf.Tensor", *weights: "tf.Tensor") -> "tf.Tensor":
        whole, halves = (
            way(inputs, *weights) for way in (convolution.whole, convolution.in_halves)
        )
        slopes = (tf.gradients(result, inputs, result)[0] for result in (whole, halves))
        return tf.logical_and(_same_bits(whole, halves), _same_bits(*slopes))

    shapes = [(None, *convolution.inputs), *_shapes_of_weights(convolution)]
    signature = [tf.TensorSpec(shape, convolution.dtype) for shape in shapes]
    # The concrete function, because TensorFlow warns when functions of one kind are traced often.
    compiled: Callable[..., tf.Tensor] = tf.function(
        compare, autograph=False
    ).get_concrete_function(*signature)
    return compiled


def _same_bits(one: "tf.Tensor", two: "tf.Tensor") -> "tf.Tensor":
    import tensorflow as tf

    whole_number = {2: tf.int16, 4: tf.int32, 8: tf.int64}[one.dtype.size]
    return tf.reduce_all(tf.bitcast(one, whole_number) == tf.bitcast(two, whole_number))


def _numbers(convolution: Convolution, size: int) -> list["tf.Tensor"]:
    import tensorflow as tf

    drawn = np.random.default_rng(0).uniform(-1, 1, DRAWN).astype(convolution.dtype)
    shapes = [(size, *convolution.inputs), *_shapes_of_weights(convolution)]
    return [tf.constant(np.resize(drawn, shape)) for shape in shapes]


def _shapes_of_weights(convolution: Convolution) -> list[tuple[int, ...]]:
    return [convolution.kernel, *([convolution.kernel[-1:]] if convolution.use_bias else [])]
