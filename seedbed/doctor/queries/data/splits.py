"""Calls that divide rows at random."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.library_calls import SPLITTERS
from seedbed.doctor.interpreter.trace import Event, Trace, listed
from seedbed.doctor.interpreter.values import (
    Made,
    is_const,
)
from seedbed.doctor.queries.wording import short, truth_of

SHUFFLE_ALWAYS = {
    "ShuffleSplit",
    "StratifiedShuffleSplit",
    "GroupShuffleSplit",
    "RepeatedKFold",
    "RepeatedStratifiedKFold",
}


SHUFFLE_ON_REQUEST = {"KFold", "StratifiedKFold"}


@listed
def random_splits(trace: Trace) -> Iterator[Event]:
    """Calls that divide rows at random."""
    for event in trace.events:
        if event.kind != "call":
            continue
        if event.name in SPLITTERS and not is_const(event.kwargs.get("shuffle"), False):
            yield event
        elif isinstance(event.result, Made) and event.result.place.index == event.index:
            name = short(event.result)
            asked = truth_of(event.result.argument("shuffle", 1), default=False)
            if event.name.startswith("sklearn.") and (
                name in SHUFFLE_ALWAYS or (name in SHUFFLE_ON_REQUEST and asked is True)
            ):
                yield event
