"""Reads a script's statements in order, without running it, and writes down what happens.

Both arms of a decision are read, each under its own branch; a loop's body is read twice, so that
what one pass leaves to the next is seen; functions of the files given are read where they are
called. What cannot be known stays unknown: a rule then says "may be", or nothing.
"""

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from seedbed.doctor.interpreter.imports import ImportReader
from seedbed.doctor.interpreter.reading_place import Call
from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import (
    Branch,
    Choice,
    Class,
    Const,
    Data,
    Function,
    Items,
    Loop,
    Pass,
    Scope,
    Value,
    key,
)
from seedbed.doctor.source.module import Library

Signal = str | None
"""How a block ended: ``return``, ``break``, ``continue``, or None when it ran to its end."""

_EXITS = {"sys.exit", "builtins.exit", "builtins.quit", "os._exit"}


class Interpreter(ImportReader):
    """Reads one entry and everything it calls."""

    def __init__(self, library: Library, trace: Trace) -> None:
        super().__init__(library, trace)
        self.known_arms: set[tuple[ast.If, bool]] = set()
        self._readers: dict[type[ast.stmt], Callable[[Any], Signal] | None] = {}

    def block(self, body: Sequence[ast.stmt]) -> Signal:
        """Read statements in order; those after an arm that leaves belong to the other arm."""
        pushed = 0
        signal: Signal = None
        for statement in body:
            if isinstance(statement, ast.If):
                signal, left = self.branch(statement)
                if left is not None:
                    self.branches.append(left)
                    pushed += 1
            else:
                signal = self.statement(statement)
            if signal:
                break
        for _ in range(pushed):
            self.branches.pop()
        return signal

    def statement(self, node: ast.stmt) -> Signal:
        """Read one statement."""
        self.tick()
        kind = node.__class__
        if kind not in self._readers:
            self._readers[kind] = getattr(self, "on_" + kind.__name__, None)
        reader = self._readers[kind]
        return reader(node) if reader is not None else None

    def branch(self, node: ast.If) -> tuple[Signal, Branch | None]:
        """Read an ``if``; also returns the arm that the rest of the block then belongs to."""
        test = self.expression(node.test)
        known = self.truth(test)
        if known is not None:
            self.glance(node, known)
            return self.block(node.body if known else node.orelse), None
        decision, yes, no = self.decision(test)
        before = dict(self.scope.names)
        first = self.under((decision, yes), node.body)
        after_first, self.scope.names = self.scope.names, dict(before)
        second = self.under((decision, no), node.orelse)
        if first and second:
            return first, None
        if first:
            return None, (decision, no)
        if second:
            self.scope.names = after_first
            return None, (decision, yes)
        self.merge((decision, yes), after_first, (decision, no))
        return None, None

    def glance(self, node: ast.If, known: bool) -> None:
        """Read the arm that only a later pass of a loop can reach, such as ``if epoch == 29``.

        What it leaves in names is forgotten, because no further pass is read.
        """
        self.known_arms.add((node, known))
        other = node.orelse if known else node.body
        if other and (node, not known) not in self.known_arms and self.by_later_passes(node.test):
            names = dict(self.scope.names)
            self.under((("later pass", id(node)), "yes"), other)
            self.scope.names = names

    def under(self, branch: Branch, body: Sequence[ast.stmt]) -> Signal:
        """Read statements as one arm of a decision."""
        self.branches.append(branch)
        try:
            return self.block(body)
        finally:
            self.branches.pop()

    def merge(self, first: Branch, other_names: dict[str, Value], second: Branch) -> None:
        """After both arms: a name that differs holds a choice."""
        here = self.scope.names
        for name in set(here) | set(other_names):
            mine, theirs = here.get(name), other_names.get(name)
            if mine is theirs:
                continue
            if mine is None or theirs is None:
                here[name] = mine or theirs or Data("unset")
            elif key(mine) != key(theirs):
                here[name] = Choice([(first, theirs), (second, mine)])

    def on_Try(self, node: ast.Try) -> Signal:  # noqa: N802
        """Read the body as if it succeeds, then each handler with names kept as they are."""
        signal = self.block([*node.body, *node.orelse])
        names = dict(self.scope.names)
        for number, handler in enumerate(node.handlers):
            self.under((("except", id(node)), str(number)), handler.body)
            for name, value in self.scope.names.items():
                names.setdefault(name, value)
            self.scope.names = dict(names)
        return self.block(node.finalbody) or signal

    on_TryStar = on_Try  # noqa: N815

    def on_Match(self, node: ast.Match) -> Signal:  # noqa: N802
        """Read each case as an arm of one decision."""
        decision = key(self.expression(node.subject))
        for number, case in enumerate(node.cases):
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
                if isinstance(name, str):
                    self.scope.names[name] = Data("matched")
            self.under((("match", decision), str(number)), case.body)
        return None

    def on_With(self, node: ast.With | ast.AsyncWith) -> Signal:  # noqa: N802
        """Read a ``with``; the name after ``as`` holds the context's value."""
        for item in node.items:
            value = self.expression(item.context_expr)
            self.event("with", "with", Call(item.context_expr, [value], {}), None, value)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value)
        return self.block(node.body)

    on_AsyncWith = on_With  # noqa: N815

    def on_For(self, node: ast.For | ast.AsyncFor) -> Signal:  # noqa: N802
        """Read the body for two passes, or for each item of a short list of objects."""
        over = self.expression(node.iter)
        loop = self.new_loop(node, over, node.target, node.iter)
        signal: Signal = None
        for number, element in enumerate(self.passes(over)):
            self.assign(node.target, element)
            signal = self.one_pass(loop, number, node.body)
            if signal in {"return", "break"}:
                break
        self.block(node.orelse)
        return "return" if signal == "return" else None

    on_AsyncFor = on_For  # noqa: N815

    def on_While(self, node: ast.While) -> Signal:  # noqa: N802
        """Read the body for two passes."""
        test = self.expression(node.test)
        if self.truth(test) is False:
            return self.block(node.orelse)
        loop = self.new_loop(node, None, None, node.test)
        signal: Signal = None
        for number in range(2 if self.may_repeat() else 1):
            signal = self.one_pass(loop, number, node.body)
            if signal in {"return", "break"}:
                break
        self.block(node.orelse)
        return "return" if signal == "return" else None

    def one_pass(self, loop: Loop, number: int, body: Sequence[ast.stmt]) -> Signal:
        """Read a loop's body once."""
        self.loops.append(Pass(loop, number))
        try:
            return self.block(body)
        finally:
            self.loops.pop()

    def on_Assign(self, node: ast.Assign) -> Signal:  # noqa: N802
        """Read an assignment."""
        value = self.expression(node.value)
        for target in node.targets:
            self.assign(target, value)
        return None

    def on_AnnAssign(self, node: ast.AnnAssign) -> Signal:  # noqa: N802
        """Read an assignment with a type."""
        if node.value is not None:
            self.assign(node.target, self.expression(node.value))
        return None

    def on_AugAssign(self, node: ast.AugAssign) -> Signal:  # noqa: N802
        """Read ``x += y``: a list grows, anything else is a new value."""
        load = ast.copy_location(_as_load(node.target), node.target)
        before, operand = self.expression(load), self.expression(node.value)
        if isinstance(before, Items) and isinstance(node.op, ast.Add):
            before.items.extend(operand.items if isinstance(operand, Items) else [operand])
            before.open = before.open or bool(self.loops) or not isinstance(operand, Items)
            self.event("call", ".extend", Call(node, [operand], {}), before, Const(None))
            return None
        self.assign(node.target, self.operation(node, node.op, before, operand))
        return None

    def on_Delete(self, node: ast.Delete) -> Signal:  # noqa: N802
        """Forget the names."""
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.scope.names.pop(target.id, None)
        return None

    def on_Expr(self, node: ast.Expr) -> Signal:  # noqa: N802
        """Read an expression whose value is thrown away, or shown by a notebook."""
        shown = node.lineno in self.scope.module.shown
        value = self.expression(node.value, discarded=not shown, shown=shown)
        return "return" if isinstance(value, Data) and value.op in _EXITS else None

    def on_Return(self, node: ast.Return) -> Signal:  # noqa: N802
        """Remember the value with the branches that lead to it."""
        value = self.expression(node.value) if node.value is not None else Const(None)
        if self.returns:
            self.returns[-1].append((tuple(self.branches), value))
        return "return"

    def on_Raise(self, node: ast.Raise) -> Signal:  # noqa: N802
        """Leave."""
        if node.exc is not None:
            self.expression(node.exc)
        return "return"

    def on_Break(self, _: ast.Break) -> Signal:  # noqa: N802
        """Leave the loop."""
        return "break"

    def on_Continue(self, _: ast.Continue) -> Signal:  # noqa: N802
        """Leave the pass."""
        return "continue"

    def on_Assert(self, node: ast.Assert) -> Signal:  # noqa: N802
        """Read the condition; it changes nothing."""
        self.expression(node.test)
        return None

    def on_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Signal:  # noqa: N802
        """Bind a function; its body is read when it is called."""
        self.scope.names[node.name] = Function(node, self.scope)
        return None

    on_AsyncFunctionDef = on_FunctionDef  # noqa: N815

    def on_ClassDef(self, node: ast.ClassDef) -> Signal:  # noqa: N802
        """Bind a class; its methods are read when they are called."""
        bases = tuple(self.expression(base) for base in node.bases)
        inner = Scope(self.scope.module, {}, self.scope)
        made = Class(node, inner, bases)
        outside, self.scope = self.scope, inner
        for statement in node.body:
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                self.statement(statement)
        self.scope = outside
        self.scope.names[node.name] = made
        return None

    def run_function(self, function: Function) -> None:
        """Read a function whose arguments are unknown."""
        self.apply_function(function, Call(function.node, [], {}), unknown=True)


def entry_functions(scope: Scope) -> Iterable[Function | Class]:
    """Functions and classes that a module defines at its top level."""
    return (
        value
        for value in scope.names.values()
        if isinstance(value, Function | Class) and value.scope.module is scope.module
    )


def _as_load(target: ast.expr) -> ast.expr:
    """The same name, attribute or item, read instead of written."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        return ast.Attribute(target.value, target.attr, ast.Load())
    if isinstance(target, ast.Subscript):
        return ast.Subscript(target.value, target.slice, ast.Load())
    return target
