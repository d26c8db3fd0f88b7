"""``seedbed repeat``: a sweep made of training scripts as they are."""

import hashlib
import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seedbed.doctor.keras3.outdated_code import outdated
from seedbed.doctor.source.module import Module
from seedbed.runs.execution.catalog import SCRIPT
from seedbed.runs.script.hooks.alternatives import Alternative
from seedbed.runs.script.keras_backend import JAX, VARIABLE, asks_for_jax, chosen_backend
from seedbed.runs.script.keras_choice import Asked, outdated_elsewhere
from seedbed.runs.script.options import Options, check_unchanged, keras_of
from seedbed.runs.script.paths.left_over import left_over
from seedbed.runs.script.script_files import code_of, imported_modules, read
from seedbed.runs.script.workspace import state_of
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.generated_file import design_of_text, yaml_text
from seedbed.system.errors import InputError
from seedbed.system.paths import store_path

NAME_DIGITS = 6
Flags = tuple[str, ...]


@dataclass(frozen=True)
class RepeatRequest:
    """What the command line asks for.

    Attributes:
        scripts: Scripts or notebooks, as given.
        flags: Groups of the scripts' own flags; none, one for all, or one for each configuration.
        seeds: A number of seeds, or a list of them.
        name: Name of the sweep; None to make one from the scripts' names and content.
        folder: Folder to run in, which holds the scripts; None for each script's own.
        keep_seeds: Whether the seeds that the scripts set stay.
        predictions: Whether to ask for predictions after each ``evaluate``.
        free: Whether threads and operations are left to vary, as ``numeric: free`` does.
        separate: Whether each source draws from a stream of its own.
        vary_pinned: With ``separate``: whether seeds that the scripts set vary as well.
        vary_environment: With ``separate``: whether threads, determinism and oneDNN vary by seed.
        keras: The Keras to run them on.
        backend: What Keras 3 computes with, ``tensorflow`` or ``jax``; empty for what the scripts
            or ``KERAS_BACKEND`` ask for.
        as_of: Year whose defaults of Keras are taken; 0 for today's.
        offline_data: Whether Seedbed's data sets stand in for those of ``keras.datasets``.
        alternative: Another course that the scripts are made to take.
        hash_seed: ``PYTHONHASHSEED`` of the user's shell; empty if it sets none.
    """

    scripts: tuple[Path, ...]
    flags: tuple[Flags, ...]
    seeds: int | list[int] | dict[str, object]
    name: str | None = None
    folder: Path | None = None
    keep_seeds: bool = False
    predictions: bool = True
    free: bool = False
    separate: bool = False
    vary_pinned: bool = False
    vary_environment: bool = False
    keras: Asked = "auto"
    backend: str = ""
    as_of: int = 0
    offline_data: bool = False
    alternative: Alternative = "none"
    hash_seed: str = ""


def design_of(asked: RepeatRequest) -> Design:
    """The sweep that repeats the scripts, checked; nothing is run.

    Raises:
        InputError: A script cannot be run, or scripts and groups of flags do not fit.
    """
    pairs = _pairs(asked)
    modules = {path: read(path) for path, _ in pairs}
    asked = replace(asked, backend=_backend(asked.backend, list(modules.values())))
    codes = {path: code_of(module) for path, module in modules.items()}
    folder = _folder(asked, [path for path, _ in pairs])
    content = {
        "name": asked.name or _name(pairs, codes, asked),
        "question": _question(pairs, why=asked.separate),
        "experiment": SCRIPT,
        "configurations": [
            {"script": os.path.relpath(path, folder), "arguments": shlex.join(flags)}
            for path, flags in pairs
        ],
        "options": {
            "folder": str(folder),
            "whole_folder": asked.folder is not None,
            "keep_seeds": asked.keep_seeds,
            "predictions": asked.predictions,
            "separate": asked.separate,
            "vary_pinned": asked.vary_pinned,
            **_not_at_defaults(asked),
            "code": " ".join(dict.fromkeys(codes.values())),
        },
        "numeric": "free" if asked.free else "fixed",
        "seeds": asked.seeds,
    }
    path = store_path() / "ledgers" / f"{content['name']}.yaml"
    return design_of_text(yaml_text(content), path)


def _not_at_defaults(asked: RepeatRequest) -> dict[str, object]:
    """The options about the scripts' year, data and course that are not at their defaults."""
    given = {
        "keras": asked.keras,
        "backend": asked.backend,
        "as_of": asked.as_of,
        "offline_data": asked.offline_data,
        "alternative": asked.alternative,
        "vary_environment": asked.vary_environment,
        "shell_hash": asked.hash_seed,
    }
    return {name: value for name, value in given.items() if value not in ("auto", 0, "none", "")}


def _backend(asked: str, scripts: Sequence[Module]) -> str:
    """The backend of every script.

    Raises:
        InputError: They differ in it, or JAX is not installed.
    """
    found = {one.path.name: chosen_backend(asked, [one, *imported_modules(one)]) for one in scripts}
    if len(set(found.values())) > 1:
        names = ", ".join(f"{name}: {backend or 'tensorflow'}" for name, backend in found.items())
        raise InputError(
            f"Scripts that are compared must run on one backend of Keras, got {names}: give "
            "--backend jax or --backend tensorflow."
        )
    return next(iter(found.values()))


