"""Reads calls: functions of the files given are followed, others are written down."""

import ast
from dataclasses import replace

from seedbed.doctor.interpreter.callbacks import CallbackReader
from seedbed.doctor.interpreter.canonical_names import is_foreign_object
from seedbed.doctor.interpreter.library_calls import made_by_function, made_by_method
from seedbed.doctor.interpreter.reading_place import Call
from seedbed.doctor.interpreter.trace import Event, base_kind
from seedbed.doctor.interpreter.values import (
    Branch,
    Choice,
    Class,
    Const,
    Data,
    Function,
    Instance,
    Items,
    Made,
    ModuleRef,
    Name,
    Table,
    Tensor,
    Value,
    constant,
    is_const,
)

_EXITS = {"sys.exit", "builtins.exit", "builtins.quit", "os._exit"}
IN_PLACE_SHUFFLES = {"random.shuffle", "numpy.random.shuffle"}
_LISTS = {"builtins.list", ".tolist", ".append"}
_SETS = {"builtins.set", "SetComp"}
_OF_ROWS = {"fit", "evaluate", "predict", "score", "fit_generator", "evaluate_generator"}


class Caller(CallbackReader):
    """Reads calls."""

    def call(self, node: ast.Call, *, discarded: bool, shown: bool) -> Value:
        """Read a call: first what is called, then its arguments, then what it does."""
        if isinstance(node.func, ast.Attribute):
            target = self.expression(node.func.value)
            if isinstance(target, Name) and is_foreign_object(target.path, node.func.attr):
                target = Data("attr:" + target.path, (target,))
            if not isinstance(target, Name | ModuleRef | Class):
                args, kwargs = self.arguments(node)
                call = Call(node, args, kwargs, discarded, shown)
                return self.method(target, node.func.attr, call)
            callee = self.attribute(target, node.func.attr)
        else:
            callee = self.expression(node.func)
        args, kwargs = self.arguments(node)
        return self.apply(callee, Call(node, args, kwargs, discarded, shown))

    def arguments(self, node: ast.Call) -> tuple[list[Value], dict[str, Value]]:
        """Positional and keyword arguments; ``*`` and ``**`` are opened where they are known."""
        args: list[Value] = []
        kwargs: dict[str, Value] = {}
        for arg in node.args:
            value = self.expression(arg.value if isinstance(arg, ast.Starred) else arg)
            if isinstance(arg, ast.Starred) and isinstance(value, Items):
                args.extend(value.items)
            elif isinstance(arg, ast.Starred):
                kwargs["*"] = value
            else:
                args.append(value)
        for keyword in node.keywords:
            value = self.expression(keyword.value)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, Table):
                kwargs.update(value.entries)
                if value.open:
                    kwargs["**"] = value
            else:
                kwargs["**"] = value
        return args, kwargs

    def method(self, target: Value, name: str, call: Call) -> Value:
        """Read ``target.name(...)``."""
        if isinstance(target, Choice):
            results: list[tuple[Branch, Value]] = []
            for branch, arm in target.arms:
                self.branches.append(branch)
                results.append((branch, self.method(arm, name, call)))
                self.branches.pop()
            return Choice(results)
        if isinstance(target, Instance):
            member = self.member(target, name)
            if not (isinstance(member, Data) and member.op == "attr:" + name):
                return self.apply(member, call)
        if isinstance(target, Data) and target.op == "builtins.super" and target.parents:
            return self.super_method(target, name, call)
        if isinstance(target, Table) and name in {"get", "pop"} and call.args:
            found = constant(call.args[0])
            if isinstance(found, str) and found in target.entries:
                return target.entries[found]
        if name in _OF_ROWS and not call.args and "*" in call.kwargs:
            rows = call.kwargs["*"]  # fit(*load(files)): inputs and labels
            call = replace(call, args=[self.part(rows, 0, 2), self.part(rows, 1, 2)])
        target = self.presume_model(target, name, call)
        event = self.event("call", "." + name, call, target, Const(None))
        event.result = made_by_method(event)
        self.change_in_place(event)
        self.visit_callbacks(event)
        return event.result

    def change_in_place(self, event: Event) -> None:
        """Take note of a shuffle or sort that changes its argument or object."""
        shuffled = event.args[0] if event.args else event.kwargs.get("x")
        if event.name in IN_PLACE_SHUFFLES and shuffled is not None:
            event.result = Data(event.name, (shuffled,))
            self.rearrange(shuffled, event.result)
        elif event.name == ".shuffle" and event.discarded and shuffled is not None:
            if not isinstance(shuffled, Const) and isinstance(event.target, Data | Made):
                event.result = Data("in-place.shuffle", (shuffled, event.target))
                self.rearrange(shuffled, event.result)
        elif event.name == ".sort" and event.discarded and event.target is not None:
            event.result = Data(".sort", (event.target,), detail=dict(event.kwargs))
            self.rearrange(event.target, event.result)
        elif not isinstance(event.target, Data):
            return
        elif event.name in {".add", ".update"} and event.target.op in _SETS and event.discarded:
            event.result = Data("builtins.set", (event.target, *event.args))
            self.rearrange(event.target, event.result)
        elif event.name in {".append", ".extend"} and event.target.op in _LISTS and event.args:
            event.result = Data(".append", (event.target, event.args[0]), hint=event.target.hint)
            self.rearrange(event.target, event.result)
        elif is_const(event.kwargs.get("inplace"), True):
            self.change_table(event.target, event.result)

    def change_table(self, table: Data, result: Value) -> None:
        """Bind the names of a table to the result of a method called with ``inplace=True``.

        Args:
            table: The table, or a column ``table["age"]`` of it.
            result: What the method gives.
        """
        whole = table.parents[0] if table.op == "index" and table.parents else None
        if isinstance(whole, Data):
            self.rearrange(whole, Data("assign", (whole, result), hint=whole.hint))
        elif isinstance(result, Data):
            result.hint = result.hint or table.hint
            self.rearrange(table, result)

    def super_method(self, target: Data, name: str, call: Call) -> Value:
        """Read ``super().name(...)`` where a base class is among the files given."""
        owner = target.parents[0]
        if isinstance(owner, Instance):
            for base in list(owner.cls.lineage())[1:]:
                found = base.method(name)
                if found is not None and found not in self.stack:
                    return self.apply_function(Function(found, base.scope, owner), call)
        return Data("super." + name, tuple(call.args))

    def apply(self, callee: Value, call: Call) -> Value:
        """Read the call of a value."""
        if isinstance(callee, Function):
            return self.apply_function(callee, call)
        if isinstance(callee, Class):
            return self.instantiate(callee, call)
        if isinstance(callee, Choice):
            results: list[tuple[Branch, Value]] = []
            for branch, arm in callee.arms:
                self.branches.append(branch)
                results.append((branch, self.apply(arm, call)))
                self.branches.pop()
            return Choice(results)
        if isinstance(callee, Data) and callee.op == "unbound" and call.discarded:
            self.trace.unknown_imports.add(callee.hint)
        if not isinstance(callee, Name):
            event = self.event("call", "()", call, callee, Const(None))
            event.result = self.called_object(event, callee)
            self.visit_callbacks(event)
            return event.result
        if callee.path == "builtins.super":
            return Data("builtins.super", self.current_owner())
        event = self.event("call", callee.path, call, None, Const(None))
        event.result = made_by_function(event)
        self.change_in_place(event)
        self.visit_callbacks(event)
        return Data(callee.path) if callee.path in _EXITS else event.result

    def called_object(self, event: Event, callee: Value) -> Value:
        """The value of ``layer(x)``, ``model(x)`` or of calling something unknown."""
        inputs = tuple(event.args) + tuple(event.kwargs.values())
        if isinstance(callee, Instance):
            own = self.class_member(callee.cls, "__call__")
            if isinstance(own, Function) and not base_kind(callee):
                bound = Function(own.node, own.scope, callee)
                return self.apply_function(bound, Call(event.node, event.args, event.kwargs))
        symbolic = any(
            isinstance(v, Tensor)
            or (isinstance(v, Items) and any(isinstance(i, Tensor) for i in v.items))
            for v in inputs
        )
        if symbolic:
            return Tensor(callee, inputs, event.place)
        return Data("called", (callee, *inputs))

    def current_owner(self) -> tuple[Value, ...]:
        """The object whose method is being read, for ``super()``."""
        owner = self.scope.names.get("self")
        return (owner,) if owner is not None else ()
