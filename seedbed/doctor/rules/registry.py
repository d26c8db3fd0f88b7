"""The registry of rules: what a rule is, and the decorator that adds one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seedbed.doctor.editing.edits import Patch
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
        patch: The changes that mend it; None where the doctor does not know them.
    """

    place: Place
    certain: bool
    message: str
    meaning: str = ""
    fix: Fix = ()
    patch: Patch | None = None


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
        page: What the rule sees, why it matters, examples and measurements, in Markdown.
    """

    code: str
    name: str
    family: str
    meaning: str
    fix: Fix
    check: Check
    page: str


RULES: dict[str, Rule] = {}


_FAMILIES = {
    "1": "Seeds",
    "2": "Leaks",
    "3": "State",
    "4": "Graph",
    "5": "Comparison",
    "6": "Safety",
    "7": "Keras 3",
    "8": "Scores",
}


def rule(code: str, name: str, meaning: str, *fix: str) -> Callable[[Check], Check]:
    """Register the decorated function as the check of a rule.

    Args:
        code: ``SB`` and three digits; the first digit is the family.
        name: Short name in words with hyphens.
        meaning: What it does to the numbers, in one or two sentences.
        *fix: Lines to write instead.

    Returns:
        The decorator; the page is the rest of the docstring of the module it is used in.
    """

    def register(check: Check) -> Check:
        family = _FAMILIES[code[2]]
        _, _, rest = str(check.__globals__["__doc__"]).partition("\n")
        page = f"# {code}: {name}\n\nFamily: {family}.\n\n{rest.strip()}\n"
        RULES[code] = Rule(code, name, family, meaning, fix, check, page)
        return check

    return register