def _pairs(asked: RepeatRequest) -> list[tuple[Path, Flags]]:
    """Each configuration: a script with its flags."""
    scripts = [path.absolute() for path in asked.scripts]
    groups = asked.flags or ((),)
    if len(scripts) > 1 and len(groups) not in (1, len(scripts)):
        raise InputError(
            f"Groups of flags must be one for all scripts or one for each, got {len(groups)} for "
            f"{len(scripts)} scripts: begin each group with --."
        )
    if len(scripts) == 1:
        pairs = [(scripts[0], flags) for flags in groups]
    elif len(groups) == 1:
        pairs = [(path, groups[0]) for path in scripts]
    else:
        pairs = list(zip(scripts, groups, strict=True))
    for index, pair in enumerate(pairs):
        if pair in pairs[:index]:
            raise InputError(
                f"Each configuration must be another one, got {pair[0].name} with the same flags "
                "twice: leave one out."
            )
    return pairs


def _folder(asked: RepeatRequest, paths: Sequence[Path]) -> Path:
    """The folder that the scripts' names are relative to."""
    if asked.folder is None:
        return Path(os.path.commonpath([path.parent for path in paths]))
    folder = asked.folder.absolute()
    if not folder.is_dir():
        raise InputError(f"--folder must be an existing folder, got {asked.folder}.")
    for path in paths:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise InputError(
                f"--folder must hold the script, but {path} is not in {asked.folder}: give the "
                "folder that you would start it from."
            )
    return folder


def _name(pairs: Sequence[tuple[Path, Flags]], codes: dict[Path, str], asked: RepeatRequest) -> str:
    """The scripts' names and a few digits that change with their text, flags and settings.

    More seeds of the same are the same sweep; after an edit it is another one.
    """
    stems = dict.fromkeys(re.sub(r"[^A-Za-z0-9_-]+", "_", path.stem) for path, _ in pairs)
    settings: tuple[object, ...] = (
        *(asked.keep_seeds, asked.predictions, asked.free, str(asked.folder)),
        *((asked.vary_pinned,) if asked.separate else ()),
        *_not_at_defaults(asked).items(),
    )
    identity = repr([*((codes[path], path, flags) for path, flags in pairs), settings])
    digits = hashlib.sha256(identity.encode()).hexdigest()[:NAME_DIGITS]
    words = "-".join(stems)[:60].lstrip("_-") or SCRIPT
    if asked.separate:
        words = f"why-{words}"
    return f"{words}-{digits}"


def _question(pairs: Sequence[tuple[Path, Flags]], *, why: bool) -> str:
    names = list(dict.fromkeys(path.name for path, _ in pairs))
    if why:
        return f"Why do the numbers of {names[0]} vary?"
    if len(pairs) == 1:
        return f"How much do the numbers of {names[0]} vary?"
    if len(names) == 1:
        return f"Do the flags of {names[0]} make a difference?"
    return f"Do {' and '.join(names)} differ?"


def remarks(design: Design) -> list[str]:
    """Which Keras scripts run on, if not Keras 3 on TensorFlow; what may fail; what is left."""
    said = []
    for options in _by_script(design):
        choice, name = keras_of(options), options.path.name
        module = read(options.path)
        modules = [module, *imported_modules(module)]
        said += [f"{name}: {sentence}" for sentence in left_over(modules, options.base)]
        if choice.version == 2:
            said.append(f"{name} runs on {choice.name}, because {choice.why}")
            continue
        if options.backend == JAX:
            its_own = any(map(asks_for_jax, modules))
            asks = f"it sets {VARIABLE}" if its_own else f"--backend or {VARIABLE} asks for it"
            said.append(f"{name} runs on {choice.name} on JAX, because {asks}")
        may_fail = [one for one in outdated(module) if not outdated_elsewhere(one)]
        said += [f"{name}: {one}; it may fail there" for one in may_fail]
    return said


def preloads(design: Design) -> tuple[str, ...]:
    """Modules that the fork server is to load for these scripts, beside what it always loads."""
    needed = any(keras_of(options).version == 2 for options in _by_script(design))
    return ("tf_keras",) if needed else ()


def _by_script(design: Design) -> list[Options]:
    """The options of one cell of each script."""
    cells = {_options(cell.options).path: _options(cell.options) for cell in design.cells}
    return list(cells.values())


def refuse_changed(design: Design) -> None:
    """Refuse to go on with scripts that changed since the sweep began.

    Raises:
        InputError: One was changed, or a file beside it that it imports.
    """
    for options in _by_script(design):
        check_unchanged(options)


def _options(options: object) -> Options:
    assert isinstance(options, Options)  # noqa: S101 (the design is of scripts)
    return options


class FolderSnapshot:
    """Says which files of the scripts' folders were changed while the sweep ran.

    Args:
        design: The sweep.
    """

    def __init__(self, design: Design) -> None:
        homes = dict.fromkeys(_options(cell.options).home for cell in design.cells)
        self._before = {home: state_of(home) for home in homes}

    def changed(self) -> dict[str, list[Path]]:
        """What happened since → files, such as ``new``; only what did happen."""
        found: dict[str, list[Path]] = {}
        for home, before in self._before.items():
            after = state_of(home)
            for name in sorted(before.keys() | after.keys()):
                if before.get(name) != after.get(name):
                    kind = "new" if name not in before else "gone" if name not in after else "other"
                    found.setdefault(kind, []).append(home / name)
        return found
