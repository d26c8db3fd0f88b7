"""From paths to findings: reads the files, follows them, asks every rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from seedbed.doctor import rules
from seedbed.doctor.follow import Follower
from seedbed.doctor.interpreter.relevance import (
    Definition,
    Mentions,
    definition_names,
    definitions_in,
    is_irrelevant,
)
from seedbed.doctor.report.findings import Finding, Report
from seedbed.doctor.rules.registry import RULES
from seedbed.doctor.settings import Settings
from seedbed.doctor.source.find_files import (
    UnreadableError,
    find_files,
    load_module,
    parse_module,
)
from seedbed.doctor.source.module import DefinitionPlace, Library, Module
from seedbed.doctor.source.parse import Problem
from seedbed.doctor.source.suppressions import ignored_codes, stray_codes
from seedbed.system.processes.fork_pair import can_fork, in_two_processes
from seedbed.system.processes.gc_pause import grown_old, no_search

assert rules  # noqa: S101  (importing the package registers the rules)

FILES_FOR_TWO = 60
"""From here on a second process pays: a file takes some eight milliseconds."""


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
        report = _examined(paths, settings or Settings(), contents or {})
        if report.read >= FILES_FOR_TWO:
            grown_old()
    return report


def _examined(paths: Sequence[Path], settings: Settings, contents: Mapping[Path, bytes]) -> Report:
    report = Report()
    known: dict[Path, Module] = {}
    for path in find_files(paths, settings.exclude, contents):
        try:
            module, problems = load_module(path, contents.get(path))
        except UnreadableError as error:
            report.problems.append(Problem(path, str(error), error.blocks))
            continue
        report.problems.extend(problems)
        known[module.resolved] = module
    readings = _read(list(known.values()))
    unparsed = {identity for reading in readings for identity in reading.unparsed}
    known = {path: module for path, module in known.items() if id(module) not in unparsed}
    report.read = len(known)
    report.problems.extend(problem for reading in readings for problem in reading.problems)
    found = {finding for reading in readings for finding in reading.findings}
    _keep(found, known, settings, report)
    return report


@dataclass(frozen=True)
class _Reading:
    """What the rules find in some of the files.

    Attributes:
        findings: Those of all rules.
        problems: Files that do not parse, or nest too deeply.
        unparsed: Identities of the files that do not parse.
    """

    findings: set[Finding]
    problems: list[Problem]
    unparsed: set[int]


@dataclass(frozen=True)
class _Parsed:
    """What one process tells the other when its half is parsed.

    Attributes:
        unparsed: Identities of its files that do not parse.
        names: Names of all functions and classes of its files.
    """

    unparsed: set[int]
    names: set[str]


def _read(modules: list[Module]) -> Sequence[_Reading]:
    """Read files; many in two halves, by two processes if there are cores.

    The halves are the same with one core, so that the findings do not depend on the machine.
    """
    parts = [modules] if len(modules) < FILES_FOR_TWO else [modules[::2], modules[1::2]]
    if len(parts) > 1 and can_fork():
        with suppress(EOFError):  # the other process failed: everything is read here
            return in_two_processes(*(partial(_follow, modules, part) for part in parts))
    problems, unparsed = _parse(modules)
    parsed = [module for module in modules if id(module) not in unparsed]
    library = Library(parsed)
    passed, idle = is_irrelevant(parsed)
    called = _places(parsed, passed)
    followers = [
        Follower(library, [one for one in part if id(one) not in unparsed], idle, called)
        for part in parts
    ]
    for follower in followers:
        follower.read_files()
    learned = [follower.learned() for follower in followers]
    for follower, other in zip(followers, reversed(learned), strict=True):
        follower.take(other)
    found = [_Reading(one.findings(), one.problems, set()) for one in followers]
    return [_Reading(set(), problems, unparsed), *found]


def _follow(
    modules: Sequence[Module], part: Sequence[Module], exchange: Callable[[object], object]
) -> _Reading:
    """Parse and read one half of the files while another process does the other.

    A file of the other half is parsed here too if one of this half imports it.
    """
    problems, unparsed = _parse(part)
    mine = [module for module in part if id(module) not in unparsed]
    names = definition_names(mine)
    theirs = exchange(_Parsed(unparsed, names))
    assert isinstance(theirs, _Parsed)  # noqa: S101  (both processes run this function)
    library = Library(m for m in modules if id(m) not in unparsed | theirs.unparsed)
    mentions = Mentions(mine, names | theirs.names)
    elsewhere = exchange(mentions.for_others())
    assert isinstance(elsewhere, list)  # noqa: S101
    passed, idle = mentions.irrelevant(elsewhere)
    follower = Follower(library, mine, idle, _places(mine, passed))
    follower.read_files()
    learned = exchange(follower.learned())
    assert isinstance(learned, tuple)  # noqa: S101
    follower.take(learned)
    return _Reading(follower.findings(), problems + follower.problems, unparsed)


def _parse(modules: Sequence[Module]) -> tuple[list[Problem], set[int]]:
    """Parse files; name those that do not parse, and give their identities."""
    problems: list[Problem] = []
    unparsed: set[int] = set()
    for module in modules:
        try:
            parse_module(module)
        except UnreadableError as error:
            problems.append(Problem(module.path, str(error), error.blocks))
            unparsed.add(id(module))
    return problems, unparsed


def _places(modules: Iterable[Module], definitions: Set[Definition]) -> set[DefinitionPlace]:
    """Where these definitions stand."""
    return {
        module.place_of(node)
        for module in modules
        for node in definitions_in(module)
        if node in definitions
    }


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
