"""What happens when a script is read from top to bottom: a list of events, in order."""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import TypeVar, cast

from seedbed.doctor.interpreter.values import (
    Branches,
    Data,
    Instance,
    Model,
    Name,
    Pass,
    Place,
    Value,
    arms,
    constant,
)
from seedbed.doctor.source.module import Module


@dataclass(eq=False, slots=True)
class Event:
    """One call, comparison, operation or assignment to an attribute.

    Attributes:
        index: Position in the order of reading.
        kind: ``call``, ``compare``, ``binop`` or ``set``.
        name: Dotted name of an outside function, ``.method`` of an object, or the operator.
        target: The object of a method, or of the attribute that is set.
        args: Positional arguments or operands.
        kwargs: Keyword arguments.
        result: The value made.
        place: Node, file, branches and loops.
        discarded: The value is thrown away: the call is a statement of its own.
        shown: The call ends a notebook cell, which displays the value.
        returned: What the functions that the call is given return.
    """

    index: int
    kind: str
    name: str
    target: Value | None
    args: list[Value]
    kwargs: dict[str, Value]
    place: Place
    result: Value
    discarded: bool = False
    shown: bool = False
    returned: tuple[Value, ...] = ()

    @property
    def node(self) -> ast.AST:
        """The syntax the event stands for."""
        return self.place.node

    @property
    def branches(self) -> Branches:
        """The arms of decisions that lead here."""
        return self.place.branches

    @property
    def loops(self) -> tuple[Pass, ...]:
        """The passes of loops that lead here, outermost first."""
        return self.place.loops

    def argument(self, name: str, position: int | None = None) -> Value | None:
        """The argument of that name, or at that position."""
        if name in self.kwargs:
            return self.kwargs[name]
        if position is not None and position < len(self.args):
            return self.args[position]
        return None


@dataclass(eq=False)
class Trace:
    """All events of one entry: a file read from its first line, or a function that no file calls.

    Attributes:
        module: The file where reading began.
        whole: True for a file, False for a function that no file given calls.
        events: In the order of reading.
        followed: Every file whose code took part.
        unknown_imports: Modules that are neither given nor well known, and might do anything.
        imported: True when another file given imports this one.
        answers: What queries have found, with the number of events that they had seen.
    """

    module: Module
    whole: bool
    events: list[Event] = field(default_factory=list)
    followed: list[Module] = field(default_factory=list)
    unknown_imports: set[str] = field(default_factory=set)
    imported: bool = False
    truncated: bool = False
    answers: dict[object, tuple[int, object]] = field(default_factory=dict)
    _by_name: dict[str, list[Event]] = field(default_factory=dict)
    _indexed: int = 0

    def calls(self, *names: str) -> Iterator[Event]:
        """Calls of these functions or methods, in order."""
        for event in self.events[self._indexed :]:
            if event.kind == "call":
                self._by_name.setdefault(event.name, []).append(event)
        self._indexed = len(self.events)
        lists = [self._by_name[name] for name in dict.fromkeys(names) if name in self._by_name]
        if len(lists) == 1:
            return iter(list(lists[0]))
        return iter(sorted((event for found in lists for event in found), key=_order))

    def fits(self) -> list[Event]:
        """Calls that train a Keras model by ``fit``."""
        return _fits(self)

    def scores(self) -> list[Event]:
        """Calls that score a model or predict for scoring."""
        return _scores(self)

    def trainings(self) -> list[Event]:
        """Every sign that weights are trained: ``fit``, batches by hand, gradients applied."""
        by_hand = self.calls(".train_on_batch", ".apply_gradients", ".minimize", ".apply")
        return [
            *self.fits(),
            *(
                event
                for event in by_hand
                if event.name in {".train_on_batch", ".apply_gradients"} or _is_optimizer(event)
            ),
        ]

    def imports(self, name: str) -> bool:
        """True when one of the files followed imports a module of this name."""
        return any(name in module.roots for module in self.followed)

    def words(self) -> set[str]:
        """All names and attributes of the files followed, in lower case."""
        return {word for module in self.followed for word in module.words}


Answer = TypeVar("Answer")
Item = TypeVar("Item")


