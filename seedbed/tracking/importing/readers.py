"""The readers of other tools' runs, by the word before the colon of an address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.extras import require
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.from_csv_logs import read_csv_logs
from seedbed.tracking.importing.from_mlflow import read_mlflow
from seedbed.tracking.importing.from_optuna import read_optuna
from seedbed.tracking.importing.from_tables import SUFFIXES, read_table_file
from seedbed.tracking.importing.from_tensorboard import read_tensorboard
from seedbed.tracking.importing.imported_runs import ImportedRuns


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


def _tensorboard(source: Source) -> ImportedRuns:
    return read_tensorboard(source.name, source.progress)


def _csv_logs(source: Source) -> ImportedRuns:
    return read_csv_logs(source.name, source.progress)


READERS: Mapping[str, Reader] = {
    "mlflow": _mlflow,
    "optuna": _optuna,
    "tensorboard": _tensorboard,
    "csvlogs": _csv_logs,
    "table": _table,
}


def is_address(word: str) -> bool:
    """Whether a word names runs of another tool: ``mlflow:my-experiment``, ``runs.csv``."""
    return (word.partition(":")[0] in READERS and ":" in word) or _is_table(word)


def _is_table(word: str) -> bool:
    return Path(word).suffix.lower() in SUFFIXES


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
    if kind not in READERS or not name:
        known = ", ".join(f"{one}:" for one in READERS)
        raise InputError(
            f"runs of another tool are named by a reader and a place, such as mlflow:my-experiment "
            f"(readers: {known}), or by a table such as runs.csv, got {address!r}"
        )
    return READERS[kind](Source(name, store, filter_string, progress))
