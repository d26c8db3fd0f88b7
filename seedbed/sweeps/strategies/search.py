"""A search as a strategy: rounds of configurations, pruning, and the best run again.

Configurations are judged on validation data (the highest validation accuracy of each run, averaged
over its seeds), because choosing by test accuracy would use up the test set. The best are then run
again on fresh seeds, and only these runs are the result: the winner's own value is the best of many
noisy ones and so too high (Tang et al. 2020 give the size of it).

Every decision follows from the ledger. So all drivers decide the same, and a search goes on after a
crash where it was. Retrying a failed cell changes what later rounds know, and so what they propose.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from statistics import fmean

import optuna
from optuna.trial import TrialState, create_trial

from seedbed.analysis.wording import listed
from seedbed.sweeps.design.cells.cell import Cell, named
from seedbed.sweeps.design.cells.seed_sets import SeedSet
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.limits.budget import searched, wilcoxon_from
from seedbed.sweeps.design.search.proposals import Proposer
from seedbed.sweeps.design.search.search_space import Configuration
from seedbed.sweeps.design.search.tried import Tried
from seedbed.sweeps.spec.fields.search_fields import Search
from seedbed.sweeps.strategies.cell_values import own_runs, value_of
from seedbed.sweeps.strategies.conclusion import Conclusion, interval, percent, points
from seedbed.sweeps.strategies.epoch_pruning import EpochPruner
from seedbed.sweeps.strategies.protocol import SweepState

OVER = ("done", "pruned", "failed")


@dataclass(frozen=True)
class Stage:
    """How far a search is.

    Attributes:
        tried: Every configuration whose runs are over, with its result, in the order of proposal.
        wanted: Every cell that should be queued by now.
        best: Configurations to run again, best first; empty before the search is over.
    """

    tried: tuple[Tried, ...]
    wanted: tuple[Cell, ...]
    best: tuple[Tried, ...]


class SearchStrategy:
    """Proposes configurations, prunes them, and runs the best again.

    Args:
        design: A design with a search.
    """

    adaptive = True
    needs_curves = True

    def __init__(self, design: Design) -> None:
        if design.proposer is None:
            raise TypeError("a search needs a design with a search")
        self._design = design
        self._proposer: Proposer = design.proposer
        self._search: Search = design.proposer.search
        self._seed_sets = design.seed_sets
        self._fresh = design.fresh
        self._most = searched(design.file.fields, design.proposer, len(design.seed_sets))
        self._cells: dict[str, Cell] = {}
        self._rounds: dict[str, list[Configuration]] = {}
        prune = self._search.prune
        self._by_epoch = (
            EpochPruner(prune.epochs, _epochs(design)) if prune and prune.epochs else None
        )

    def more(self, state: SweepState) -> Sequence[Cell]:
        """Every cell that the search wants by now; the ledger knows which ones are new."""
        return self.stage(state).wanted

    def finished(self, state: SweepState) -> str | None:
        """Finished when the budget of minutes is spent, runs on fresh seeds included."""
        minutes = self._minutes
        if minutes is None or state.minutes < minutes:
            return None
        return f"the budget of {minutes:g} minutes is spent"

    def prune(self, cell: Cell, state: SweepState) -> str | None:
        """Prune by epochs, but never a run on fresh seeds, which are the result."""
        if self._by_epoch is None or cell.options.seed in {one.seed for one in self._fresh}:
            return None
        siblings = [self._cell(cell.configuration, seed_set).id for seed_set in self._seed_sets]
        if any(state.standings.get(one) in ("pruned", "failed") for one in siblings):
            return "its configuration was given up with another seed"
        return self._by_epoch.prune(cell.id, state)

    def _opening(self, stage: Stage) -> str:
        given_up = sum(one.given_up for one in stage.tried)
        return (
            f"Search: {len(stage.tried)} configurations tried, {given_up} of them given up early."
        )

    def conclude(self, state: SweepState) -> Conclusion | None:
        """Report the fresh runs of the best, and how optimistic the search's own value was."""
        stage = self.stage(state)
        if not stage.best:
            return None
        again = [(one, self._again(one, state)) for one in stage.best]
        ranked = sorted(
            ((one, cells) for one, cells in again if cells),
            key=lambda pair: -fmean(value_of(cell, state) or 0.0 for cell in pair[1]),
        )
        if not ranked:
            return None
        return self._report(stage, ranked, state)

    def _report(
        self,
        stage: Stage,
        ranked: Sequence[tuple[Tried, Sequence[Cell]]],
        state: SweepState,
    ) -> Conclusion:
        best = len(stage.best)
        again = (
            "The best on validation data was run again"
            if best == 1
            else f"The best {best} on validation data were run again"
        )
        lines = [
            f"{self._opening(stage)} {again} "
            f"on fresh seeds ({_numbers(self._fresh)}), and only these runs count as the result:"
        ]
        lines += [
            f"  {named(one.configuration)}: test accuracy "
            f"{interval([state.scores[cell.id] for cell in cells])}"
            for one, cells in ranked
        ]
        lines += self._repeats([one for one, _ in ranked], state)
        top, cells = ranked[0]
        found = fmean(value_of(cell, state) or 0.0 for cell in cells)
        own, first = stage.best[0].value or 0.0, stage.best[0].configuration
        first_cells = next((c for one, c in ranked if one.configuration == first), ())
        metrics = {
            "search_fresh_value": found,
            "search_test_accuracy": fmean(state.scores[cell.id] for cell in cells),
        }
        if first_cells:
            fresh = fmean(value_of(cell, state) or 0.0 for cell in first_cells)
            lines.append(
                f"The search's own best value was {percent(own)} on validation data "
                f"({named(first)}); on fresh seeds the same configuration reaches "
                f"{percent(fresh)}: {_optimism(own - fresh)}."
            )
            metrics |= {"search_best_value": own, "search_optimism": own - fresh}
        if len(ranked) > 1:
            lines.append(
                f"Best on the fresh seeds by validation accuracy ({percent(found)}): "
                f"{named(top.configuration)}. With {len(ranked)} of them to choose from, its value "
                "is still slightly too high; the report says whether they differ on the test set."
            )
        return Conclusion("\n".join(lines), metrics)

    def _repeats(self, best: Sequence[Tried], state: SweepState) -> list[str]:
        """Say whose fresh runs ended with equal weights, which count once."""
        repeated = [
            named(one.configuration)
            for one in best
            if len(self._again(one, state)) < len(self._rerun(one, state))
        ]
        if not repeated:
            return []
        return [f"Fresh runs with the same weights count once: those of {listed(repeated)}."]

    # Stages

    def stage(self, state: SweepState) -> Stage:
        """Replay the search from its beginning, as far as there are results."""
        wanted: list[Cell] = []
        tried: list[Tried] = []
        rivals: list[Tried] = []
        proposed = list(self._design.configurations)[: self._most]
        while proposed:
            over = []
            for configuration in proposed:
                cells, one = self._configuration(configuration, rivals, state)
                wanted += cells
                over += [one] if one else []
            if len(over) < len(proposed):
                return Stage((*tried, *over), tuple(wanted), ())
            tried += over
            rivals = tried[:]
            proposed = self._next(tuple(tried), state)
        sound = [one for one in tried if not one.given_up and one.value is not None]
        best = sorted(sound, key=lambda one: -(one.value or 0.0))[: self._search.retest.best]
        wanted += [self._cell(one.configuration, s) for s in self._fresh for one in best]
        return Stage(tuple(tried), tuple(wanted), tuple(best))

    def _next(self, tried: tuple[Tried, ...], state: SweepState) -> list[Configuration]:
        """The next round; empty if the search is over or only the fresh runs still fit."""
        if (known := repr(tried)) not in self._rounds:
            self._rounds[known] = self._proposer.more(tried)[: max(self._most - len(tried), 0)]
        proposed = self._rounds[known]
        begun = any(
            self._cell(configuration, self._seed_sets[0]).id in state.standings
            for configuration in proposed
        )
        return proposed if begun or self._fits(len(proposed), state) else []

    def _fits(self, configurations: int, state: SweepState) -> bool:
        """Whether the minutes are enough for another round and the fresh runs after it."""
        minutes = self._minutes
        over = sum(standing in OVER for standing in state.standings.values())
        if minutes is None or not over:
            return True
        runs = configurations * len(self._seed_sets) + self._search.retest.best * len(self._fresh)
        return state.minutes * (1 + runs / over) <= minutes

    def _configuration(
        self, configuration: Configuration, rivals: Sequence[Tried], state: SweepState
    ) -> tuple[list[Cell], Tried | None]:
        """The cells that a configuration should have by now, and its result once it is over."""
        cells = [self._cell(configuration, seed_set) for seed_set in self._seed_sets]
        rival = self._rival(rivals)
        ready = wilcoxon_from(self._search.prune.p) if rival and self._search.prune else len(cells)
        while True:
            asked = cells[:ready]
            standings = [state.standings.get(cell.id) for cell in asked]
            if any(standing not in OVER for standing in standings):
                return asked, None
            values = [value_of(cell, state) for cell in asked]
            known = [value for value in values if value is not None]
            mean = fmean(known) if known else None
            broken = len(known) < len(asked)
            if broken or ready == len(cells) or self._is_worse(asked, rival, state):
                given_up = broken or ready < len(cells)
                return asked, Tried(configuration, mean, len(known), given_up)
            ready += 1

    def _rival(self, rivals: Sequence[Tried]) -> list[Cell]:
        """Cells of the best configuration so far; empty where seeds are not pruned."""
        if not (self._search.prune and self._search.prune.seeds):
            return []
        sound = [one for one in rivals if not one.given_up and one.value is not None]
        if not sound:
            return []
        best = max(sound, key=lambda one: one.value or 0.0)
        return [self._cell(best.configuration, seed_set) for seed_set in self._seed_sets]

    def _is_worse(self, asked: Sequence[Cell], rival: Sequence[Cell], state: SweepState) -> bool:
        """Optuna's signed-rank pruner, with the seed's index as its step.

        A seed of which either run repeats earlier weights is no step: it tells nothing new.
        """
        prune = self._search.prune
        if not rival or prune is None:
            return False
        known = [value_of(cell, state) or 0.0 for cell in rival]
        values = [value_of(cell, state) or 0.0 for cell in asked]
        own = zip(own_runs(asked, state), own_runs(rival[: len(asked)], state), strict=True)
        steps = [place for place, both in enumerate(own) if all(both)]
        study = optuna.create_study(direction="maximize")
        study.add_trial(
            create_trial(value=fmean(known), intermediate_values=dict(enumerate(known)))
        )
        trial = create_trial(
            state=TrialState.RUNNING,
            intermediate_values={place: values[place] for place in steps},
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            pruner = optuna.pruners.WilcoxonPruner(p_threshold=prune.p, n_startup_steps=2)
        return pruner.prune(study, trial)

    def _again(self, one: Tried, state: SweepState) -> list[Cell]:
        """The fresh runs of a configuration that have a score; of equal weights, one."""
        done = self._rerun(one, state)
        return list(compress(done, own_runs(done, state)))

    def _rerun(self, one: Tried, state: SweepState) -> list[Cell]:
        cells = (self._cell(one.configuration, seed_set) for seed_set in self._fresh)
        return [cell for cell in cells if cell.id in state.scores]

    def _cell(self, configuration: Mapping[str, object], seed_set: SeedSet) -> Cell:
        key = f"{sorted(configuration.items())} {seed_set.label}"
        if key not in self._cells:
            self._cells[key] = self._design.factory.cell(configuration, seed_set)
        return self._cells[key]

    @property
    def _minutes(self) -> float | None:
        stop = self._design.file.fields.stop
        return stop.budget.minutes if stop and stop.budget else None


def _optimism(excess: float) -> str:
    """By how much a search's own value overstates its best, in words."""
    if excess >= 0:
        return f"{points(excess)} of optimism"
    return f"here the search's own value was not too high, but {points(-excess)[1:]} too low"


def _epochs(design: Design) -> int:
    return max(int(cell.options.epochs) for cell in design.cells)


def _numbers(seed_sets: Sequence[SeedSet]) -> str:
    return ", ".join(str(one.seed) for one in seed_sets)
