"""Rules and what they find."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from seedbed.doctor.interpreter.trace import Event, Trace
from seedbed.doctor.interpreter.values import Place
from seedbed.doctor.source.module import Module

Certainty = Literal["is", "may be"]
Fix = tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What a rule saw, before it is turned into a line for people.

    Attributes:
        place: The call or statement that is to be changed.
        certain: True when the text alone shows it, False when it depends on what cannot be read.
        message: What is there, one short sentence without a full stop.
        meaning: What it does to the numbers; empty to use the rule's own text.
        fix: Lines to write instead; empty to use the rule's own.
    """

    place: Place
    certain: bool
    message: str
    meaning: str = ""
    fix: Fix = ()


Check = Callable[[Trace], Iterator[Found]]


@dataclass(frozen=True)
class Rule:
    """One thing the doctor looks for.

    Attributes:
        code: Stable code, ``SB`` and three digits; the first digit is the family.
        name: Short name in words with hyphens.
        family: Seeds, Leaks, State, Graph, Comparison, Safety or Keras 3.
        meaning: What it does to the numbers.
        fix: Lines to write instead.
        check: The function that looks.
    """

    code: str
    name: str
    family: str
    meaning: str
    fix: Fix
    check: Check


RULES: dict[str, Rule] = {}
_FAMILIES = {
    "1": "Seeds",
    "2": "Leaks",
    "3": "State",
    "4": "Graph",
    "5": "Comparison",
    "6": "Safety",
    "7": "Keras 3",
}


def rule(code: str, name: str, meaning: str, *fix: str) -> Callable[[Check], Check]:
    """Register the decorated function as the check of a rule."""

    def register(check: Check) -> Check:
        RULES[code] = Rule(code, name, _FAMILIES[code[2]], meaning, fix, check)
        return check

    return register


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
    )


def sure(anchor: Event, *others: Event) -> bool:
    """True when the others have happened whenever the anchor happens."""
    return all(other.branches <= anchor.branches for other in others)


def compatible(one: Event, other: Event) -> bool:
    """False when the two stand in different arms of the same decision."""
    taken = dict(one.branches)
    return all(taken.get(decision, arm) == arm for decision, arm in other.branches)
