"""An experiment in a user's own file; what the file holds is in docs/guides/own-experiment.md.

The file may import Keras at its top, which takes seconds and which sweeps must not do. So where
TensorFlow is not loaded, its options are read in a process of their own, and the file is imported
only when a run trains.
"""

import ast
import hashlib
import importlib.util
import pickle
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import make_dataclass
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

from seedbed.runs.settings.options import RunOptions
from seedbed.system.errors import InputError, RunFailedError
from seedbed.system.paths import IMPORT_ROOT, SHIPPED
from seedbed.system.processes.child_path import python
from seedbed.system.text.error_words import telling_words

REQUIRED = ("load", "build")
EXPERIMENTS = SHIPPED / "experiments"
GUIDE = "docs/guides/own-experiment.md"


class OwnFileError(RunFailedError):
    """A user's own file raised; the message holds its own traceback."""


def is_path(reference: str) -> bool:
    """Whether ``reference`` names a file rather than one of Seedbed's experiments."""
    return reference.endswith(".py") or "/" in reference


def locate(reference: str, beside: Path | None = None) -> Path:
    """The file that is meant: as given, or relative to the folder ``beside``.

    Raises:
        InputError: There is no such file.
    """
    places = [Path(reference), *([beside / reference] if beside else [])]
    for place in places:
        with suppress(OSError):  # too long for a name, say
            if place.is_file():
                return place.resolve()
    raise InputError(
        f"An experiment of your own must be an existing file, got {reference}: write one with "
        f"`seedbed new {reference}`, or correct the path."
    )


def shipped(name: str) -> Path:
    """The file of one of Seedbed's own experiments."""
    return EXPERIMENTS / f"{name}.py"


def is_shipped(path: Path) -> bool:
    """Whether ``path`` is one of Seedbed's own experiments; they import Keras only in ``build``."""
    return path.parent == EXPERIMENTS


def check_functions(path: Path) -> None:
    """Check, without running the file, that it defines what an experiment needs.

    Raises:
        InputError: A function is missing, as in a script that trains when it is imported.
    """
    tree = _tree(path)
    if tree is None:
        return
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    for wanted in REQUIRED:
        if not any(_defines(node, wanted) or _defines(node, "*") for node in nodes):
            raise InputError(
                f"{path.name} must define the functions load and build, but {wanted} is missing: "
                f"write it as {GUIDE} shows, or run a script with seedbed repeat {path.name}."
            )


def prints_table(path: Path) -> bool:
    """Whether the file says ``TABLE = True``: the command then prints scores by class."""
    tree = _tree(path)
    return tree is not None and any(
        _defines(node, "TABLE")
        and isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and node.value.value is True
        for node in tree.body
    )


def digest(path: Path) -> str:
    """SHA-256 of the file, hex; part of the cell's identity, so that an edit makes new cells."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def summary(path: Path) -> str:
    """First line of the file's docstring, or its name."""
    tree = _tree(path)
    text = ast.get_docstring(tree) if tree else None
    return text.splitlines()[0] if text else f"Train the network of {path.name}."


def options_of(path: Path) -> type[RunOptions]:
    """The options' dataclass: the file's ``Options``, or those that every experiment takes.

    Raises:
        InputError: ``Options`` is not made as it must be.
        OwnFileError: The file raised when it was imported.
    """
    tree = _tree(path)
    if tree is None or not any(_defines(node, "Options") for node in tree.body):
        return RunOptions
    if "tensorflow" in sys.modules or is_shipped(path):
        return checked_options(module_of(path, digest(path)), path)
    return _options_from_child(path, digest(path))


def imports_keras_for_options(path: Path) -> bool:
    """Whether reading the file's options in this process would import Keras."""
    tree = _tree(path)
    if tree is None or not any(_defines(node, "Options") for node in tree.body):
        return False
    if is_shipped(path):
        return False
    return any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in tree.body)