def once(query: Callable[[Trace], Answer]) -> Callable[[Trace], Answer]:
    """Keep what a query answers about a trace, until the trace grows."""

    @wraps(query)
    def ask(trace: Trace) -> Answer:
        held = trace.answers.get(query)
        if held is None or held[0] != len(trace.events):
            held = len(trace.events), query(trace)
            trace.answers[query] = held
        return cast("Answer", held[1])

    return ask


def listed(query: Callable[[Trace], Iterable[Item]]) -> Callable[[Trace], list[Item]]:
    """Keep the list of what a query yields about a trace, until the trace grows."""
    kept = once(lambda trace: tuple(query(trace)))

    @wraps(query)
    def ask(trace: Trace) -> list[Item]:
        return list(kept(trace))

    return ask


@listed
def _fits(trace: Trace) -> list[Event]:
    return [event for event in trace.calls(".fit", ".fit_generator") if is_keras_fit(event)]


@listed
def _scores(trace: Trace) -> list[Event]:
    return [
        event
        for event in trace.calls(".evaluate", ".evaluate_generator", *PREDICTS)
        if (event.target is not None and event.name not in PREDICTS) or is_model(event.target)
    ]


@once
def makers(trace: Trace) -> dict[int, Event]:
    """The event that made each value, by the value's serial number."""
    found: dict[int, Event] = {}
    for event in trace.events:
        found.setdefault(event.result.uid, event)
    return found


def _order(event: Event) -> int:
    return event.index


PREDICTS = (".predict", ".predict_classes", ".predict_proba", ".predict_generator")
FIT_WORDS = {
    "epochs",
    "nb_epoch",
    "batch_size",
    "validation_data",
    "validation_split",
    "callbacks",
    "steps_per_epoch",
    "samples_per_epoch",
    "initial_epoch",
}


_COMPILE_WORDS = {"loss", "optimizer", "metrics"}


def trains_a_network(method: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> bool:
    """True if a call of this method with these arguments shows that its object is a network."""
    if method == "compile":
        first = args[0] if args else None
        named = isinstance(constant(first), str) or getattr(first, "api", "").startswith("keras.")
        return bool(_COMPILE_WORDS & set(kwargs)) or (named and len(args) > 1)
    if method == "fit":
        return bool(FIT_WORDS & set(kwargs))
    return method == "fit_generator"


def is_known_model(value: Value | None) -> bool:
    """True if the value is a model and the script shows how it is made."""
    return is_model(value) and not any(
        isinstance(item, Model) and not item.api for item in arms(value)
    )


def is_model(value: Value | None) -> bool:
    """True if the value is a Keras model (or every arm of a choice is)."""
    found = arms(value)
    return bool(found) and all(
        isinstance(item, Model) or (isinstance(item, Instance) and base_kind(item) == "model")
        for item in found
    )


def base_kind(instance: Instance) -> str:
    """``model``, ``layer``, ``callback``, ``sequence`` or an empty string, by the outside bases."""
    for path in instance.cls.outside_bases():
        if path in {"keras.Model", "keras.Sequential"}:
            return "model"
        if path.startswith("keras.layers.") or path == "keras.Layer":
            return "layer"
        if path.startswith("keras.callbacks."):
            return "callback"
        if path.startswith("keras."):
            return "other"
    return ""


def is_keras_fit(event: Event) -> bool:
    """True when a ``.fit`` trains a Keras model, not a scaler or a forest."""
    if event.name == ".fit_generator" or is_model(event.target):
        return True
    from_outside = isinstance(event.target, Data | Name)
    return from_outside and bool(FIT_WORDS & set(event.kwargs))


def _is_optimizer(event: Event) -> bool:
    return getattr(event.target, "api", "").startswith("keras.optimizers.")


def sure(anchor: Event, *others: Event) -> bool:
    """True when the others have happened whenever the anchor happens."""
    return all(other.branches <= anchor.branches for other in others)


def compatible(one: Event, other: Event) -> bool:
    """False when the two stand in different arms of the same decision."""
    taken = dict(one.branches)
    return all(taken.get(decision, arm) == arm for decision, arm in other.branches)
