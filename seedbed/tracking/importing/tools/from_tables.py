"""Runs in a table with a row per run: CSV (also an export of W&B), JSON lines, Parquet, pandas."""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.system.errors import InputError
from seedbed.system.extras import require
from seedbed.system.files.csv_rows import csv_rows
from seedbed.tracking.importing.curve_summary import summaries_of
from seedbed.tracking.importing.imported_runs import (
    ImportedRun,
    ImportedRuns,
    parsed_value,
    values_of,
)
from seedbed.tracking.importing.score_names import is_score_name
from seedbed.tracking.importing.tools.epoch_rows import histories_of, refuse_logs
from seedbed.tracking.importing.tools.json_rows import flattened, json_rows
from seedbed.tracking.importing.tools.table_cells import is_given, scores_of_column
from seedbed.tracking.run_states import State

if TYPE_CHECKING:
    from pandas import DataFrame

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet")
UNREAD = (".xlsx", ".xls", ".ods", ".feather", ".arrow", ".pkl", ".pickle", ".gz", ".zip")
"""Endings of files that may hold a table and are not read."""
RUNNING = ("running", "pending", "scheduled", "waiting", "queued", "starting", "preempting")
STATES: Mapping[str, State] = {
    **dict.fromkeys(("failed", "crashed", "error", "fail", "preempted"), "failed"),
    **dict.fromkeys(("killed", "stopped", "canceled", "cancelled"), "killed"),
    **dict.fromkeys(RUNNING, "running"),
    "pruned": "pruned",
}
"""What tools write in a column of states → how the run counts; any other text is finished."""
ABOUT = {"notes", "user", "tags", "created", "runtime", "sweep", "hostname", "description", "id"}
"""Columns of an export that say something about a run, and nothing about its configuration."""
OWN = {"state", "status", "name", "run_name"}
"""Columns of a run's state and name."""

Row = Mapping[str, object]


def read_table_file(path: Path) -> ImportedRuns:
    """Read a table with a row per run.

    A numeric column whose name is that of a score is a metric, any other a parameter; ``name`` and
    ``state`` (or ``status``) are those of the run. A score that is empty is missing.

    Args:
        path: File whose name ends in one of ``SUFFIXES``.

    Raises:
        InputError: No such file, or one that is not a table.
        MissingExtraError: pandas is not installed, for Parquet.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(
            f"a table of runs must end in {', '.join(SUFFIXES)}, got {path}: save it as CSV"
        )
    rows: Sequence[Row]
    try:
        if suffix in (".csv", ".tsv"):
            rows = _csv_rows(path)
        elif suffix == ".parquet":
            rows = _parquet_rows(path)
        else:
            rows = json_rows(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not text in UTF-8: save it as such") from None
    return runs_of_rows(rows, str(path), str(path))


def runs_of_frame(frame: "DataFrame") -> ImportedRuns:
    """The runs of a pandas data frame, a row per run; columns as in ``read_table_file``.

    An index with a name counts as a column.
    """
    return runs_of_rows(_rows_of_frame(frame), "a data frame", "the data frame")


def _rows_of_frame(frame: "DataFrame") -> list[Row]:
    if any(name is not None and name not in frame.columns for name in frame.index.names):
        frame = frame.reset_index()
    rows = frame.to_dict("records")
    return [flattened({str(key): _plain(value) for key, value in row.items()}) for row in rows]


def runs_of_rows(rows: Sequence[Row], address: str, what: str) -> ImportedRuns:
    """The runs of rows, each a mapping from column to value.

    Rows of epochs (``model``, ``seed``, ``epoch``, ``val_accuracy``) become one run for each model
    and seed, with a curve.

    Args:
        rows: The rows.
        address: How the user named them.
        what: The table in words.

    Raises:
        InputError: No rows, or the log of one run with a row per epoch.
    """
    if not rows:
        raise InputError(f"{what} has no rows: it must hold one per run")
    rows = _without_row_numbers(rows)
    columns = _columns(rows)
    histories = histories_of(columns, rows)
    if histories is None:
        refuse_logs(columns, rows, what)
    scored = [name for name in columns if is_score_name(name)] or _only_numbers(columns, rows)
    if histories:
        scored = [n for n in columns if n not in (*histories[0].params, histories[0].counter)]
    rows, metrics = _with_scores(rows, scored)
    if histories is None:
        runs = [_run(row, metrics, number) for number, row in enumerate(rows, start=1)]
        return ImportedRuns(address, what, tuple(runs))
    runs = [
        _run_of_epochs([rows[at] for at in history.rows], history.params, metrics)
        for history in histories
    ]
    return ImportedRuns(address, f"{what}, which has a row per epoch", tuple(runs))


def _with_scores(rows: Sequence[Row], names: Sequence[str]) -> tuple[list[Row], list[str]]:
    """The rows with numbers in columns that hold scores, and the names of these columns."""
    scores = {
        name: found
        for name in names
        if (found := scores_of_column([row.get(name) for row in rows])) is not None
    }
    scored = [
        {**row, **{name: scores[name][at] for name in scores if name in row}}
        for at, row in enumerate(rows)
    ]
    return list(scored), list(scores)


def _only_numbers(columns: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """The column that must be the score: the only one of fractions, most of them different."""
    found = []
    for name in columns:
        numbers = [one for row in rows if isinstance(one := row.get(name), float) and is_given(one)]
        if 2 * len(set(numbers)) > len(rows) and not all(one.is_integer() for one in numbers):
            found.append(name)
    return found if len(found) == 1 else []


def _columns(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _without_row_numbers(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows without the column without a name in which pandas numbers them."""
    extra = {name for name in _columns(rows) if re.fullmatch(r"(Unnamed: \d+)?", name)}
    extra = {name for name in extra if _count_rows([row.get(name) for row in rows])}
    return [{k: v for k, v in row.items() if k not in extra} for row in rows] if extra else rows


