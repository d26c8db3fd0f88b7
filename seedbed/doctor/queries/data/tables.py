"""Tables: the table whose columns a value is."""

import re

from seedbed.doctor.interpreter.values import Const, Data, Items, Value, ancestry, constant
from seedbed.doctor.queries.data.data_rows import part_by_name, source


def rows_of_table(value: Value) -> Value:
    """The table or array whose columns a value is; the value itself when rows were chosen.

    Args:
        value: For example ``table[["age", "height"]]``, ``table.drop(columns="y").values`` or
            ``x[:, 1:3]``.
    """
    for _ in range(60):
        origin = source(value)
        if not isinstance(origin, Data) or not origin.parents:
            return origin if origin is not None else value
        if not (_chooses_columns(origin) or origin.op in _SAME_TABLE):
            return origin
        value = origin.parents[0]
    return value


_SAME_TABLE = {
    ".drop_duplicates", ".dropna", ".reset_index", ".set_index", ".assign", ".select_dtypes",
    ".rename", ".infer_objects", ".convert_dtypes", ".apply", ".applymap", ".replace", ".pipe",
    "pandas.get_dummies", ".to_frame", ".sort_index", ".interpolate", ".clip", ".round", ".pop",
    ".filter", ".merge", ".join", ".str", ".get", ".as_matrix", ".fit_transform", "assign",
}  # fmt: skip
"""Methods that keep a table's rows, or nearly all of them."""


_COLUMN_LISTS = re.compile(
    r"(^|_)(cols?|columns?|features?|feats?|predictors?)(_|$)", re.IGNORECASE
)
_TABLES = {"pandas.read_csv", "pandas.concat", "pandas.read_excel", "pandas.read_parquet"}


def _lists_columns(value: Value) -> bool:
    """True for ``table.columns`` and what was chosen of it."""
    ops = {found.op for found in ancestry(value, 8) if isinstance(found, Data)}
    return "attr:columns" in ops


def _chooses_columns(value: Data) -> bool:  # noqa: PLR0911  (one return for each spelling)
    """True for ``table["age"]``, ``table[["a", "b"]]``, ``x[:, 1:3]`` and ``drop(columns=…)``."""
    if value.op == ".drop":
        axis = constant(value.detail.get("axis"))
        return "columns" in value.detail or axis in {1, "columns"} or len(value.parents) > 2
    if value.op.startswith("attr:"):
        return True
    if value.op != "index" or len(value.parents) < 2:
        return False
    chosen = value.parents[1]
    if isinstance(constant(chosen), str):
        return not part_by_name(str(constant(chosen)))
    if isinstance(chosen, Data) and chosen.op in {"unbound", "param", "element"}:
        if _COLUMN_LISTS.search(chosen.hint):
            return True
        listed = chosen.op == "element" and _lists_columns(chosen.parents[0])
        return listed or any(
            isinstance(v, Data) and v.op in _TABLES for v in ancestry(value.parents[0], 12)
        )
    if not isinstance(chosen, Items) or not chosen.items:
        return False
    first = chosen.items[0]
    if isinstance(first, Data) and first.op == "slice":
        return all(isinstance(p, Const) and p.value is None for p in first.parents)
    return all(isinstance(constant(item), str) for item in chosen.items)
