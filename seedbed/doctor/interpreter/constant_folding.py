"""What literals alone give: arithmetic, comparisons, the first numbers of a range."""

import ast
import operator
from collections.abc import Callable

from seedbed.doctor.interpreter.values import Choice, Const, Data, Name, Value

_ARITHMETIC: dict[str, Callable[[object, object], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}


def counted(bounds: list[object]) -> list[Value] | None:
    """The first numbers of a ``range`` of literals."""
    known = [bound for bound in bounds if isinstance(bound, int)]
    if not 1 <= len(known) == len(bounds) <= 3 or known[2:] == [0]:
        return None
    return [Const(i) for i in range(*known)[:2]]


def names_in(target: ast.expr) -> list[str]:
    """The plain names that an assignment binds."""
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]


def star_has(star: str, name: str) -> bool:
    """Whether ``from star import *`` plausibly brings this name."""
    if star in {"keras.layers", "keras.callbacks", "keras.optimizers", "keras.models"}:
        models = {"Sequential", "Model", "load_model", "clone_model", "model_from_json"}
        return (name in models) if star == "keras.models" else name[:1].isupper()
    return star.startswith(("numpy", "pylab", "matplotlib")) and name.islower()


def fold(sign: str, left: object, right: object) -> object:
    """Arithmetic of two literals; None where it is not known or not defined."""
    if isinstance(left, str) and isinstance(right, str) and sign == "+":
        return left + right
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    if abs(left) > 1e9 or abs(right) > 1e9:
        return None
    if sign == "**" and abs(right) > 16:
        return None
    try:
        return _ARITHMETIC[sign](left, right) if sign in _ARITHMETIC else None
    except (ArithmeticError, ValueError):
        return None


def compare(op: ast.cmpop, left: Value, right: Value) -> bool | None:  # noqa: PLR0911  (one return for each kind)
    """A comparison whose result is plain from the text."""
    if isinstance(op, ast.Is | ast.IsNot):
        if not (isinstance(right, Const) and right.value is None):
            return None
        if isinstance(left, Const):
            return (left.value is None) == isinstance(op, ast.Is)
        if isinstance(left, Data | Choice | Name):
            return None
        return isinstance(op, ast.IsNot)
    if isinstance(left, Const) and isinstance(right, Const):
        if isinstance(op, ast.Eq):
            return left.value == right.value
        if isinstance(op, ast.NotEq):
            return left.value != right.value
    return None
