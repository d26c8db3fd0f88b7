"""What a script did, step by step, each with its line: networks, fits, scores, files, prints."""

from dataclasses import dataclass, field
from typing import Any, Literal

from seedbed.system.text.sentence_case import sentence_case

Kind = Literal["network", "compile", "fit", "evaluate", "predict", "load", "save", "print", "seed"]
MOST_STEPS = 400
MOST_SEED_STEPS = 100
"""Steps before which seeds are told: a script may set one in each batch."""


@dataclass
class Step:
    """One step.

    Attributes:
        kind: What it is.
        place: The script's line, in words; empty if it is not known.
        what: The step in words, which are the same in every run.
        facts: Its numbers and names.
    """

    kind: Kind
    place: str
    what: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Timeline:
    """Every step, in order.

    Attributes:
        steps: The steps that are kept.
        left_out: How many more there were.
    """

    steps: list[Step] = field(default_factory=list)
    left_out: int = 0

    def add(self, kind: Kind, place: str, what: str, **facts: object) -> Step:
        """Take a step."""
        step = Step(kind, place, what, facts)
        if len(self.steps) < (MOST_SEED_STEPS if kind == "seed" else MOST_STEPS):
            self.steps.append(step)
        else:
            self.left_out += 1
        return step

    def lines(self) -> list[str]:
        """The steps in words; those of a loop once, with their number."""
        counted: dict[str, int] = {}
        for step in self.steps:
            where = step.place or "a library"
            said = f"{sentence_case(where)} {step.what}"
            counted[said] = counted.get(said, 0) + 1
        told = [
            f"{said} ({number} times)" if number > 1 else said for said, number in counted.items()
        ]
        return [*told, f"{self.left_out} more steps"] if self.left_out else told
