"""What makes several rows of one: draws with replacement, joins of a table with its own rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.library_calls import SPLITTERS
from seedbed.doctor.interpreter.trace import Event, Trace, listed
from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Items,
    Made,
    Value,
    ancestry,
    constant,
    is_const,
)
from seedbed.doctor.queries.data.data_rows import row_origins, source
from seedbed.doctor.queries.data.estimators import CROSS_VALIDATIONS
from seedbed.doctor.queries.data.evaluation_data import held_out, inputs_of

_JOINS = {"concat", "concatenate", "vstack", "append", "row_stack"}
_SHUFFLES = {"shuffle", "permutation", "permuted"}
_NEW_ROWS = {"zeros_like", "ones_like", "full_like", "empty_like", "shape", "index", "columns"}


@dataclass(frozen=True)
class Split:
    """A place where rows are dealt to training and test.

    Attributes:
        event: The call.
        data: The rows.
    """

    event: Event
    data: Value


@listed
def splits_of(trace: Trace) -> Iterator[Split]:
    """Every split, fold and ``validation_split`` of a script."""
    for event in trace.events:
        if event.kind != "call":
            continue
        first = event.args[0] if event.args else None
        folds = isinstance(event.target, Made) and event.target.api.startswith("sklearn.")
        if event.name in SPLITTERS or (event.name == ".split" and folds):
            data = first
        elif event.name in CROSS_VALIDATIONS or "validation_split" in event.kwargs:
            data = inputs_of(event)
        else:
            continue
        if data is not None:
            yield Split(event, data)
    yield from _by_hand(trace)


def _by_hand(trace: Trace) -> Iterator[Split]:
    """Rows that are dealt by the slices of an order drawn at random."""
    told: set[int] = set()
    for item in held_out(trace):
        base = None if item.within else _dealt(item.value)
        if base is not None and base.uid not in told:
            told.add(base.uid)
            yield Split(item.event, base)


def _dealt(value: Value) -> Value | None:
    """The rows that a random order selects from; None if no order was drawn."""
    cut = False
    for _ in range(20):
        found = source(value)
        if not isinstance(found, Data) or not found.parents:
            return None
        cut = cut or found.op == "slice"
        if found.op == "index" and len(found.parents) > 1:
            way = list(ancestry(found.parents[1], 30))
            ops = [step.op.rsplit(".", 1)[-1] for step in way if isinstance(step, Data)]
            if _SHUFFLES & set(ops) and (cut or "slice" in ops):
                return found.parents[0]
        value = found.parents[0]
        if cut and _is_shuffled(value):
            return value
    return None


def _is_shuffled(value: Value) -> bool:
    """True for rows in an order drawn at random."""
    origin = value.parents[0] if isinstance(value, Items) and value.parents else value
    return isinstance(origin, Data) and origin.op.rsplit(".", 1)[-1] in _SHUFFLES


@dataclass(frozen=True)
class Copies:
    """What made copies of rows.

    Attributes:
        made: The value that holds them.
        what: A sentence's subject and verb.
        certain: Whether the text shows that rows are repeated.
    """

    made: Value
    what: str
    certain: bool


def copies_in(value: Value) -> Iterator[Copies]:
    """Everything that repeated the rows of a value before it came to be."""
    for found in row_origins(value):
        copies = _copies(found) if isinstance(found, Data) else None
        if copies is not None:
            yield copies


def _copies(found: Data) -> Copies | None:
    """How a value repeats the rows it was made from."""
    last = found.op.rsplit(".", 1)[-1]
    again = found.detail.get("replace")
    if found.op == "sklearn.utils.resample" and (again is None or is_const(again, True)):
        return Copies(found, "resample() draws rows with replacement", certain=True)
    if found.op == ".sample" and is_const(again, True):
        return Copies(found, "sample(replace=True) draws rows more than once", certain=True)
    along_rows = last == "repeat" and constant(found.detail.get("axis")) == 0
    if along_rows or (last == "tile" and _repeats_rows(found)):
        return Copies(found, f"{last}() copies rows", certain=False)
    if _joins_rows_twice(found):
        return Copies(found, f"{last}() joins rows with copies of themselves", certain=False)
    if found.op == "index" and len(found.parents) > 1 and _draws_again(found.parents[1]):
        return Copies(found, "choice() draws rows with replacement", certain=False)
    return None


def _repeats_rows(tiled: Data) -> bool:
    """True for ``tile(x, (3, 1))``, which repeats rows and nothing else."""
    reps = tiled.parents[1] if len(tiled.parents) > 1 else None
    times = [constant(one) for one in reps.items] if isinstance(reps, Items) else []
    first = times[0] if len(times) > 1 else 1
    return isinstance(first, int) and first > 1 and set(times[1:]) == {1}


def _draws_again(chosen: Value) -> bool:
    """True for ``choice(len(x), 500)``, which draws with replacement unless told otherwise."""
    if not isinstance(chosen, Data) or chosen.op.rsplit(".", 1)[-1] not in {"choice", "choices"}:
        return False
    given = chosen.parents[1:] if chosen.op.startswith(".") else chosen.parents
    again = chosen.detail.get("replace", given[2] if len(given) > 2 else None)
    many = len(given) > 1 and not isinstance(given[1], Const | None)
    large = isinstance(constant(given[1]), int) if len(given) > 1 else False
    return (many or large) and (again is None or is_const(again, True))


def joined_parts(joined: Data) -> list[Value]:
    """The parts of a join by rows, such as ``concatenate([a, b])``; nothing for another value."""
    given = joined.parents[: len(joined.parents) - len(joined.detail)]
    if not given or joined.op.rsplit(".", 1)[-1] not in _JOINS:
        return []
    listed = isinstance(given[0], Items)
    parts = given[0].items if isinstance(given[0], Items) else list(given[:2])
    place = 1 if listed else 2
    axis = joined.detail.get("axis", given[place] if len(given) > place else None)
    if axis is not None and constant(axis) not in {0, "index", "rows"}:
        return []
    return parts


def _joins_rows_twice(joined: Data) -> bool:
    """True if one part of a join by rows was made from the rows of another."""
    parts = joined_parts(joined)
    origins = [source(part) for part in parts]
    return any(
        one is not None and not isinstance(one, Const) and _made_of(other, one)
        for n, one in enumerate(origins)
        for m, other in enumerate(parts)
        if n != m
    )


def _made_of(part: Value, origin: Value) -> bool:
    """True if the rows of a part are rows of the origin, all or some, perhaps changed."""
    way = list(row_origins(part, 60))
    names = {value.op.rsplit(".", 1)[-1] for value in way if isinstance(value, Data)}
    return origin in way and not names & _NEW_ROWS - {"index"} and not _splits(way, origin)


def _splits(way: list[Value], origin: Value) -> bool:
    """True if the part was split off the origin, or only asked it for something."""
    return any(
        isinstance(value, Data)
        and (value.op.startswith(("split:", "attr:")) or value.op in {"called", ".predict"})
        for value in way[: way.index(origin)]
    )
