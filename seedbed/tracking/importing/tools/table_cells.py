"""Cells of tables: scores as people and spreadsheets write them, and marks of what is missing."""

import re
from collections.abc import Sequence
from math import isnan, nan

from seedbed.tracking.importing.imported_runs import number_of

MISSING = {"", "na", "n/a", "n.a.", "#n/a", "nan", "none", "null", "nil", "-", "--", "–", "—", "?"}
"""What stands in a column of scores where a run has none, in small letters."""
COMMA = re.compile(r"[-+]?\d+,\d+")
THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")


def is_given(value: object) -> bool:
    """Whether a cell holds something."""
    return value is not None and value != "" and not (isinstance(value, float) and isnan(value))


def score_of_cell(value: object) -> float | None:
    """The number that a score's cell says: ``0.91``, ``91 %``, ``0,91``; None if it says none.

    ``1,234`` may be a thousand or a decimal, so it is none.
    """
    if not isinstance(value, str):
        return number_of(value)
    text = value.strip().replace("\N{MINUS SIGN}", "-")
    share = text.endswith("%")
    text = text.removesuffix("%").strip()
    if COMMA.fullmatch(text) and not THOUSANDS.fullmatch(text):
        text = text.replace(",", ".")
    if "_" in text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number / 100 if share else number


def scores_of_column(cells: Sequence[object]) -> list[float | None] | None:
    """The scores in a column; None unless most of its filled cells are numbers.

    Args:
        cells: The column.

    Returns:
        A number for each cell: None where it is empty or marked as missing, nan where it holds
        other text, such as ``diverged``.
    """
    given = [cell for cell in cells if not _is_missing(cell)]
    numbers = [score_of_cell(cell) for cell in given]
    if not given or 2 * sum(number is not None for number in numbers) <= len(numbers):
        return None
    return [None if _is_missing(cell) else _or_nan(score_of_cell(cell)) for cell in cells]


def _or_nan(number: float | None) -> float:
    return nan if number is None else number


def _is_missing(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in MISSING)
