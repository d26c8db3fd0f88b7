"""Convolutions in two halves of a batch: the same outputs and gradients, or no halves."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.files.cached_answers import CachedAnswers
from tests.support.cells import in_store

LAYERS: dict[str, dict[str, Any]] = {
    "relu": {"activation": "relu"},
    "no activation": {},
    "no bias": {"activation": "relu", "use_bias": False},
    "another activation": {"activation": "tanh"},
    "the border kept": {"padding": "same", "activation": "relu"},
    "strides": {"strides": 2, "padding": "same", "activation": "relu"},
    "dilated": {"dilation_rate": 2, "activation": "relu"},
}
BATCH = 32
LAST_BATCHES = (1, 2, 7, BATCH)
"""Examples in the last batch of an epoch."""


def in_halves_and_whole(
    settings: dict[str, Any], last_batch: int
) -> tuple[list[list[Any]], list[int], list[str]]:
    """Outputs, gradients and gradients of those, whole and as in a run; convolutions in each graph.

    Runs in a fork.
    """
    import keras
    import tensorflow as tf

    from seedbed.runs.settings import tensorflow_setup
    from seedbed.runs.settings.computing import computing_key
    from seedbed.runs.settings.options import RunOptions
    from seedbed.runs.training import split_convolutions
    from seedbed.runs.training.split_check import halves_match

    tensorflow_setup.apply(RunOptions())
    split_convolutions.LARGE = 0
    keras.utils.set_random_seed(1)
    layer = keras.layers.Conv2D(16, 3, **settings)
    layer.build((None, 12, 12, 8))
    rng = np.random.default_rng(2)
    inputs = tf.constant(rng.normal(size=(last_batch, 12, 12, 8)).astype("float32"))
    stayed_whole: list[str] = []

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

    def matches(convolution: Any) -> bool:
        return halves_match(convolution, (BATCH, last_batch), computing_key(RunOptions()))

    def as_in_a_run(images: Any) -> list[Any]:
        with split_convolutions.convolutions_in_halves(BATCH, matches, stayed_whole.append):
            return traced(images)

    results, counts = [], []
    for function in (traced, as_in_a_run):
        compiled = tf.function(function, autograph=False).get_concrete_function(
            tf.TensorSpec((None, 12, 12, 8))
        )
        operations = [operation.type for operation in compiled.graph.get_operations()]
        counts.append(operations.count("Conv2DBackpropInput"))
        results.append([result.numpy() for result in compiled(inputs)])
    return results, counts, stayed_whole


@pytest.mark.parametrize("last_batch", LAST_BATCHES)
@pytest.mark.parametrize("name", LAYERS)
def test_a_convolution_has_the_bits_of_the_whole(
    pool: LocalPool, store_path: Path, name: str, last_batch: int
) -> None:
    """But for gradients of gradients, in which the weights' are added up in halves."""
    del store_path
    submitted = pool.submit(in_halves_and_whole, LAYERS[name], last_batch)
    (whole, as_in_a_run), counts, stayed_whole = submitted.result()
    assert (counts[1] > counts[0]) is not bool(stayed_whole)
    for theirs, mine in zip(whole, as_in_a_run, strict=True):
        assert mine.shape == theirs.shape
    for theirs, mine in zip(whole[:-2], as_in_a_run[:-2], strict=True):
        assert np.array_equal(mine, theirs)
    for theirs, mine in zip(whole[-2:], as_in_a_run[-2:], strict=True):
        assert np.abs(mine - theirs).max() <= 1e-5 * np.abs(theirs).max()


