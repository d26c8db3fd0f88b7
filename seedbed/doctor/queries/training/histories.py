"""Columns of a ``fit``'s history, and which epoch of them a value is, however it is written."""

from collections.abc import Iterator, Mapping
from typing import Literal

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Data, Model, Value, arms, constant

Epoch = Literal["last", "best"]
_VALIDATION = "val_"

_BEST = {"max", "min", "amax", "amin", "nanmax", "nanmin"}
_AS_IT_IS = {"array", "asarray", "list", "tuple", "Series", "to_numpy", "tolist", "copy"}
"""Calls that return the same column in another type."""
_AS_IT_IS_ATTRIBUTES = {"attr:values", "attr:iloc", "attr:array"}
_TABLES = {"pandas.DataFrame", "pandas.DataFrame.from_dict", "builtins.dict", ".copy"}
_IN_ORDER = {"sorted", "sort", "sort_values"}


def epoch_of(value: Value, fits: Mapping[int, Event], trace: Trace) -> tuple[Epoch, Event] | None:
    """``last`` or ``best`` when a value is one epoch of a validation column, with the ``fit``.

    Args:
        value: Any value.
        fits: Identity of what a ``fit`` returned → the ``fit``.
        trace: What the script does.
    """
    if not isinstance(value, Data) or not value.parents:
        return None
    which: Epoch | None = None
    column = value.parents[0]
    if value.op == "index" and len(value.parents) > 1:
        place = constant(value.parents[1])
        if isinstance(column, Data) and _name(column) in _IN_ORDER and place in (0, -1):
            which, column = "best", next(iter(column.parents), column)
        elif place == -1:
            which = "last"
    elif _name(value) in _BEST:
        which = "best"
    if which is None:
        return None
    fit = _fit_of_column(column, fits, trace)
    return (which, fit) if fit is not None else None


def _name(value: Value) -> str:
    return value.op.rsplit(".", 1)[-1] if isinstance(value, Data) else ""


def _fit_of_column(value: Value, fits: Mapping[int, Event], trace: Trace) -> Event | None:
    """The ``fit`` whose history a validation column belongs to."""
    for column in _unwrapped(value):
        table = _table_of(column)
        if table is not None and (fit := _fit_of_table(table, fits, trace)) is not None:
            return fit
    return None


def _unwrapped(value: Value) -> Iterator[Value]:
    """What a value may turn out to be, taken out of arrays and lists made of it."""
    for one in arms(value):
        inner = one
        while (
            isinstance(inner, Data)
            and inner.parents
            and (_name(inner) in _AS_IT_IS or inner.op in _AS_IT_IS_ATTRIBUTES)
        ):
            inner = inner.parents[0]
        if inner is one:
            yield one
        else:
            yield from _unwrapped(inner)


def _table_of(column: Value) -> Value | None:
    """The table that a validation column is read from: by a key, ``get`` or an attribute."""
    if not isinstance(column, Data) or not column.parents:
        return None
    if column.op.startswith(f"attr:{_VALIDATION}"):
        return column.parents[0]
    if column.op not in ("index", ".get") or len(column.parents) < 2:
        return None
    names = [constant(one) for one in arms(column.parents[1])]
    read = all(isinstance(name, str) and name.startswith(_VALIDATION) for name in names)
    return column.parents[0] if names and read else None


def _fit_of_table(table: Value, fits: Mapping[int, Event], trace: Trace) -> Event | None:
    while isinstance(table, Data) and table.op in _TABLES and table.parents:
        table = table.parents[0]
    if not isinstance(table, Data) or table.op != "attr:history" or not table.parents:
        return None
    owner = table.parents[0]
    if isinstance(owner, Data) and owner.op == "attr:history" and owner.parents:
        model = owner.parents[0]
        if isinstance(model, Model):
            trained = [fit for fit in trace.fits() if fit.target is model]
            return trained[-1] if trained else None
    return fits.get(owner.uid)
