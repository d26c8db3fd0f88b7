"""Which passes of a loop are read, and what its target holds in each."""

import ast
from collections.abc import Iterator

from seedbed.doctor.interpreter.assignments import Binder
from seedbed.doctor.interpreter.constant_folding import counted, names_in
from seedbed.doctor.interpreter.reading_place import Call
from seedbed.doctor.interpreter.values import (
    Const,
    Data,
    Function,
    Items,
    Loop,
    Name,
    Table,
    Value,
    constant,
)

_MOST_PASSES = 4


class LoopReader(Binder):
    """Makes loops and the values of their targets."""

    def new_loop(
        self, node: ast.AST, over: Value | None, target: ast.expr | None, head: ast.expr
    ) -> Loop:
        """A loop, with the names in its head."""
        words = {n.id.lower() for n in ast.walk(head) if isinstance(n, ast.Name)}
        words |= {n.attr.lower() for n in ast.walk(head) if isinstance(n, ast.Attribute)}
        targets = tuple(names_in(target)) if target is not None else ()
        return Loop(node, self.scope.module, over, targets, frozenset(words))

    def apply(self, callee: Value, call: Call) -> Value:
        """Read the call of a value; ``map`` of a function of the files is a loop."""
        given = call.args
        mapped = isinstance(callee, Name) and callee.path == "builtins.map" and len(given) == 2
        if not mapped or not isinstance(given[0], Function):
            return super().apply(callee, call)
        made = Items([], open=True)
        targets = tuple(arg.arg for arg in given[0].node.args.args)
        loop = Loop(call.node, self.scope.module, given[1], targets, frozenset())
        for number, element in enumerate(self.passes(given[1])):
            self.enter(loop, number)
            made.items.append(self.apply_function(given[0], Call(call.node, [element], {})))
            self.loops.pop()
        self.event("call", "builtins.map", call, None, made)
        return made

    def passes(self, over: Value) -> Iterator[Value]:
        """What the loop's target holds in each pass that is read."""
        elements = self.elements(over)
        if elements is not None:
            known_objects = all(not isinstance(e, Const) for e in elements)
            most = _MOST_PASSES if known_objects else 2
            yield from elements[: most if self.may_repeat() else 1]
            return
        for _ in range(2 if self.may_repeat() else 1):
            yield Data("element", (over,))

    def by_later_passes(self, test: ast.expr) -> bool:
        """True in the last pass that is read of a longer loop, if a condition names its target."""
        names = set(names_in(test))
        return any(
            step.number == 1 and names & set(step.loop.targets) and _has_more(step.loop.over)
            for step in self.loops
        )

    def elements(self, over: Value) -> list[Value] | None:  # noqa: PLR0911  (one return for each kind)
        """The items of an iterable, when they are known."""
        if isinstance(over, Items):
            return list(over.items) if over.items else None if over.open else []
        if isinstance(over, Table) and over.entries and not over.open:
            return [Const(name) for name in over.entries]
        if not isinstance(over, Data):
            return None
        parts = [self.elements(parent) for parent in over.parents]
        if over.op == "builtins.zip" and parts and all(part is not None for part in parts):
            columns = [part for part in parts if part is not None]
            return [Items(list(row)) for row in zip(*columns, strict=False)]
        if over.op == "builtins.enumerate" and parts and parts[0] is not None:
            return [Items([Const(i), item]) for i, item in enumerate(parts[0])]
        if over.op == "builtins.enumerate" and over.parents:
            return [Items([Const(i), Data("element", over.parents[:1])]) for i in range(2)]
        table = over.parents[0] if over.parents else None
        if over.op == ".items" and isinstance(table, Table) and not table.open:
            return [Items([Const(name), value]) for name, value in table.entries.items()]
        if over.op == ".values" and isinstance(table, Table) and not table.open:
            return list(table.entries.values())
        if over.op == "builtins.range":
            return counted([constant(parent) for parent in over.parents])
        return None


def _has_more(over: Value | None) -> bool:
    """True for a ``range`` of literals with more than the two passes that are read."""
    if not isinstance(over, Data) or over.op != "builtins.range":
        return False
    bounds = [bound for parent in over.parents if isinstance(bound := constant(parent), int)]
    known = 1 <= len(bounds) == len(over.parents) <= 3 and bounds[2:] != [0]
    return known and len(range(*bounds)) > 2
