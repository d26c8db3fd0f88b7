"""Where the reader is: the arms, loops and calls around it, and how much it may still read."""

import ast
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Event, Trace, trains_a_network
from seedbed.doctor.interpreter.values import (
    Branch,
    Data,
    Instance,
    Items,
    Loop,
    Model,
    Pass,
    Place,
    Scope,
    Value,
    key,
)
from seedbed.doctor.source.module import DefinitionPlace, Module

_DEEPEST_CALL = 14
DEEPEST_CALL_OF_PARTS = 3
_DEEPEST_LOOP = 3
_STEPS_WITH_REPEATS = 30_000
_STEPS_WITH_CALLS = 60_000
_STEPS_OF_PARTS = 1_000


@dataclass(frozen=True, slots=True)
class Call:
    """A call with its arguments, and what becomes of its value."""

    node: ast.AST
    args: list[Value]
    kwargs: dict[str, Value]
    discarded: bool = False
    shown: bool = False


class ReadingPlace:
    """Keeps the arms, loops and calls that lead to what is being read, and writes events."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.scope = Scope(trace.module)
        self.branches: list[Branch] = []
        self.loops: list[Pass] = []
        self.returns: list[list[tuple[tuple[Branch, ...], Value]]] = []
        self.stack: list[ast.AST] = []
        self.called: set[DefinitionPlace] = set()
        self.presumed: dict[object, Model] = {}
        self.frames: list[Scope] = []
        self.columns: dict[int, dict[str, Value]] = {}
        self.steps = 0
        self.imported: set[Module] = set()

    def tick(self) -> None:
        """Count one step of work; the counts below keep a script from being read forever."""
        self.steps += 1

    def may_repeat(self) -> bool:
        """Whether a loop's body may be read a second time."""
        return len(self.loops) < _DEEPEST_LOOP and self.steps < _STEPS_WITH_REPEATS

    def may_follow(self, definition: ast.AST) -> bool:
        """Whether the body of a function may be read here: no recursion, and within the budget."""
        whole = self.trace.whole
        if self.steps > (_STEPS_WITH_CALLS if whole else _STEPS_OF_PARTS):
            self.trace.truncated = True
            return False
        deepest = _DEEPEST_CALL if whole else DEEPEST_CALL_OF_PARTS
        return len(self.stack) < deepest and definition not in self.stack

    def reset(self) -> None:
        """Leave every arm and loop, after a script that could not be followed to its end."""
        self.branches.clear()
        self.loops.clear()
        self.returns.clear()
        self.stack.clear()
        self.frames.clear()

    def unknown(self) -> Value:
        """A value about which nothing is known."""
        return Data("param")

    def enter(self, loop: Loop, number: int) -> None:
        """Begin a pass of a loop."""
        self.loops.append(Pass(loop, number))

    def place(self, node: ast.AST) -> Place:
        """Where the reader is."""
        return Place(
            frozenset(self.branches),
            tuple(self.loops),
            node,
            self.scope.module,
            len(self.trace.events),
        )

    def event(self, kind: str, name: str, call: Call, target: Value | None, result: Value) -> Event:
        """Write an event to the trace."""
        place = self.place(call.node)
        made = Event(place.index, kind, name, target, call.args, call.kwargs, place, result)
        made.discarded, made.shown = call.discarded, call.shown
        self.trace.events.append(made)
        return made

    def presume_model(self, target: Value, name: str, call: Call) -> Value:
        """Take what is compiled or fitted for a model, whoever made it.

        Args:
            target: The object of a method.
            name: The method.
            call: Its arguments.

        Returns:
            The model that stands for the object from now on; the object itself if it is known, or
            if nothing says that it is a model.
        """
        if not isinstance(target, Data):
            return target
        identity = key(target)
        if identity not in self.presumed and trains_a_network(name, call.args, call.kwargs):
            made = next((e.place for e in reversed(self.trace.events) if e.result is target), None)
            outside = Place(frozenset(), (), call.node, self.scope.module, 0)
            self.presumed[identity] = Model("", [], {}, made or outside)
            self.trace.unknown_imports.add(target.hint)
        return self.presumed.get(identity, target)

    def rearrange(self, old: Value, new: Value) -> None:
        """Bind every name of a list or array to what it holds after it is changed in place.

        Args:
            old: What the names hold.
            new: What they hold after ``shuffle(old)`` or ``old.sort()``.
        """
        if isinstance(old, Items):
            new = Items(list(old.items), old.open, (new, *old.parents))
        if not isinstance(old, Items | Data):
            return
        scopes = {id(s): s for frame in (self.scope, *self.frames) for s in frame.outwards()}
        for scope in scopes.values():
            for name, value in scope.names.items():
                if value is old:
                    scope.names[name] = new
                elif isinstance(value, Instance):
                    value.attrs.update({k: new for k, v in value.attrs.items() if v is old})

    def expression(self, node: ast.expr, *, discarded: bool = False, shown: bool = False) -> Value:
        """The value of an expression."""
        raise NotImplementedError

    def block(self, body: list[ast.stmt]) -> str | None:
        """Read statements."""
        raise NotImplementedError

    def attribute(self, base: Value, name: str) -> Value:
        """The value of an attribute."""
        raise NotImplementedError

    def part(self, value: Value, number: int, of: int) -> Value:
        """One of the parts that a value is taken apart into."""
        raise NotImplementedError

    def name_value(self, value: Value, name: str) -> None:
        """Remember the first name that data were given."""
        raise NotImplementedError
