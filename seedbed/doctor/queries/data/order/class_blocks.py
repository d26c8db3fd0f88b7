"""Labels that are written class by class: ``[0] * 500 + [1] * 500``."""

import re

from seedbed.doctor.interpreter.values import Const, Data, Items, Value, ancestry, constant

_JOINS = {"concatenate", "concat", "hstack", "append", "vstack"}
_FILLED = {"numpy.zeros", "numpy.ones", "numpy.full", "numpy.zeros_like", "numpy.ones_like"}
_MOST_STEPS = 12


def class_by_class(labels: Value | None) -> bool | None:
    """Whether labels are blocks of one class each, in a row, that nothing shuffles after.

    Returns:
        True for blocks such as ``np.ones(n)``; False for a list that seems to be filled class by
        class; None if nothing says so.
    """
    for value in ancestry(labels, _MOST_STEPS) if labels is not None else ():
        if _is_row_of_blocks(value):
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
        if value.op == "index" and len(value.parents) > 1:
            chosen = value.parents[1]
            if isinstance(constant(chosen), str):
                column = column or str(constant(chosen))
                continue
            if _is_argsort_of(chosen, value.parents[0]):
                return "class"
        if value.op == ".pop" and len(value.parents) > 1:
            column = column or str(constant(value.parents[1]))
        elif value.op.startswith("attr:") and value.op not in {"attr:values", "attr:iloc"}:
            column = column or value.op[5:]
        if _reorders(value) and value.op != "slice":
            return ""
    return ""


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
    return value.op.endswith(("permutation", "shuffle", "sample")) or value.op in {
        "index",
        "slice",
        "split:train",
        "split:held",
    }


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
