"""From paths to findings: reads the files, follows them, asks every rule."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from seedbed.doctor import rules
from seedbed.doctor.follow import Follower, Learned
from seedbed.doctor.interpreter.relevance import is_irrelevant
from seedbed.doctor.report.findings import Finding, Report
from seedbed.doctor.rules.registry import RULES
from seedbed.doctor.settings import Settings
from seedbed.doctor.source.find_files import UnreadableError, find_files, read_module
from seedbed.doctor.source.module import Library, Module
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
            module, problems = read_module(path, contents.get(path))
        except UnreadableError as error:
            report.problems.append(Problem(path, str(error), error.blocks))
            continue
        report.problems.extend(problems)
        known[module.resolved] = module
    report.read = len(known)
    _keep(_found(known, report), known, settings, report)
    return report


def _found(known: dict[Path, Module], report: Report) -> set[Finding]:
    """What the rules find; many files are read in two halves, by two processes if there are cores.

    The halves are the same with one core, so that the findings do not depend on the machine.
    """
    modules = list(known.values())
    library = Library(modules)
    passed, idle = is_irrelevant(modules)
    called = {id(node) for node in passed}
    parts = [modules] if len(modules) < FILES_FOR_TWO else [modules[::2], modules[1::2]]
    if len(parts) > 1 and can_fork():
        work = [partial(_follow, Follower(library, part, idle, called)) for part in parts]
        with suppress(EOFError):  # the other process failed: everything is read here
            results = in_two_processes(*work)
            report.problems.extend(problem for _, problems in results for problem in problems)
            return {finding for findings, _ in results for finding in findings}
    followers = [Follower(library, part, idle, called) for part in parts]
    for follower in followers:
        follower.read_files()
    learned = [follower.learned() for follower in followers]
    for follower, other in zip(followers, reversed(learned), strict=True):
        follower.take(other)
    found = {finding for follower in followers for finding in follower.findings()}
    report.problems.extend(problem for follower in followers for problem in follower.problems)
    return found


def _follow(
    follower: Follower, exchange: Callable[[Learned], Learned]
) -> tuple[set[Finding], list[Problem]]:
    """Read one half of the files while another process reads the other."""
    follower.read_files()
    follower.take(exchange(follower.learned()))
    return follower.findings(), follower.problems


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
