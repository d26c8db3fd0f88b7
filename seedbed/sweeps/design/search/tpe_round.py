"""One round of a search by TPE, which learns from the values so far.

A sampler of Optuna is asked through a private study in memory that is filled anew from the ledger,
and is seeded by the file and the number of the round. So every driver proposes the same, also after
a crash.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import TrialState, create_trial

from seedbed.sweeps.design.search.search_space import Configuration, distinct, draw, tidy
from seedbed.sweeps.design.search.tried import Tried
from seedbed.sweeps.spec.fields.configuration_fields import Range
from seedbed.sweeps.spec.fields.search_fields import Search
from seedbed.system.errors import InputError

REPEATS = 25
"""Proposals of TPE in a row that are known or excluded before a random one is taken instead."""


@dataclass(frozen=True)
class TpeRound:
    """Proposes the configurations of one round.

    Attributes:
        search: The search that the file asks for.
        whole: Option → whether its numbers are whole ones.
        allowed: Whether no rule excludes a configuration.
    """

    search: Search
    whole: Mapping[str, bool]
    allowed: Callable[[Configuration], bool]

    def propose(self, tried: Sequence[Tried], wanted: int) -> list[Configuration]:
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
        return distinct(
            1, lambda: draw(self.search.over, self.whole, generator), self.allowed, known
        )

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
