"""Where ``why`` spends its runs: on the sources whose share is still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from seedbed.analysis.answers.why.source import WhySource

LEAST = 2
"""Baselines of each source in the first round."""
STEP = 2
"""Baselines that a round adds to a source, at least."""
GROWTH = 3
"""A round adds this part of the baselines of the source that has most: later rounds are larger."""
ENOUGH = 12
"""Runs in which all vary; a number that is the same in so many is not looked at longer."""
MOST_FILLING = 2
"""Runs that a round may get only to keep every core busy until its end."""


@dataclass(frozen=True)
class Allocation:
    """How many baselines each source gets.

    Attributes:
        baselines: Source → number of baselines that are rerun with it alone changed.
        all_vary: The fewest runs in which all sources vary. The first look at a script has as many
            as its first round, so that four runs, not three, keep two cores busy.
    """

    baselines: Mapping[str, int] = field(default_factory=dict)
    all_vary: int = LEAST + 1

    @classmethod
    def first(cls, sources: Sequence[str]) -> "Allocation":
        """The least that can tell these sources apart."""
        return cls(dict.fromkeys(sources, LEAST))

    @property
    def everything(self) -> int:
        """Runs in which all sources vary; the last one is not a baseline, but has its own seeds."""
        return max(max(self.baselines.values(), default=0) + 1, self.all_vary)

    @property
    def runs(self) -> int:
        """All runs: one twice, those in which all vary, and those with one source changed."""
        return 1 + self.everything + sum(self.baselines.values())

    def next(
        self, varying: Sequence[WhySource], most: int, workers: int = 1
    ) -> "Allocation | None":
        """The next round: more baselines for open sources, the least known first.

        Args:
            varying: What is known of each source.
            most: The most runs to spend in all.
            workers: Runs at once; a round is large enough to occupy them.

        Returns:
            The next allocation; None if every share is known, or no run is left for one that is
            not.
        """
        open_ = [one.source for one in sorted(varying, key=lambda one: -one.width)]
        known = {one.source for one in varying if one.resolved}
        open_ = [name for name in open_ if name not in known and name in self.baselines]
        for step in range(self._step(len(open_), workers), 0, -1):
            for number in range(len(open_), 0, -1):
                more = {name: self.baselines[name] + step for name in open_[:number]}
                wider = replace(self, baselines={**self.baselines, **more})
                if wider.runs <= most:
                    return wider.filled(self.runs, most, workers)
        return None

    def longer(self, most: int, workers: int = 1) -> "Allocation | None":
        """The next round where the number has not varied so far: more runs in which all vary.

        Args:
            most: The most runs to spend in all.
            workers: Runs at once.

        Returns:
            The next allocation; None if there were ``ENOUGH`` such runs, or no run is left.
        """
        more = min(max(STEP, workers), ENOUGH - self.everything, most - self.runs)
        return replace(self, all_vary=self.everything + more) if more > 0 else None

    def filled(self, before: int, most: int, workers: int) -> "Allocation":
        """With more runs in which all vary, if workers would idle at the end of the round.

        Args:
            before: Runs of the earlier rounds.
            most: The most runs to spend in all.
            workers: Runs at once.
        """
        idle = (before - self.runs) % workers
        if idle > MOST_FILLING or self.runs + idle > most:
            return self
        return replace(self, all_vary=self.everything + idle)

    def _step(self, sources: int, workers: int) -> int:
        """Baselines that the next round adds to each open source."""
        largest = max(self.baselines.values(), default=0)
        return max(STEP, largest // GROWTH, -(-workers // (sources + 1)))
