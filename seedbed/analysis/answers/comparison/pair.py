"""Two arms by name: which is better, and by how much, in words."""

from dataclasses import dataclass

from seedbed.analysis.answers.units import Unit
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.system.text.sentence_case import sentence_case


@dataclass(frozen=True)
class Pair:
    """Two arms by name, and the unit of their scores.

    Attributes:
        a: Name of A.
        b: Name of B.
        unit: How scores are written.
    """

    a: str
    b: str
    unit: Unit

    def ordered(self, gap: float) -> tuple[str, str]:
        """The better arm, then the other; ``gap`` is A − B."""
        a_is_better = gap <= 0 if self.unit.lower_is_better else gap >= 0
        return (self.a, self.b) if a_is_better else (self.b, self.a)

    @property
    def better(self) -> str:
        """What a better score is: ``higher``, or ``lower`` as of a loss."""
        return "lower" if self.unit.lower_is_better else "higher"

    def higher(self, gap: float) -> str:
        """Which arm is better, and by how much; ``gap`` is A − B."""
        if gap == 0:
            return f"{self.a} and {self.b} score the same on average"
        first, second = self.ordered(gap)
        return f"{first} scores {self.unit.difference(abs(gap))} {self.better} than {second}"

    def sentence(self, reason: str) -> str:
        """A reason as a sentence; a name at its start stays unchanged."""
        named = reason.startswith((f"{self.a} ", f"{self.b} "))
        return f"{reason}." if named else f"{sentence_case(reason)}."

    def interval(self, found: Estimate) -> str:
        """The interval of a difference, the winner minus the other."""
        return self.unit.interval(found, sign=1 if found.value >= 0 else -1)
