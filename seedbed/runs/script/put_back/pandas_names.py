"""What pandas before 1.0 took: ``as_matrix``, ``ix``, ``append``, columns of text as objects."""

from functools import wraps
from typing import Any

from seedbed.runs.script.put_back.uses import OldUses


def restore_pandas(uses: OldUses) -> None:
    """Add them.

    Args:
        uses: Where the uses are recorded.
    """
    import numpy as np
    import pandas as pd

    frame, column = pd.DataFrame, pd.Series
    frame.as_matrix = lambda self, columns=None: (  # type: ignore[attr-defined]
        self.to_numpy() if columns is None else self[list(columns)].to_numpy()
    )
    column.as_matrix = lambda self: self.to_numpy()  # type: ignore[attr-defined]
    for kind in (frame, column):
        kind.ix = property(_Ix)  # type: ignore[union-attr]
        kind.iteritems = kind.items  # type: ignore[union-attr]

    def append(self: Any, other: Any, ignore_index: bool = False, **_: Any) -> Any:
        uses.tell(".append", "pd.concat([frame, other])")
        rows = frame([other]) if isinstance(other, dict) else other
        return pd.concat([self, rows], ignore_index=ignore_index)

    for kind in (frame, column):
        if not hasattr(kind, "append"):
            kind.append = append  # type: ignore[union-attr]
    drop = frame.drop

    @wraps(drop)
    def drop_by_position(self: Any, labels: Any = None, axis: Any = 0, **named: Any) -> Any:
        return drop(self, labels, axis=axis, **named)

    frame.drop = drop_by_position  # type: ignore[method-assign]
    pd.options.future.infer_string = False  # columns of text are objects, as they were
    dummies = pd.get_dummies

    @wraps(dummies)
    def get_dummies(*args: Any, **named: Any) -> Any:
        named.setdefault("dtype", np.uint8)  # bool today, which becomes object beside numbers
        return dummies(*args, **named)

    pd.get_dummies = get_dummies
    _restore_read_csv(pd, uses)


def _restore_read_csv(pd: Any, uses: OldUses) -> None:
    original = pd.read_csv

    @wraps(original)
    def read_csv(source: object, *args: object, **named: object) -> object:
        if args:
            named["sep"] = args[0]
        if named.pop("delim_whitespace", False):
            uses.tell("read_csv(delim_whitespace=True)", 'sep=r"\\s+"')
            named["sep"] = r"\s+"
        if "error_bad_lines" in named:
            uses.tell("read_csv(error_bad_lines=…)", "on_bad_lines=")
            named["on_bad_lines"] = "error" if named.pop("error_bad_lines") else "skip"
        for gone in ("warn_bad_lines", "prefix", "mangle_dupe_cols", "infer_datetime_format"):
            named.pop(gone, None)
        squeeze = named.pop("squeeze", False)
        found = original(source, **named)
        return found.squeeze("columns") if squeeze else found

    pd.read_csv = read_csv


class _Ix:
    """Rows and columns by label or, where they are whole numbers and no labels, by place."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def __getitem__(self, key: Any) -> Any:
        try:
            return self._held.loc[key]
        except (KeyError, TypeError):
            return self._held.iloc[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._held.loc[key] = value
