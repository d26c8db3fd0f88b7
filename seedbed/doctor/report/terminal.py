"""The report as a person reads it in a terminal."""

import textwrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from seedbed.doctor.report.findings import Finding, Report
from seedbed.doctor.rules.registry import RULES
from seedbed.system.text.terminal_escape import inert

_COLOURS = {"is": "red", "may be": "yellow"}


def print_report(report: Report, console: Console, brief: bool) -> None:
    """Print findings, then what could not be read, then a count.

    The meaning and the fix of a rule are printed where it is found for the first time.

    Args:
        report: What was found.
        console: Where to print.
        brief: One line for each finding.
    """
    told: set[tuple[str, str]] = set()
    for finding in report.findings:
        _headline(finding, console)
        if not brief and (finding.code, finding.meaning) not in told:
            told.add((finding.code, finding.meaning))
            _details(finding, console)
    if report.problems:
        for problem in report.problems:
            line = Text.assemble((inert(problem.path), "bold"), " ", inert(problem.reason))
            _print_hanging(line, console)
        console.print()
    _summary(report, console)


def _headline(finding: Finding, console: Console) -> None:
    """``train.py:12:1 SB101 is: NumPy is seeded, the framework is not``."""
    line = Text.assemble(
        (inert(finding.where), "bold"),
        " ",
        (finding.code, "cyan"),
        " ",
        (finding.certainty, _COLOURS[finding.certainty]),
        ": ",
        inert(finding.message),
    )
    _print_hanging(line, console)


def _print_hanging(line: Text, console: Console) -> None:
    """Print a line, wrapped at words in a terminal; what goes on below is set in."""
    if not console.is_terminal or line.cell_len <= console.width:
        console.print(line, soft_wrap=True)
        return
    for number, part in enumerate(line.wrap(console, console.width - 4)):
        part.rstrip()
        console.print(Text("  " if number else "") + part, soft_wrap=True)


def _details(finding: Finding, console: Console) -> None:
    """What it means and what to write instead, set in."""
    for part in textwrap.wrap(finding.meaning, min(console.width, 88) - 4):
        console.print(Text("    " + inert(part)), soft_wrap=True)
    for line in finding.fix:
        console.print(Text("    | " + inert(line), style="green"), soft_wrap=True)
    console.print()


def _summary(report: Report, console: Console) -> None:
    """One line with the counts."""
    certain = sum(finding.certainty == "is" for finding in report.findings)
    perhaps = len(report.findings) - certain
    counts = _plural(len(report.findings), "finding")
    if report.findings:
        counts += f" ({certain} is, {perhaps} may be)"
    parts = [f"{_plural(report.read, 'file')} read: {counts}"]
    if report.ignored:
        parts.append(f"{report.ignored} ignored")
    unread = sum(problem.blocks and not problem.unwritten for problem in report.problems)
    if unread:
        parts.append(f"{unread} not read")
    if unwritten := sum(problem.unwritten for problem in report.problems):
        parts.append(f"{unwritten} left unchanged")
    _print_hanging(Text(", ".join(parts)), console)
    if report.findings:
        code = report.findings[0].code
        console.print(Text(f"What a code means: seedbed doctor --explain {code}"))


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def print_rules(console: Console) -> None:
    """Print every rule by family."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Code", "Family", "Name"):
        table.add_column(heading)
    for code in sorted(RULES):
        table.add_row(code, RULES[code].family, RULES[code].name)
    console.print(table)
