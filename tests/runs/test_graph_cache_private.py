"""TensorFlow takes the rewritten graph of a function from a file; fails when that changes.

Each check runs in a process of the pool, as no test may load TensorFlow into its own.
"""

import os
import tempfile
from typing import Any

from seedbed.runs.graph_cache_private import FOLDER, collected, given
from seedbed.runs.tensorflow_private import library_of, loaded
from seedbed.sweeps.executors.local_pool import LocalPool


def _function(nested: bool = False) -> tuple[bytes, str, Any]:
    """Library, name and call of a function that computes 3x + 1, loaded under another name."""
    import tensorflow as tf

    tripled = tf.function(lambda x: 3 * x, experimental_attributes={"_noinline": True})
    triple = tripled if nested else lambda x: 3 * x
    function = tf.function(lambda x: triple(x) + 1)
    traced = function.get_concrete_function(tf.TensorSpec((), "float32"))
    found = library_of(traced, "mine")
    assert found is not None
    call = loaded(*found, [], 1)
    assert call is not None
    two = tf.constant(2.0)
    return *found, lambda: float(call(two))


def _collected(nested: bool = False) -> tuple[float, bytes]:
    library, name, call = _function(nested)
    return collected(call, library, name)


def _changed(graph: bytes, change: str) -> bytes:
    """The graph with 5 in place of its constant 1, or with an operation that is unknown."""
    import tensorflow as tf
    from tensorflow.core.framework import optimized_function_graph_pb2

    kept = optimized_function_graph_pb2.OptimizedFunctionGraph.FromString(graph)
    for node in kept.function_graph.node:
        value = node.attr["value"].tensor if node.op == "Const" else None
        if value is not None and tf.make_ndarray(value) == 1.0:
            value.CopyFrom(tf.make_tensor_proto(5.0))
            node.op = "Const" if change == "five" else "NotAnOperation"
    return bytes(kept.SerializeToString())


def _called_with(graph: bytes, temporary: str | None = None) -> tuple[float, bool]:
    """What the function gives with a graph, and whether the environment was put back."""
    tempfile.tempdir = temporary
    library, name, call = _function()
    with given(graph, library, name):
        result = call()
    return result, FOLDER not in os.environ


def test_a_rewritten_graph_is_used_in_place_of_the_function(pool: LocalPool) -> None:
    """A graph that computes something else shows it; one with an unknown operation is not used."""
    result, graph = pool.submit(_collected).result()
    assert result == 7.0
    assert pool.submit(_called_with, graph).result() == (7.0, True)
    five = pool.submit(_changed, graph, "five").result()
    assert pool.submit(_called_with, five).result() == (11.0, True)
    unknown = pool.submit(_changed, graph, "unknown").result()
    assert pool.submit(_called_with, unknown).result() == (7.0, True)
    assert pool.submit(_called_with, five, "/proc/no folder").result() == (7.0, True)


def test_a_graph_that_calls_a_function_is_not_kept(pool: LocalPool) -> None:
    assert pool.submit(_collected, True).result() == (7.0, b"")
