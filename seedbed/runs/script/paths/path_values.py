"""The paths that stand in a script's text: literals, joined or kept in a name."""

import ast
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from seedbed.doctor.keras3.dotted_names import full_name, imported_names
from seedbed.doctor.source.module import Module

UNKNOWN = "\0"
"""Stands in a path for a part that is known only when the script runs."""

PASSED_ON = {
    "pathlib.Path", "pathlib.PurePath", "os.fspath", "str", "os.path.abspath", "os.path.realpath",
    "os.path.normpath", "os.path.expanduser",
}  # fmt: skip
"""Calls whose value is the path that they are given."""

HERE = {"os.getcwd", "pathlib.Path.cwd"}
MOST_LEVELS = 20


@dataclass
class PathValues:
    """Computes the paths of one script.

    Args:
        module: The script, or a file that it imports.
        script_folder: The script's folder, absolute.
    """

    module: Module
    script_folder: Path

    def __post_init__(self) -> None:
        self._imported = imported_names(self.module.nodes)
        self._bound = self._names()

    def of(self, node: ast.AST | None, level: int = 0) -> str | None:
        """The path that an expression gives, with ``UNKNOWN`` for parts; None if it is none."""
        if level > MOST_LEVELS:
            return None
        path: str | None = None
        match node:
            case ast.Constant(value=str() as text):
                path = text
            case ast.Name(id="__file__"):
                path = str(self.script_folder / self.module.path.name)
            case ast.Name(id=name) if name in self._bound:
                path = self.of(self._bound[name], level + 1)
            case ast.JoinedStr(values=parts):
                path = "".join(self._field(part, level) for part in parts)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                path = self._added(left, right, level)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                path = self._joined([left, right], level)
            case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod()):
                path = text.partition("%")[0] + UNKNOWN
            case ast.Attribute(value=inner, attr="parent"):
                path = _folder_of(self.of(inner, level + 1))
            case ast.Call():
                path = self._called(node, level)
        return path

    def _called(self, node: ast.Call, level: int) -> str | None:
        name = full_name(node.func, self._imported) or getattr(node.func, "id", "")
        path: str | None = None
        if name == "os.path.join":
            path = self._joined(node.args, level)
        elif name in HERE:
            path = str(self.script_folder)
        elif name in PASSED_ON and len(node.args) == 1:
            path = self.of(node.args[0], level + 1)
        elif name == "os.path.dirname" and len(node.args) == 1:
            path = _folder_of(self.of(node.args[0], level + 1))
        elif isinstance(node.func, ast.Attribute):
            inner = self.of(node.func.value, level + 1)
            if inner is not None and node.func.attr == "format":
                path = inner.partition("{")[0] + UNKNOWN
            elif node.func.attr in {"resolve", "absolute"}:
                path = inner
        return path

    def _field(self, part: ast.expr, level: int) -> str:
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        value = self.of(inner, level + 1)
        return UNKNOWN if value is None else value

    def _added(self, left: ast.expr, right: ast.expr, level: int) -> str | None:
        first, second = self.of(left, level + 1), self.of(right, level + 1)
        if first is None and second is None:
            return None
        return f"{UNKNOWN if first is None else first}{UNKNOWN if second is None else second}"

    def _joined(self, parts: list[ast.expr], level: int) -> str | None:
        values = [self.of(part, level + 1) for part in parts]
        if all(value is None for value in values):
            return None
        return os.path.join(*(UNKNOWN if v is None else v for v in values))  # noqa: PTH118

    def _names(self) -> dict[str, ast.expr]:
        """Names that get one value in the whole file."""
        count: Counter[str] = Counter()
        values: dict[str, ast.expr] = {}
        for node in self.module.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                count[node.id] += 1
            elif isinstance(node, ast.arg):
                count[node.arg] += 2
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target = node.targets[0]
                if isinstance(target, ast.Name):
                    values[target.id] = node.value
        return {name: value for name, value in values.items() if count[name] == 1}


def _folder_of(path: str | None) -> str | None:
    return None if path is None else os.path.dirname(path) or "."  # noqa: PTH120


def known_part(path: str) -> str:
    """The folders of a path before its first unknown part or pattern; the whole path without."""
    for position, sign in enumerate(path):
        if sign in f"{UNKNOWN}*?[":
            return path[:position].rpartition("/")[0]
    return path
