"""Reads expressions: what each one is made of, and which calls it makes."""

import ast
import builtins
from collections.abc import Callable, Sequence
from typing import Any, cast

from seedbed.doctor.interpreter.canonical_names import canonical
from seedbed.doctor.interpreter.constant_folding import compare, fold, names_in, star_has
from seedbed.doctor.interpreter.fragment_names import CONVENTIONAL
from seedbed.doctor.interpreter.loop_passes import LoopReader
from seedbed.doctor.interpreter.reading_place import Call
from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import (
    Branch,
    Choice,
    Class,
    Const,
    Data,
    Function,
    Instance,
    Items,
    Model,
    Name,
    Table,
    Value,
    constant,
    key,
)
from seedbed.doctor.source.module import Module

_BUILTINS = frozenset(dir(builtins))
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}


class Evaluator(LoopReader):
    """Turns expressions into values."""

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace)
        self.imported: set[Module] = set()
        self._handlers: dict[type[ast.expr], Callable[[Any], Value] | None] = {}

    def expression(self, node: ast.expr, *, discarded: bool = False, shown: bool = False) -> Value:
        """The value of an expression; calls in it are written to the trace."""
        self.steps += 1
        kind = node.__class__
        if kind is ast.Call:
            return self.call(cast("ast.Call", node), discarded=discarded, shown=shown)
        if kind not in self._handlers:
            self._handlers[kind] = getattr(self, "of_" + kind.__name__, None)
        handler = self._handlers[kind]
        if handler is not None:
            return handler(node)
        parts = ast.iter_child_nodes(node)
        children = [self.expression(part) for part in parts if isinstance(part, ast.expr)]
        return Data(type(node).__name__, tuple(children))

    def of_Constant(self, node: ast.Constant) -> Value:  # noqa: N802
        """A literal."""
        return Const(node.value)

    def of_Name(self, node: ast.Name) -> Value:  # noqa: N802
        """A name: of the script, of a star import, or of Python."""
        found = self.scope.find(node.id)
        if found is not None:
            return found
        outside = self.from_outside(node.id)
        if outside is not None:
            return outside
        unknown = Data("unbound", hint=node.id)
        top = self.scope
        while top.outer is not None:
            top = top.outer
        top.names[node.id] = unknown
        return unknown

    def from_outside(self, name: str) -> Name | None:
        """A name that a star import or Python itself brings."""
        stars = [star for scope in self.scope.outwards() for star in scope.stars]
        for star in stars:
            if star_has(star, name):
                return Name(canonical(f"{star}.{name}"))
        if name in _BUILTINS:
            return Name("builtins." + name)
        if len(stars) == 1:
            return Name(canonical(f"{stars[0]}.{name}"))
        return Name(CONVENTIONAL[name]) if name in CONVENTIONAL else None

    def of_Attribute(self, node: ast.Attribute) -> Value:  # noqa: N802
        """``a.b``."""
        return self.attribute(self.expression(node.value), node.attr)

    def of_NamedExpr(self, node: ast.NamedExpr) -> Value:  # noqa: N802
        """``(a := b)``."""
        value = self.expression(node.value)
        self.assign(node.target, value)
        return value

    def of_Lambda(self, node: ast.Lambda) -> Value:  # noqa: N802
        """A function without a name."""
        return Function(node, self.scope)

    def of_Tuple(self, node: ast.Tuple | ast.List | ast.Set) -> Value:  # noqa: N802
        """A list or tuple whose items are known."""
        items: list[Value] = []
        is_open = False
        for element in node.elts:
            if isinstance(element, ast.Starred):
                inner = self.expression(element.value)
                if isinstance(inner, Items):
                    items.extend(inner.items)
                    is_open = is_open or inner.open
                else:
                    items.append(inner)
                    is_open = True
            else:
                items.append(self.expression(element))
        return Items(items, is_open)

    of_List = of_Tuple  # noqa: N815
    of_Set = of_Tuple  # noqa: N815

    def of_Dict(self, node: ast.Dict) -> Value:  # noqa: N802
        """A dict."""
        table = Table({})
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            value = self.expression(value_node)
            name = constant(self.expression(key_node)) if key_node is not None else None
            if isinstance(name, str):
                table.entries[name] = value
            elif key_node is None and isinstance(value, Table):
                table.entries.update(value.entries)
            else:
                table.others.append(value)
                table.open = True
        return table

    def of_Subscript(self, node: ast.Subscript) -> Value:  # noqa: N802
        """``a[b]``: an item that is known, or rows chosen by an index or a slice."""
        base = self.expression(node.value)
        if isinstance(node.slice, ast.Slice):
            bounds = [node.slice.lower, node.slice.upper, node.slice.step]
            parts = [self.expression(b) if b is not None else Const(None) for b in bounds]
            return Data("slice", (base, *parts))
        return self.item(base, self.expression(node.slice))

    def of_Slice(self, node: ast.Slice) -> Value:  # noqa: N802
        """One axis of ``a[i:j, k]``."""
        bounds = [node.lower, node.upper, node.step]
        parts = [self.expression(b) if b is not None else Const(None) for b in bounds]
        return Data("slice", (Const(None), *parts))

    def of_BinOp(self, node: ast.BinOp) -> Value:  # noqa: N802
        """``a + b``."""
        return self.operation(
            node, node.op, self.expression(node.left), self.expression(node.right)
        )

    def operation(self, node: ast.AST, op: ast.operator, left: Value, right: Value) -> Value:
        """The value of an arithmetic operation."""
        sign = _OPERATORS.get(type(op), type(op).__name__)
        folded = fold(sign, constant(left), constant(right))
        if folded is not None:
            return Const(folded)
        if sign == "+" and isinstance(left, Items) and isinstance(right, Items):
            return Items([*left.items, *right.items], left.open or right.open)
        if sign == "*" and isinstance(left, Items):
            return Items(left.items, open=True)
        value = Data("binop:" + sign, (left, right))
        self.event("binop", sign, Call(node, [left, right], {}), None, value)
        return value

    def of_UnaryOp(self, node: ast.UnaryOp) -> Value:  # noqa: N802
        """``-a``, ``not a``."""
        operand = self.expression(node.operand)
        found = constant(operand)
        if isinstance(node.op, ast.USub) and isinstance(found, int | float):
            return Const(-found)
        if isinstance(node.op, ast.Not):
            known = self.truth(operand)
            return Const(not known) if known is not None else Data("unary:not", (operand,))
        return Data("unary:" + type(node.op).__name__, (operand,))

    def of_BoolOp(self, node: ast.BoolOp) -> Value:  # noqa: N802
        """``a or b``: one of them."""
        values = [self.expression(value) for value in node.values]
        if all(isinstance(value, Const) for value in values):
            stop = isinstance(node.op, ast.Or)
            for value in values:
                if bool(constant(value)) is stop:
                    return value
            return values[-1]
        if any(isinstance(v, Data) and v.op.startswith(("cmp:", "unary:")) for v in values):
            return Data("unary:" + type(node.op).__name__, tuple(values))
        return Choice([((("bool", id(node)), str(i)), value) for i, value in enumerate(values)])

    def of_Compare(self, node: ast.Compare) -> Value:  # noqa: N802
        """``a > b``."""
        left = self.expression(node.left)
        rights = [self.expression(right) for right in node.comparators]
        if len(rights) == 1:
            known = compare(node.ops[0], left, rights[0])
            if known is not None:
                return Const(known)
        sign = "+".join(type(op).__name__ for op in node.ops)
        value = Data("cmp:" + sign, (left, *rights))
        self.event("compare", sign, Call(node, [left, *rights], {}), None, value)
        return value

    def of_IfExp(self, node: ast.IfExp) -> Value:  # noqa: N802
        """``a if b else c``."""
        test = self.expression(node.test)
        known = self.truth(test)
        if known is not None:
            return self.expression(node.body if known else node.orelse)
        decision, yes, no = self.decision(test)
        chosen: list[tuple[Branch, Value]] = []
        for arm, part in ((yes, node.body), (no, node.orelse)):
            self.branches.append((decision, arm))
            chosen.append(((decision, arm), self.expression(part)))
            self.branches.pop()
        return Choice(chosen)

    def truth(self, test: Value) -> bool | None:
        """Whether a condition holds, when reading is enough to know."""
        if isinstance(test, Const):
            return bool(test.value)
        if isinstance(test, Items) and not test.open:
            return bool(test.items)
        if isinstance(test, Model | Function | Class | Instance):
            return True
        return None

    def decision(self, test: Value) -> tuple[object, str, str]:
        """The key of a decision and the names of its arms; ``not x`` is ``x`` turned round."""
        if isinstance(test, Data) and test.op == "unary:not":
            decision, yes, no = self.decision(test.parents[0])
            return decision, no, yes
        return key(test), "yes", "no"

    def of_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:  # noqa: N802
        """A list made in a loop, read like one."""
        made = Items([], open=True)

        nested = len(node.generators) > 1

        def add() -> None:
            value = self.expression(node.elt)
            made.items.append(value)
            if nested:
                self.event("comprehension", "item", Call(node.elt, [value], {}), made, value)

        self.comprehend(node.generators, add, made)
        return made

    def of_SetComp(self, node: ast.SetComp) -> Value:  # noqa: N802
        """A set made in a loop, whose order nothing decides."""
        items = self.of_ListComp(node)
        value = Data("SetComp", (items,))
        self.event("comprehension", "SetComp", Call(node, [items], {}), None, value)
        return value

    of_GeneratorExp = of_ListComp  # noqa: N815

    def of_DictComp(self, node: ast.DictComp) -> Value:  # noqa: N802
        """A dict made in a loop."""
        made = Table({}, open=True)

        def add() -> None:
            self.expression(node.key)
            made.others.append(self.expression(node.value))

        self.comprehend(node.generators, add, made)
        return made

    def comprehend(
        self, generators: Sequence[ast.comprehension], body: Callable[[], None], made: Value
    ) -> None:
        """Run ``body`` for each pass of the loops of a comprehension, which fills ``made``."""
        if not generators:
            body()
            return
        first, rest = generators[0], generators[1:]
        over = self.expression(first.iter)
        loop = self.new_loop(first, over, first.target, first.iter)
        kept = dict(self.scope.names)
        for number, element in enumerate(self.passes(over)):
            self.assign(first.target, element)
            self.enter(loop, number)
            tests = [self.expression(test) for test in first.ifs]
            if tests:
                self.event("filter", "if", Call(first, tests, {}), made, made)
            self.comprehend(rest, body, made)
            self.loops.pop()
        for name in names_in(first.target):
            if name in kept:
                self.scope.names[name] = kept[name]
            else:
                self.scope.names.pop(name, None)
