"""The text of a script: read, parsed, and with the files beside it that it imports."""

import ast
import hashlib
from pathlib import Path

from seedbed.doctor.source.find_files import UnreadableError, read_module
from seedbed.doctor.source.module import Module
from seedbed.system.errors import InputError

ENDINGS = (".py", ".ipynb")
DIGITS = 12


def read(path: Path) -> Module:
    """The script's text and tree; of a notebook all cells as one text.

    Raises:
        InputError: It does not exist, is no script, or does not parse; the message names the line.
    """
    if path.is_dir():
        raise InputError(
            f"script must be a script or a notebook, got the folder {path}: name the file in it."
        )
    if not path.exists():
        raise InputError(f"script must be an existing file, got {path}: correct the path.")
    if path.suffix not in ENDINGS:
        raise InputError(
            f"script must be a Python script (.py) or a notebook (.ipynb), got {path.name}."
        )
    try:
        module, problems = read_module(path)
    except UnreadableError as error:
        raise InputError(f"script must be valid Python 3, but {path.name} {error}.") from None
    if problems:
        reason = problems[0].reason.removesuffix(" and is left out")
        raise InputError(f"script must be valid Python 3, but {path.name} {reason}.")
    return module


def code_of(module: Module) -> str:
    """Digest of a script and of the files beside it that it imports, however far; hex."""
    digest = hashlib.sha256()
    for path in sorted([module.resolved, *imported_files(module)]):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:DIGITS]


def imported_files(module: Module) -> list[Path]:
    """Files of the script's folder that it imports, however far; without the script itself."""
    seen: dict[Path, None] = {}
    waiting = [module.resolved]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen[path] = None
            waiting += _beside(path, module.resolved.parent)
    return list(seen)[1:]


def imported_modules(module: Module) -> list[Module]:
    """The same files, read; without those that do not parse."""
    found = []
    for path in imported_files(module):
        try:
            found.append(read_module(path)[0])
        except UnreadableError:
            continue
    return found


def _beside(path: Path, folder: Path) -> list[Path]:
    """Files in the script's folder that one of them imports."""
    try:
        tree = read_module(path)[0].tree
    except UnreadableError:
        return []
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = node.module or ""
            names |= {start, *(f"{start}.{alias.name}".strip(".") for alias in node.names)}
    found: list[Path] = []
    for name in sorted(names - {""}):
        place = folder.joinpath(*name.split("."))
        found += [p for p in (place.with_suffix(".py"), place / "__init__.py") if p.is_file()]
    return found
