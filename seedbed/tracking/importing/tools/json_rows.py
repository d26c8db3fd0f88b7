"""Rows of JSON files: a line per row, a list of rows, or pandas' columns."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from seedbed.system.errors import InputError


def json_rows(path: Path) -> list[dict[str, object]]:
    """The rows of a file: JSON lines, or one list of objects, or one object of columns.

    Raises:
        InputError: It holds something else.
        OSError: It cannot be read.
        UnicodeDecodeError: It is not UTF-8.
    """
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".json":
        whole = _whole(text)
        if whole is not None:
            return list(_rows_of(whole, path))
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
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


def _whole(text: str) -> object:
    """What a text says as one value; None if it is not one."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _rows_of(whole: object, path: Path) -> Iterator[dict[str, object]]:
    if isinstance(whole, dict) and whole and all(isinstance(c, list) for c in whole.values()):
        lengths = {len(column) for column in whole.values()}
        if len(lengths) == 1:
            whole = [
                dict(zip(whole, row, strict=True)) for row in zip(*whole.values(), strict=True)
            ]
    elif isinstance(whole, dict) and whole and all(isinstance(c, dict) for c in whole.values()):
        numbers = list(dict.fromkeys(number for column in whole.values() for number in column))
        if all(number.isdigit() for number in numbers):  # as pandas' to_json writes a frame
            whole = [{name: c.get(number) for name, c in whole.items()} for number in numbers]
    if isinstance(whole, dict) and all(not isinstance(v, (dict, list)) for v in whole.values()):
        whole = [whole]
    if not isinstance(whole, list) or not all(isinstance(row, dict) for row in whole):
        raise InputError(f"{path} must hold a list of objects, one per run")
    for row in whole:
        yield flattened(row)


def flattened(found: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """Nested mappings as one, with dots between the names; lists as text."""
    flat: dict[str, object] = {}
    for key, value in found.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{name}.")
        elif isinstance(value, (list, tuple, set)):
            flat[name] = json.dumps(list(value), default=str)
        else:
            flat[name] = value
    return flat
