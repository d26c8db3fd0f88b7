"""Stop rules as strategies: a precision (Stein), A against B (group-sequential), a budget.

Each decides by scores in the order of the seeds, never by the order in which runs happened to end.
So all drivers decide the same, and a rule's guarantee holds.
"""

from collections.abc import Sequence
from statistics import stdev

from seedbed.analysis.statistics.arms.equal_weights import own_models
from seedbed.analysis.statistics.arms.resolution import resolution
from seedbed.analysis.statistics.stopping.anytime import e_value
from seedbed.analysis.statistics.stopping.looks import LATER
from seedbed.analysis.statistics.stopping.lost_pairs import p_of_all, p_with_lost
from seedbed.analysis.statistics.stopping.plan import stein_total
from seedbed.analysis.statistics.stopping.sequential import (
    SequentialDecision,
    nominal_levels,
    sequential_decision,
)
from seedbed.analysis.wording import count
from seedbed.sweeps.design.cells.cell import Cell, named
from seedbed.sweeps.design.design import Design
from seedbed.sweeps.design.limits.budget import looks_of
from seedbed.sweeps.spec.fields.stop_fields import Anytime, Budget, Comparison, Precision
from seedbed.sweeps.strategies.cell_values import scores_of_models
from seedbed.sweeps.strategies.conclusion import Conclusion, interval, points
from seedbed.sweeps.strategies.protocol import SweepState

OVER = ("done", "pruned", "failed")
ENOUGH_REPEATS = 3
"""Seeds of both configurations after which equal weights end a comparison."""


class _Rule:
    """What all rules share: the budget, and how many runs the rule saved."""

    adaptive = True
    needs_curves = False

    def __init__(self, design: Design) -> None:
        self._design = design
        stop = design.file.fields.stop
        self._budget: Budget | None = stop.budget if stop else None
        self._cells: dict[tuple[int, int], Cell] = {}

    def more(self, state: SweepState) -> Sequence[Cell]:  # noqa: ARG002
        """Nothing beside the design."""
        return ()

    def finished(self, state: SweepState) -> str | None:
        """Finished when the minutes are spent; a budget of runs is kept by queuing no more."""
        minutes = self._budget.minutes if self._budget else None
        if minutes is None or state.minutes < minutes or self._left(state) == 0:
            return None
        return f"the budget of {minutes:g} minutes of training is spent"

    def prune(self, cell: Cell, state: SweepState) -> str | None:  # noqa: ARG002
        """Never."""
        return None

    def conclude(self, state: SweepState) -> Conclusion | None:
        """Report how many runs of the fixed design the rule saved."""
        fixed, done = self._fixed, self._started(state)
        saved = fixed - done
        sentence = f"The stop rule saved {saved} of the {fixed} runs of the fixed design."
        return Conclusion(
            "\n".join([*self._sentences(state), sentence]), {"runs_saved": float(saved)}
        )

    def _sentences(self, state: SweepState) -> list[str]:
        ended = self.finished(state)
        if ended:
            return [f"Stopped because {ended}."]
        if self._budget and self._budget.runs and self._budget.runs < self._fixed:
            return [f"Stopped because the budget of {self._budget.runs} runs is spent."]
        return ["Every cell of the design ran before the budget was spent."]

    @property
    def _fixed(self) -> int:
        """Runs of the design without the rule: every configuration with every seed."""
        cells = (self._cell(c, s).id for c in range(self._arms) for s in range(self._seeds))
        return len(set(cells))

    @property
    def _arms(self) -> int:
        return len(self._design.configurations)

    @property
    def _seeds(self) -> int:
        return len(self._design.seed_sets)

    def _cell(self, arm: int, seed: int) -> Cell:
        if (arm, seed) not in self._cells:
            design = self._design
            cell = design.factory.cell(design.configurations[arm], design.seed_sets[seed])
            self._cells[arm, seed] = cell
        return self._cells[arm, seed]

    def _started(self, state: SweepState) -> int:
        return sum(standing != "waiting" for standing in state.standings.values())

    def _left(self, state: SweepState) -> int:
        return sum(standing == "waiting" for standing in state.standings.values())


