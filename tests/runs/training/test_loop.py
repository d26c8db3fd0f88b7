"""Scoring in one compiled loop: the network's own outputs, whatever the number of examples."""

import numpy as np
import numpy.typing as npt

from seedbed.runs.training.epoch_loop import PREDICT_BATCH
from seedbed.sweeps.executors.local_pool import LocalPool

SIZES = (1, PREDICT_BATCH - 1, PREDICT_BATCH, PREDICT_BATCH + 1, 3 * PREDICT_BATCH + 7)

Pair = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


def scored(types: tuple[str, ...]) -> tuple[list[Pair], int]:
    """Per size and type, our probabilities and the network's; times it was traced; in a fork."""
    import keras
    import tensorflow as tf

    from seedbed.runs.training.epoch_loop import compile_predict

    traced = 0

    class Counted(keras.layers.Layer):  # type: ignore[misc]
        def call(self, inputs: tf.Tensor) -> tf.Tensor:
            nonlocal traced
            traced += not tf.executing_eagerly()
            return inputs * 2.0

    keras.utils.set_random_seed(1)
    layers = [keras.Input((8, 8, 1)), Counted(), keras.layers.Conv2D(3, 3, activation="relu")]
    layers += [keras.layers.Flatten(), keras.layers.Dense(4, activation="softmax")]
    model = keras.Sequential(layers)
    traced = 0
    predict = compile_predict(model)
    rng = np.random.default_rng(2)
    pairs = []
    for kind in types:
        for size in SIZES:
            inputs = (4 * rng.random((size, 8, 8, 1))).astype(kind)
            parts = np.split(inputs, range(PREDICT_BATCH, size, PREDICT_BATCH))
            theirs = np.concatenate([model(part, training=False).numpy() for part in parts])
            pairs.append((predict(inputs), theirs))
    return pairs, traced


def test_scoring_gives_the_networks_bits_and_is_traced_once(pool: LocalPool) -> None:
    pairs, traced = pool.submit(scored, ("float32",)).result()
    assert [len(mine) for mine, _ in pairs] == list(SIZES)
    assert all(np.array_equal(mine, theirs) for mine, theirs in pairs)
    assert traced == 1


def test_inputs_may_be_of_another_type(pool: LocalPool) -> None:
    """Such as bytes, which a user's own file may give; Keras casts them in the first layer."""
    pairs, _ = pool.submit(scored, ("uint8", "float32")).result()
    assert all(mine.dtype == np.float32 for mine, _ in pairs)
    assert all(np.allclose(mine, theirs, atol=1e-6) for mine, theirs in pairs)
