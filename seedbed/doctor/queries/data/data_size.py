"""How many rows a value holds, where literals of the script say so."""

from math import ceil

from seedbed.doctor.interpreter.values import Data, Value, constant, number
from seedbed.doctor.queries.data.data_rows import source

_SIZES = {
    "sklearn.datasets.load_iris": 150,
    "sklearn.datasets.load_wine": 178,
    "sklearn.datasets.load_digits": 1797,
    "sklearn.datasets.load_breast_cancer": 569,
}


def known_size(value: Value | None) -> int | None:  # noqa: PLR0911  (one return for each kind)
    """The number of rows, where literals in the script give it."""
    found = source(value)
    if not isinstance(found, Data):
        return None
    if found.op == "slice" and len(found.parents) == 4:
        start, stop, step = (constant(parent) for parent in found.parents[1:])
        if step is None and start in {None, 0} and isinstance(stop, int) and stop > 0:
            return stop
        if step is None and stop is None and isinstance(start, int) and start < 0:
            return -start
        if isinstance(start, int) and isinstance(stop, int) and 0 <= start < stop and step is None:
            return stop - start
    if found.op == "split:held":
        share = number(found.detail.get("test_size"))
        if share is None:
            share = 0.25 if not {"test_size", "train_size"} & set(found.detail) else None
        if share is not None and share > 1:
            return int(share)
        whole = _whole(found.parents[0])
        return ceil(share * whole) if share is not None and whole is not None else None
    return None


def _whole(value: Value) -> int | None:
    """Rows of a data set of scikit-learn whose size is known."""
    current = source(value)
    for _ in range(12):
        if not isinstance(current, Data):
            return None
        if current.op in _SIZES:
            return _SIZES[current.op]
        named = current.op == "index" and isinstance(constant(current.parents[1]), str)
        if not named and not current.op.startswith(("attr:", "unpack:")):
            return None
        current = source(current.parents[0])
    return None
