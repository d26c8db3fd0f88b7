"""Which configurations a search tries: a function of the file and of the values so far only.

A sampler of Optuna is asked through a private study in memory that is filled anew from the ledger,
and is seeded by the file and the number of the round. So every driver proposes the same, also after
a crash. Grids are enumerated here: Optuna's GridSampler and BruteForceSampler hand one point to
several processes, and their last ``tell`` raises when trials are asked for one by one.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import TrialState, create_trial

from seedbed.sweeps.design.search_space import Configuration, distinct, draw, grid, tidy
from seedbed.sweeps.spec.fields.configuration_fields import Range
from seedbed.sweeps.spec.fields.search_fields import Search
from seedbed.system.errors import InputError

MOST = 10_000
REPEATS = 25
"""Proposals of TPE in a row that are known or excluded before a random one is taken instead."""


@dataclass(frozen=True)
class Tried:
    """The result of a configuration.

    Attributes:
        configuration: The configuration.
        value: Mean validation accuracy over its seeds, or over those it got; None without any.
        seeds: Seeds that it got.
        given_up: Whether it was pruned or failed before it had all of its seeds.
    """

    configuration: Configuration
    value: float | None
    seeds: int
    given_up: bool


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
            drawn = distinct(wanted, lambda: self._draw(generator), self.allowed, [])
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
        return self._learned(tried, wanted) if wanted > 0 else []

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

    def _draw(self, generator: np.random.Generator) -> Configuration:
        return draw(self.search.over, self.whole, generator)

    def _learned(self, tried: Sequence[Tried], wanted: int) -> list[Configuration]:
        """Ask TPE, for a whole round at once: it counts its own open proposals as poor."""
        words = np.random.SeedSequence([self.search.seed, 1 + len(tried)]).generate_state(2)
        sampler = optuna.samplers.TPESampler(seed=int(words[0]), multivariate=True)
        study = _study(sampler)
        distributions = {o: self._distribution(o) for o in self.search.over}
        for one in tried:
            _add(study, one, distributions)
        generator = np.random.default_rng(int(words[1]))
        known = [one.configuration for one in tried]
        found: list[Configuration] = []
        for _ in range(wanted):
            try:
                found += self._ask(study, distributions, generator, [*known, *found])
            except InputError:  # a small space is used up
                break
        return found

    def _ask(
        self,
        study: optuna.Study,
        distributions: dict[str, BaseDistribution],
        generator: np.random.Generator,
        known: list[Configuration],
    ) -> list[Configuration]:
        for _ in range(REPEATS):
            params = study.ask(distributions).params
            candidate = {
                option: tidy(value, space, self.whole[option])
                if isinstance(space := self.search.over[option], Range)
                else value
                for option, value in params.items()
            }
            if candidate not in known and self.allowed(candidate):
                return [candidate]
        return distinct(1, lambda: self._draw(generator), self.allowed, known)

    def _distribution(self, option: str) -> BaseDistribution:
        space = self.search.over[option]
        if isinstance(space, list):
            return CategoricalDistribution(space)
        if self.whole[option]:
            return IntDistribution(math.ceil(space.low), math.floor(space.high), log=space.log)
        return FloatDistribution(space.low, space.high, log=space.log)


def _study(sampler: optuna.samplers.BaseSampler) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.create_study(direction="maximize", sampler=sampler)


def _add(study: optuna.Study, tried: Tried, distributions: dict[str, BaseDistribution]) -> None:
    """A pruned configuration tells TPE its value after so many seeds; without one it failed."""
    state, value = TrialState.COMPLETE, tried.value
    steps: dict[int, float] = {}
    if tried.value is None:
        state = TrialState.FAIL
    elif tried.given_up:
        state, value, steps = TrialState.PRUNED, None, {tried.seeds: tried.value}
    study.add_trial(
        create_trial(
            state=state,
            params=tried.configuration,
            distributions=distributions,
            value=value,
            intermediate_values=steps,
        )
    )
