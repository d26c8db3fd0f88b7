"""A file that was read: its tree, its lines, and how it finds its neighbours."""

import ast
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from seedbed.doctor.source.parse import tree_of

_LEAVES = {int, str, float, bool, bytes, complex, type(None), type(...)}
"""Classes of what is not part of the tree."""
_SINGLE = {"ctx", "op", "ops", "id", "attr", "type_comment", "conversion", "is_async", "simple"}
_SINGLE |= {"arg", "level", "module", "asname", "kind"}
"""Fields with contexts and operators, which are one object in all trees, or with text."""
_READERS: dict[type[ast.AST], Callable[[ast.AST], tuple[Any, ...]]] = {}
"""What gives the fields in which other pieces may stand, by class; filled as classes are met."""


def children(node: ast.AST) -> list[ast.AST]:
    """What stands directly below a node, but for operators; many times as fast as Python's own."""
    kind = node.__class__
    found: list[ast.AST] = []
    for value in (_READERS.get(kind) or _reader(kind))(node):
        if value.__class__ is list:
            found += [part for part in value if part.__class__ not in _LEAVES]
        elif value.__class__ not in _LEAVES:
            found.append(value)
    return found


def _reader(kind: type[ast.AST]) -> Callable[[ast.AST], tuple[Any, ...]]:
    """What gives the fields of a node of this class in which other pieces may stand."""
    names = tuple(name for name in kind._fields if name not in _SINGLE)
    reader: Callable[[ast.AST], tuple[Any, ...]] = _no_fields
    if len(names) > 1:
        reader = attrgetter(*names)
    elif names:
        only = attrgetter(*names)
        reader = lambda node: (only(node),)  # noqa: E731
    _READERS[kind] = reader
    return reader


def _no_fields(_: ast.AST) -> tuple[()]:
    return ()


_READERS[ast.Constant] = _no_fields


DefinitionPlace = tuple[int, int, int]
"""Identity of a file, line and column."""


@dataclass(frozen=True)
class Line:
    """Where a line of the tree stands in the file that a person opens.

    Attributes:
        cell: Number of the notebook's code cell, from 1; None in a plain script.
        line: Line within the cell or file, from 1.
        physical: Line within the file on disk, from 1 (a notebook's JSON has its own lines).
    """

    cell: int | None
    line: int
    physical: int

    @property
    def words(self) -> str:
        """``line 3``, or ``cell 2 line 3``."""
        return f"line {self.line}" if self.cell is None else f"cell {self.cell} line {self.line}"


