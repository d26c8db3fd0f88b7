"""The two things that statistics return: an estimate with its interval, and a verdict."""

from dataclasses import dataclass, replace
from typing import Literal

VerdictName = Literal["different", "equivalent", "undecided"]


@dataclass(frozen=True)
class Estimate:
    """A number that is never without its interval and the way it was made.

    Attributes:
        value: The point estimate, in the unit of its input.
        low: Lower end of the interval; None where the data carry no interval (n = 1).
        high: Upper end of the interval; None likewise.
        level: Confidence level of the interval, 0.95 unless asked otherwise.
        n: Number of independent observations behind it (runs, pairs or examples; ``method`` says).
        method: How it was made, in words a reader can look up.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    method: str
    level: float = 0.95

    def within(self, least: float, most: float) -> "Estimate":
        """The same, its interval cut where the quantity itself must end, such as a share at 1."""
        if self.low is None or self.high is None:
            return self
        return replace(self, low=max(self.low, least), high=min(self.high, most))

    def negated(self) -> "Estimate":
        """The same of B − A."""
        low, high = self.high, self.low
        return replace(
            self,
            value=-self.value,
            low=None if low is None else -low,
            high=None if high is None else -high,
        )

    def complement(self) -> "Estimate":
        """The same of 1 − p, of a proportion or a chance."""
        return replace(
            self,
            value=1 - self.value,
            low=None if self.high is None else 1 - self.high,
            high=None if self.low is None else 1 - self.low,
        )


@dataclass(frozen=True)
class Verdict:
    """A decision in words.

    Attributes:
        verdict: ``different``, ``equivalent`` or ``undecided``.
        reason: One sentence with the numbers behind it.
        settles: What would settle it (how many more runs), or None where it is settled.
    """

    verdict: VerdictName
    reason: str
    settles: str | None
