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