@dataclass(eq=False)
class Module:
    """One script or notebook.

    Attributes:
        path: As the user gave it or as it was found under a folder that was given.
        parsed: The syntax tree; None for a text that is parsed when its tree is first asked for.
        source: The Python text.
        lines: For notebooks, what each line of ``source`` is; empty for scripts.
        shown: Statements whose value a notebook displays: the last expression of each cell.
        written: Modules that cells of a notebook write beside it.
        commands: IPython's commands of a notebook as it holds them, by line of ``source``.
        raw: The bytes of the file as they were read.
    """

    path: Path
    parsed: ast.Module | None
    source: str
    lines: dict[int, Line] = field(default_factory=dict)
    shown: frozenset[int] = frozenset()
    written: list["Module"] = field(default_factory=list)
    commands: dict[int, str] = field(default_factory=dict)
    raw: bytes = b""

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree.

        Raises:
            SyntaxError: The text is not Python 3; and what else ``tree_of`` raises.
        """
        return tree_of(self.source) if self.parsed is None else self.parsed

    def place_of(self, node: ast.AST) -> DefinitionPlace:
        """Where a definition stands: the same in two processes that both parse the file."""
        return id(self), node.lineno, node.col_offset  # type: ignore[attr-defined]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every piece of the tree, once; in no order that matters."""
        return tuple(node for found in self._by_class.values() for node in found)

    @cached_property
    def _by_class(self) -> dict[type[ast.AST], list[ast.AST]]:
        """Every piece of the tree by its class: ``children`` in place, for this is the hot path."""
        found: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        pending: list[Any] = [self.tree]
        for node in pending:  # grows meanwhile
            kind = node.__class__
            if kind in _LEAVES:
                continue
            found[kind].append(node)
            reader = _READERS.get(kind) or _reader(kind)
            if reader is not _no_fields:
                for value in reader(node):
                    if value.__class__ is list:
                        pending += value
                    elif value is not None:
                        pending.append(value)
        return dict(found)

    def every(self, *kinds: type[ast.AST]) -> tuple[ast.AST, ...]:
        """The pieces of the tree that are of exactly these classes, class by class."""
        found = [self._by_class[kind] for kind in kinds if kind in self._by_class]
        return tuple(found[0]) if len(found) == 1 else tuple(n for part in found for n in part)

    @cached_property
    def source_lines(self) -> list[str]:
        """The lines of the text that was parsed, without their ends."""
        return self.source.split("\n")

    @cached_property
    def parents(self) -> dict[int, ast.AST]:
        """What each piece of the tree stands in, by the identity of the piece."""
        return {id(child): node for node in self.nodes for child in children(node)}

    def statement_of(self, node: ast.AST) -> ast.stmt | None:
        """The statement that a piece of the tree belongs to."""
        current: ast.AST | None = node
        while current is not None and not isinstance(current, ast.stmt):
            current = self.parents.get(id(current))
        return current

    def line(self, number: int) -> Line:
        """Where line ``number`` of the tree stands."""
        return self.lines.get(number) or Line(None, number, number)

    @cached_property
    def resolved(self) -> Path:
        """The path without links and ``..``."""
        return self.path.resolve()

    @cached_property
    def folder(self) -> str:
        """The folder in which its imports are looked up first."""
        return str(self.resolved.parent)

    @cached_property
    def loads(self) -> Counter[str]:
        """How often each name is read anywhere in the file."""
        found: Counter[str] = Counter()
        for node in self.every(ast.Name, ast.Constant):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load | ast.Del):
                found[node.id] += 1
            elif isinstance(node, ast.Constant) and str(node.value).isidentifier():
                found[str(node.value)] += 1
        return found

    @cached_property
    def roots(self) -> frozenset[str]:
        """The first part of every module that the file imports."""
        found: set[str] = set()
        for node in self.every(ast.Import, ast.ImportFrom):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
        return frozenset(found)

    @cached_property
    def assigned(self) -> dict[int, str]:
        """Plain names by the identity of the one expression that is assigned to them."""
        return {
            id(node.value): node.targets[0].id
            for node in self.every(ast.Assign)
            if isinstance(node, ast.Assign)
            and len(node.targets) == 1
            and isinstance(node.targets[0], ast.Name)
        }

    def never_read(self, node: ast.AST) -> bool:
        """True when an expression is assigned to one plain name that no line of the file reads."""
        name = self.assigned.get(id(node))
        return name is not None and not self.loads[name]

    @cached_property
    def attributes(self) -> Counter[str]:
        """How often each attribute is read anywhere in the file."""
        return Counter(
            node.attr
            for node in self.every(ast.Attribute)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """All names and attributes of the file, in lower case."""
        found = {name.lower() for name in self.loads} | {name.lower() for name in self.attributes}
        for node in self.every(ast.Name, ast.arg):
            if isinstance(node, ast.Name | ast.arg):
                found.add((node.id if isinstance(node, ast.Name) else node.arg).lower())
        return frozenset(found)


class Library:
    """The files given, and how their import statements name each other.

    Args:
        modules: Every file that was read.
    """

    def __init__(self, modules: Iterable[Module]) -> None:
        given = list(modules)
        self._by_path = {
            str(module.resolved): module
            for module in (*(inner for one in given for inner in one.written), *given)
        }
        self._found: dict[tuple[str, str, int], Module | None] = {}

    def find(self, name: str, level: int, importer: Module) -> Module | None:
        """The file among those given that an import statement means.

        Args:
            name: The dotted name after ``import`` or ``from``; may be empty with ``level`` > 0.
            level: Number of leading dots.
            importer: The file that imports.

        Returns:
            The module, or None when it is not one of the files given.
        """
        asked = (importer.folder, name, level)
        if asked not in self._found:
            self._found[asked] = self._search(*asked)
        return self._found[asked]

    def imported_by(self, module: Module) -> set[Module]:
        """The files among those given that a file's import statements name."""
        found: set[Module | None] = set()
        for node in module.every(ast.Import, ast.ImportFrom):
            if isinstance(node, ast.Import):
                found |= {self.find(alias.name, 0, module) for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                names = [base, *(f"{base}.{alias.name}".strip(".") for alias in node.names)]
                found |= {self.find(name, node.level, module) for name in names}
        return {one for one in found if one is not None and one is not module}

    def _search(self, folder: str, name: str, level: int) -> Module | None:
        for _ in range(level - 1):
            folder = os.path.dirname(folder)  # noqa: PTH120  (strings: this is the hot path)
        parts = [part for part in name.split(".") if part]
        while True:
            target = "/".join([folder.rstrip("/"), *parts])
            for candidate in (target + ".py" if parts else "", target + "/__init__.py"):
                if candidate in self._by_path:
                    return self._by_path[candidate]
            above = os.path.dirname(folder)  # noqa: PTH120
            if level or above == folder:
                return None
            folder = above
