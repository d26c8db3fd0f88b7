"""Reads calls: functions of the files given are followed, others are written down."""

import ast
from functools import lru_cache

from seedbed.doctor.interpreter.canonical_names import is_foreign_object
from seedbed.doctor.interpreter.library_calls import made_by_function, made_by_method
from seedbed.doctor.interpreter.reading_place import Call, ReadingPlace
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
    Scope,
    Table,
    Tensor,
    Value,
    constant,
    is_const,
)
from seedbed.doctor.source.module import children

_EXITS = {"sys.exit", "builtins.exit", "builtins.quit", "os._exit"}
IN_PLACE_SHUFFLES = {"random.shuffle", "numpy.random.shuffle"}
_NOT_CALLBACKS = ("keras.layers.Lambda", "builtins.print", "keras.callbacks.")


class Caller(ReadingPlace):
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
            event.result = Data(".sort", (event.target,))
            self.rearrange(event.target, event.result)
        elif isinstance(event.target, Data) and is_const(event.kwargs.get("inplace"), True):
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

    def apply_function(self, function: Function, call: Call, *, unknown: bool = False) -> Value:
        """Read the body of a function where it is called, with the arguments it is given."""
        definition = function.node
        if not self.may_follow(definition):
            return Data("recursion", tuple(call.args))
        self.called.add(definition)
        inner = Scope(function.scope.module, {}, function.scope)
        given = [*([function.owner] if function.owner is not None else []), *call.args]
        outside, self.scope = self.scope, function.scope
        self.bind(definition.args, inner, Call(call.node, given, call.kwargs), unknown=unknown)
        self.scope = inner
        self.frames.append(outside)
        self.stack.append(definition)
        self.returns.append([])
        depth = len(self.branches)
        try:
            if isinstance(definition, ast.Lambda):
                return self.expression(definition.body)
            self.block(definition.body)
        finally:
            found = self.returns.pop()
            self.stack.pop()
            self.frames.pop()
            self.scope = outside
            del self.branches[depth:]
        return self.returned(function, found, depth)

    def returned(
        self,
        function: Function,
        found: list[tuple[tuple[Branch, ...], Value]],
        depth: int,
    ) -> Value:
        """The value of a call, from its ``return`` statements."""
        definition = function.node
        yields = function.scope.module.every(ast.Yield, ast.YieldFrom)
        if yields and isinstance(definition, ast.FunctionDef) and _is_generator(definition):
            return Data("generator", tuple(value for _, value in found))
        if not found:
            return Const(None)
        if len(found) == 1:
            return found[0][1]
        pairs: list[tuple[Branch, Value]] = []
        for number, (branches, value) in enumerate(found):
            inner = branches[depth:]
            pairs.append((inner[-1] if inner else (("return", id(definition)), str(number)), value))
        return Choice(pairs)

    def bind(self, parameters: ast.arguments, inner: Scope, call: Call, *, unknown: bool) -> None:
        """Give each parameter its argument, its default, or something unknown."""
        given, kwargs = call.args, call.kwargs
        names = [arg.arg for arg in (*parameters.posonlyargs, *parameters.args)]
        defaults: dict[str, ast.expr] = dict(
            zip(names[len(names) - len(parameters.defaults) :], parameters.defaults, strict=True)
        )
        for kw, default in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True):
            names.append(kw.arg)
            if default is not None:
                defaults[kw.arg] = default
        positional = len(names) - len(parameters.kwonlyargs)
        for number, name in enumerate(names):
            if number < positional and number < len(given):
                value = given[number]
            elif name in kwargs:
                value = kwargs[name]
            elif name in defaults and not unknown and not {"*", "**"} & set(kwargs):
                value = self.expression(defaults[name])
            else:
                value = Data("param", hint=name)
            self.name_value(value, name)
            inner.names[name] = value
        if parameters.vararg is not None:
            inner.names[parameters.vararg.arg] = Items(given[positional:], open=unknown)
        if parameters.kwarg is not None:
            rest = {name: value for name, value in kwargs.items() if name not in names}
            inner.names[parameters.kwarg.arg] = Table(rest, open=unknown)

    def instantiate(self, cls: Class, call: Call) -> Value:
        """Make an object of a class of the files given and read its ``__init__``."""
        made = Instance(cls, self.place(call.node))
        for base in cls.lineage():
            start = base.method("__init__")
            if start is not None:
                self.apply_function(Function(start, base.scope, made), call)
                break
        self.event("call", "new", call, made, made)
        return made

    def member(self, base: Instance, name: str) -> Value:
        """An attribute or bound method of an object of a class of the files given."""
        if name in base.attrs:
            return base.attrs[name]
        found = self.class_member(base.cls, name)
        if isinstance(found, Function):
            decorators = getattr(found.node, "decorator_list", [])
            words = {d.id for d in decorators if isinstance(d, ast.Name)}
            bound = Function(found.node, found.scope, None if "staticmethod" in words else base)
            if "property" in words:
                return self.apply_function(bound, Call(found.node, [], {}))
            return bound
        if isinstance(found, Data):
            return Data("attr:" + name, (base,))
        return found

    def class_member(self, cls: Class, name: str) -> Value:
        """A method or class attribute."""
        for base in cls.lineage():
            if name in base.scope.names:
                return base.scope.names[name]
            method = base.method(name)
            if method is not None:
                return Function(method, base.scope)
        return Data("attr:" + name, (cls,))

    def visit_callbacks(self, event: Event) -> None:
        """Read functions that are handed to somebody else, who may call them."""
        if event.name.startswith(_NOT_CALLBACKS):
            return
        for value in [*event.args, *event.kwargs.values()]:
            if isinstance(value, Instance) and event.name == ".optimize":
                own = self.class_member(value.cls, "__call__")
                if isinstance(own, Function):
                    value = Function(own.node, own.scope, value)  # noqa: PLW2901
            if isinstance(value, Function):
                returned = self.apply_function(value, Call(event.node, [], {}), unknown=True)
                event.returned = (*event.returned, returned)
                if event.name == ".map" and isinstance(event.result, Data):
                    event.result.detail["returned"] = returned


@lru_cache(maxsize=32768)
def _is_generator(definition: ast.FunctionDef) -> bool:
    pending: list[ast.AST] = list(definition.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending += children(node)
    return False
