"""Reads functions and classes of the files given where they are called."""

import ast
from functools import lru_cache

from seedbed.doctor.interpreter.reading_place import Call, ReadingPlace
from seedbed.doctor.interpreter.values import (
    Branch,
    Choice,
    Class,
    Const,
    Data,
    Function,
    Instance,
    Items,
    Scope,
    Table,
    Value,
)
from seedbed.doctor.source.module import children


class FunctionReader(ReadingPlace):
    """Follows functions, and makes objects of classes."""

    def apply_function(self, function: Function, call: Call, *, unknown: bool = False) -> Value:
        """Read the body of a function where it is called, with the arguments it is given."""
        definition = function.node
        if not self.may_follow(definition):
            return Data("recursion", tuple(call.args))
        self.called.add(function.scope.module.place_of(definition))
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
