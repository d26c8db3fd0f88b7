"""Convolutions in two halves of a batch: the same outputs and gradients, bit for bit."""

from typing import Any

import numpy as np
import pytest

from seedbed.sweeps.executors.local_pool import LocalPool

LAYERS: dict[str, dict[str, Any]] = {
    "relu": {"activation": "relu"},
    "no activation": {},
    "no bias": {"activation": "relu", "use_bias": False},
    "another activation": {"activation": "tanh"},
    "the border kept": {"padding": "same", "activation": "relu"},
    "strides": {"strides": 2, "padding": "same", "activation": "relu"},
    "dilated": {"dilation_rate": 2, "activation": "relu"},
}
SIZES = (1, 2, 7, 32)


def both_ways(settings: dict[str, Any], size: int) -> tuple[list[list[Any]], list[int]]:
    """Outputs, gradients and gradients of those, whole and in halves; convolutions in each graph.

    Runs in a fork.
    """
    import keras
    import tensorflow as tf

    from seedbed.runs.settings import tensorflow_setup
    from seedbed.runs.settings.options import RunOptions
    from seedbed.runs.training import split_convolutions

    tensorflow_setup.apply(RunOptions())
    split_convolutions.LARGE = 0
    keras.utils.set_random_seed(1)
    layer = keras.layers.Conv2D(16, 3, **settings)
    layer.build((None, 12, 12, 8))
    rng = np.random.default_rng(2)
    inputs = tf.constant(rng.normal(size=(size, 12, 12, 8)).astype("float32"))

    def traced(images: Any) -> list[Any]:
        variables = [weight.value for weight in layer.trainable_weights]
        with tf.GradientTape() as outer:
            outer.watch(images)
            with tf.GradientTape() as tape:
                tape.watch(images)
                outputs = layer(images)
                loss = tf.reduce_sum(outputs**3)
            first, *of_weights = tape.gradient(loss, [images, *variables])
            penalty = tf.reduce_sum(first**2)
        return [outputs, first, *of_weights, *outer.gradient(penalty, [images, variables[0]])]

    def in_halves(images: Any) -> list[Any]:
        with split_convolutions.convolutions_in_halves(size):
            return traced(images)

    results, counts = [], []
    for function in (traced, in_halves):
        compiled = tf.function(function, autograph=False).get_concrete_function(
            tf.TensorSpec((None, 12, 12, 8))
        )
        operations = [operation.type for operation in compiled.graph.get_operations()]
        counts.append(operations.count("Conv2DBackpropInput"))
        results.append([result.numpy() for result in compiled(inputs)])
    return results, counts


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LAYERS)
def test_halves_have_the_bits_of_the_whole(pool: LocalPool, name: str, size: int) -> None:
    """But for gradients of gradients, in which the weights' are added up in halves."""
    (whole, halves), counts = pool.submit(both_ways, LAYERS[name], size).result()
    assert counts[1] > counts[0]  # or nothing was cut
    for theirs, mine in zip(whole, halves, strict=True):
        assert mine.shape == theirs.shape
    for theirs, mine in zip(whole[:-2], halves[:-2], strict=True):
        assert np.array_equal(mine, theirs)
    for theirs, mine in zip(whole[-2:], halves[-2:], strict=True):
        assert np.abs(mine - theirs).max() <= 1e-5 * np.abs(theirs).max()


def convolutions_in_the_loop(batch_size: int, settings: dict[str, Any]) -> int:
    """Of the loop of a network with one, before TensorFlow drops what it needs not; in a fork."""
    import keras
    import tensorflow as tf

    from seedbed.runs.data.splits import Examples
    from seedbed.runs.settings import tensorflow_setup
    from seedbed.runs.settings.options import RunOptions
    from seedbed.runs.settings.seeds import derive
    from seedbed.runs.training.epoch_loop import Loop

    options = RunOptions(batch_size=batch_size)
    tensorflow_setup.apply(options)
    convolution = keras.layers.Conv2D(64, 3, activation="relu", **settings)
    layers = [keras.Input((13, 13, 32)), convolution, keras.layers.Flatten()]
    model = keras.Sequential([*layers, keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    images = np.zeros((4, 13, 13, 32), np.float32)
    examples = Examples(images, np.array([0, 1, 0, 1]), np.arange(4))
    loop = Loop(model, examples, options, derive(options))
    traced = loop._compiled.get_concrete_function(  # type: ignore[attr-defined]
        tf.TensorSpec([None], tf.int32), tf.TensorSpec([0, 0], tf.float32)
    )
    functions = traced.graph.as_graph_def().library.function
    return sum(node.op == "Conv2D" for f in functions for node in f.node_def)


def test_only_a_large_convolution_is_cut(pool: LocalPool) -> None:
    """Of 8 examples it has 18 million multiplications, of 32 it has 71; groups are not cut."""
    few, many = (pool.submit(convolutions_in_the_loop, size, {}) for size in (8, 32))
    assert few.result() == 1
    assert many.result() > 1
    few, many = (pool.submit(convolutions_in_the_loop, size, {"groups": 2}) for size in (8, 64))
    assert few.result() == many.result()


def left_behind() -> bool:
    """Whether Keras' own method is back after a network that raised; runs in a fork."""
    import keras

    from seedbed.runs.training.split_convolutions import convolutions_in_halves

    before = keras.layers.Conv2D.call

    def theirs() -> None:
        with convolutions_in_halves(32):
            assert keras.layers.Conv2D.call is not before
            raise ValueError("theirs")

    with pytest.raises(ValueError, match="theirs"):
        theirs()
    return keras.layers.Conv2D.call is not before


def test_keras_is_left_as_it_was(pool: LocalPool) -> None:
    assert not pool.submit(left_behind).result()