class BudgetRule(_Rule):
    """Starts no run once the budget is spent."""


class PrecisionRule(_Rule):
    """A pilot of each configuration, then as many runs as Stein's second stage says."""

    def __init__(self, design: Design, rule: Precision) -> None:
        super().__init__(design)
        self._rule = rule

    def more(self, state: SweepState) -> Sequence[Cell]:
        """The second stage of every configuration whose pilot is over, seed by seed."""
        wanted = [self._wanted(arm, state) for arm in range(self._arms)]
        cells = [
            self._cell(arm, seed)
            for seed in range(self._seeds)
            for arm in range(self._arms)
            if seed < (wanted[arm] or self._rule.pilot)
        ]
        if (
            self._budget and self._budget.runs
        ):  # shared out once every configuration's need is known
            return () if None in wanted else cells[: self._budget.runs]
        return cells

    def _pilot(self, arm: int, state: SweepState) -> list[float] | None:
        """Scores of the pilot, of equal weights one; None while it is not over."""
        ids = [self._cell(arm, seed).id for seed in range(self._rule.pilot)]
        if any(state.standings.get(one) not in OVER for one in ids):
            return None
        return scores_of_models(ids, state)

    def _wanted(self, arm: int, state: SweepState) -> int | None:
        """Runs that the configuration is to have in all; None while its pilot is not over."""
        scores = self._pilot(arm, state)
        if scores is None:
            return None
        if len(scores) < 2:
            return self._rule.pilot
        total = stein_total(len(scores), stdev(scores), self._rule.half_width, self._rule.level)
        return max(self._rule.pilot, min(total, 10**9))

    def _sentences(self, state: SweepState) -> list[str]:
        lines = []
        for arm in range(self._arms):
            name = named(self._cell(arm, 0).configuration)
            pilot, needed = self._pilot(arm, state), self._wanted(arm, state)
            ids = [self._cell(arm, seed).id for seed in range(self._seeds)]
            scores = scores_of_models(ids, state)
            if pilot is not None and len(pilot) == 1 < sum(one in state.scores for one in ids):
                lines.append(
                    f"{name}: the runs of the pilot have the same weights and count once: its "
                    "seeds change nothing."
                )
                continue
            if pilot is None or needed is None or len(pilot) < 2:
                lines.append(f"{name}: the pilot is not finished, or has fewer than two results.")
                continue
            goal = (
                f"± {100 * self._rule.half_width:.2f} points at {100 * self._rule.level:g} % "
                f"confidence takes {needed} runs by Stein's rule (pilot of {len(pilot)}, sd "
                f"{100 * stdev(pilot):.2f} points)"
            )
            reached = "" if len(scores) >= needed else f", {len(scores)} of them are done"
            lines.append(f"{name}: {goal}{reached}; mean {interval(scores, self._rule.level)}.")
        return lines


