"""Applies edits to the bytes of a notebook: only the JSON of changed lines is written anew."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seedbed.doctor.editing.edits import Edit
from seedbed.doctor.patch.scripts import edited_lines
from seedbed.doctor.source.magics import without_magics
from seedbed.doctor.source.module import Module

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Span:
    """A value in the text of a JSON document."""

    start: int
    end: int
    value: object


def _members(text: str, start: int) -> Iterator[tuple[object, Span]]:
    """The members of the object, or the items of the list, that begins at ``start``."""
    is_object = text[start] == "{"
    at = _skip(text, start + 1)
    number = 0
    while text[at] not in "]}":
        name: object = number
        if is_object:
            name, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        value, end = _DECODER.raw_decode(text, at)
        yield name, Span(at, end, value)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
        number += 1


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match is not None else at


def _member(text: str, span: Span, name: object) -> Span | None:
    return next((inner for key, inner in _members(text, span.start) if key == name), None)


def code_sources(text: str) -> list[Span]:
    """Where the text of each code cell stands in a notebook of format 3 or 4."""
    book = Span(_skip(text, 0), len(text), None)
    cells = _member(text, book, "cells")
    if cells is None:
        sheets = _member(text, book, "worksheets")
        sheet = _member(text, sheets, 0) if sheets is not None else None
        cells = _member(text, sheet, "cells") if sheet is not None else None
    found: list[Span] = []
    for _, cell in _members(text, cells.start) if cells is not None else ():
        if isinstance(cell.value, dict) and cell.value.get("cell_type") == "code":
            name = "source" if "source" in cell.value else "input"
            source = _member(text, cell, name)
            found.append(source or Span(cell.end, cell.end, ""))
    return found


def edited_notebook(module: Module, edits: Sequence[Edit]) -> bytes:
    """The bytes of a notebook after edits.

    Args:
        module: The notebook.
        edits: Positions in the script that its cells were joined to.

    Returns:
        The bytes, the same outside the changed lines of the changed cells.

    Raises:
        ValueError: An edit crosses cells, or changes a line that holds a command of IPython.
    """
    mark = b"\xef\xbb\xbf" if module.raw.startswith(b"\xef\xbb\xbf") else b""
    text = module.raw.removeprefix(mark).decode("utf-8")
    by_cell: dict[int, list[Edit]] = {}
    for edit in edits:
        number, inner = _within(module, edit)
        by_cell.setdefault(number, []).append(inner)
    sources = code_sources(text)
    for number in sorted(by_cell, reverse=True):
        span = sources[number - 1]
        text = text[: span.start] + _rewritten(text, span, by_cell[number]) + text[span.end :]
    return mark + text.encode("utf-8")


def _within(module: Module, edit: Edit) -> tuple[int, Edit]:
    """The cell of an edit, and the edit in that cell's own lines."""
    first = module.line(edit.start[0])
    offset = edit.start[0] - first.line
    last = module.line(
        edit.end[0] - 1 if edit.end[1] == 0 and edit.end > edit.start else edit.end[0]
    )
    if first.cell is None or last.cell != first.cell:
        raise ValueError("the change crosses cells")
    return first.cell, Edit(
        (first.line, edit.start[1]), (edit.end[0] - offset, edit.end[1]), edit.text
    )


def _rewritten(text: str, span: Span, edits: Sequence[Edit]) -> str:
    """The JSON of a cell's text after edits."""
    parts = span.value if isinstance(span.value, list) else [span.value]
    whole = "".join(str(part) for part in parts)
    lines = whole.splitlines(keepends=True)
    _check_magics(lines, edits)
    if not isinstance(span.value, list) or parts != lines:
        return _spelled("".join(edited_lines(lines, edits)), text[span.start : span.end])
    items = [inner for _, inner in _members(text, span.start)]
    between = text[items[0].end : items[1].start] if len(items) > 1 else None
    if between is None:
        between = "," + text[span.start + 1 : items[0].start]
    spelled: list[str] = []
    for item, old, new in zip(items, lines, edited_lines(lines, edits), strict=False):
        raw = text[item.start : item.end]
        pieces = [raw] if old == new else [_spelled(p, raw) for p in new.splitlines(keepends=True)]
        spelled.extend(pieces)
    head, tail = text[span.start : items[0].start], text[items[-1].end : span.end]
    return head + between.join(spelled) + tail


def _check_magics(lines: Sequence[str], edits: Sequence[Edit]) -> None:
    """Refuse edits of lines that were not read as they stand."""
    plain = [line.rstrip("\r\n") for line in lines]
    read = without_magics(plain)
    for edit in edits:
        (first, column), (last, end) = edit.start, edit.end
        for number in range(first, last + 1):
            added = edit.start == edit.end and (column == 0 or edit.text.startswith("\n"))
            whole = number == last and end == 0
            if (
                number <= len(plain)
                and not added
                and not whole
                and plain[number - 1] != read[number - 1]
            ):
                raise ValueError("the line holds a command of IPython")


def _spelled(text: str, like: str) -> str:
    """A JSON string, with characters beyond ASCII as in the text that it replaces."""
    escaped = "\\u" in like and like.isascii()
    return json.dumps(text, ensure_ascii=escaped)
