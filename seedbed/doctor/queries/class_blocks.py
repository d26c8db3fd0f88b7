"""Labels that are written class by class: ``[0] * 500 + [1] * 500``."""

from seedbed.doctor.interpreter.values import Const, Data, Items, Value, ancestry

_JOINS = {"concatenate", "concat", "hstack", "append", "vstack"}
_FILLED = {"numpy.zeros", "numpy.ones", "numpy.full", "numpy.zeros_like", "numpy.ones_like"}
_MOST_STEPS = 12


def is_class_by_class(labels: Value | None) -> bool:
    """True if labels are blocks of one class each, in a row, and nothing shuffles them after."""
    for value in ancestry(labels, _MOST_STEPS) if labels is not None else ():
        if _is_row_of_blocks(value):
            return True
        if isinstance(value, Data) and _reorders(value):
            return False
    return False


def _reorders(value: Data) -> bool:
    return value.op.endswith(("permutation", "shuffle", "sample")) or value.op in {
        "index",
        "slice",
        "split:train",
        "split:held",
    }


def _is_row_of_blocks(value: Value) -> bool:
    """True for a join or a sum of at least two blocks."""
    if not isinstance(value, Data):
        return False
    if value.op == "binop:+" and len(value.parents) == 2:
        return all(_is_repeated(part) or _is_row_of_blocks(part) for part in value.parents)
    if value.op.rsplit(".", 1)[-1] not in _JOINS or not value.parents:
        return False
    first = value.parents[0]
    parts = first.items if isinstance(first, Items) else list(value.parents[:2])
    closed = not isinstance(first, Items) or not first.open
    return closed and len(parts) > 1 and all(_is_block(part) for part in parts)


def _is_repeated(value: Value) -> bool:
    """True for ``[1] * n``."""
    if not isinstance(value, Data) or value.op != "binop:*":
        return False
    listed = [part for part in value.parents if isinstance(part, Items)]
    return any(len(part.items) == 1 and isinstance(part.items[0], Const) for part in listed)


def _is_block(value: Value) -> bool:
    """True for an array of one number: ``np.ones(n)``, also times a literal."""
    if not isinstance(value, Data):
        return False
    if value.op in _FILLED or _is_repeated(value):
        return True
    if value.op in {"binop:*", "binop:+"}:
        arrays = [part for part in value.parents if not isinstance(part, Const)]
        return len(arrays) == 1 and _is_block(arrays[0])
    return value.op in {".astype", "numpy.array", "numpy.asarray"} and _is_block(value.parents[0])
