"""Networks that a script loads from HDF5 and trains on, which Keras 3 cannot do."""

import ast
from collections.abc import Iterator

from seedbed.doctor.source.module import Module

ENDINGS = (".h5", ".hdf5")
LOAD = "load_model"
TRAINING = ("fit", "fit_generator", "train_on_batch")
UNKNOWN = "Unknown variable: <Variable"
"""Begin of Keras 3's error: the optimiser belongs to the variables of the saved network."""

FIX = (
    "Keras 3 cannot train a network further that load_model reads from .h5: compile it anew after "
    "load_model, save it as .keras, or give --keras 2"
)


def trained_after_loading(module: Module) -> str:
    """The first line that trains a network on that was loaded from HDF5 and not compiled since.

    Args:
        module: The script, or a file beside it.

    Returns:
        ``train.py line 18 trains the network that line 15 loads from my_model.h5``; empty without.
    """
    texts = dict(_texts(module))
    for node in module.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        file = _file_loaded(node.value, texts)
        if not file.endswith(ENDINGS):
            continue
        calls = _calls_of(module, node.targets[0].id, node.lineno)
        used = next((call for call in calls if call[1] in (*TRAINING, "compile")), None)
        if used is not None and used[1] != "compile":
            row, _ = used
            return (
                f"{module.path.name} {module.line(row).words} trains the network that "
                f"{module.line(node.lineno).words} loads from {file}"
            )
    return ""


def _texts(module: Module) -> Iterator[tuple[str, str]]:
    """Names that are given a text."""
    for node in module.nodes:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.targets[0].id, node.value.value


def _file_loaded(node: ast.expr, texts: dict[str, str]) -> str:
    """The file that ``load_model`` reads; empty for other calls, and for a file not known."""
    if not isinstance(node, ast.Call) or not node.args:
        return ""
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name != LOAD or any(word.arg == "compile" for word in node.keywords):
        return ""
    file = node.args[0]
    if isinstance(file, ast.Name):
        return texts.get(file.id, "")
    return file.value if isinstance(file, ast.Constant) and isinstance(file.value, str) else ""


def _calls_of(module: Module, name: str, after: int) -> list[tuple[int, str]]:
    """Line and name of each method of a variable that is called below a line, in order."""
    return sorted(
        (node.lineno, node.func.attr)
        for node in module.nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == name
        and node.lineno > after
    )
