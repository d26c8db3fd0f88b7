"""What Seedbed uses of TensorFlow beyond its public interface, each in one place.

TensorFlow tells nobody where its operations take their seeds from, nor lets that be put back after
a draw. tests/runs/test_tensorflow_private.py fails when a version of TensorFlow moves either.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any

SeedPair = tuple[int | None, int | None]
"""The global and the operation's seed, as TensorFlow's random operations take them."""


def eager_generator() -> Any:
    """Where TensorFlow's operations take their seeds from; None before a seed is set.

    A ``random.Random`` of the context (``context._rng``). TensorFlow is not imported to ask.
    """
    if "tensorflow" not in sys.modules:
        return None
    from tensorflow.python.eager import context

    return getattr(context.context(), "_rng", None)


def ask_for_seeds(answer: Callable[[], SeedPair]) -> None:
    """Have ``answer`` give the two seeds of every stateful operation that has none of its own.

    All of them ask one function (``random_seed.get_seed``). Changes this process for good.
    """
    from tensorflow.python.framework import random_seed

    original = random_seed.get_seed

    def get_seed(op_seed: int | None) -> SeedPair:
        if op_seed is not None:
            seeds: SeedPair = original(op_seed)
            return seeds
        return answer()

    random_seed.get_seed = get_seed


def bindable(tensor: Any) -> Any:
    """The tensor under which a traced function knows a variable, or the tensor itself."""
    variable = tensor if hasattr(tensor, "handle") else getattr(tensor, "value", tensor)
    return getattr(variable, "handle", variable)


def captures(traced: Any, tensors: Sequence[Any]) -> tuple[int, ...] | None:
    """Which tensors a traced function binds beside its arguments, as indices into ``tensors``.

    None where it binds another one (``FuncGraph.captures``).
    """
    index = {id(bindable(tensor)): place for place, tensor in enumerate(tensors)}
    found = [index.get(id(outside)) for outside, _ in traced.graph.captures]
    return None if None in found else tuple(place for place in found if place is not None)


def outputs_of(traced: Any) -> int:
    """How many tensors a concrete function gives."""
    return len(traced.outputs)


def library_of(traced: Any, name: str) -> tuple[bytes, str] | None:
    """A traced function and those that it calls, under names that no other process gives them.

    TensorFlow numbers functions by how many a process has traced, and Python's gradients likewise;
    both numbers are left out, so that equal traces are equal bytes.

    Args:
        traced: A concrete function.
        name: What the functions are to be called, with a number behind.

    Returns:
        Serialised ``FunctionDefLibrary``, and the name of the function to call; None where an
        operation calls a Python function, which the graph knows only by a number
        (``py_function``, ``numpy_function``; their attribute ``token``).
    """
    from tensorflow.core.framework import function_pb2

    library = function_pb2.FunctionDefLibrary()
    library.CopyFrom(traced.graph.as_graph_def().library)
    known = {function.signature.name for function in library.function}
    if traced.function_def.signature.name not in known:
        library.function.append(traced.function_def)
    if any("token" in node.attr for f in library.function for node in f.node_def):
        return None
    names = {f.signature.name: f"{name}_{place}" for place, f in enumerate(library.function)}
    for function in library.function:
        _name_arguments_alike(function)
        function.signature.name = names[function.signature.name]
        for node in function.node_def:
            node.attr.pop("_gradient_op_type", None)
            for value in node.attr.values():
                single = [value.func] if value.HasField("func") else []
                for called in [*single, *value.list.func]:
                    called.name = names.get(called.name, called.name)
    return library.SerializeToString(deterministic=True), names[traced.function_def.signature.name]


def _name_arguments_alike(function: Any) -> None:
    """Take a function's number out of the names of its arguments, where TensorFlow puts it too."""
    renamed = {}
    for argument in function.signature.input_arg:
        if function.signature.name in argument.name:
            new = argument.name.replace(function.signature.name, "own")
            renamed[argument.name], argument.name = new, new
    for node in function.node_def:
        for place, given in enumerate(node.input):
            argument, colon, output = given.partition(":")
            node.input[place] = renamed.get(argument, argument) + colon + output
    for result, given in function.ret.items():
        argument, colon, output = given.partition(":")
        function.ret[result] = renamed.get(argument, argument) + colon + output


def loaded(
    library: bytes, name: str, bound: Sequence[Any], outputs: int
) -> Callable[..., Any] | None:
    """A function that another process traced, bound to tensors of this one.

    Loading it through the context (``add_function_def``, ``call_function``) builds no graph in
    Python, which would take as long as tracing it. TensorFlow looks up operations only when they
    are called, so they are looked up here (``op_def_registry``).

    Args:
        library: As ``library_of`` gives it.
        name: Of the function to call.
        bound: Tensors to give it after its arguments.
        outputs: How many tensors it gives.

    Returns:
        A function of the positional arguments, which gives None, a tensor or a list of tensors;
        or None where TensorFlow refuses the library, or the function takes or gives others.
    """
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from tensorflow.core.framework import function_pb2
    from tensorflow.errors import OpError
    from tensorflow.python.eager import context
    from tensorflow.python.framework import op_def_registry

    here = context.context()
    try:
        functions = function_pb2.FunctionDefLibrary.FromString(library).function
        operations = {node.op for function in functions for node in function.node_def}
        if None in map(op_def_registry.get, operations):
            return None
        for function in functions:
            if not here.has_function(function.signature.name):
                here.add_function_def(function)
    except (DecodeError, OpError):
        return None
    signature = next((f.signature for f in functions if f.signature.name == name), None)
    if signature is None or len(signature.output_arg) != outputs or not _takes(signature, bound):
        return None

    def call(*arguments: Any) -> Any:
        given = here.call_function(name.encode(), [*arguments, *bound], outputs)
        return given[0] if given is not None and outputs == 1 else given

    return call


def _takes(signature: Any, bound: Sequence[Any]) -> bool:
    """Whether a function's last arguments are of the tensors' types."""
    wanted = [argument.type for argument in signature.input_arg]
    types = [tensor.dtype.as_datatype_enum for tensor in bound]
    return len(types) <= len(wanted) and wanted[len(wanted) - len(types) :] == types