def convolutions_in_the_loop(
    examples: int, settings: dict[str, Any], batch_size: int = BATCH
) -> tuple[int, list[str]]:
    """In the loop of a network with one, before TensorFlow drops what it does not need; a fork."""
    import keras
    import tensorflow as tf

    from seedbed.runs.data.splits import Examples
    from seedbed.runs.settings import tensorflow_setup
    from seedbed.runs.settings.options import RunOptions
    from seedbed.runs.settings.seeds import derive
    from seedbed.runs.training.epoch_loop import Loop

    options = RunOptions(batch_size=batch_size)
    tensorflow_setup.apply(options)
    convolution = keras.layers.Conv2D(
        **{"filters": 64, "kernel_size": 3, "activation": "relu", **settings}
    )
    layers = [keras.Input((13, 13, 32)), convolution, keras.layers.Flatten()]
    model = keras.Sequential([*layers, keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    images = np.zeros((examples, 13, 13, 32), np.float32)
    numbers = np.arange(examples, dtype=np.int32)
    data = Examples(images, numbers % 2, np.arange(examples))
    loop = Loop(model, data, options, derive(options))
    traced = loop._compiled.get_concrete_function(  # type: ignore[attr-defined]
        tf.TensorSpec([None], tf.int32), tf.TensorSpec([0, 0], tf.float32)
    )
    functions = traced.graph.as_graph_def().library.function
    count = sum(node.op == "Conv2D" for f in functions for node in f.node_def)
    return count, list(loop.whole_convolutions)


def test_only_a_large_convolution_is_cut(pool: LocalPool, store_path: Path) -> None:
    """Of 8 examples it has 18 million multiplications, of 32 it has 71; groups are not cut."""
    del store_path
    few, many = (pool.submit(convolutions_in_the_loop, size, {}) for size in (8, BATCH))
    assert few.result() == (1, [])
    count, whole = many.result()
    assert (count > 1) is not bool(whole)
    few, many = (pool.submit(convolutions_in_the_loop, size, {"groups": 2}) for size in (8, BATCH))
    assert few.result() == many.result()


def test_a_batch_of_few_examples_is_not_cut(pool: LocalPool, store_path: Path) -> None:
    """Halves of 7 examples would have 4 and 3; oneDNN computes one example in another way."""
    del store_path

    count, whole = pool.submit(convolutions_in_the_loop, 7, {"filters": 1024}).result()
    assert (count, whole) == (1, [])


def halves_that_differ() -> tuple[list[str], int]:
    """Layers that a loop computes whole, because their halves differ, and convolutions; a fork."""
    import tensorflow as tf

    from seedbed.runs.training.convolution import Convolution

    right = Convolution.in_halves

    def wrong(self: Convolution, inputs: Any, *weights: Any) -> Any:
        outputs = right(self, inputs, *weights)
        return outputs + tf.one_hot(0, outputs.shape[-1]) * 1e-6

    Convolution.in_halves = wrong  # type: ignore[method-assign]
    count, whole = convolutions_in_the_loop(BATCH, {"name": "the_second"})
    return whole, count


def test_a_layer_whose_halves_have_other_bits_stays_whole_and_is_named(
    pool: LocalPool, store_path: Path
) -> None:
    done = pool.submit(in_store, str(store_path), halves_that_differ).result()
    assert done == (["the_second"], 1)


def checks_made(times: int) -> int:
    """How often a loop tries halves when it is traced anew that many times; runs in a fork."""
    from seedbed.runs.training import split_check

    tried = 0
    really = split_check._try

    def counted(*given: Any) -> bool:
        nonlocal tried
        tried += 1
        return really(*given)

    split_check._try = counted  # type: ignore[assignment]
    for _ in range(times):
        split_check.halves_match.cache_clear()  # as in another process
        convolutions_in_the_loop(BATCH, {})
    return tried


def test_a_convolution_is_checked_once_for_all_processes(pool: LocalPool, store_path: Path) -> None:
    submitted = pool.submit(in_store, str(store_path), checks_made, 3)
    assert submitted.result() == 1
    kept = list((store_path / "cache" / "halves").iterdir())
    assert CachedAnswers("halves").read(kept[0].name) in (b"equal", b"different")
    kept[0].write_bytes(kept[0].read_bytes()[:-2])  # torn
    assert pool.submit(in_store, str(store_path), checks_made, 2).result() == 1


def left_behind() -> bool:
    """Whether Keras' own method is back after a network that raised; runs in a fork."""
    import keras

    from seedbed.runs.training.split_convolutions import convolutions_in_halves

    before = keras.layers.Conv2D.call

    def theirs() -> None:
        with convolutions_in_halves(BATCH, bool, print):
            assert keras.layers.Conv2D.call is not before
            raise ValueError("theirs")

    with pytest.raises(ValueError, match="theirs"):
        theirs()
    return keras.layers.Conv2D.call is not before


def test_keras_is_left_as_it_was(pool: LocalPool) -> None:
    assert not pool.submit(left_behind).result()
