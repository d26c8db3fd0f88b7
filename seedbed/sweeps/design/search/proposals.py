"""Which configurations a search tries: a function of the file and of the values so far only.

Every driver proposes the same, also after a crash. Grids are enumerated here: Optuna's GridSampler
and BruteForceSampler hand one point to several processes, and their last ``tell`` raises when
trials are asked for one by one.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from seedbed.sweeps.design.search.search_space import Configuration, distinct, draw, grid
from seedbed.sweeps.design.search.tried import Tried
from seedbed.sweeps.spec.fields.search_fields import Search
from seedbed.system.errors import InputError

MOST = 10_000


@dataclass
class Proposer:
    """Proposes configurations round by round.

    Attributes:
        search: The search that the file asks for.
        whole: Option → whether its numbers are whole ones.
        allowed: Whether no rule excludes a configuration.
        in_rounds: Whether a round waits for the one before it, even if it does not learn from it.
        total: Configurations that it will propose; fewer where a small space is used up before.

    Raises:
        InputError: There are not as many configurations as are to be tried, or none.
    """

    search: Search
    whole: Mapping[str, bool]
    allowed: Callable[[Configuration], bool]
    in_rounds: bool = False
    total: int = field(init=False)
    _every: list[Configuration] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        if self.search.sampler == "grid":
            self._every = self._grid()
        else:
            generator = np.random.default_rng([self.search.seed, 0])
            wanted = self.search.count or 0
            drawn = distinct(
                wanted, lambda: draw(self.search.over, self.whole, generator), self.allowed, []
            )
            self._every = drawn if self.search.sampler == "random" else drawn[: self._together]
        self.in_rounds |= self.learns
        self.total = len(self._every) if self.search.count is None else self.search.count

    @property
    def learns(self) -> bool:
        """Whether proposals depend on earlier values."""
        return self.search.sampler == "tpe"

    def first(self) -> list[Configuration]:
        """What to try before any value is known."""
        return self._every[: self._together] if self.in_rounds else list(self._every)

    def more(self, tried: Sequence[Tried]) -> list[Configuration]:
        """The next round.

        Args:
            tried: Every configuration proposed before, in order, each with its result.

        Returns:
            At most ``together`` configurations; none when the search is over.
        """
        wanted = min(self._together, self.total - len(tried))
        if not self.learns:
            return self._every[len(tried) : len(tried) + wanted]
        if wanted <= 0:
            return []
        from seedbed.sweeps.design.search.tpe_round import TpeRound  # imports Optuna

        return TpeRound(self.search, self.whole, self.allowed).propose(tried, wanted)

    @property
    def _together(self) -> int:
        return self.search.together

    def _grid(self) -> list[Configuration]:
        sizes = (
            len(space) if isinstance(space, list) else space.points or 1
            for space in self.search.over.values()
        )
        size = math.prod(sizes)
        if size > MOST:
            raise InputError(f"A grid must have at most {MOST} points, got {size}: thin it out.")
        found = [point for point in grid(self.search.over, self.whole) if self.allowed(point)]
        if not found:
            raise InputError("exclude must leave a configuration of the grid: loosen a rule.")
        return found
