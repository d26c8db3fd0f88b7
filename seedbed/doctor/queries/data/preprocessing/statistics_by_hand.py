"""Statistics of rows by which rows are scaled or filled without an estimator."""

from seedbed.doctor.interpreter.trace import Event, Trace, once
from seedbed.doctor.interpreter.values import Data, Value, ancestry, constant
from seedbed.doctor.queries.data.data_rows import rows, source
from seedbed.doctor.queries.data.overlap.copied_rows import joined_parts
from seedbed.doctor.queries.data.preprocessing.fitted_step import FittedStep
from seedbed.doctor.queries.data.tables import rows_of_table

STATISTICS = {"mean", "std", "var", "max", "min", "amax", "amin", "ptp"}
_FILLS = STATISTICS | {"median", "mode", "quantile", "nanmean", "nanmedian"}
_MISSING = {"isna", "isnull", "isnan"}


def scaled_by_statistic(trace: Trace, event: Event) -> FittedStep | None:
    """``(x - x.mean()) / x.std()``, or by the mean of training and test rows joined."""
    if event.name in {".apply", ".transform"}:
        return _scaled_by_function(event)
    if event.kind != "binop" or event.name not in {"-", "/"}:
        return None
    left, right = event.args
    found = statistic_of(right, STATISTICS)
    if found is None or not isinstance(source(left), Data):
        return None
    name, learned = found
    if rows(learned) == rows(left):
        return FittedStep(event, left, [event.result], name, "statistic")
    joined = rows_of_table(learned)
    parts = joined_parts(joined) if isinstance(joined, Data) else []
    if len(parts) < 2 or not any(_same_rows(part, left) for part in parts):
        return None
    taken = next((v for v in ancestry(right, 6) if v.uid in _made_by(trace)), None)
    at = _made_by(trace)[taken.uid] if taken is not None else event
    return FittedStep(at, joined, [event.result], name, "joined")


def _scaled_by_function(event: Event) -> FittedStep | None:
    """``table.apply(lambda column: (column - column.mean()) / column.std())``."""
    rowwise = constant(event.argument("axis", 1)) in {1, "columns"}
    if event.target is None or rowwise or _is_grouped(event.target):
        return None
    for returned in event.returned:
        for value in ancestry(returned, 8):
            operation = isinstance(value, Data) and value.op in {"binop:-", "binop:/"}
            found = statistic_of(value, STATISTICS) if operation else None
            if found is not None and isinstance(source(found[1]), Data):
                return FittedStep(event, event.target, [event.result], found[0], "statistic")
    return None


def _is_grouped(value: Value) -> bool:
    return any(isinstance(v, Data) and v.op == ".groupby" for v in ancestry(value, 8))


@once
def _made_by(trace: Trace) -> dict[int, Event]:
    """The calls that take a statistic, by the serial number of what they give."""
    return {
        event.result.uid: event
        for event in trace.events
        if event.kind == "call" and event.name.rsplit(".", 1)[-1] in STATISTICS
    }


def _same_rows(one: Value, other: Value) -> bool:
    return rows(one) == rows(other) or rows_of_table(one) is rows_of_table(other)


def filled_by_statistic(event: Event) -> FittedStep | None:
    """``table.fillna(table.mean())``, ``where``, or ``x[isnan(x)] = x.mean()``."""
    if event.name in {".apply", ".transform"}:
        return _filled_by_function(event)
    given, filled = _filling(event)
    if given is None or filled is None:
        return None
    found = statistic_of(given, _FILLS)
    if found is None or rows_of_table(found[1]) is not rows_of_table(filled):
        return None
    what = f"fillna by the {found[0]}" if event.name == ".fillna" else found[0]
    return FittedStep(event, filled, [event.result], what, "fill")


def _filled_by_function(event: Event) -> FittedStep | None:
    """``table.apply(lambda column: column.fillna(column.median()))``."""
    if event.target is None or _is_grouped(event.target):
        return None
    for returned in event.returned:
        if not isinstance(returned, Data) or returned.op != ".fillna" or len(returned.parents) < 2:
            continue
        found = statistic_of(returned.parents[1], _FILLS)
        if found is not None:
            return FittedStep(event, event.target, [event.result], found[0], "fill")
    return None


def _filling(event: Event) -> tuple[Value | None, Value | None]:
    """What fills the missing values of a table or array, and that table; None for another call."""
    if event.kind == "call" and event.name == ".fillna":
        return event.argument("value", 0), event.target
    if event.name == "numpy.where" and len(event.args) == 3 and _asks_for_missing(event.args[0]):
        return event.args[1], event.args[2]
    if event.kind == "set" and event.name == "[]" and _asks_for_missing(event.args[0]):
        return event.args[1], event.target
    return None, None


def _asks_for_missing(condition: Value) -> bool:
    return any(
        isinstance(value, Data) and value.op.rsplit(".", 1)[-1] in _MISSING
        for value in ancestry(condition, 8)
    )


def statistic_of(value: Value, names: set[str]) -> tuple[str, Value] | None:
    """The name of a statistic and what it is taken of."""
    for found in ancestry(value, 6):
        if isinstance(found, Data) and found.parents:
            name = found.op.rsplit(".", 1)[-1]
            if name in names:
                return name, found.parents[0]
    return None
