"""Runs in a table with a row per run: CSV (also an export of W&B), JSON lines, Parquet, pandas."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError
from seedbed.system.extras import require
from seedbed.system.files.csv_rows import csv_rows
from seedbed.tracking.importing.imported_runs import ImportedRun, ImportedRuns, parsed_value
from seedbed.tracking.importing.score_names import is_score_name
from seedbed.tracking.importing.tools.epoch_rows import refuse_logs
from seedbed.tracking.records import State

if TYPE_CHECKING:
    from pandas import DataFrame

SUFFIXES = (".csv", ".jsonl", ".ndjson", ".parquet")
STATES: Mapping[str, State] = {
    **dict.fromkeys(("failed", "crashed", "error", "fail", "preempted"), "failed"),
    **dict.fromkeys(("killed", "stopped", "canceled", "cancelled"), "killed"),
    **dict.fromkeys(("running", "pending", "scheduled", "waiting", "queued"), "running"),
    "pruned": "pruned",
}
"""What tools write in a column of states → how the run counts; any other text is finished."""
ABOUT = {"notes", "user", "tags", "created", "runtime", "sweep", "hostname", "description", "id"}
"""Columns of an export that say something about a run, and nothing about its configuration."""

Row = Mapping[str, object]


def read_table_file(path: Path) -> ImportedRuns:
    """Read a table with a row per run.

    A numeric column whose name is that of a score is a metric, any other a parameter; ``name`` and
    ``state`` (or ``status``) are those of the run. A score that is empty is missing.

    Args:
        path: File that ends in .csv, .jsonl, .ndjson or .parquet.

    Raises:
        InputError: No such file, or one that is not a table.
        MissingExtraError: pandas is not installed, for Parquet.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(f"a table of runs must end in {', '.join(SUFFIXES)}, got {path}")
    try:
        if suffix == ".csv":
            rows = _csv_rows(path)
        elif suffix == ".parquet":
            rows = _parquet_rows(path)
        else:
            rows = _json_rows(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not text in UTF-8: save it as such") from None
    return runs_of_rows(rows, str(path), str(path))


def runs_of_frame(frame: "DataFrame") -> ImportedRuns:
    """The runs of a pandas data frame, a row per run; columns as in ``read_table_file``."""
    rows = [{str(key): _plain(v) for key, v in row.items()} for row in frame.to_dict("records")]
    return runs_of_rows(rows, "a data frame", "the data frame")


def runs_of_rows(rows: Sequence[Row], address: str, what: str) -> ImportedRuns:
    """The runs of rows, each a mapping from column to value.

    Args:
        rows: The rows.
        address: How the user named them.
        what: The table in words.

    Raises:
        InputError: No rows, or a log with a row per epoch.
    """
    if not rows:
        raise InputError(f"{what} has no rows: it must hold one per run")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    refuse_logs(columns, rows, what)
    scores = [name for name in columns if is_score_name(name)]
    rows = [{**row, **{name: _score(row[name]) for name in scores if name in row}} for row in rows]
    metrics = [name for name in scores if _numeric(row.get(name) for row in rows)]
    runs = [_run(row, metrics, number) for number, row in enumerate(rows, start=1)]
    return ImportedRuns(address, what, tuple(runs))


def _run(row: Row, metrics: Sequence[str], number: int) -> ImportedRun:
    lowered = {name.lower(): value for name, value in row.items()}
    status = str(lowered.get("state", lowered.get("status", ""))).lower()
    name = lowered.get("name", lowered.get("run_name"))
    taken = {"state", "status", "name", "run_name"}
    scores = {
        one: float(str(value))
        for one in metrics
        if (value := row.get(one)) is not None and not isinstance(value, bool)
    }
    return ImportedRun(
        run_id=f"row {number}",
        name=str(name) if _is_given(name) else f"row {number}",
        state=STATES.get(status, "finished"),
        params={
            key: value
            for key, value in row.items()
            if key not in metrics and key.lower() not in taken | ABOUT and _is_given(value)
        },
        metrics=scores,
        tags={
            key: str(value)
            for key, value in row.items()
            if key.lower() in ABOUT and _is_given(value)
        },
    )


def _is_given(value: object) -> bool:
    return value is not None and value != "" and not (isinstance(value, float) and isnan(value))


def _score(value: object) -> object:
    """A score as a number if it is text such as ``0.91`` or ``91 %``, which are equal."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    try:
        return float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        return value


def _numeric(values: Iterable[object]) -> bool:
    given = [value for value in values if value is not None]
    return bool(given) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) for value in given
    )


def _cell(text: str) -> object:
    """A cell's value; None where it is empty, nan and infinity as numbers."""
    stripped = text.strip()
    if not stripped:
        return None
    if stripped.lower() in ("nan", "inf", "-inf", "+inf", "infinity", "-infinity"):
        return float(stripped)
    return parsed_value(stripped)


def _csv_rows(path: Path) -> list[Row]:
    try:
        lines = [cells for _, cells in csv_rows(path)]
    except csv.Error as error:
        raise InputError(f"{path} is not a CSV file: {error}") from None
    if not lines:
        return []
    names = [name.strip() for name in lines[0]]
    twice = next((name for name, number in Counter(names).items() if number > 1), None)
    if twice is not None:
        raise InputError(f"{path} must name each column once, got {twice!r} twice")
    rows: list[Row] = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(names):
            raise InputError(
                f"{path}, row {number}: {len(line)} columns where {len(names)} are expected"
            )
        rows.append({name: _cell(cell) for name, cell in zip(names, line, strict=True)})
    return rows


def _json_rows(path: Path) -> list[Row]:
    rows: list[Row] = []
    with path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                found = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InputError(f"{path}, line {number} is not JSON: {error}") from None
            if not isinstance(found, dict):
                raise InputError(f"{path}, line {number} must be an object, one per run")
            rows.append(flattened(found))
    return rows


def flattened(found: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Nested mappings as one, with dots between the names; lists as text."""
    flat: dict[str, object] = {}
    for key, value in found.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{name}.")
        elif isinstance(value, list):
            flat[name] = json.dumps(value, default=str)
        else:
            flat[name] = value
    return flat


def _parquet_rows(path: Path) -> list[Row]:
    require("notebook")
    from pandas import read_parquet

    try:
        frame = read_parquet(path)
    except (ValueError, ImportError) as error:
        raise InputError(f"{path} is not a Parquet file that can be read: {error}") from None
    return [{str(key): _plain(v) for key, v in row.items()} for row in frame.to_dict("records")]


def _plain(value: object) -> object:
    """A cell of a data frame as Python's own value; None where pandas has none."""
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    item = getattr(value, "item", None)
    return item() if callable(item) else value
