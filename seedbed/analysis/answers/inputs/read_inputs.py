"""Read plain numbers and CSV files, and say in one sentence what is wrong with them."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.checks import Floats, accuracy_scale
from seedbed.system.errors import InputError
from seedbed.system.files.csv_rows import csv_rows
from seedbed.system.text.number_text import is_number


def same_unit(values: Floats, *others: float, name: str = "accuracies") -> float:
    """Return what a perfect accuracy is: 100 for percent, 1 for fractions.

    Raises:
        InputError: Outside 0 to 100, or percent beside fractions.
    """
    return 100.0 if accuracy_scale([*values.tolist(), *others], name) == "percent" else 1.0


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Rows that are not blank, with their line numbers."""
    try:
        rows = csv_rows(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not text in UTF-8: save it as a CSV file") from None
    except csv.Error as error:
        raise InputError(f"{path} is not a CSV file: {error}") from None
    if not rows:
        raise InputError(f"{path} is empty: it must hold at least one row")
    return rows


def read_matrix(path: Path) -> tuple[list[str] | None, Floats]:
    """Read a rectangle of numbers, with or without a first row of names.

    Args:
        path: CSV file.

    Returns:
        Names (None without them) and ``[row, column]``.

    Raises:
        InputError: Not readable, empty, ragged, or a cell that is not a finite number;
            with its line.
    """
    rows = _lines(path)
    names = None
    if not any(is_number(cell) for cell in rows[0][1]):
        names = [cell.strip() for cell in rows[0][1]]
        rows = rows[1:]
        if not rows:
            raise InputError(f"{path} has names but no numbers: add one row per run")
    width = len(rows[0][1]) if names is None else len(names)
    values = np.empty((len(rows), width))
    for index, (line, row) in enumerate(rows):
        if len(row) != width:
            raise InputError(f"{path}, line {line}: {len(row)} columns where {width} are expected")
        try:
            values[index] = row
            wrong = next((cell for cell in row if "_" in cell), None)
        except ValueError:
            wrong = next(cell for cell in row if not is_number(cell))
        if wrong is not None:
            raise InputError(f"{path}, line {line}: {wrong!r} is not a number")
        if not np.isfinite(values[index]).all():
            raise InputError(f"{path}, line {line}: numbers must be finite, not nan or inf")
    return names, values


def read_names(path: Path) -> list[str]:
    """Read one name per example, one below the other or one beside the other.

    Raises:
        InputError: Not readable, empty, or a table of several rows and columns.
    """
    rows = [row for _, row in _lines(path)]
    if len(rows) > 1 and any(len(row) > 1 for row in rows):
        raise InputError(
            f"{path} must hold one name per example, in one row or in one column, got "
            f"{len(rows)} rows of up to {max(map(len, rows))} columns"
        )
    return [cell.strip() for row in rows for cell in row]


def read_words(path: Path, name: str = "labels") -> list[list[str]]:
    """Read a rectangle of words, one row per run.

    Args:
        path: CSV file without a row of names.
        name: What the message calls the words.

    Raises:
        InputError: Not readable, empty, ragged, or an empty cell; with its line.
    """
    rows = _lines(path)
    width = len(rows[0][1])
    for line, row in rows:
        if len(row) != width:
            raise InputError(f"{path}, line {line}: {len(row)} columns where {width} are expected")
        if not all(cell.strip() for cell in row):
            where = [bool(cell.strip()) for cell in row].index(False) + 1
            raise InputError(f"{path}, line {line}: column {where} is empty where {name} belong")
    return [[cell.strip() for cell in row] for _, row in rows]


def read_correct(path: Path, least_runs: int = 2) -> npt.NDArray[np.uint8]:
    """Read runs × examples of 0 (wrong) and 1 (right).

    Args:
        path: CSV file.
        least_runs: Smallest number of runs that the caller can use.

    Raises:
        InputError: As ``read_matrix``, or a value other than 0 and 1.
    """
    names, values = read_matrix(path)
    wrong = np.argwhere((values != 0) & (values != 1))
    if wrong.size:
        row, column = (int(i) for i in wrong[0])
        raise InputError(
            f"{path}, run {row + 1}, example {column + 1}: must be 0 (wrong) or 1 (right), "
            f"got {values[row, column]:g}"
        )
    if values.shape[0] < least_runs or values.shape[1] < 2:
        runs, examples = values.shape
        first = " after its row of names" if names else ""
        raise InputError(
            f"{path} must be runs (rows) × examples (columns), {least_runs} × 2 or more, got "
            f"{runs} × {examples}{first}"
        )
    return values.astype(np.uint8)


def read_table(path: Path, wanted: Sequence[str]) -> tuple[list[int], dict[str, list[str]]]:
    """Read named columns.

    Args:
        path: CSV file whose first row holds the names.
        wanted: Columns that must be there.

    Returns:
        Line number of each row, and every column's cells by name.

    Raises:
        InputError: Not readable, empty, ragged (with the line), or a column that is not there.
    """
    (_, header), *rows = _lines(path)
    names = [cell.strip() for cell in header]
    for column in wanted:
        if column not in names:
            raise InputError(f"{path} has no column {column!r}: there are {', '.join(names)}")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{path} has two columns called {twice!r}: names must differ")
    if not rows:
        raise InputError(f"{path} has names but no rows: add one row per run")
    for line, row in rows:
        if len(row) != len(names):
            raise InputError(
                f"{path}, line {line}: {len(row)} columns where {len(names)} are expected"
            )
    columns = zip(*(row for _, row in rows), strict=True)
    cells = {
        name: [cell.strip() for cell in column] for name, column in zip(names, columns, strict=True)
    }
    return [line for line, _ in rows], cells


def cell_number(path: Path, line: int, column: str, cell: str) -> float:
    """Parse one cell of a table, or say where it is wrong."""
    if not is_number(cell):
        raise InputError(f"{path}, line {line}: {column} must be a number, got {cell!r}")
    value = float(cell)
    if not math.isfinite(value):
        raise InputError(f"{path}, line {line}: {column} must be finite, got {cell}")
    return value
