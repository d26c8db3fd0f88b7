"""The rows of a CSV file, also as spreadsheets of other countries write it.

Where the decimal mark is a comma, spreadsheets put semicolons between cells.
"""

import csv
import re
from pathlib import Path

NOT_DECIMAL = re.compile(r"(?<!\d),|,(?!\d)")
DECIMAL = re.compile(r"\s*[-+]?\d+,\d+([eE][-+]?\d+)?\s*")


def csv_rows(path: Path) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its last line.

    Cells stand between commas. If the first row has semicolons or tabs and no comma but those in
    numbers, they stand between these, and ``0,91`` is read as 0.91.

    Raises:
        OSError: The file cannot be read.
        UnicodeDecodeError: It is not UTF-8.
        csv.Error: It is not CSV.
    """
    with path.open(newline="", encoding="utf-8-sig") as stream:
        lines = stream.readlines()
    mark = delimiter(next((line for line in lines if line.strip()), ""))
    reader = csv.reader(lines, delimiter=mark, strict=False)
    rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    if mark == ",":
        return rows
    return [(line, [_with_point(cell) for cell in row]) for line, row in rows]


def delimiter(first: str) -> str:
    """What stands between the cells of a file's first row: a comma, a semicolon or a tab."""
    found = next((mark for mark in ";\t" if mark in first), ",")
    return "," if NOT_DECIMAL.search(first) else found


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if DECIMAL.fullmatch(cell) else cell
