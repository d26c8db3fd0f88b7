"""Statistics of groups, or counts of categories, that are written back to the rows."""

from seedbed.doctor.interpreter.trace import Event
from seedbed.doctor.interpreter.values import Data, Value, ancestry
from seedbed.doctor.queries.data.preprocessing.fitted_step import FittedStep
from seedbed.doctor.queries.data.tables import rows_of_table

WRITTEN_BACK = {
    ".merge", ".join", ".map", ".transform", ".replace", ".apply", ".applymap", "pandas.merge",
}  # fmt: skip
_OF_TARGET = {".transform", ".apply"}
_GROUPINGS = {
    ".groupby": "groupby",
    ".value_counts": "value_counts",
    ".pivot_table": "pivot_table",
    "pandas.pivot_table": "pivot_table",
    "pandas.crosstab": "crosstab",
    "collections.Counter": "Counter",
    "pandas.value_counts": "value_counts",
}


def group_statistic(event: Event) -> FittedStep | None:
    """A mean of each group, or a count of each category, that is written back to the rows.

    Args:
        event: For example ``df["city"].map(df.groupby("city")["y"].mean().to_dict())``, or
            ``apply`` with a function that looks a category up in such counts.
    """
    if event.kind != "call" or event.name not in WRITTEN_BACK:
        return None
    target = event.target if event.target is not None else event.argument("left", 0)
    given = list(event.args) if event.target is not None else event.args[1:]
    if target is None:
        return None
    table = rows_of_table(target)
    values = [*given, *event.kwargs.values(), *event.returned]
    for value in [target, *values] if event.name in _OF_TARGET else values:
        found = _grouping(value, table)
        if found is not None:
            learned = rows_of_table(found.parents[0])
            return FittedStep(event, learned, [event.result], _GROUPINGS[found.op], "group")
    return None


def _grouping(value: Value, table: Value) -> Data | None:
    """What grouped or counted the rows of a table on the way to a value."""
    for found in ancestry(value, 30):
        if isinstance(found, Data) and found.op in _GROUPINGS and found.parents:
            learned = rows_of_table(found.parents[0])
            if learned is table or any(one is learned for one in ancestry(table, 60)):
                return found
    return None
