"""Where ``why`` spends its runs: on the sources whose share is still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from seedbed.analysis.answers.why.source import WhySource

LEAST = 2
"""Baselines of each source in the first round."""
STEP = 2
"""Baselines that a round adds to a source."""


@dataclass(frozen=True)
class Allocation:
    """How many baselines each source gets.

    Attributes:
        baselines: Source → number of baselines that are rerun with it alone changed.
    """

    baselines: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def first(cls, sources: Sequence[str]) -> "Allocation":
        """The least that can tell these sources apart."""
        return cls(dict.fromkeys(sources, LEAST))

    @property
    def everything(self) -> int:
        """Runs in which all sources vary; the last one is not a baseline, but has its own seeds."""
        return max(self.baselines.values(), default=1) + 1

    @property
    def runs(self) -> int:
        """All runs: one twice, those in which all vary, and those with one source changed."""
        return 1 + self.everything + sum(self.baselines.values())

    def next(self, varying: Sequence[WhySource], most: int) -> "Allocation | None":
        """The next round: more baselines for open sources, the least known first.

        Args:
            varying: What is known of each source.
            most: The most runs to spend in all.

        Returns:
            The next allocation; None if every share is known, or no run is left for one that is
            not.
        """
        open_ = [one.source for one in sorted(varying, key=lambda one: -one.width)]
        known = {one.source for one in varying if one.resolved}
        open_ = [name for name in open_ if name not in known and name in self.baselines]
        for step in range(STEP, 0, -1):
            for number in range(len(open_), 0, -1):
                more = {name: self.baselines[name] + step for name in open_[:number]}
                wider = Allocation({**self.baselines, **more})
                if wider.runs <= most:
                    return wider
        return None
