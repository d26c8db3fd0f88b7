"""From paths to findings: reads the files, follows them, asks every rule."""

import ast
import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from seedbed.doctor import rules
from seedbed.doctor.interpreter.reading_place import Call
from seedbed.doctor.interpreter.relevance import is_irrelevant
from seedbed.doctor.interpreter.statements import Interpreter, entry_functions
from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Class, Function, Instance
from seedbed.doctor.queries.demonstrations import nodes_only_shown
from seedbed.doctor.report.findings import Finding, Report, make_finding
from seedbed.doctor.rules.registry import RULES
from seedbed.doctor.settings import Settings
from seedbed.doctor.source.find_files import UnreadableError, find_files, read_module
from seedbed.doctor.source.module import Library, Module
from seedbed.doctor.source.parse import Problem
from seedbed.doctor.source.suppressions import ignored_codes, stray_codes
from seedbed.system.gc_pause import no_search

assert rules  # noqa: S101  (importing the package registers the rules)


def examine(
    paths: Sequence[Path],
    settings: Settings | None = None,
    contents: Mapping[Path, bytes] | None = None,
) -> Report:
    """Read scripts, notebooks and folders, and report what makes their accuracy vary.

    Args:
        paths: What to read.
        settings: Which rules to ask, and what to leave out.
        contents: Bytes to read in place of what lies at a path.

    Returns:
        The report; files that cannot be read are named in it, the others are read all the same.

    Raises:
        InputError: A path does not exist.
    """
    with no_search():
        return _examined(paths, settings or Settings(), contents or {})


def _examined(paths: Sequence[Path], settings: Settings, contents: Mapping[Path, bytes]) -> Report:
    report = Report()
    known: dict[Path, Module] = {}
    for path in find_files(paths, settings.exclude, contents):
        try:
            module, problems = read_module(path, contents.get(path))
        except UnreadableError as error:
            report.problems.append(Problem(path, str(error), error.blocks))
            continue
        report.problems.extend(problems)
        known[module.resolved] = module
    report.read = len(known)
    found: set[Finding] = set()
    for trace in _traces(known, report):
        found.update(_findings(trace))
    _keep(found, known, settings, report)
    return report


def _traces(known: dict[Path, Module], report: Report) -> Iterable[Trace]:
    """One trace for each file, then one for each function that no file calls."""
    library = Library(known.values())
    readers: list[tuple[Module, Interpreter]] = []
    imported: set[Module] = set()
    called, idle = is_irrelevant(known.values())
    for module in known.values():
        trace = Trace(module, whole=True)
        if module in idle:
            imported |= library.imported_by(module)
            trace.followed.append(module)
            yield trace
            continue
        reader = Interpreter(library, trace)
        if _guarded(reader, module, report, partial(reader.run_module, module)):
            readers.append((module, reader))
        imported |= reader.imported
        called |= reader.called
    for module, reader in readers:
        reader.trace.imported = module in imported
        yield reader.trace
    for module, reader in readers:
        yield from _uncalled(module, reader, called, report)


def _uncalled(
    module: Module, reader: Interpreter, called: set[object], report: Report
) -> Iterable[Trace]:
    """Traces of the functions and methods of a file that nothing called and that matter."""
    scope = reader.module_scopes[module]
    for value in list(entry_functions(scope)):
        if isinstance(value, Function) and value.node not in called:
            trace = _fresh(reader, module)
            if _guarded(reader, module, report, partial(reader.run_function, value)):
                called |= reader.called
                yield trace
        elif isinstance(value, Class) and value.node not in called:
            yield from _methods(module, reader, value, called, report)


def _methods(
    module: Module, reader: Interpreter, cls: Class, called: set[object], report: Report
) -> Iterable[Trace]:
    """Traces of the methods of a class that nothing called."""
    methods = [s for s in cls.node.body if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)]
    trace = _fresh(reader, module)
    made: list[object] = []

    def begin() -> None:
        made.append(reader.instantiate(cls, Call(cls.node, [], {"**": reader.unknown()})))

    if not methods or not _guarded(reader, module, report, begin):
        return
    yield trace
    instance = made[0]
    for method in methods:
        if method in called or method in reader.called or not isinstance(instance, Instance):
            continue
        trace = _fresh(reader, module)
        bound = Function(method, cls.scope, instance)
        if _guarded(reader, module, report, partial(reader.run_function, bound)):
            yield trace
    called |= reader.called


def _fresh(reader: Interpreter, module: Module) -> Trace:
    """Begin another trace with the same names."""
    followed = reader.trace.followed
    unknown = reader.trace.unknown_imports
    reader.trace = Trace(module, whole=False, followed=followed, unknown_imports=unknown)
    reader.steps = 0
    return reader.trace


def _guarded(
    reader: Interpreter, module: Module, report: Report, work: Callable[[], object]
) -> bool:
    """Do the work; a script that nests too deeply is named and not followed."""
    try:
        work()
    except RecursionError:
        report.problems.append(Problem(module.path, "is nested too deeply to be followed"))
        reader.reset()
        return False
    return True


def _findings(trace: Trace) -> Iterable[Finding]:
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


def _keep(
    found: set[Finding], known: dict[Path, Module], settings: Settings, report: Report
) -> None:
    """Drop doubles and what a comment or the settings silence."""
    by_path = {module.path: module for module in known.values()}
    strongest: dict[tuple[object, ...], Finding] = {}
    for finding in sorted(one for one in found if one.path in by_path):
        place = (finding.path, finding.cell, finding.line, finding.code)
        held = strongest.get(place)
        if (
            held is None
            or (held.certainty == "may be" and finding.certainty == "is")
            or (held.patch is None and finding.patch and held.certainty == finding.certainty)
        ):
            strongest[place] = finding
    for finding in strongest.values():
        codes = ignored_codes(by_path[finding.path], finding.lines)
        if finding.code in codes or "*" in codes or not settings.wants(finding):
            report.ignored += 1
        else:
            report.findings.append(finding)
    report.findings.sort()
    for module in known.values():
        for line, code in stray_codes(module, RULES):
            report.problems.append(
                Problem(
                    module.path, f"line {line} ignores '{code}', which is not a rule", blocks=False
                )
            )
    report.problems.sort()
