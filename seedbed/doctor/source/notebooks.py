"""Reads a Jupyter notebook as one script, and remembers which cell each line came from."""

import ast
import json
from pathlib import Path

from seedbed.doctor.source.magics import commands_of, without_magics, written_module
from seedbed.doctor.source.module import Line, Module
from seedbed.doctor.source.parse import Problem, tree_of


class NotebookError(Exception):
    """The file is not a notebook that can be read."""

    def __init__(self, reason: str, *, blocks: bool = True) -> None:
        super().__init__(reason)
        self.blocks = blocks


def read_notebook(path: Path, raw: bytes) -> tuple[Module, list[Problem]]:
    """Join the code cells of a notebook.

    Args:
        path: Where it lies.
        raw: Its bytes.

    Returns:
        The module and the cells that were left out, each with its reason.

    Raises:
        NotebookError: Not JSON, not a notebook, no code, or another language.
    """
    text, cells = _cells(raw)
    parts: list[str] = []
    lines: dict[int, Line] = {}
    shown: set[int] = set()
    problems: list[Problem] = []
    written: list[tuple[str, str]] = []
    commands: dict[int, str] = {}
    position, at, total = 0, 1, 0
    for number, cell in enumerate(cells, 1):
        source = cell.get("source", "")
        source = "".join(source) if isinstance(source, list) else str(source)
        originals = source.splitlines()
        physical: list[int] = []
        for original in originals:
            position, at = _locate(text, original, position, at)
            physical.append(at)
        code = without_magics(originals)
        new_module = written_module(originals)
        if new_module is not None:
            written.append(new_module)
        tree = _tree("\n".join(code))
        if tree is None:
            problems.append(
                Problem(path, f"cell {number} does not parse as Python 3 and is left out")
            )
            continue
        if (
            tree.body
            and isinstance(tree.body[-1], ast.Expr)
            and not code[-1].rstrip().endswith(";")
        ):
            shown.add(total + tree.body[-1].lineno)
        for offset in range(len(code)):
            lines[total + offset + 1] = Line(number, offset + 1, physical[offset])
        for offset, command in commands_of(originals, code).items():
            commands[total + offset + 1] = command
        parts.extend(code)
        total += len(code)
    if not parts and not problems:
        raise NotebookError("holds no code", blocks=False)
    joined = "\n".join(parts)
    tree = _tree(joined)
    if tree is None:
        raise NotebookError("does not parse as one script")
    module = Module(path, tree, joined, lines, frozenset(shown), commands=commands)
    module.written = [one for one in (_written(path, *part) for part in written) if one is not None]
    return module, problems


def _cells(raw: bytes) -> tuple[str, list[dict[str, object]]]:
    """The text and the code cells of a notebook of format 3 or 4."""
    try:
        text = raw.decode("utf-8-sig")
        book = json.loads(text)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotebookError(f"is not a notebook: its JSON cannot be read ({error})") from error
    if not isinstance(book, dict):
        raise NotebookError("is not a notebook: its JSON is not an object")
    language = _language(book)
    if language and not language.lower().startswith(("python", "ipython")):
        raise NotebookError(f"is a notebook of another language ({language})", blocks=False)
    sheets = book.get("worksheets") or [{}]
    cells = book.get("cells")
    if cells is None and isinstance(sheets, list) and isinstance(sheets[0], dict):
        cells = sheets[0].get("cells")
    if not isinstance(cells, list):
        raise NotebookError("is not a notebook: it has no cells")
    code = [c for c in cells if isinstance(c, dict) and c.get("cell_type") == "code"]
    return text, [c if "source" in c else {"source": c.get("input", "")} for c in code]


def _language(book: dict[str, object]) -> str:
    metadata = book.get("metadata")
    if not isinstance(metadata, dict):
        return ""
    for section, entry in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(section)
        if isinstance(part, dict) and isinstance(part.get(entry), str):
            return str(part[entry])
    return ""


def _locate(text: str, line: str, position: int, at: int) -> tuple[int, int]:
    """Where a line of a cell stands in the notebook's JSON: (position, line from 1)."""
    for spelled in (json.dumps(line, ensure_ascii=False)[1:-1], json.dumps(line)[1:-1]):
        found = text.find('"' + spelled, position) if spelled else -1
        if found >= 0:
            return found, at + text.count("\n", position, found)
    return position, at


def _written(path: Path, name: str, text: str) -> Module | None:
    """The module that a cell writes beside the notebook."""
    tree = _tree(text)
    return Module(path.parent / f"{name}.py", tree, text) if tree is not None else None


def _tree(text: str) -> ast.Module | None:
    try:
        return tree_of(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
