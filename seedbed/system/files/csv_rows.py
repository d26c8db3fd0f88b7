"""The rows of a CSV file, also as spreadsheets of other countries write it.

Where the decimal mark is a comma, spreadsheets put semicolons between cells. Tools and people put
comments before the first row, behind ``#``; NumPy puts the names of the columns there.
"""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from seedbed.system.files.bounded_text import bounded_text
from seedbed.system.text.number_text import is_number

NOT_DECIMAL = re.compile(r"(?<!\d),|,(?!\d)")
DECIMAL = re.compile(r"\s*[-+]?\d+,\d+([eE][-+]?\d+)?\s*")


def csv_rows(path: Path) -> list[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its last line.

    Cells stand between commas. If the first row has semicolons or tabs and no comma but those in
    numbers, they stand between these, and ``0,91`` is read as 0.91. Lines before the first row
    that begin with ``#`` are comments; the last of them has the names of the columns if it has as
    many cells as the first row and that row holds numbers.

    Raises:
        OSError: The file cannot be read, or is too large.
        UnicodeDecodeError: It is not UTF-8.
        csv.Error: It is not CSV.
    """
    text = bounded_text(path, "utf-8-sig")
    lines = _without_comments(io.StringIO(text, newline="").readlines())
    mark = delimiter(next((line for line in lines if line.strip()), ""))
    reader = csv.reader(lines, delimiter=mark, strict=False)
    rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    if mark == ",":
        return rows
    return [(line, [_with_point(cell) for cell in row]) for line, row in rows]


def _without_comments(lines: list[str]) -> list[str]:
    """The lines with those blank that comment on the table before it begins."""
    first = next((at for at, x in enumerate(lines) if x.strip() and not _is_comment(x)), None)
    before = [at for at in range(first or 0) if _is_comment(lines[at])]
    if first is None or not before:
        return lines
    kept = ["\n" if at in before else line for at, line in enumerate(lines)]
    names = lines[before[-1]].strip()
    inner = names.lstrip("#").strip()
    mark = delimiter(lines[first])
    cells, row = (next(csv.reader([line], delimiter=mark)) for line in (inner, lines[first]))
    if len(cells) == len(row) > 1 and _has_number(row) and not _has_number(cells):
        kept[before[-1]] = f"{names if inner.startswith(mark) else inner}\n"
    return kept


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _has_number(cells: Sequence[str]) -> bool:
    return any(is_number(_with_point(cell)) for cell in cells)


def delimiter(first: str) -> str:
    """What stands between the cells of a file's first row: a comma, a semicolon or a tab."""
    found = next((mark for mark in ";\t" if mark in first), ",")
    return "," if NOT_DECIMAL.search(first) else found


def _with_point(cell: str) -> str:
    return cell.replace(",", ".") if DECIMAL.fullmatch(cell) else cell