class _PairRule(_Rule):
    """What rules on two configurations share: the differences of their pairs."""

    def finished(self, state: SweepState) -> str | None:
        """Also finished when the seeds of both configurations prove to change nothing."""
        if len(self._tried(state)) >= ENOUGH_REPEATS and len(self._over(state)) < 2:
            return (
                "the runs of each configuration have the same weights and count once: its seeds "
                "change nothing"
            )
        return super().finished(state)

    def _over(self, state: SweepState) -> list[tuple[float, float] | None]:
        """``_tried`` without the pairs in which a run repeats the weights of an earlier run."""
        pairs = self._tried(state)
        own = []
        for arm in range(2):
            ids = [self._cell(arm, seed).id for seed in range(len(pairs))]
            own.append(
                own_models(
                    [state.weights.get(one) for one in ids], [state.scores.get(one) for one in ids]
                )
            )
        return [pair for pair, a, b in zip(pairs, *own, strict=True) if a and b]

    def _tried(self, state: SweepState) -> list[tuple[float, float] | None]:
        """Scores of A and B by seed, up to the first that is not over; None if a run failed."""
        found: list[tuple[float, float] | None] = []
        for seed in range(self._seeds):
            a, b = (self._cell(arm, seed).id for arm in range(2))
            if any(state.standings.get(one) not in OVER for one in (a, b)):
                break
            scored = a in state.scores and b in state.scores
            found.append((state.scores[a], state.scores[b]) if scored else None)
        return found

    def _pairs(self, state: SweepState) -> list[tuple[float, float]]:
        """Scores of A and B by pair; a pair with a failed run is left out."""
        return [pair for pair in self._over(state) if pair is not None]

    def _differences(self, state: SweepState) -> list[float]:
        """A − B by pair."""
        return [first - second for first, second in self._pairs(state)]

    def _lost(self, state: SweepState) -> int:
        """Pairs with a failed run."""
        return self._over(state).count(None)

    def _p_with_lost(self, state: SweepState) -> float:
        """P of the pairs so far with the failed runs at their worst; 0 if no run failed."""
        lost = self._lost(state)
        return p_with_lost(self._differences(state), lost) if lost else 0.0

    def _order_holds_back(self, state: SweepState, looks: Sequence[int], alpha: float) -> bool:
        """Whether the runs' order, which decides where t does not, shows a difference at no look.

        So it is where a run collapsed, or where neither configuration's runs vary.
        """
        pairs = self._pairs(state)
        return all(p_of_all(pairs[:look], state.test_examples) >= alpha for look in looks)

    def _held_back(self, state: SweepState, *, by_order: bool) -> str:
        """Why a difference does not stop the sweep."""
        if by_order and any(len(set(arm)) > 1 for arm in zip(*self._pairs(state), strict=True)):
            return "A run collapsed, and by the sign test no look shows a difference."
        if by_order:
            return "The runs of each configuration do not vary: their order shows no difference."
        return (
            f"The {count(self._lost(state), 'pair')} with a failed run could overturn it "
            f"(sign test, failed runs at their worst, p = {self._p_with_lost(state):.2g})."
        )

    def _step(self, state: SweepState) -> float:
        """Resolution of the scores so far."""
        if state.test_examples is not None:
            return 1 / state.test_examples
        return resolution(list(state.scores.values())) if state.scores else 0.0

    def _names(self) -> tuple[str, str]:
        one, other = (named(self._cell(arm, 0).configuration) for arm in range(2))
        return one, other


class AnytimeRule(_PairRule):
    """Looks after every pair, and stops when the e-process reaches 1/alpha."""

    def __init__(self, design: Design, rule: Anytime) -> None:
        super().__init__(design)
        self._rule = rule

    def finished(self, state: SweepState) -> str | None:
        """Finished at the first pair with enough evidence, or when the minutes are spent."""
        pairs, evidence = self._evidence(state)
        if evidence < 1 / self._rule.alpha or self._is_held_back(state):
            return super().finished(state)
        return f"different after {pairs} pairs, e-value {evidence:.3g}"

    def _is_held_back(self, state: SweepState) -> bool:
        """Whether ranks, or failed runs at their worst by a tenth of the error, do not agree."""
        return self._order_does(state) or self._p_with_lost(state) > self._rule.alpha * LATER

    def _order_does(self, state: SweepState) -> bool:
        first, last = self._evidence(state)[0], len(self._pairs(state))
        return self._order_holds_back(state, range(first, last + 1), self._rule.alpha)

    def _evidence(self, state: SweepState) -> tuple[int, float]:
        """Pairs and e-value at the first look that is enough, or at the last one.

        Differences that are all the same give no evidence without the numbers' step: their spread
        is not known yet.
        """
        differences, step = self._differences(state), self._step(state)
        evidence = 1.0
        for pairs in range(2, len(differences) + 1):
            some = differences[:pairs]
            evidence = e_value(some, step=step) if step or max(some) > min(some) else 1.0
            if evidence >= 1 / self._rule.alpha:
                return pairs, evidence
        return len(differences), evidence

    def _sentences(self, state: SweepState) -> list[str]:
        one, other = self._names()
        pairs, evidence = self._evidence(state)
        enough = 1 / self._rule.alpha
        held_back = evidence >= enough and self._is_held_back(state)
        said = "different" if evidence >= enough and not held_back else "not decided"
        lines = [
            f"{one} against {other}, looked at after every pair: {said} after {pairs} pairs, "
            f"e-value {evidence:.3g} ({enough:g} is enough)."
        ]
        if held_back:
            lines.append(self._held_back(state, by_order=self._order_does(state)))
        used = self._differences(state)[:pairs]
        if used:
            lines.append(_mean_of(used))
        return lines


