"""Whether rows that are scored are among those that were trained on."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.values import Const, Data, Value, constant, number
from seedbed.doctor.queries.data.data_rows import name_of, part_of, rows, source
from seedbed.doctor.queries.data.overlap.copied_rows import joined_parts
from seedbed.doctor.queries.data.tables import rows_of_table

_ROW_DRAWS = {".sample"}


@dataclass(frozen=True)
class Shared:
    """Rows that stand on both sides.

    Attributes:
        what: A sentence without its end.
        certain: Whether the text shows it.
    """

    what: str
    certain: bool


def shared_rows(trained: Value, scored: Value) -> Shared | None:
    """Why scored rows are training rows; None if the text does not say so.

    Args:
        trained: Inputs of a training.
        scored: Inputs of a score, or validation data.
    """
    return (
        _part_of_all(trained, scored)
        or _joined(trained, scored)
        or _drawn_twice(trained, scored)
        or _split_twice(trained, scored)
        or _slices(trained, scored)
        or _test_slice(trained, scored)
        or _of_one_folder(trained, scored)
    )


def _part_of_all(trained: Value, scored: Value) -> Shared | None:
    """The held-out part of a split whose whole was trained on."""
    part = source(scored)
    while isinstance(part, Data) and part.op == "split:train":
        part = source(part.parents[0])  # the validation part of a test part, and the like
    if not isinstance(part, Data) or part.op != "split:held":
        return None
    whole = part.parents[0]
    same = rows(whole) == rows(trained) or rows_of_table(whole) is rows_of_table(trained)
    if not same:
        return None
    names = name_of(trained, "all rows"), name_of(scored, "the held-out rows")
    return Shared(f"trained on {names[0]}, which contains {names[1]}", certain=True)


def _joined(trained: Value, scored: Value) -> Shared | None:
    """Scored rows that were joined to the training rows."""
    whole = rows_of_table(trained)
    parts = joined_parts(whole) if isinstance(whole, Data) else []
    for part in parts:
        same = rows(part) == rows(scored) or rows_of_table(part) is rows_of_table(scored)
        if same and len(parts) > 1 and not isinstance(source(part), Const):
            names = name_of(trained, "joined rows"), name_of(scored, "the scored rows")
            return Shared(f"trained on {names[0]}, into which {names[1]} are joined", certain=True)
    return None


def _drawn_twice(trained: Value, scored: Value) -> Shared | None:
    """Two samples that were drawn from one table without regard to each other."""
    one, other = rows_of_table(trained), rows_of_table(scored)
    if not isinstance(one, Data) or not isinstance(other, Data) or one is other:
        return None
    drawn = one.op in _ROW_DRAWS and other.op in _ROW_DRAWS
    if not drawn or rows(one.parents[0]) != rows(other.parents[0]):
        return None
    names = name_of(trained), name_of(scored)
    return Shared(f"{names[0]} and {names[1]} are two samples of the same rows", certain=True)


def _split_twice(trained: Value, scored: Value) -> Shared | None:
    """Parts of two splits of the same rows, drawn with two seeds."""
    for one in _splits_of(trained):
        for other in _splits_of(scored):
            seeds = [constant(part.detail.get("random_state")) for part in (one, other)]
            if None in seeds or seeds[0] == seeds[1]:
                continue  # with one seed, the smaller test part lies within the larger
            if rows(one.parents[0]) == rows(other.parents[0]):
                names = name_of(trained), name_of(scored)
                what = f"{names[0]} and {names[1]} come from two splits of the same rows, with the "
                return Shared(f"{what}seeds {seeds[0]} and {seeds[1]}", certain=True)
    return None


def _splits_of(value: Value) -> Iterator[Data]:
    """The split that a value is a part of, and those that the whole is a part of."""
    part = source(value)
    while isinstance(part, Data) and part.op in {"split:train", "split:held"}:
        yield part
        part = source(part.parents[0])


def _slices(trained: Value, scored: Value) -> Shared | None:
    """Two slices of the same rows whose literal bounds overlap without one holding the other."""
    one, other = _bounds(source(trained)), _bounds(source(scored))
    if one is None or other is None or one[0] != other[0]:
        return None
    (_, a, b), (_, c, d) = one, other
    if a < c < b < d or c < a < d < b:
        name = name_of(trained)
        what = (
            f"{name}[{_text(a)}:{_text(b)}] is trained on, {name}[{_text(c)}:{_text(d)}] is scored"
        )
        return Shared(what, certain=True)
    return None


def _test_slice(trained: Value, scored: Value) -> Shared | None:
    """A slice that is named a test set, of rows that are trained on whole."""
    part = source(scored)
    if not isinstance(part, Data) or part.op != "slice" or part_of(scored)[0] != "test":
        return None
    whole = part.parents[0]
    if rows(whole) != rows(trained) or part_of(trained)[0] == "test":
        return None
    names = name_of(trained, "all rows"), name_of(scored)
    return Shared(f"trained on {names[0]}, of which {names[1]} is a slice", certain=False)


def _of_one_folder(trained: Value, scored: Value) -> Shared | None:
    """A whole folder, and the part of it that a ``subset`` holds back."""
    whole, part = rows(trained), rows(scored)
    if not isinstance(whole, tuple) or not isinstance(part, tuple):
        return None
    loaded = whole[0] == part[0] == "folder" and whole[1:3] == part[1:3] != (None, None)
    if not loaded or whole[3] is not None or part[3] is None:
        return None
    names = name_of(trained, "the whole folder"), name_of(scored, "a part of it")
    return Shared(f"trained on the whole folder ({names[0]}), which holds {names[1]}", certain=True)


def _bounds(value: Value | None) -> tuple[object, float, float] | None:
    """The base and the literal bounds of ``x[100:200]``; negative bounds count from the end."""
    if not isinstance(value, Data) or value.op != "slice" or len(value.parents) < 4:
        return None
    base, low, high, step = value.parents[:4]
    if constant(step) is not None or not _plain(low) or not _plain(high):
        return None
    start, stop = number(low), number(high)
    if (start or 0) < 0 or (stop or 0) < 0:
        return None
    return rows(base), start or 0.0, float("inf") if stop is None else stop


def _text(bound: float) -> str:
    return "" if bound in {0.0, float("inf")} else f"{bound:.0f}"


def _plain(bound: Value) -> bool:
    return isinstance(bound, Const)