def _count_rows(values: Sequence[object]) -> bool:
    """Whether values are 0, 1, 2 … or 1, 2, 3 …, or nothing at all."""
    numbers = [value for value in values if is_given(value)]
    return not numbers or numbers in (
        list(range(len(values))),
        list(range(1, len(values) + 1)),
    )


def _run_of_epochs(
    rows: Sequence[Row], params: Sequence[str], metrics: Sequence[str]
) -> ImportedRun:
    """The run whose epochs are these rows, in the order of its epochs."""
    curves = {
        name: [float(str(row[name])) for row in rows if row.get(name) is not None]
        for name in metrics
    }
    last = {name: values[-1] for name, values in curves.items() if values}
    about = {name: rows[-1].get(name) for name in (*params, *_columns(rows)) if name.lower() in OWN}
    row = {**{name: rows[0].get(name) for name in params}, **about, **last}
    words = " ".join(
        f"{name}={rows[0].get(name)}" for name in params if is_given(rows[0].get(name))
    )
    found = _run(row, list(last), 0)
    given = {"name", "run_name"} & {name.lower() for name in row}
    return replace(
        found,
        run_id=words,
        name=found.name if given else words,
        curves=summaries_of(curves),
        load_curve=partial(values_of, curves),
    )


def _run(row: Row, metrics: Sequence[str], number: int) -> ImportedRun:
    lowered = {name.lower(): value for name, value in row.items()}
    status = str(lowered.get("state", lowered.get("status", ""))).lower()
    name = lowered.get("name", lowered.get("run_name"))
    scores = {
        one: float(str(value))
        for one in metrics
        if (value := row.get(one)) is not None and not isinstance(value, bool)
    }
    return ImportedRun(
        run_id=f"row {number}",
        name=str(name) if is_given(name) else f"row {number}",
        state=STATES.get(status, "finished"),
        params={
            key: value
            for key, value in row.items()
            if key not in metrics and key.lower() not in OWN | ABOUT and is_given(value)
        },
        metrics=scores,
        tags={
            key: str(value)
            for key, value in row.items()
            if key.lower() in ABOUT and is_given(value)
        },
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


def _parquet_rows(path: Path) -> list[Row]:
    require("notebook")
    from pandas import read_parquet

    try:
        frame = read_parquet(path)
    except (ValueError, ImportError) as error:
        raise InputError(f"{path} is not a Parquet file that can be read: {error}") from None
    return _rows_of_frame(frame)


def _plain(value: object) -> object:
    """A cell of a data frame as Python's own value; None where pandas has none."""
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    listed = getattr(value, "tolist", None)  # of NumPy's scalars and arrays
    return listed() if callable(listed) else value
