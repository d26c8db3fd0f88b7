"""Folders of CSV logs with a row per epoch: Keras's CSVLogger, Lightning's CSVLogger, Ray Tune."""

import csv
import json
import re
from collections.abc import Mapping
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.files.csv_rows import csv_rows
from seedbed.system.progress import Progress, silent
from seedbed.tracking.importing.curve_summary import summaries_of
from seedbed.tracking.importing.imported_runs import (
    ImportedRun,
    ImportedRuns,
    finite_values_of,
)
from seedbed.tracking.importing.path_params import with_params_of_paths
from seedbed.tracking.importing.run_folders import existing_folder
from seedbed.tracking.importing.tools.json_rows import flattened
from seedbed.tracking.importing.yaml_files import readable_settings, settings_in

COUNTING = {"epoch", "step", "iteration", "training_iteration", "timestamp", "date", "pid"}
"""Columns that number rows."""
OTHER_SUFFIXES = {".log", ".txt", ".tsv"}
"""Endings of logs where a folder has no ``.csv``: Keras's documentation writes ``training.log``."""
GENERIC = {"metrics", "progress", "log", "logs", "history", "training", "training_log"}
"""Names of logs that say nothing about their run; its folder does."""


def read_csv_logs(folder: str, progress: Progress = silent) -> ImportedRuns:
    """Every CSV file below a folder as a run: a row per epoch, a column per metric.

    A folder without a ``.csv`` may hold logs of other endings, such as ``training.log``.

    Its metrics are the last values of its columns; its parameters are those of ``params.json``
    (Ray Tune), ``config.json`` or ``hparams.yaml`` (Lightning) beside it, and those that its path
    spells. A run whose parameters cannot be read does not count.

    Args:
        folder: The folder.
        progress: Told how many runs are read.

    Raises:
        InputError: No such folder, no CSV file below it, or one that is not a log.
    """
    root = existing_folder(folder, "what follows csvlogs:")
    files = _logs_below(root)
    if not files:
        raise InputError(f"{folder} has no CSV file below it")
    runs, places = [], [_place(root, path) for path in files]
    for path, place in zip(files, places, strict=True):
        runs.append(_run(root, path, place))
        progress("runs read", len(runs), len(files))
    found = with_params_of_paths(runs, places)
    return ImportedRuns(f"csvlogs:{folder}", f"the CSV logs in {folder}", found)


def _logs_below(root: Path) -> list[Path]:
    """Every ``.csv`` file; if there is none, the files of other endings that begin as a log."""
    files = sorted(path for path in root.rglob("*") if path.is_file())
    named = [path for path in files if path.suffix.lower() == ".csv"]
    return named or [path for path in files if _begins_as_log(path)]


def _begins_as_log(path: Path) -> bool:
    """Whether the first line names columns, and one that numbers the rows among them."""
    if path.suffix.lower() not in OTHER_SUFFIXES:
        return False
    with path.open(encoding="utf-8", errors="replace") as stream:
        names = re.split(r"[,;\t]", stream.readline(10_000))
    return len(names) > 1 and any(name.strip().strip('"').lower() in COUNTING for name in names)


def _place(root: Path, path: Path) -> Path:
    """What tells a log from the others: its path, or its folder's if its name says nothing."""
    place = path.relative_to(root).with_suffix("")
    return place.parent if place.name.lower() in GENERIC and place.parent.parts else place


def _run(root: Path, path: Path, place: Path) -> ImportedRun:
    curves = curves_of_log(path)
    state, params = readable_settings(str(place), lambda: _beside(path.parent))
    return ImportedRun(
        run_id=str(path.relative_to(root)),
        name=str(place),
        state=state if curves else "failed",
        params=params,
        metrics={name: values[-1] for name, values in curves.items()},
        curves=summaries_of(curves),
        load_curve=lambda metric: finite_values_of(curves_of_log(path), metric),
    )


def curves_of_log(path: Path) -> dict[str, list[float]]:
    """Column → its numbers; text columns and empty cells are left out.

    Raises:
        InputError: The file cannot be read, or is not CSV.
    """
    try:
        rows = [cells for _, cells in csv_rows(path)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} must be a CSV log, but it cannot be read: {error}") from None
    curves: dict[str, list[float]] = {}
    names = rows[0] if rows else []
    for row in rows[1:]:
        for name, cell in zip(names, row, strict=False):  # a log that is cut off ends in half a row
            number = _number(cell)
            if name and number is not None and name.strip().lower() not in COUNTING:
                curves.setdefault(name.strip(), []).append(number)
    return curves


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _beside(folder: Path) -> dict[str, object]:
    """Parameters from the files that Ray Tune and Lightning write beside a log."""
    for name in ("params.json", "config.json"):
        path = folder / name
        if path.is_file():
            try:
                found = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError, RecursionError) as error:
                raise InputError(f"{path} must be JSON: {error}") from None
            return flattened(found) if isinstance(found, Mapping) else {}
    path = folder / "hparams.yaml"
    return settings_in(path) if path.is_file() else {}
