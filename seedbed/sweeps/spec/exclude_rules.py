"""Rules such as ``batch_size > 128 and learning_rate < 0.001``: parsed, never evaluated as code.

A rule may hold names of options, numbers, texts, ``true`` and ``false``, comparisons (``in`` and
``not in`` with a list among them), ``and``, ``or``, ``not`` and parentheses; nothing else.
"""

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from seedbed.system.errors import InputError
from seedbed.system.text.did_you_mean import nearest

LONGEST = 1000
WORDS = {"true": True, "false": False}
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda value, values: value in values,
    ast.NotIn: lambda value, values: value not in values,
}
PARTS = (
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare),
    *(ast.List, ast.Tuple, ast.Name, ast.Load),
)
ALLOWED = "it may hold options, values, comparisons, and, or, not and parentheses"


@dataclass(frozen=True)
class ExcludeRule:
    """A rule that was understood.

    Attributes:
        text: As written.
        names: The options that it names.
    """

    text: str
    names: frozenset[str]
    _tree: ast.expr

    @classmethod
    def parse(cls, text: str, options: Collection[str]) -> "ExcludeRule":
        """Understand a rule.

        Args:
            text: The rule.
            options: The names that it may use.

        Raises:
            InputError: It is not a rule, or names an option that is not there.
        """
        if len(text) > LONGEST:
            raise InputError(f"A rule must have at most {LONGEST} characters, got {len(text)}.")
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise InputError(
                f"A rule must read like 'batch_size > 128 and learning_rate < 0.001', got {text!r}."
            ) from None
        _check(tree, text)
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - set(WORDS)
        for name in sorted(names):
            if name not in options:
                raise InputError(
                    f"There is no option {name!r}{nearest(name, options)} to name in a rule; "
                    f"texts stand in quotes, got {text!r}."
                )
        return cls(text, frozenset(names), tree)

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether the rule holds for these options.

        Raises:
            InputError: It compares values that have no order, such as a number and a text.
        """
        try:
            return bool(_value(self._tree, values))
        except TypeError:
            seen = ", ".join(f"{name}={values[name]!r}" for name in sorted(self.names))
            raise InputError(
                f"A rule must compare like with like, but {self.text!r} cannot be told for {seen}."
            ) from None


def _check(tree: ast.expr, text: str) -> None:
    """Refuse every kind of expression but the few that are meant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            fine = type(node.value) in (int, float, str, bool)
        else:
            fine = isinstance(node, PARTS) or type(node) in COMPARE
        if not fine:
            raise InputError(f"A rule must be simple ({ALLOWED}), got {text!r}.")
    if not isinstance(tree, ast.BoolOp | ast.Compare | ast.UnaryOp | ast.Name):
        raise InputError(f"A rule must say when it applies, e.g. 'epochs > 5', got {text!r}.")


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:  # noqa: PLR0911 (one per kind)
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return WORDS[node.id] if node.id in WORDS else values[node.id]
        case ast.List() | ast.Tuple():
            return [_value(element, values) for element in node.elts]
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, values)
        case ast.UnaryOp():
            return -_value(node.operand, values)
        case ast.BoolOp(op=ast.And()):
            return all(_value(part, values) for part in node.values)
        case ast.BoolOp():
            return any(_value(part, values) for part in node.values)
        case ast.Compare():
            return _compare(node, values)
    raise TypeError(f"not a rule: {node!r}")


def _compare(node: ast.Compare, values: Mapping[str, Any]) -> bool:
    left = _value(node.left, values)
    for comparison, part in zip(node.ops, node.comparators, strict=True):
        right = _value(part, values)
        if not COMPARE[type(comparison)](left, right):
            return False
        left = right
    return True
