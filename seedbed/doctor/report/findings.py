"""Rules and what they find."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from seedbed.doctor.editing.edits import Patch
from seedbed.doctor.rules.registry import Fix, Found, Rule
from seedbed.doctor.source.module import Module
from seedbed.doctor.source.parse import Problem

Certainty = Literal["is", "may be"]


@dataclass(frozen=True, order=True)
class Finding:
    """One finding in one line of one file.

    Attributes:
        path: The file, as it was given.
        cell: The notebook's code cell, from 1; 0 in a script.
        line: Line in the cell or file, from 1.
        column: Column, from 1.
        code: The rule.
        certainty: ``is`` or ``may be``.
        message: What is there.
        meaning: What it does to the numbers.
        fix: Lines to write instead.
        physical: Line in the file on disk, from 1.
        lines: First and last line of the statement in the parsed text, for comments.
        mends: ``safe`` or ``unsafe`` if the doctor knows a patch, else empty.
        patch: The changes that mend it; None also for a report that was kept from an earlier call.
    """

    path: Path
    cell: int
    line: int
    column: int
    code: str
    certainty: Certainty
    message: str
    meaning: str
    fix: Fix
    physical: int
    lines: tuple[int, int]
    mends: str = field(default="", compare=False)
    patch: Patch | None = field(default=None, compare=False)

    @property
    def where(self) -> str:
        """``file.py:12:1``, or ``notebook.ipynb:cell 3:12:1``."""
        cell = f"cell {self.cell}:" if self.cell else ""
        return f"{self.path.as_posix()}:{cell}{self.line}:{self.column}"


def make_finding(of: Rule, found: Found) -> Finding:
    """Turn what a rule saw into a finding with its place in the file."""
    module: Module = found.place.module
    node = found.place.node
    first = getattr(node, "lineno", 1)
    last = getattr(node, "end_lineno", None) or first
    where = module.line(first)
    return Finding(
        module.path,
        where.cell or 0,
        where.line,
        getattr(node, "col_offset", 0) + 1,
        of.code,
        "is" if found.certain else "may be",
        found.message,
        found.meaning or of.meaning,
        found.fix or of.fix,
        where.physical,
        (first, last),
        "" if found.patch is None else "safe" if found.patch.safe else "unsafe",
        found.patch,
    )


@dataclass
class Report:
    """What was read and what was found.

    Attributes:
        read: Number of files that were read.
        findings: In the order of files and lines.
        problems: Files and cells that could not be read.
        ignored: Number of findings that a comment or the settings silenced.
    """

    read: int = 0
    findings: list[Finding] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: int = 0

    @property
    def exit_code(self) -> int:
        """2 when something was left unread, else 1 when something was found, else 0."""
        if any(problem.blocks for problem in self.problems):
            return 2
        return 1 if self.findings else 0
