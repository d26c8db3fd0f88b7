"""A function's graph as TensorFlow rewrote it, kept by one process for the next.

TensorFlow rewrites and places the graph of a function when it is first called. It takes the result
from a file where the environment names a folder (``TF_GRAPH_CACHING``), but writes such files only
for graphs that took it three seconds. So the file is made here, of the graph that the eager context
collects. tests/runs/test_graph_cache_private.py fails when a version of TensorFlow moves either.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from seedbed.system.processes.environment_variables import variables_set

if TYPE_CHECKING:
    from tensorflow.core.framework.function_pb2 import FunctionDef
    from tensorflow.core.framework.graph_pb2 import GraphDef
    from tensorflow.core.framework.node_def_pb2 import NodeDef

FOLDER = "TF_GRAPH_CACHING"
"""Environment variable that TensorFlow reads whenever it is about to rewrite a function."""

T = TypeVar("T")


def collected(call: Callable[[], T], library: bytes, name: str) -> tuple[T, bytes]:
    """Call a function for the first time, and collect its rewritten graph.

    Args:
        call: Calls the function once.
        library: Serialised ``FunctionDefLibrary`` that the function was loaded from.
        name: Of the function.

    Returns:
        What the call gives, and a serialised ``OptimizedFunctionGraph``; empty where the graph
        still calls other functions, which could not be told apart in the folder.
    """
    from tensorflow.python.eager import context

    here = context.context()
    here.enable_graph_collection()
    try:
        result = call()
        graphs = [one.post_optimization_graph for one in here.export_run_metadata().function_graphs]
    finally:
        here.disable_graph_collection()
    if len(graphs) != 1 or any(_calls_another(node) for node in graphs[0].node):
        return result, b""
    return result, _as_kept(graphs[0], _function(library, name))


@contextmanager
def given(graph: bytes, library: bytes, name: str) -> Iterator[None]:
    """Have TensorFlow take the rewritten graph for a function that is first called meanwhile.

    If TensorFlow cannot make a graph of it, it rewrites the function itself.

    Args:
        graph: As ``collected`` gives it, whole: TensorFlow would use a part of it too.
        library: The same as there.
        name: The same as there.
    """
    function = _function(library, name)
    with ExitStack() as stack:
        with suppress(OSError):  # a full disk costs the rewriting, not the run
            folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            path = Path(folder, f"_-1_{name.rpartition('_')[0]}_{len(function.node_def)}")
            path.write_bytes(graph)
            stack.enter_context(variables_set({FOLDER: folder}))
        yield


def _function(library: bytes, name: str) -> "FunctionDef":
    """The definition of that name."""
    from tensorflow.core.framework import function_pb2

    functions = function_pb2.FunctionDefLibrary.FromString(library).function
    return next(one for one in functions if one.signature.name == name)


def _calls_another(node: "NodeDef") -> bool:
    """Whether an operation of a graph is, or takes, a function."""
    from tensorflow.python.framework import op_def_registry

    takes_one = any(one.HasField("func") or one.list.func for one in node.attr.values())
    return takes_one or op_def_registry.get(node.op) is None


def _as_kept(graph: "GraphDef", function: "FunctionDef") -> bytes:
    """The file's content: the graph, and what the function's definition says of its results."""
    from tensorflow.core.framework import optimized_function_graph_pb2

    results = function.signature.output_arg
    kept = optimized_function_graph_pb2.OptimizedFunctionGraph(
        name=function.signature.name,
        function_graph=graph,
        node_name_to_control_ret={node: name for name, node in function.control_ret.items()},
        ret_types=[result.type for result in results],
        num_return_nodes=len(results),
    )
    return bytes(kept.SerializeToString(deterministic=True))
