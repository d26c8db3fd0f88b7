"""Loops that put a row and changed copies of it into one list."""

import re
from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event, Trace, compatible, once
from seedbed.doctor.interpreter.values import Const, Data, Items, Value, key
from seedbed.doctor.queries.data.data_rows import SUMMARIES, keeps_rows, source

_CHANGES = re.compile(
    r"augment|flip|mirror|rot(ate|90|ation)|roll$|shift|noise|noisy|jitter|perturb|blur|warp|"
    r"distort|zoom|random_(transform|crop|brightness|contrast|hue|saturation)|adjust_|"
    r"time_stretch|pitch_shift|transpose$|synonym|paraphrase|translate",
    re.IGNORECASE,
)
_MOST_STEPS = 14


def copy_in_loop(trace: Trace, rows: Value) -> Event | None:
    """The call that puts a copy of a row beside it, in the list that rows were made from.

    Args:
        trace: The script.
        rows: What is divided, for example ``np.array(images)``.

    Returns:
        The second ``append`` of one row, as it is or changed; None if the list holds each once.
    """
    listed = _list_behind(rows)
    if listed is None:
        return None
    placed = _placed(trace)
    for number, item in enumerate(listed.items[:16]):
        row = _row(item)
        event = placed.get(row.uid)
        for other in listed.items[:number] if event is not None and event.loops else ():
            before = placed.get(_row(other).uid)
            if before is None or event is None or not compatible(before, event):
                continue
            again = event.kind == "set" and key(before.args[0]) == key(event.args[0])
            if not again and _of_one_row(_row(other), row, paired=row is not item):
                return event
    return None


def _list_behind(value: Value) -> Items | None:
    """The list that a loop has filled, behind arrays, columns, orders and slices of it.

    For an array whose rows a loop has written one by one, a list of these.
    """
    for _ in range(_MOST_STEPS):
        written = _rows_written(value)
        if written:
            return Items(written, open=True)
        found = source(value)
        if isinstance(found, Items):
            return found if found.open else None
        chosen = isinstance(found, Data) and found.op in {"index", "slice", ".append"}
        if not isinstance(found, Data) or not chosen or not found.parents:
            return None
        value = found.parents[0]
    return None


def _rows_written(value: Value) -> list[Value]:
    """What was written into an array, first to last; nothing for another value."""
    found: list[Value] = []
    for _ in range(4 * _MOST_STEPS):
        if not isinstance(value, Data) or not value.parents or not keeps_rows(value):
            break
        if value.op == "assign" and "name" not in value.detail:
            found.insert(0, value.parents[1])
        value = value.parents[0]
    return found if len(found) > 1 else []


@once
def _placed(trace: Trace) -> dict[int, Event]:
    """What is put into lists, by serial number, with the call that puts it there."""
    found: dict[int, Event] = {}
    nested = (event for event in trace.events if event.kind == "comprehension")
    for event in (*trace.calls(".append", ".extend"), *nested):
        given = event.args[0] if event.args else None
        parts = given.items if isinstance(given, Items) and event.name == ".extend" else [given]
        for part in parts:
            if part is not None:
                found[_row(part).uid] = event
    for event in trace.events:
        if event.kind == "set" and event.name == "[]" and not isinstance(event.args[0], Items):
            found[_row(event.args[1]).uid] = event
    return found


def _row(item: Value) -> Value:
    """The inputs of ``(image, label)``; the item itself if it is no pair."""
    pair = isinstance(item, Items) and not item.open and len(item.items) > 1
    return item.items[0] if pair and isinstance(item, Items) else item


def _of_one_row(one: Value, other: Value, *, paired: bool) -> bool:
    """True if two items of a list are a row and its copy, or two changed copies of a row.

    Args:
        one: An item.
        other: One that is put into the list later.
        paired: The items are the first of tuples, which may be pairs of rows.
    """
    first, second = list(_steps(one)), list(_steps(other))
    if not first or not second:
        return False
    plain, changed = key(first[0]), key(second[0])
    if plain == changed:
        return not paired
    if plain in map(key, second) or changed in map(key, first):
        return True
    if not _changes(first[0]) or not _changes(second[0]):
        return False
    return not {key(value) for value in first[1:]}.isdisjoint(map(key, second[1:]))


def _steps(value: Value) -> Iterator[Value]:
    """What a row was made from, nearest first, back to what the loop's pass has brought.

    Nothing after a summary or a window, because that is another row.
    """
    for _ in range(_MOST_STEPS):
        if isinstance(value, Items) and value.items and not value.open:
            value = value.items[0]
            continue
        if not isinstance(value, Data) or value.op.rsplit(".", 1)[-1] in SUMMARIES:
            return
        if not keeps_rows(value):
            yield value
        if _is_of_a_pass(value) or _is_window(value):
            return
        carrier = next((row for row in value.parents if _reaches_a_pass(row)), None)
        if carrier is None:
            return
        value = carrier


def _reaches_a_pass(value: Value, depth: int = 0) -> bool:
    """True if a value was made from what a loop's pass brings, apart from a counter."""
    if depth > _MOST_STEPS or not isinstance(value, Data):
        return False
    return _is_of_a_pass(value) or any(
        _reaches_a_pass(parent, depth + 1) for parent in value.parents[:4]
    )


def _is_of_a_pass(value: Value) -> bool:
    """True for the element of a loop, a part of it, and ``images[i]`` by the loop's counter."""
    if not isinstance(value, Data) or not value.parents:
        return False
    if value.op == "element":
        over = value.parents[0]
        return not (isinstance(over, Data) and over.op == "builtins.range")
    if value.op.startswith("unpack:"):
        return _is_of_a_pass(value.parents[0])
    if value.op != "index" or len(value.parents) < 2:
        return False
    chosen = value.parents[1]
    return isinstance(chosen, Data) and chosen.op == "element"


def _is_window(value: Data) -> bool:
    """True for ``series[i : i + width]``, whose bounds are no literals."""
    if value.op == "index" and len(value.parents) > 1:
        chosen = value.parents[1]
        inner = chosen.items if isinstance(chosen, Items) else [chosen]
        return any(isinstance(one, Data) and _is_window(one) for one in inner)
    return value.op == "slice" and not all(isinstance(b, Const) for b in value.parents[1:])


def _changes(value: Value) -> bool:
    """True for a flip, a rotation, noise that is added, and the like."""
    if not isinstance(value, Data):
        return False
    callee = value.parents[0] if value.op == "called" and value.parents else None
    name = callee.hint if isinstance(callee, Data) else value.op.rsplit(".", 1)[-1]
    return bool(_CHANGES.search(name))
