"""A file that was read: its tree, its lines, and how it finds its neighbours."""

import ast
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


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


@dataclass(eq=False)
class Module:
    """One script or notebook.

    Attributes:
        path: As the user gave it or as it was found under a folder that was given.
        tree: The parsed module.
        source: The Python text that was parsed.
        lines: For notebooks, what each line of ``source`` is; empty for scripts.
        shown: Statements whose value a notebook displays: the last expression of each cell.
    """

    path: Path
    tree: ast.Module
    source: str
    lines: dict[int, Line] = field(default_factory=dict)
    shown: frozenset[int] = frozenset()

    def line(self, number: int) -> Line:
        """Where line ``number`` of the tree stands."""
        return self.lines.get(number) or Line(None, number, number)

    @cached_property
    def resolved(self) -> Path:
        """The path without links and ``..``."""
        return self.path.resolve()

    @cached_property
    def loads(self) -> Counter[str]:
        """How often each name is read anywhere in the file."""
        found: Counter[str] = Counter()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load | ast.Del):
                found[node.id] += 1
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value.isidentifier():
                    found[node.value] += 1
        return found

    @cached_property
    def attributes(self) -> Counter[str]:
        """How often each attribute is read anywhere in the file."""
        return Counter(
            node.attr
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """All names and attributes of the file, in lower case."""
        found = {name.lower() for name in self.loads} | {name.lower() for name in self.attributes}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name | ast.arg):
                found.add((node.id if isinstance(node, ast.Name) else node.arg).lower())
        return frozenset(found)


def find_module(
    name: str, level: int, importer: Module, known: dict[Path, Module]
) -> Module | None:
    """The file among those given that an import statement means.

    Args:
        name: The dotted name after ``import`` or ``from``; may be empty with ``level`` > 0.
        level: Number of leading dots.
        importer: The file that imports.
        known: Resolved path of each file given.

    Returns:
        The module, or None when it is not one of the files given.
    """
    folder = importer.resolved.parent
    for _ in range(level - 1):
        folder = folder.parent
    folders = [folder] if level else [folder, *folder.parents]
    parts = [part for part in name.split(".") if part]
    for start in folders:
        target = start.joinpath(*parts)
        for candidate in (target.with_name(target.name + ".py"), target / "__init__.py"):
            if parts and candidate in known:
                return known[candidate]
        if not parts and (start / "__init__.py") in known:
            return known[start / "__init__.py"]
    return None
