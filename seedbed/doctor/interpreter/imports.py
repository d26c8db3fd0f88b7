"""Reads import statements: modules among the files given are read, others stay names."""

import ast

from seedbed.doctor.interpreter.canonical_names import WELL_KNOWN, canonical
from seedbed.doctor.interpreter.expressions import Evaluator
from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Const, Data, ModuleRef, Name, Scope
from seedbed.doctor.source.module import Library, Module

_MOST_MODULES = 20


class ImportReader(Evaluator):
    """Binds what import statements bring.

    Args:
        library: Every file given.
        trace: Where events are written.
    """

    def __init__(self, library: Library, trace: Trace) -> None:
        super().__init__(trace)
        self.library = library
        self.module_scopes: dict[Module, Scope] = {}

    def run_module(self, module: Module, name: str = "__main__") -> Scope:
        """Read a file from its first statement; a file is read once per entry."""
        if module in self.module_scopes:
            return self.module_scopes[module]
        scope = Scope(module, {"__name__": Const(name), "__file__": Data("file")})
        self.module_scopes[module] = scope
        self.trace.followed.append(module)
        outside, self.scope = self.scope, scope
        try:
            self.block(module.tree.body)
        finally:
            self.scope = outside
        return scope

    def on_Import(self, node: ast.Import) -> None:  # noqa: N802
        """Bind modules: those given are read, others are only names."""
        for alias in node.names:
            ours = self.local_module(alias.name, 0)
            bound = alias.asname or alias.name.split(".")[0]
            if ours is not None and (alias.asname or "." not in alias.name):
                self.scope.names[bound] = ours
                continue
            self.note_import(alias.name)
            path = alias.name if alias.asname else alias.name.split(".")[0]
            self.scope.names[bound] = Name(canonical(path))

    def on_ImportFrom(self, node: ast.ImportFrom) -> None:  # noqa: N802
        """Bind names of a module: of one given, or of one that lives elsewhere."""
        base = node.module or ""
        ours = self.local_module(base, node.level)
        if ours is None and not node.level:
            self.note_import(base)
        for alias in node.names:
            bound = alias.asname or alias.name
            if ours is not None:
                if alias.name == "*":
                    public = {k: v for k, v in ours.scope.names.items() if not k.startswith("_")}
                    self.scope.names.update(public)
                    continue
                found = ours.scope.names.get(alias.name)
                if found is not None:
                    self.scope.names[bound] = found
                    continue
            inner = self.local_module(".".join(filter(None, [base, alias.name])), node.level)
            if inner is not None:
                self.scope.names[bound] = inner
            elif alias.name == "*":
                self.scope.stars.append(canonical(base))
            elif ours is None:
                if node.level:
                    self.note_import(".")
                self.scope.names[bound] = Name(canonical(f"{base or '.'}.{alias.name}"))

    def local_module(self, name: str, level: int) -> ModuleRef | None:
        """Read a module of the files given; None when it is not among them."""
        found = self.library.find(name, level, self.scope.module)
        if found is None or found is self.scope.module:
            return None
        if found not in self.module_scopes and len(self.module_scopes) >= _MOST_MODULES:
            self.trace.unknown_imports.add(name)
            self.imported.add(found)
            return None
        found_scope = self.run_module(found, name or "__init__")
        self.imported.add(found)
        return ModuleRef(found_scope)

    def note_import(self, name: str) -> None:
        """Remember modules that might set seeds or anything else behind our back."""
        if name.split(".", maxsplit=1)[0] not in WELL_KNOWN:
            self.trace.unknown_imports.add(name)
