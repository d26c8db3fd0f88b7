"""Text to tree, and what is said about text that has none."""

import ast
import warnings
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """A file, or a cell of it, that could not be read, or not be written.

    Attributes:
        path: The file.
        reason: Why, in words.
        blocks: True when something was left that may hold findings.
        unwritten: True for a file that was read, but whose patch could not be written.
    """

    path: Path
    reason: str
    blocks: bool = True
    unwritten: bool = False


def tree_of(text: str) -> ast.Module:
    """The tree of a text; ``await`` at the top level is allowed, as notebooks do.

    Raises:
        SyntaxError: The text is not Python 3.
        ValueError: It holds null bytes.
        RecursionError: It is nested too deeply; MemoryError likewise.
    """
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = compile(text, "script", "exec", flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)  # noqa: S101  (what mode "exec" gives)
    return tree
