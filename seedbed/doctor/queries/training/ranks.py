"""Numbers that a script takes from the end of a sorted list."""

from collections.abc import Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Data, Items, Value, ancestry, constant, is_const

_SORTS = {"builtins.sorted", ".sort", "numpy.sort", ".sort_values"}
_LARGEST = {"heapq.nlargest", "heapq.nsmallest"}
_EXTREMES = ("argmax", "argmin")
_ARGS = {"numpy.argmax", "numpy.argmin", ".argmax", ".argmin"}
_MOST_STEPS = 12


@dataclass(frozen=True)
class Ranked:
    """A number from one end of a sorted list.

    Attributes:
        listed: The list.
        event: The first call that is given the number.
        words: How a message calls it, for example ``the last of the sorted list``.
        best: Whether it is the largest; otherwise the smallest.
    """

    listed: Value
    event: Event
    words: str
    best: bool


def ends_of_sorted(trace: Trace) -> Iterator[Ranked]:
    """Numbers from one end of a sorted list, if the other end is not used as well."""
    found: dict[object, list[Ranked]] = {}
    sorts = next(trace.calls(*_SORTS, *_LARGEST, *_ARGS), None)
    for event in trace.events[sorts.index :] if sorts is not None else ():
        for given in (*event.args, *event.kwargs.values()):
            for value in ancestry(given, _MOST_STEPS):
                ranked = _end(value, event) if isinstance(value, Data) else None
                if ranked is not None:
                    found.setdefault(ranked.listed.uid, []).append(ranked)
    for ends in found.values():
        if len({end.best for end in ends}) == 1:
            yield ends[0]


def _end(value: Data, event: Event) -> Ranked | None:
    """A value as the end of a sorted list; None if it is none."""
    if value.op in _LARGEST and len(value.parents) > 1 and constant(value.parents[0]) == 1:
        return Ranked(value.parents[1], event, f"{value.op}(1, …)", value.op.endswith("largest"))
    if value.op != "index" or len(value.parents) < 2:
        return None
    base, chosen = value.parents[:2]
    if isinstance(chosen, Data) and chosen.op.endswith(_EXTREMES):
        return Ranked(
            base, event, f"the score at {chosen.op.rsplit('.', 1)[-1]}", chosen.op.endswith("max")
        )
    place = constant(chosen)
    if place not in {0, -1} or isinstance(place, bool):
        return None
    turned = isinstance(base, Data) and base.op == "slice" and constant(base.parents[3]) == -1
    if turned and isinstance(base, Data):
        base = base.parents[0]
    if isinstance(base, Data) and base.op in {"attr:iloc", "attr:values"}:
        base = base.parents[0]
    made = base.parents[0] if isinstance(base, Items) and base.parents else base
    if not isinstance(made, Data) or made.op not in _SORTS or not made.parents:
        return None
    falling = made.detail.get("reverse"), made.detail.get("ascending")
    turned = turned != (is_const(falling[0], True) or is_const(falling[1], False))
    end = "last" if place == -1 else "first"
    return Ranked(made.parents[0], event, f"the {end} of a sorted list", (place == -1) != turned)
