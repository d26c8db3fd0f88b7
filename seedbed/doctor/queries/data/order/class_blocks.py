"""Labels that are written class by class: ``[0] * 500 + [1] * 500``."""

import re

from seedbed.doctor.interpreter.values import Const, Data, Items, Value, ancestry, constant
from seedbed.doctor.queries.data.overlap.copied_rows import joined_parts

_JOINS = {"concatenate", "concat", "hstack", "append", "vstack"}
_FILLED = {"numpy.zeros", "numpy.ones", "numpy.full", "numpy.zeros_like", "numpy.ones_like"}
_NO_COLUMNS = {"values", "iloc", "loc", "T", "str", "cat", "codes", "dt", "array"}
_MOST_STEPS = 12


def class_by_class(labels: Value | None) -> bool | None:
    """Whether labels are blocks of one class each, in a row, that nothing shuffles after.

    Returns:
        True for blocks such as ``np.ones(n)``; False for a list that seems to be filled class by
        class; None if nothing says so.
    """
    column = ""
    for value in ancestry(labels, _MOST_STEPS) if labels is not None else ():
        column = column or _column(value)
        if _is_row_of_blocks(value) or (column and _joins_classes(value, column)):
            return True
        if isinstance(value, Items) and _filled_in_turn(value):
            return False
        if isinstance(value, Data) and _reorders(value):
            return None
    return None


_BY_TIME = re.compile(r"time|date|year|month|day|stamp|week|hour", re.IGNORECASE)


def sorted_by(labels: Value | None) -> str:
    """What rows were sorted by, if nothing reorders them after: ``class``, ``time``, or nothing.

    Args:
        labels: For example ``table["label"].values`` after ``table.sort_values("label")``, or
            ``y[np.argsort(y)]``.
    """
    column = ""
    for value in ancestry(labels, 2 * _MOST_STEPS) if labels is not None else ():
        if not isinstance(value, Data):
            continue
        if value.op in {".sort_values", "pandas.sort_values"}:
            by = value.detail.get("by") or (value.parents[1] if len(value.parents) > 1 else None)
            by = by.items[0] if isinstance(by, Items) and by.items else by
            key = constant(by)
            if not isinstance(key, str):
                return ""
            return "class" if key == column else "time" if _BY_TIME.search(key) else ""
        if value.op == ".sort_index":
            return "time" if _indexed_by_time(value) else ""
        if value.op == "index" and len(value.parents) > 1:
            chosen = value.parents[1]
            if isinstance(constant(chosen), str):
                column = column or str(constant(chosen))
                continue
            if _is_argsort_of(chosen, value.parents[0]):
                return "class"
        if value.op == ".pop" and len(value.parents) > 1:
            column = column or str(constant(value.parents[1]))
        elif value.op.startswith("attr:") and value.op[5:] not in _NO_COLUMNS:
            column = column or value.op[5:]
        if _reorders(value) and value.op != "slice":
            return ""
    return ""


def is_cut(labels: Value | None) -> bool:
    """True for labels of some rows by their position, such as ``y[:800]``."""
    return any(
        isinstance(value, Data) and value.op == "slice"
        for value in (ancestry(labels, 2 * _MOST_STEPS) if labels is not None else ())
    )


def _indexed_by_time(value: Data) -> bool:
    """True for a table whose index is a date or the like."""
    for found in ancestry(value, _MOST_STEPS):
        if isinstance(found, Data) and found.op in {".set_index", "pandas.read_csv"}:
            given = found.detail.get("keys") or found.detail.get("index_col")
            if given is None and found.op == ".set_index" and len(found.parents) > 1:
                given = found.parents[1]
            name = constant(given)
            return isinstance(name, str) and bool(_BY_TIME.search(name))
    return False


def _is_argsort_of(chosen: Value, labels: Value) -> bool:
    if not isinstance(chosen, Data) or not chosen.parents:
        return False
    return chosen.op in {"numpy.argsort", ".argsort"} and chosen.parents[0] is labels


def _filled_in_turn(listed: Items) -> bool:
    """True for a list of literals in which each class comes once: 0, 0, 1, 1."""
    found = [constant(item) for item in listed.items]
    turns = [value for n, value in enumerate(found) if n == 0 or value != found[n - 1]]
    known = all(isinstance(value, int | str) for value in found) and not listed.parents
    return listed.open and known and 1 < len(turns) == len(set(turns))


def _reorders(value: Data) -> bool:
    if value.op == "index" and len(value.parents) > 1:
        return not _names_columns(value.parents[1])
    return value.op.endswith(("permutation", "shuffle", "sample")) or value.op in {
        "index",
        "slice",
        "split:train",
        "split:held",
    }


def _names_columns(chosen: Value) -> bool:
    """True for ``"age"`` and ``["age", "height"]``."""
    listed = chosen.items if isinstance(chosen, Items) else [chosen]
    return bool(listed) and all(isinstance(constant(item), str) for item in listed)


def _is_row_of_blocks(value: Value) -> bool:
    """True for a join of at least two blocks."""
    if not isinstance(value, Data):
        return False
    if value.op.rsplit(".", 1)[-1] not in _JOINS or not value.parents:
        return False
    first = value.parents[0]
    parts = first.items if isinstance(first, Items) else list(value.parents[:2])
    closed = not isinstance(first, Items) or not first.open
    return closed and len(parts) > 1 and all(_is_block(part) for part in parts)


def _column(value: Value) -> str:
    """The name of the column that is taken from a table, in whichever way."""
    if not isinstance(value, Data):
        return ""
    if value.op in {"index", ".pop"} and len(value.parents) > 1:
        name = constant(value.parents[1])
        return name if isinstance(name, str) else ""
    ours = value.op.startswith("attr:") and value.op[5:] not in _NO_COLUMNS
    return value.op[5:] if ours else ""


def _joins_classes(value: Value, column: str) -> bool:
    """True for a join of tables each of which holds one literal in this column."""
    parts = joined_parts(value) if isinstance(value, Data) else []
    classes = [_literal_in(part, column) for part in parts]
    return len(parts) > 1 and all(classes) and len(set(classes)) > 1


def _literal_in(table: Value, column: str) -> str:
    """The literal that a whole column was set to, as the script writes it; else nothing."""
    for _ in range(_MOST_STEPS):
        if not isinstance(table, Data) or not table.parents or _reorders(table):
            return ""
        written = table.detail.get(column) if table.op == ".assign" else None
        if table.op == "assign" and constant(table.detail.get("name")) == column:
            written = table.parents[1]
        if written is not None:
            return repr(written.value) if isinstance(written, Const) else ""
        table = table.parents[0]
    return ""


def _is_block(value: Value) -> bool:
    """True for an array of one number: ``np.ones(n)``, also times a literal."""
    if not isinstance(value, Data):
        return False
    if value.op in _FILLED:
        return True
    if value.op in {"binop:*", "binop:+"}:
        arrays = [part for part in value.parents if not isinstance(part, Const)]
        return len(arrays) == 1 and _is_block(arrays[0])
    return value.op in {".astype", "numpy.array", "numpy.asarray"} and _is_block(value.parents[0])
