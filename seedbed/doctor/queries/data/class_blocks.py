"""Labels that are written class by class: ``[0] * 500 + [1] * 500``."""

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
