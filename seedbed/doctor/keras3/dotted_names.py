"""Dotted names of a script in the words of the libraries: ``K.tf`` → ``keras.backend.tf``."""

import ast
from collections.abc import Iterable


def imported_names(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """What each name that an import statement binds stands for.

    A name that is bound to two things stands for neither.

    Args:
        nodes: Every node of the script.

    Returns:
        For instance ``{"K": "keras.backend", "np": "numpy"}``.
    """
    found: dict[str, str] = {}
    twice: set[str] = set()
    for name, target in _bindings(nodes):
        if found.setdefault(name, target) != target:
            twice.add(name)
    return {name: target for name, target in found.items() if name not in twice}


def _bindings(nodes: Iterable[ast.AST]) -> Iterable[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.split(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (root, root)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def full_name(node: ast.expr, names: dict[str, str]) -> str | None:
    """The dotted name that an attribute or a name stands for.

    Args:
        node: The expression.
        names: What ``imported_names`` found.

    Returns:
        For instance ``keras.backend.set_session``; None if its root is not imported.
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return None
    return ".".join([names[node.id], *reversed(parts)])
