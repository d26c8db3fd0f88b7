"""A comparison that is looked at more than once: what may decide it, and where its plan stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isinf

from seedbed.analysis.statistics.arms.comparison import Comparison, LookState
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.stopping.anytime import e_value
from seedbed.analysis.statistics.stopping.sequential import sequential_decision
from seedbed.analysis.statistics.stopping.spending import DEFAULT_SPENDING, Spending

LATER = 0.1
"""Share of the error for all later looks that were not planned, of unpaired or failed runs."""


@dataclass(frozen=True)
class LookPlan:
    """How often a comparison is looked at.

    Attributes:
        looks: Numbers of pairs at which the plan looks; empty without such a plan.
        alpha: Type I error over all looks.
        spending: How the plan spends it.
        futility: Whether the plan also stops where there is little hope.
        spent: Numbers of runs at which a verdict was given before.
        open: More runs are to come, or the e-value was chosen to decide.
    """

    looks: tuple[int, ...] = ()
    alpha: float = 0.05
    spending: Spending = DEFAULT_SPENDING
    futility: bool = True
    spent: tuple[int, ...] = ()
    open: bool = False

    def outside(self, runs: int) -> tuple[int, ...]:
        """Earlier looks that no plan accounts for; one run in an arm can show no difference."""
        return tuple(n for n in self.spent if 1 < n < runs and n not in self.looks)


def look_state(differences: Floats, plan: LookPlan, step: float = 0.0) -> LookState | None:
    """Where a paired comparison stands; None where one look at all runs is all there is.

    At a planned look the plan's boundary decides. Looks that nobody planned, and runs that are
    still to come, leave the e-value, which holds however often one looks.

    Args:
        differences: ``[pair]`` A − B in the order in which the pairs were run.
        plan: How often it is looked at.
        step: Resolution of the scores.
    """
    pairs = differences.size
    evidence = e_value(differences, step=step) if pairs > 1 else 1.0
    evidence = 1.0 if isinf(evidence) else evidence  # of equal pairs the spread is not known yet
    if plan.looks and not plan.outside(pairs):
        found = sequential_decision(
            differences,
            plan.looks,
            plan.alpha,
            futility=plan.futility,
            spending=plan.spending,
            step=step,
        )
        taken = sum(look <= found.look for look in plan.looks)
        text = f"look {taken} of {len(plan.looks)}: {found.action.removeprefix('stop: ')}"
        if found.next_look is not None:
            text += f" to {found.next_look} pairs"
        is_different = found.action == "stop: different"
        return LookState(text, is_different, found.p, found.nominal, evidence, plan.alpha)
    spent = plan.outside(pairs)
    if not (spent or plan.open):
        return None
    why = f"after {_looks(spent)} that were not planned" if spent else "while runs may follow"
    text = f"{why}, an e-value of {1 / plan.alpha:g} decides"
    return LookState(text, evidence >= 1 / plan.alpha, None, None, evidence, plan.alpha)


def look_state_unpaired(p: float | None, runs: int, plan: LookPlan) -> LookState | None:
    """Likewise of runs without partners: a later look must reach a tenth of the level.

    So do all looks of a plan, whose boundary is one for pairs.

    Args:
        p: The p of the test that decides a single look.
        runs: Runs of the smaller arm.
        plan: How often it is looked at.
    """
    spent = sorted({n for n in (*plan.spent, *plan.looks) if 1 < n < runs})
    if not (spent or plan.open or any(look > runs for look in plan.looks)):
        return None
    nominal = plan.alpha * LATER
    unplanned = "" if plan.looks else " that were not planned"
    why = f"after {_looks(spent)}{unplanned}" if spent else "while runs may follow"
    text = f"{why}, p must be below {nominal:g}"
    return LookState(text, p is not None and p <= nominal, p, nominal, None, plan.alpha)


def _looks(spent: Sequence[int]) -> str:
    return f"a look at {spent[0]} runs" if len(spent) == 1 else f"{len(spent)} looks"


def looks_in_words(looks: LookState, level: float) -> str:
    """Where a comparison's looks stand, with the p or the e-value that counts.

    Args:
        looks: The state of the looks.
        level: Confidence level of the interval beside it; another one than the looks' is named.
    """
    said = looks.text
    if looks.p is not None and looks.nominal is not None:
        said += f" (p = {looks.p:.2g} against {looks.nominal:.2g})"
    if looks.e_value is not None:
        said += f"; e-value {looks.e_value:.3g}, which holds however often one looks"
    if abs(1 - level - looks.alpha) > 1e-9:
        said += f"; its stop rule fixes their level at {100 * (1 - looks.alpha):g} %"
    return said


def with_looks(found: Comparison, differences: Floats, plan: LookPlan | None) -> Comparison:
    """A comparison whose looks decide; its verdict is still to be given.

    Args:
        found: The comparison of all runs at one look.
        differences: ``[pair]`` A − B; empty when unpaired.
        plan: How often it is looked at; None for one look.
    """
    if plan is None or min(found.n_a, found.n_b) < 2 or found.difference.value == 0:
        return found
    if found.paired:
        state = _with_failures(look_state(differences, plan, found.step), found, plan.alpha)
        state = _borne_out(state, found, plan.alpha)
    else:
        state = look_state_unpaired(found.decisive_p, min(found.n_a, found.n_b), plan)
    return replace(found, looks=state)


def _borne_out(state: LookState | None, found: Comparison, alpha: float) -> LookState | None:
    """A look that finds a difference; it must hold in the test of all runs as well.

    The looks are judged by t. A run that collapsed leaves the interval and the p to ranks, and runs
    after the look that decided may blur what it found. To ask for both can only lower the error.
    """
    p = found.decisive_p
    if state is None or not state.is_different or p is None or p < alpha:
        return state
    text = f"{state.text}, which the test of all {found.amount} does not confirm"
    return replace(state, text=text, is_different=False)


def _with_failures(state: LookState | None, found: Comparison, alpha: float) -> LookState | None:
    """A look at pairs of which some failed: a difference must hold with these at their worst.

    Their p must reach what the plan asks of this look, or a tenth of the level at an unplanned one.
    """
    if state is None or not state.is_different or found.p_failures is None:
        return state
    nominal = alpha * LATER if state.nominal is None else state.nominal
    if found.p_failures <= nominal:
        return state
    text = f"{state.text}, but not with the failed runs at their worst"
    return replace(state, text=text, is_different=False, p=found.p_failures, nominal=nominal)


def p_at_look(single: Comparison) -> float | None:
    """The p that decides one comparison of a family: 1/e, which holds at every look, if any.

    It is at least the p of all runs, and if runs failed, ten times their p at their worst.
    """
    if single.looks is None or single.looks.e_value is None:
        return single.decisive_p
    worst = 0.0 if single.p_failures is None else single.p_failures / LATER
    return min(max(1 / single.looks.e_value, single.decisive_p or 0.0, worst), 1.0)


def at_look(single: Comparison, adjusted: float | None) -> Comparison:
    """One comparison of a family, whose look decides by the adjusted p.

    Args:
        single: The comparison as if alone.
        adjusted: ``p_at_look`` adjusted for the family.
    """
    if single.looks is None:
        return single
    nominal = single.looks.nominal or single.looks.alpha
    decided = adjusted is not None and adjusted <= nominal
    return replace(single, looks=replace(single.looks, is_different=decided))
