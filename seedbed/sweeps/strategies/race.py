"""A search as a race: configurations compete on common seeds, and the losers get no more.

Every configuration gets two seeds; then each gets another one only while it may still be the best
(``may_be_best``). What is left when the seeds are used up, or one alone, is run again on fresh
seeds, as in every search, and these runs are the result.
"""

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from seedbed.analysis.statistics.racing import may_be_best
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.limits.budget import RACE_FROM
from seedbed.sweeps.design.search.search_space import Configuration
from seedbed.sweeps.design.search.tried import Tried
from seedbed.sweeps.spec.fields.search_fields import Race
from seedbed.sweeps.strategies.cell_values import own_runs, value_of
from seedbed.sweeps.strategies.protocol import SweepState
from seedbed.sweeps.strategies.search import OVER, SearchStrategy, Stage


class RaceStrategy(SearchStrategy):
    """Gives seeds to the configurations that may still win.

    Every decision follows from the ledger, seed by seed: so all drivers decide the same, and a race
    goes on after a crash where it was.

    Args:
        design: A design with a search.
        race: How it races.
    """

    def __init__(self, design: Design, race: Race) -> None:
        super().__init__(design)
        self._race = race

    def stage(self, state: SweepState) -> Stage:
        """Replay the race from its beginning, as far as there are results."""
        alive = list(self._design.configurations)[: self._most]
        values: list[list[float]] = [[] for _ in alive]
        out: list[Tried] = []
        wanted = [self._cell(one, s) for s in self._seed_sets[:RACE_FROM] for one in alive]
        for seed in range(len(self._seed_sets)):
            cells = [self._cell(one, self._seed_sets[seed]) for one in alive]
            if seed >= RACE_FROM and not self._goes_on(alive, seed, state):
                break
            wanted += cells if seed >= RACE_FROM else []
            if any(state.standings.get(cell.id) not in OVER for cell in cells):
                return Stage(tuple(out), tuple(wanted), ())
            scores = [value_of(cell, state) for cell in cells]
            keep = [score is not None for score in scores]
            values = [[*v, score or 0.0] for v, score in zip(values, scores, strict=True)]
            if seed + 1 >= RACE_FROM and sum(keep) > 1:
                left = [place for place, kept in enumerate(keep) if kept]
                may = may_be_best(
                    np.array([values[place] for place in left]),
                    self._race.p,
                    [own_runs(self._so_far(alive[place], seed + 1), state) for place in left],
                )
                for place, stays in zip(left, may, strict=True):
                    keep[place] = bool(stays)
            out += [
                _left(one, v if score is not None else v[:-1])
                for one, v, score, kept in zip(alive, values, scores, keep, strict=True)
                if not kept
            ]
            alive = [one for one, kept in zip(alive, keep, strict=True) if kept]
            values = [v for v, kept in zip(values, keep, strict=True) if kept]
        winners = [
            Tried(one, fmean(v), len(v), False) for one, v in zip(alive, values, strict=True)
        ]
        ranked = sorted(winners, key=lambda one: -(one.value or 0.0))[: self._search.retest.best]
        wanted += [self._cell(one.configuration, s) for s in self._fresh for one in ranked]
        return Stage((*out, *winners), tuple(wanted), tuple(ranked))

    def _so_far(self, one: Configuration, seeds: int) -> list[Cell]:
        """The cells of a configuration with the first seeds."""
        return [self._cell(one, seed_set) for seed_set in self._seed_sets[:seeds]]

    def _goes_on(self, alive: Sequence[Configuration], seed: int, state: SweepState) -> bool:
        """Whether another seed can tell more, and the minutes are enough for it and fresh runs."""
        own = [sum(own_runs(self._so_far(one, seed), state)) for one in alive]
        if len(alive) < 2 or max(own) == 1:
            return False
        minutes = self._minutes
        over = sum(standing in OVER for standing in state.standings.values())
        names = list(self._design.configurations)[: self._most]
        begun = any(self._cell(one, self._seed_sets[seed]).id in state.standings for one in names)
        if minutes is None or begun or not over:
            return True
        runs = len(alive) + min(self._search.retest.best, len(alive)) * len(self._fresh)
        return state.minutes * (1 + runs / over) <= minutes

    def _opening(self, stage: Stage) -> str:
        runs = sum(one.seeds for one in stage.tried)
        every = len(stage.tried) * len(self._seed_sets)
        left = sum(not one.given_up for one in stage.tried)
        return (
            f"Race: {len(stage.tried)} configurations competed on common seeds, {left} of them to "
            f"the end; it took {runs} runs in place of {every}."
        )


def _left(configuration: Configuration, values: list[float]) -> Tried:
    """A configuration that left the race, with the values that it got."""
    return Tried(configuration, fmean(values) if values else None, len(values), True)
