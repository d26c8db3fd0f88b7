"""The options of a script's run, and what is refused before any run."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from seedbed.runs.script import offline_data
from seedbed.runs.script.hooks.alternatives import Alternative
from seedbed.runs.script.keras_backend import Backend
from seedbed.runs.script.keras_choice import Asked, KerasChoice, choose
from seedbed.runs.script.missing_packages import missing_packages
from seedbed.runs.script.paths.missing_data import missing_data
from seedbed.runs.script.script_files import code_of, imported_modules, read
from seedbed.runs.settings.options import CellOptions
from seedbed.system.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Options(CellOptions):
    """The options of a script's run; its hyperparameters are flags of its own."""

    LATER: ClassVar[frozenset[str]] = frozenset(
        {
            "separate",
            "vary_pinned",
            "stream_seeds",
            "shell_hash",
            "keras",
            "backend",
            "as_of",
            "offline_data",
            "alternative",
        }
    )

    folder: Annotated[
        str, Field(description="folder of the scripts, absolute; empty: the current one")
    ] = ""
    script: Annotated[
        str, Field(description="script or notebook to run, relative to folder or absolute")
    ] = ""
    arguments: Annotated[str, Field(description="flags of the script, quoted as in a shell")] = ""
    whole_folder: Annotated[
        bool,
        Field(description="run in a copy of folder; false: in a copy of the script's own folder"),
    ] = False
    keep_seeds: Annotated[
        bool, Field(description="keep the seeds that the script sets; false: they follow seed")
    ] = False
    predictions: Annotated[
        bool, Field(description="record predictions after each evaluate on arrays")
    ] = True
    separate: Annotated[
        bool, Field(description="give each source its own stream of random numbers")
    ] = False
    vary_pinned: Annotated[
        bool, Field(description="with separate: vary the seeds that the script sets too")
    ] = False
    vary_environment: Annotated[
        bool, Field(description="with separate: threads, determinism and oneDNN vary by seed")
    ] = False
    stream_seeds: Annotated[
        str,
        Field(description="with separate: sources with their own seed, such as init=3;line 14=5"),
    ] = ""
    shell_hash: Annotated[
        str,
        Field(
            pattern=r"[0-9]{0,10}$",
            description="PYTHONHASHSEED of the shell; empty: it follows a seed where it matters",
        ),
    ] = ""
    keras: Annotated[
        Asked, Field(description="version of Keras to use; auto: the one that the script needs")
    ] = "auto"
    backend: Annotated[Backend, Field(description="backend of Keras 3; empty: TensorFlow")] = ""
    as_of: Annotated[
        int,
        Field(ge=0, le=2100, description="year whose Keras defaults apply; 0: today's"),
    ] = 0
    offline_data: Annotated[
        bool,
        Field(description="use Seedbed's MNIST and Fashion-MNIST if Keras' cache lacks them"),
    ] = False
    alternative: Annotated[
        Alternative,
        Field(
            description="variant to run: rebuilt networks, rounds seeded alike, or other "
            "validation rows"
        ),
    ] = "none"
    code: Annotated[
        str, Field(description="digests of the scripts at the start of the sweep; empty: no check")
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

    @property
    def base(self) -> Path:
        """The folder that it starts in."""
        return self.home


def check(options: Options) -> None:
    """Refuse options that cannot be run.

    Raises:
        InputError: The script does not exist, is not Python 3, needs what no Keras has, or imports
            packages that are not installed.
    """
    if not re.fullmatch(r"([^;=]+=[0-9]+(;|$))*", options.stream_seeds):
        raise InputError(
            "stream_seeds must be sources with their seeds, such as init=3;line 14=5, got "
            f"{options.stream_seeds!r}."
        )
    if not options.path.is_relative_to(options.home):
        raise InputError(
            f"script must be inside --folder, got {options.path} outside "
            f"{options.home}: give a --folder that contains it."
        )
    keras_of(options)
    module = read(options.path)
    modules = [module, *imported_modules(module)]
    if missing := missing_packages(modules, [options.path.parent, options.home]):
        raise InputError(missing)
    if missing := missing_data(modules, options.base, options.arguments):
        raise InputError(missing)
    if options.offline_data:
        offline_data.check("\n".join(one.source for one in modules))


def keras_of(options: Options) -> KerasChoice:
    """The Keras that the script runs on.

    Raises:
        InputError: It needs what no Keras has.
    """
    module = read(options.path)
    return choose(module, imported_modules(module), options.keras)


def check_unchanged(options: Options) -> None:
    """Refuse to run a script that changed since the sweep began.

    Raises:
        InputError: It was changed, or a file beside it that it imports.
    """
    if options.code and code_of(read(options.path)) not in options.code.split():
        raise InputError(
            f"script must not change during a sweep, but {options.path.name} (or a file "
            "that it imports) has changed since the sweep began: run repeat again, which starts a "
            "new sweep."
        )
