"""What an older script says that today's libraries no longer know, line by line.

The tables are in removed_names.py (Keras), outdated_calls.py (methods, arguments, TensorFlow 1)
and removed_elsewhere.py (Python, NumPy, SciPy, scikit-learn, pandas).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.keras3.dotted_names import full_name, imported_names
from seedbed.doctor.keras3.outdated_calls import (
    ATTRIBUTES_OF_OWNERS,
    METHODS,
    TENSORFLOW,
    gone_in_call,
    gone_of_owner,
    old_history_keys,
)
from seedbed.doctor.keras3.removed_elsewhere import METHODS_ELSEWHERE, gone_elsewhere
from seedbed.doctor.keras3.removed_names import gone_in_keras_3, gone_name, keras_path
from seedbed.doctor.source.module import Module


@dataclass(frozen=True, order=True)
class Outdated:
    """One place that Keras 3 or TensorFlow 2 does not know.

    Attributes:
        line: Line of the script, or of the notebook's cell.
        cell: Number of the notebook's cell; None in a script.
        what: What stands there.
        instead: What replaces it, one line.
        stops: Whether the script cannot get past it: an import at its top, outside ``try``.
        row: Line of the text as it runs, which for a notebook is that of all cells joined.
    """

    line: int
    cell: int | None
    what: str
    instead: str
    stops: bool
    row: int

    @property
    def where(self) -> str:
        """``line 3``, or ``cell 2 line 3``."""
        return f"line {self.line}" if self.cell is None else f"cell {self.cell} line {self.line}"

    def __str__(self) -> str:
        return f"{self.where} uses {self.what}, which is gone; instead: {self.instead}"


def outdated(module: Module) -> list[Outdated]:
    """Every such place of a script or notebook, in the order of its lines.

    Args:
        module: The file as read.
    """
    tops = set(_unconditional(module.tree.body))
    found: dict[tuple[int, str], Outdated] = {}
    for node, what, instead in outdated_uses(module):
        row = int(getattr(node, "lineno", 1))
        place = module.line(row)
        line = " or ".join(instead.split("\n"))
        one = Outdated(place.line, place.cell, what, line, node in tops, row)
        found.setdefault((row, what), one)
    return sorted(found.values(), key=lambda one: one.row)


def outdated_uses(module: Module) -> Iterator[tuple[ast.AST, str, str]]:
    """Each piece of syntax that uses something gone, what it is, and what replaces it.

    Args:
        module: The file as read; SB701 of the doctor and ``repeat`` both ask here.
    """
    imports = module.every(ast.Import, ast.ImportFrom)
    names = imported_names(imports)
    for node in (*imports, *module.every(ast.Attribute), *module.every(ast.Call)):
        for what, instead in _gone(node, names):
            yield node, what, instead
    yield from old_history_keys(module.every(ast.List, ast.Tuple, ast.Subscript))


def _unconditional(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Imports that run as soon as the script does, and are not tried."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def guarded_lines(tree: ast.Module) -> set[int]:
    """Lines inside a ``try`` with handlers: what fails there may be meant to."""
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Try) and node.handlers
        for part in node.body
        for line in range(part.lineno, (part.end_lineno or part.lineno) + 1)
    }


def _tensorflow_names(names: dict[str, str]) -> set[str]:
    """Names under which TensorFlow 2 itself was imported; ``compat.v1`` is another matter."""
    return {name for name, target in names.items() if target == "tensorflow"}


def _gone(node: ast.AST, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What a piece of syntax uses that is gone, and what replaces it."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from gone_in_keras_3(node)
        for name in _imported(node):
            if name.startswith(("tensorflow.contrib", "tensorflow.examples")):
                yield name, "keras.datasets, or the packages that it was split into"
            elif (elsewhere := gone_elsewhere(name)) is not None:
                yield elsewhere
    elif isinstance(node, ast.Attribute):
        if node.attr in METHODS:
            yield f".{node.attr}", METHODS[node.attr]
        if node.attr in ATTRIBUTES_OF_OWNERS:
            yield from gone_of_owner(node)
        if node.attr in METHODS_ELSEWHERE:
            yield f".{node.attr}", METHODS_ELSEWHERE[node.attr]
        full = full_name(node, names)
        if full is not None:
            yield from _gone_attribute(node, full, names)
    elif isinstance(node, ast.Call) and node.keywords and not _is_foreign(node.func, names):
        yield from gone_in_call(node)


def _is_foreign(function: ast.expr, names: dict[str, str]) -> bool:
    """Whether a call is known to be another library's, such as PyTorch's ``optim.Adam(lr=…)``."""
    full = full_name(function, names)
    return full is not None and not full.startswith(("keras", "tf_keras", "tensorflow"))


def _gone_attribute(
    node: ast.Attribute, full: str, names: dict[str, str]
) -> Iterator[tuple[str, str]]:
    if full.startswith("tensorflow.") and not keras_path(full)[0]:
        bare = full.removeprefix("tensorflow.")
        if ast.unparse(node).split(".")[0] in _tensorflow_names(names) and bare in TENSORFLOW:
            yield ast.unparse(node), TENSORFLOW[bare]
    else:
        found = gone_name(full) if keras_path(full)[0] else gone_elsewhere(full)
        if found is not None:
            yield found


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{node.module}.{alias.name}" for alias in node.names] if not node.level else []
