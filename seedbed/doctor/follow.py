"""Follows files from their first line, then the functions that no file calls."""

import ast
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from seedbed.doctor.interpreter.reading_place import Call
from seedbed.doctor.interpreter.statements import Interpreter, entry_functions
from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Class, Function, Instance
from seedbed.doctor.queries.demonstrations import nodes_only_shown
from seedbed.doctor.report.findings import Finding, make_finding
from seedbed.doctor.rules.registry import RULES
from seedbed.doctor.source.module import DefinitionPlace, Library, Module
from seedbed.doctor.source.parse import Problem

Learned = tuple[set[DefinitionPlace], set[int]]
"""Definitions that are called, and identities of files that are imported."""


class Follower:
    """Reads some of the files given and asks every rule about them.

    Args:
        library: Every file given.
        modules: Those to read.
        idle: Files that no rule can need.
        called: Definitions that are not to be read by themselves.

    Attributes:
        called: The same, and those that something calls.
        imported: Identities of the files that another imports.
        problems: Files that nest too deeply.
    """

    def __init__(
        self,
        library: Library,
        modules: Sequence[Module],
        idle: set[Module],
        called: set[DefinitionPlace],
    ) -> None:
        self.library = library
        self.modules = modules
        self.idle = idle
        self.called = set(called)
        self.imported: set[int] = set()
        self.problems: list[Problem] = []
        self._readers: list[tuple[Module, Interpreter]] = []
        self._idle_traces: list[Trace] = []

    def read_files(self) -> None:
        """Follow each file from its first line."""
        for module in self.modules:
            trace = Trace(module, whole=True)
            if module in self.idle:
                self.imported |= {id(one) for one in self.library.imported_by(module)}
                trace.followed.append(module)
                self._idle_traces.append(trace)
                continue
            reader = Interpreter(self.library, trace)
            if self._guarded(reader, module, partial(reader.run_module, module)):
                self._readers.append((module, reader))
            self.imported |= {id(one) for one in reader.imported}
            self._note_called(reader)

    def learned(self) -> Learned:
        """What the files call and import, for a process that reads the others."""
        return self.called, self.imported

    def take(self, learned: Learned) -> None:
        """Add what another process has learned."""
        self.called |= learned[0]
        self.imported |= learned[1]

    def findings(self) -> set[Finding]:
        """What every rule says about the files, and about the functions that nothing calls."""
        found: set[Finding] = set()
        for trace in self._traces():
            found.update(_findings(trace))
        return found

    def _traces(self) -> Iterable[Trace]:
        yield from self._idle_traces
        for module, reader in self._readers:
            reader.trace.imported = id(module) in self.imported
            yield reader.trace
        for module, reader in self._readers:
            yield from self._uncalled(module, reader)

    def _uncalled(self, module: Module, reader: Interpreter) -> Iterable[Trace]:
        """Traces of the functions and methods of a file that nothing called and that matter."""
        scope = reader.module_scopes[module]
        for value in list(entry_functions(scope)):
            if isinstance(value, Function) and module.place_of(value.node) not in self.called:
                trace = _fresh(reader, module)
                if self._guarded(reader, module, partial(reader.run_function, value)):
                    self._note_called(reader)
                    yield trace
            elif isinstance(value, Class) and module.place_of(value.node) not in self.called:
                yield from self._methods(module, reader, value)

    def _methods(self, module: Module, reader: Interpreter, cls: Class) -> Iterable[Trace]:
        """Traces of the methods of a class that nothing called."""
        methods = [
            s for s in cls.node.body if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        trace = _fresh(reader, module)
        made: list[object] = []

        def begin() -> None:
            made.append(reader.instantiate(cls, Call(cls.node, [], {"**": reader.unknown()})))

        if not methods or not self._guarded(reader, module, begin):
            return
        yield trace
        instance = made[0]
        for method in methods:
            place = module.place_of(method)
            known = place in self.called or place in reader.called
            if known or not isinstance(instance, Instance):
                continue
            trace = _fresh(reader, module)
            bound = Function(method, cls.scope, instance)
            if self._guarded(reader, module, partial(reader.run_function, bound)):
                yield trace
        self._note_called(reader)

    def _note_called(self, reader: Interpreter) -> None:
        self.called |= reader.called

    def _guarded(self, reader: Interpreter, module: Module, work: Callable[[], object]) -> bool:
        """Do the work; a script that nests too deeply is named and not followed."""
        try:
            work()
        except RecursionError:
            self.problems.append(Problem(module.path, "is nested too deeply to be followed"))
            reader.reset()
            return False
        return True


def _fresh(reader: Interpreter, module: Module) -> Trace:
    """Begin another trace with the same names."""
    followed = reader.trace.followed
    unknown = reader.trace.unknown_imports
    reader.trace = Trace(module, whole=False, followed=followed, unknown_imports=unknown)
    reader.steps = 0
    return reader.trace


def _findings(trace: Trace) -> Iterator[Finding]:
    """What every rule says about a trace.

    Nothing is certain in a function that nothing calls, nor of a model that is only shown.
    """
    if not trace.events and not trace.whole:
        return
    shown = nodes_only_shown(trace)
    for rule in RULES.values():
        for found in rule.check(trace):
            certain = found.certain and trace.whole and id(found.place.node) not in shown
            yield make_finding(rule, dataclasses.replace(found, certain=certain))
