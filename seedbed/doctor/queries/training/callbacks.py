"""The callbacks of a fit."""

from collections.abc import Iterator

from seedbed.doctor.interpreter.trace import Event
from seedbed.doctor.interpreter.values import (
    Choice,
    Const,
    Data,
    Instance,
    Items,
    Made,
    Value,
    constant,
)
from seedbed.doctor.queries.wording import short, truth_of


def callbacks_of(fit: Event) -> list[Made]:
    """The callbacks of Keras that a ``fit`` is given, as far as they are known."""
    return [
        value
        for value in unfold(fit.kwargs.get("callbacks"))
        if isinstance(value, Made) and value.api.startswith("keras.callbacks.")
    ]


def callbacks_known(fit: Event) -> bool:
    """True when the list of callbacks of a ``fit`` is read in full."""
    given = fit.kwargs.get("callbacks")
    if "**" in fit.kwargs:
        return False
    known = all(isinstance(value, Made | Instance | Const) for value in unfold(given))
    return known and not (isinstance(given, Items) and given.open)


def unfold(value: Value | None) -> Iterator[Value]:
    """The items of nested lists and choices."""
    if isinstance(value, Items):
        for item in value.items:
            yield from unfold(item)
    elif isinstance(value, Choice):
        for _, arm in value.arms:
            yield from unfold(arm)
    elif isinstance(value, Data) and value.op == "binop:+":
        for parent in value.parents:
            yield from unfold(parent)
    elif value is not None:
        yield value


def monitors(callback: Made) -> str:
    """What a callback watches; Keras watches ``val_loss`` unless told otherwise."""
    positions = {"ModelCheckpoint": 1, "EarlyStopping": 0, "ReduceLROnPlateau": 0}
    given = callback.argument("monitor", positions.get(short(callback)))
    if given is None:
        return "val_loss"
    found = constant(given)
    return found if isinstance(found, str) else ""


def restores_best(callback: Made) -> bool | None:
    """Whether an EarlyStopping brings back the best epoch's weights."""
    if "**" in callback.kwargs:
        return None
    return truth_of(callback.argument("restore_best_weights", 6), default=False)