class ComparisonRule(_PairRule):
    """Looks at the pairs after so many of them, and stops when the answer is clear.

    Runs that are not finished when the rule stops are finished and recorded, but the decision uses
    only the pairs of the look that made it.
    """

    def __init__(self, design: Design, rule: Comparison) -> None:
        super().__init__(design)
        self._rule = rule
        self._looks = looks_of(rule, len(design.seed_sets))

    def finished(self, state: SweepState) -> str | None:
        """Finished when the comparison is decided or futile, or the minutes are spent."""
        decision = self._decision(state)
        if decision.action in ("go on", "stop: undecided") or self._is_held_back(decision, state):
            return super().finished(state)
        return _decided(decision)

    def _is_held_back(self, decision: SequentialDecision, state: SweepState) -> bool:
        """Whether a difference does not hold by order, or with failed runs at their worst."""
        if decision.action != "stop: different":
            return False
        pairs = len(self._differences(state))
        reached = [at for look, at in zip(self._looks, self._levels, strict=True) if look <= pairs]
        return self._order_does(decision, state) or self._p_with_lost(state) > reached[-1]

    def _order_does(self, decision: SequentialDecision, state: SweepState) -> bool:
        pairs = len(self._pairs(state))
        looks = [look for look in self._looks if decision.look <= look <= pairs]
        return self._order_holds_back(state, looks, self._rule.alpha)

    def _decision(self, state: SweepState) -> SequentialDecision:
        differences = self._differences(state)[: self._looks[-1]]
        return sequential_decision(
            differences,
            self._looks,
            self._rule.alpha,
            futility=self._rule.futility,
            spending=self._rule.spending,
            step=self._step(state),
        )

    def _sentences(self, state: SweepState) -> list[str]:
        one, other = self._names()
        decision = self._decision(state)
        pairs = self._differences(state)
        looks = ", ".join(str(look) for look in self._looks)
        levels = ", ".join(f"{level:.2g}" for level in self._levels)
        lines = [
            f"{one} against {other}, group-sequential with looks at {looks} pairs and nominal p "
            f"{levels}: {_decided(decision)}."
        ]
        if self._is_held_back(decision, state):
            lines.append(self._held_back(state, by_order=self._order_does(decision, state)))
        if pairs:
            used = pairs[: decision.look] or pairs
            lines.append(_mean_of(used))
        return lines

    @property
    def _fixed(self) -> int:
        """Both configurations with as many seeds as the last look has pairs."""
        return 2 * self._looks[-1]

    @property
    def _levels(self) -> tuple[float, ...]:
        return nominal_levels(self._looks, self._rule.alpha, self._rule.spending)


def _mean_of(pairs: Sequence[float]) -> str:
    return (
        f"Mean difference of {len(pairs)} pairs: {points(sum(pairs) / len(pairs))}; if a "
        "comparison stopped early, such an estimate is biased away from zero."
    )


def _decided(decision: SequentialDecision) -> str:
    p = "" if decision.p is None else f", p = {decision.p:.2g}"
    level = "" if decision.nominal is None else f" against {decision.nominal:.2g}"
    if decision.action == "go on":
        return f"not decided after {decision.look} pairs{p}{level}; the next look needs more pairs"
    what = decision.action.removeprefix("stop: ")
    return f"{what} after {decision.look} pairs{p}{level}"