@cache
def module_of(path: Path, sha256: str) -> ModuleType:
    """The file, imported; once for each content.

    Raises:
        InputError: It lacks a function that an experiment needs.
    """
    name = f"own_{path.stem}_{sha256[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError(f"An experiment of your own must be a Python file, got {path.name}.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    if str(path.parent) not in sys.path and not is_shipped(path):
        sys.path.append(str(path.parent))
    spec.loader.exec_module(module)
    missing = [wanted for wanted in REQUIRED if not callable(getattr(module, wanted, None))]
    if missing:
        raise InputError(
            f"{path.name} must define the functions load and build, but {missing[0]} is missing: "
            f"see {GUIDE}."
        )
    return module


def hook(path: Path, name: str) -> Callable[..., Any] | None:
    """A function of the file that imports it when called; None where the file has none."""
    tree = _tree(path)
    if tree is not None and name not in REQUIRED:
        if not any(_defines(node, name) for node in tree.body):
            return None
    elif tree is None and name not in REQUIRED:
        return None
    return partial(_call, path, name)


def their_traceback(error: BaseException, path: Path) -> tuple[str, str] | None:
    """The part of a traceback that is the user's: their frames and what they called.

    Returns:
        A sentence with the place, and the text; None where the error is not from their file.
    """
    if isinstance(error, SyntaxError) and error.filename == str(path):
        text = "".join(traceback.format_exception_only(error))
        return f"{path.name} line {error.lineno}: SyntaxError: {error.msg}", _marked(path, text)
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [at for at, frame in enumerate(frames) if frame.filename == str(path)]
    if not theirs:
        return None
    last = frames[theirs[-1]]
    lines = ["Traceback (most recent call last):\n", *traceback.format_list(frames[theirs[0] :])]
    lines += traceback.format_exception_only(error)
    where = f"{path.name} line {last.lineno}, in {last.name}"
    return f"{where}: {type(error).__name__}: {telling_words(str(error))}"[:1000], _marked(
        path, "".join(lines)
    )


def checked_options(module: ModuleType, path: Path) -> type[RunOptions]:
    """The module's ``Options``.

    Raises:
        InputError: It is not a frozen dataclass on top of ``RunOptions``.
    """
    kind = module.Options
    if (
        isinstance(kind, type)
        and issubclass(kind, RunOptions)
        and "__dataclass_fields__" in vars(kind)
    ):
        return kind
    raise InputError(
        f"Options in {path.name} must be a dataclass that inherits from RunOptions: write "
        "`@dataclass(frozen=True, kw_only=True)` above `class Options(RunOptions):`."
    )


def _call(path: Path, name: str, *arguments: object) -> object:
    return getattr(module_of(path, digest(path)), name)(*arguments)


def _marked(path: Path, text: str) -> str:
    return f"This error comes from your own file, {path.name}, not from Seedbed:\n\n{text}"


def _tree(path: Path) -> ast.Module | None:
    """The file's syntax tree; None where it has an error, which importing it will show."""
    try:
        return ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError):
        return None


def _defines(node: ast.stmt, name: str) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return node.name == name
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return any((alias.asname or alias.name) == name for alias in node.names)
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
    return False


@cache
def _options_from_child(path: Path, _sha256: str) -> type[RunOptions]:
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "options"
        command = [*python(), "-m", "seedbed.runs.custom.read_options", str(path), str(answer)]
        done = subprocess.run(  # noqa: S603
            command, cwd=IMPORT_ROOT, capture_output=True, text=True, check=False
        )
        if not answer.exists():
            raise OwnFileError(done.stderr.strip() or f"{path.name} ended Python when imported")
        kind, content = pickle.loads(answer.read_bytes())  # noqa: S301 (our own child wrote it)
    if kind == "refused":
        raise InputError(content)
    if kind == "raised":
        raise OwnFileError(content)
    return make_dataclass("Options", content, bases=(RunOptions,), frozen=True, kw_only=True)
