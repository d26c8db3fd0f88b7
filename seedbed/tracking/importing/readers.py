"""The readers of other tools' runs, by the word before the colon of an address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError
from seedbed.system.extras import require
from seedbed.system.progress import Progress, silent
from seedbed.system.text.did_you_mean import nearest_name
from seedbed.tracking.importing.imported_runs import ImportedRuns
from seedbed.tracking.importing.tools.from_csv_logs import read_csv_logs
from seedbed.tracking.importing.tools.from_history import read_histories
from seedbed.tracking.importing.tools.from_hydra import read_hydra
from seedbed.tracking.importing.tools.from_keras_tuner import read_keras_tuner
from seedbed.tracking.importing.tools.from_mlflow import read_mlflow
from seedbed.tracking.importing.tools.from_neptune import read_neptune
from seedbed.tracking.importing.tools.from_optuna import read_optuna
from seedbed.tracking.importing.tools.from_ray import read_ray
from seedbed.tracking.importing.tools.from_sacred import read_sacred
from seedbed.tracking.importing.tools.from_tables import SUFFIXES, UNREAD, read_table_file
from seedbed.tracking.importing.tools.from_tensorboard import read_tensorboard
from seedbed.tracking.importing.tools.from_wandb import read_wandb

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


@dataclass(frozen=True)
class Source:
    """What is read, and from where.

    Attributes:
        name: What follows the colon: an experiment, a path, an address.
        store: Tracking URI, database or folder, of tools that have one; None as they find it.
        filter_string: The tool's own filter, of tools that have one.
        progress: Told how far the reading is.
    """

    name: str
    store: str | None = None
    filter_string: str = ""
    progress: Progress = silent


Reader = Callable[[Source], ImportedRuns]


def _mlflow(source: Source) -> ImportedRuns:
    require("mlflow")
    return read_mlflow(
        source.name,
        store=source.store,
        wanted=source.filter_string,
        progress=source.progress,
    )


def _table(source: Source) -> ImportedRuns:
    return read_table_file(Path(source.name))


def _optuna(source: Source) -> ImportedRuns:
    require("mlflow")
    return read_optuna(source.name)


def _by_folder(read: Callable[[str, Progress], ImportedRuns]) -> Reader:
    """A reader that needs the place alone."""
    return lambda source: read(source.name, source.progress)


READERS: Mapping[str, Reader] = {
    "mlflow": _mlflow,
    "wandb": _by_folder(read_wandb),
    "optuna": _optuna,
    "tensorboard": _by_folder(read_tensorboard),
    "csvlogs": _by_folder(read_csv_logs),
    "history": _by_folder(read_histories),
    "ray": _by_folder(read_ray),
    "hydra": _by_folder(read_hydra),
    "kerastuner": _by_folder(read_keras_tuner),
    "sacred": _by_folder(read_sacred),
    "neptune": _by_folder(read_neptune),
    "table": _table,
}
NO_PATHS = {"mlflow"}
"""Readers whose places are names of their own, and no files or folders."""
GROUP = "seedbed.readers"
"""Entry points of other packages' readers: the word before the colon → a ``Reader``."""


@cache
def _others() -> "Mapping[str, EntryPoint]":
    """Readers that installed packages bring; Seedbed's own cannot be replaced."""
    from importlib.metadata import entry_points

    return {one.name: one for one in entry_points(group=GROUP) if one.name not in READERS}


def _reader(kind: str) -> Reader:
    if kind in READERS:
        return READERS[kind]
    entry = _others()[kind]
    try:
        loaded: Reader = entry.load()
    except Exception as error:  # somebody else's module
        raise InputError(f"the reader {kind}: of {entry.value} cannot be loaded: {error}") from None
    return loaded


def _is_known(kind: str) -> bool:
    return kind in READERS or kind in _others()


def is_address(word: str) -> bool:
    """Whether a word names runs of another tool: ``mlflow:my-experiment``, ``runs.csv``.

    A reader's misspelt name counts, so that reading tells the right one.
    """
    kind, colon, _ = word.partition(":")
    return _is_table(word) or bool(colon and (_is_known(kind) or _nearest_reader(kind)))


def _nearest_reader(kind: str) -> str | None:
    return nearest_name(kind, (*READERS, *_others()))


def _is_table(word: str) -> bool:
    kind, colon, _ = word.partition(":")
    of_reader = bool(colon) and _is_known(kind)
    return not of_reader and Path(word).suffix.lower() in (*SUFFIXES, *UNREAD)


def read_runs(
    address: str,
    *,
    store: str | None = None,
    filter_string: str = "",
    progress: Progress = silent,
) -> ImportedRuns:
    """Read the runs that an address names.

    Args:
        address: A reader and what it reads: ``mlflow:my-experiment``.
        store: Tracking URI, database or folder of MLflow.
        filter_string: MLflow's filter.
        progress: Told how far the reading is.

    Raises:
        InputError: No such reader or source, or nothing that can be read there.
        StoreError: The store cannot be reached.
    """
    kind, _, name = ("table:" + address if _is_table(address) else address).partition(":")
    if not _is_known(kind) and name and (near := _nearest_reader(kind)):
        raise InputError(f"there is no reader {kind}: (did you mean {near}:{name}?)")
    if not _is_known(kind) or not name:
        known = ", ".join(f"{one}:" for one in (*READERS, *_others()))
        raise InputError(
            f"runs of another tool are named by a reader and a place, such as mlflow:my-experiment "
            f"(readers: {known}), or by a table such as runs.csv, got {address!r}"
        )
    try:
        return _reader(kind)(Source(name, store, filter_string, progress))
    except InputError as error:
        there = None if kind in NO_PATHS else _nearest_path(Path(name.partition("#")[0]))
        if there is None:
            raise
        raise InputError(f"{error} (did you mean {there}?)") from None


def _nearest_path(path: Path) -> Path | None:
    """What lies where a path should lie, if its name is near; None if the path is there."""
    if path.exists() or not path.parent.is_dir():
        return None
    try:
        names = [one.name for one in path.parent.iterdir()]
    except OSError:
        return None
    near = nearest_name(path.name, names)
    return None if near is None else path.parent / near
