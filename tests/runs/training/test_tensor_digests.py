"""Digests of tensors: equal bits give equal digests, anything else gives others."""

from typing import Any

from seedbed.sweeps.executors.local_pool import LocalPool


def digests() -> dict[str, Any]:
    import numpy as np
    import tensorflow as tf

    from seedbed.runs.training.tensor_digests import digest

    values = np.random.default_rng(1).normal(size=(50, 7)).astype("float32")
    bits = values.view(np.int32)
    steps = bits.copy().ravel()
    steps[:2] += (3, -1)  # changes that a sum weighted by 1, 3, … would not see
    compiled = tf.function(digest, jit_compile=True)
    tensors = {
        "first": values,
        "again": values.copy(),
        "swapped": values[::-1].copy(),
        "one bit": (bits ^ np.eye(50, 7, dtype=np.int32)[:, :]).view(np.float32),
        "cancelling": steps.view(np.float32),
        "half": values.astype("float16"),
        "flags": values > 0,
        "bytes": (values > 0).astype("uint8") * 200,
    }
    found = {name: int(digest(tf.constant(one))) for name, one in tensors.items()}
    return {**found, "compiled": int(compiled(tf.constant(values)))}


def test_digest_tells_every_change_of_bits_or_order(pool: LocalPool) -> None:
    found = pool.submit(digests).result()
    assert found.pop("again") == found["first"]
    assert found.pop("compiled") == found["first"]
    assert len(set(found.values())) == len(found)


def _operations_listed() -> tuple[int, int]:
    """Times that the graph's operations were listed, and operations noted in the layer; a fork."""
    import keras
    import tensorflow as tf

    from seedbed.runs.training.tensor_digests import TensorDigests, watch_tensors

    listed: list[int] = []

    class Counted(TensorDigests):
        def made_so_far(self) -> int:
            listed.append(1)
            return super().made_so_far()

    counted = Counted()
    layers = [keras.layers.Dense(2, name=name) for name in ("first", "second", "third")]
    model = keras.Sequential([keras.Input((2,)), *layers])
    watch_tensors(counted, (keras.layers.Layer,), within="second (Dense)")

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def step() -> None:
        with counted.step():
            model(tf.ones((1, 2)))

    step()
    return len(listed), sum(kind == "operation" for kind, _ in counted.names)


def test_operations_are_listed_only_for_the_layer_that_is_looked_into(pool: LocalPool) -> None:
    """Listing copies every operation of the graph, and a deep network has thousands of layers."""
    listed, noted = pool.submit(_operations_listed).result()
    assert listed == 1
    assert noted >= 2
