"""Finds the scripts and notebooks that were named, and reads them into trees."""

import ast
import fnmatch
import io
import os
import re
import tokenize
from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from seedbed.doctor.source.module import Module
from seedbed.doctor.source.notebooks import NotebookError, read_notebook
from seedbed.doctor.source.parse import Problem, tree_of
from seedbed.system.errors import InputError

MOST_BYTES = 2_000_000
MOST_NOTEBOOK_BYTES = 50_000_000
_SKIPPED_FOLDERS = {"__pycache__", "node_modules", "site-packages", "venv", "env"}
_PYTHON_2 = re.compile(
    r"^\s*(print\s+[\"'\w]|exec\s+[\"'\w]|raise\s+\w+\s*,|except\s+[\w.()]+\s*,\s*\w+\s*:)"
    r"|\bur?\"|\b0\d+\b|<>|`\w+`",
    re.MULTILINE,
)


class UnreadableError(Exception):
    """One file cannot be read; the others still are."""

    def __init__(self, reason: str, *, blocks: bool = True) -> None:
        super().__init__(reason)
        self.blocks = blocks


def find_files(
    paths: Sequence[Path], exclude: Sequence[str] = (), given: Container[Path] = ()
) -> list[Path]:
    """Every script and notebook that the paths name.

    Args:
        paths: Files and folders; a file is taken whatever its name ends in.
        exclude: Patterns of paths or names that are left out within folders.
        given: Paths whose content is at hand and need not exist.

    Returns:
        Files in a stable order, each once.

    Raises:
        InputError: A path does not exist.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            for inner in _walk(path, exclude):
                found[inner] = None
        elif path in given or path.exists():
            found[path] = None
        else:
            raise InputError(f"A file or folder to read must exist; '{path}' does not.")
    return list(found)


def _walk(folder: Path, exclude: Sequence[str]) -> Iterator[Path]:
    """Scripts and notebooks under a folder, without hidden folders and environments."""
    for root, folders, names in os.walk(folder):
        here = Path(root)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _SKIPPED_FOLDERS
            and not (here / name / "pyvenv.cfg").exists()
            and not _excluded(here / name, folder, exclude)
        )
        for name in sorted(names):
            path = here / name
            if path.suffix in {".py", ".ipynb"} and not _excluded(path, folder, exclude):
                yield path


def _excluded(path: Path, folder: Path, patterns: Sequence[str]) -> bool:
    inside = path.relative_to(folder).as_posix()
    return any(
        fnmatch.fnmatch(inside, pattern.rstrip("/"))
        or fnmatch.fnmatch(path.name, pattern.rstrip("/"))
        or fnmatch.fnmatch(path.as_posix(), pattern.rstrip("/"))
        for pattern in patterns
    )


def read_module(path: Path, given: bytes | None = None) -> tuple[Module, list[Problem]]:
    """Read and parse one file; arguments and errors are those of ``load_module``."""
    module, problems = load_module(path, given)
    parse_module(module)
    return module, problems


def parse_module(module: Module) -> None:
    """Parse a file's text, if it is not parsed.

    Raises:
        UnreadableError: The text is not Python 3.
    """
    if module.parsed is None:
        module.parsed = parse(module.source)


def load_module(path: Path, given: bytes | None = None) -> tuple[Module, list[Problem]]:
    """Read one file; a script is not parsed yet.

    Args:
        path: A script or a notebook.
        given: Bytes to read in place of those of the file.

    Returns:
        The module, and the cells of a notebook that were left out.

    Raises:
        UnreadableError: The file is empty, binary or huge, or a notebook that does not parse.
    """
    notebook = path.suffix == ".ipynb"
    raw = _bytes_of(path, notebook) if given is None else given
    if not raw.strip():
        raise UnreadableError("is empty", blocks=False)
    if notebook:
        try:
            module, problems = read_notebook(path, raw)
        except NotebookError as error:
            raise UnreadableError(str(error), blocks=error.blocks) from error
    else:
        text = decode(raw)
        module, problems = Module(path, None, text), []
    module.raw = raw
    return module, problems


def _bytes_of(path: Path, notebook: bool) -> bytes:
    """The bytes of a file that is neither special nor huge."""
    try:
        if not path.is_file():
            raise UnreadableError("is not a regular file")
        size = path.stat().st_size
        most = MOST_NOTEBOOK_BYTES if notebook else MOST_BYTES
        if size > most:
            raise UnreadableError(f"has {size / 1e6:.1f} MB; the limit is {most / 1e6:.0f}")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"cannot be opened ({error.strerror or error})") from error


def decode(raw: bytes) -> str:
    """The text of a script, by its own coding line."""
    if b"\0" in raw[:8192] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("is a binary file")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("is UTF-16 text, which Python does not run; save it as UTF-8")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        text = raw.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise UnreadableError(f"is not text in its own encoding ({error})") from error
    return io.IncrementalNewlineDecoder(None, translate=True).decode(text.removeprefix("\ufeff"))


def parse(text: str) -> ast.Module:
    """The tree of a text.

    Raises:
        UnreadableError: The text is not Python 3.
    """
    try:
        return tree_of(text)
    except SyntaxError as error:
        if "Missing parentheses in call to 'print'" in str(error) or _PYTHON_2.search(text):
            raise UnreadableError(
                f"is Python 2 (line {error.lineno}); convert it first, for example with 2to3"
            ) from error
        raise UnreadableError(f"does not parse: line {error.lineno}: {error.msg}") from error
    except (RecursionError, MemoryError) as error:
        raise UnreadableError("is nested too deeply to be parsed") from error
    except ValueError as error:
        raise UnreadableError(f"is not Python text ({error})") from error
