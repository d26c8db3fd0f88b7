"""The options of a script's run, and what is refused before any run."""

import ast
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from seedbed.doctor.keras3.outdated_code import outdated
from seedbed.doctor.source.find_files import UnreadableError, read_module
from seedbed.doctor.source.module import Module
from seedbed.runs.settings.options import CellOptions
from seedbed.system.errors import InputError

ENDINGS = (".py", ".ipynb")
DIGITS = 12


@dataclass(frozen=True, kw_only=True)
class Options(CellOptions):
    """What a script's run takes; its own hyperparameters are its own flags."""

    folder: Annotated[
        str, Field(description="folder of the scripts, absolute; empty: the current one")
    ] = ""
    script: Annotated[
        str, Field(description="script or notebook to run, relative to folder or absolute")
    ] = ""
    arguments: Annotated[str, Field(description="its own flags, as a shell reads them")] = ""
    whole_folder: Annotated[
        bool, Field(description="run in a copy of folder; false: of the script's own folder")
    ] = False
    keep_seeds: Annotated[
        bool, Field(description="leave the seeds that the script sets; false: they follow seed")
    ] = False
    predictions: Annotated[
        bool, Field(description="after each evaluate on arrays, ask the model for its predictions")
    ] = True
    separate: Annotated[
        bool, Field(description="each source on a stream of random numbers of its own")
    ] = False
    vary_pinned: Annotated[
        bool, Field(description="with separate: the seeds that the script sets vary as well")
    ] = False
    stream_seeds: Annotated[
        str, Field(description="with separate: sources with another seed, such as init=3;line 14=5")
    ] = ""
    code: Annotated[
        str, Field(description="digests of the scripts as the sweep began; empty: not compared")
    ] = ""

    @property
    def own_seeds(self) -> dict[str, int]:
        """Source → seed, of the sources that do not follow ``seed``."""
        pairs = (part.rpartition("=") for part in self.stream_seeds.split(";") if part)
        return {source: int(seed) for source, _, seed in pairs}

    @property
    def path(self) -> Path:
        """The script, absolute."""
        return (Path(self.folder or ".") / self.script).resolve()

    @property
    def home(self) -> Path:
        """The folder that a run gets a copy of."""
        return Path(self.folder or ".").resolve() if self.whole_folder else self.path.parent


def check(options: Options) -> None:
    """Refuse what cannot be run.

    Raises:
        InputError: The script is not there, is no Python 3, or imports what Keras 3 no longer has.
    """
    if not re.fullmatch(r"([^;=]+=[0-9]+(;|$))*", options.stream_seeds):
        raise InputError(
            "stream_seeds must be sources with their seeds, such as init=3;line 14=5, got "
            f"{options.stream_seeds!r}."
        )
    module = read(options.path)
    if not options.path.is_relative_to(options.home):
        raise InputError(
            f"script must be in the folder that it runs in, got {options.path} beside "
            f"{options.home}: give a --folder that holds it."
        )
    gone = [one for one in outdated(module) if one.stops]
    if gone:
        told = "; ".join(str(one) for one in gone)
        raise InputError(
            f"script must import what Keras 3 has, but in {options.path.name} {told}: mend "
            f"{'that line' if len(gone) == 1 else 'these lines'} and repeat it."
        )


def check_unchanged(options: Options) -> None:
    """Refuse to run a script that is no longer the one that the sweep began with.

    Raises:
        InputError: It was changed, or a file beside it that it imports.
    """
    if options.code and code_of(read(options.path)) not in options.code.split():
        raise InputError(
            f"script must be the one that the sweep began with, but {options.path.name} (or a file "
            "that it imports) was changed since: repeat it again, which makes a new sweep."
        )


def read(path: Path) -> Module:
    """The script's text and tree; of a notebook all cells as one text.

    Raises:
        InputError: It is not there, no script, or does not parse; says at which line.
    """
    if path.is_dir():
        raise InputError(
            f"script must be a script or a notebook, got the folder {path}: name the file in it."
        )
    if not path.exists():
        raise InputError(f"script must be a file that is there, got {path}: mend the path.")
    if path.suffix not in ENDINGS:
        raise InputError(
            f"script must be a Python script (.py) or a notebook (.ipynb), got {path.name}."
        )
    try:
        module, problems = read_module(path)
    except UnreadableError as error:
        raise InputError(f"script must be Python 3 that parses, but {path.name} {error}.") from None
    if problems:
        raise InputError(f"script must be Python 3 that parses, but {path.name}: {problems[0]}.")
    return module


def code_of(module: Module) -> str:
    """Digest of a script and of the files beside it that it imports, however far; hex."""
    digest = hashlib.sha256()
    seen: set[Path] = set()
    waiting = [module.resolved]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        waiting += _beside(path, module.resolved.parent)
    for path in sorted(seen):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:DIGITS]


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
