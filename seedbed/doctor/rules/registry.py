"""The registry of rules: what a rule is, and the decorator that adds one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seedbed.doctor.interpreter.trace import Trace
from seedbed.doctor.interpreter.values import Place

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
