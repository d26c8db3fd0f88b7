"""Values and places of a script as words."""

import ast

from seedbed.doctor.interpreter.trace import Event
from seedbed.doctor.interpreter.values import (
    Const,
    Value,
    constant,
)
from seedbed.doctor.source.module import Module


def text(node: ast.AST, most: int = 40) -> str:
    """The source of a piece of syntax, shortened for a message."""
    found = " ".join(ast.unparse(node).split())
    return found if len(found) <= most else found[: most - 1] + "…"


def line_of(module: Module, node: ast.AST) -> str:
    """``line 3``, or ``line 3 of cell 2`` in a notebook."""
    where = module.line(getattr(node, "lineno", 1))
    return f"line {where.line}" if where.cell is None else f"line {where.line} of cell {where.cell}"


def label(event: Event) -> str:
    """The name of the object of a method as the script writes it."""
    func = getattr(event.node, "func", None)
    return text(func.value, 30) if isinstance(func, ast.Attribute) else "the model"


def short(made: Value | None) -> str:
    """The last part of the name of what made an object."""
    api = getattr(made, "api", "")
    return api.rsplit(".", 1)[-1]


def truth_of(value: Value | None, default: bool) -> bool | None:
    """A flag's literal value; its default when absent; None when it is not known."""
    if value is None:
        return default
    found = constant(value)
    return bool(found) if isinstance(value, Const) else None if found is None else bool(found)
