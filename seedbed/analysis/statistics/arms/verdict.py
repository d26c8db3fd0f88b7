"""The three-way verdict: different, equivalent or undecided, and what would settle it."""

from seedbed.analysis.statistics.arms.comparison import (
    NO_SPREAD,
    PAIRED,
    RANKS,
    RANKS_FAILED,
    RESPLITS,
    SIGNS,
    SIGNS_FAILED,
    WELCH,
    Comparison,
)
from seedbed.analysis.statistics.estimate import Verdict


def decide(
    found: Comparison, p: float | None, equivalence: float | None, alpha: float = 0.05
) -> Verdict:
    """Put the three-way answer in words.

    Args:
        found: The comparison; its own verdict is not read.
        p: The p that decides, adjusted where there are several comparisons.
        equivalence: P of equivalence, likewise; None without a margin.
        alpha: Two-sided level.
    """
    if min(found.n_a, found.n_b) < 2:
        reason = "one run in an arm gives no interval"
        return Verdict("undecided", reason, "at least three runs in each arm, with the same seeds")
    gap = found.difference.value
    if found.decided_by == NO_SPREAD and gap == 0:
        return _every_score_equal(found, equivalence, alpha)
    if found.looks is not None and not found.looks.is_different:
        reason = f"a difference of {gap:.4g} is not shown ({found.amount}, {found.looks.text})"
        return Verdict("undecided", reason, settle_text(found))
    if (p is not None and p < alpha) or (found.looks is not None and p is not None):
        return Verdict(
            "different", f"{_winner(found)} ({found.amount}, {_test(found)}{p:.3g})", None
        )
    if equivalence is not None and equivalence < alpha:
        reason = f"the difference {gap:.4g} lies within ±{found.margin:.4g} "
        return Verdict("equivalent", f"{reason}({found.amount}, p={equivalence:.3g})", None)
    return Verdict("undecided", _undecided(found, p, equivalence), settle_text(found))


def _winner(found: Comparison) -> str:
    """The arm that is higher, and by how much."""
    gap = found.difference.value
    return f"{'A is higher' if gap > 0 else 'B is higher'} by {abs(gap):.4g}"


def _test(found: Comparison) -> str:
    """The test's name where it is not the usual t, and ``p=``."""
    return "p=" if found.decided_by in (PAIRED, WELCH) else f"{found.test}, p="


def _undecided(found: Comparison, p: float | None, equivalence: float | None) -> str:
    gap = found.difference.value
    if found.decided_by == NO_SPREAD and abs(gap) <= found.step:
        return (
            f"the arms differ by {abs(gap):.4g} without spread, which is at most one step of "
            f"the numbers ({found.step:.4g})"
        )
    chance = "no p" if p is None else f"{_test(found)}{p:.3g}"
    reason = f"a difference of {gap:.4g} can be chance ({found.amount}, {chance})"
    if equivalence is not None:
        return f"{reason}, and one beyond ±{found.margin:.4g} cannot be ruled out"
    if found.is_within_a_reseed:
        reason += f", and is not distinguishable from a reseed (sd of a run {found.run_sd:.3g})"
    return reason


def _every_score_equal(found: Comparison, equivalence: float | None, alpha: float) -> Verdict:
    """Runs that scored the same: equal only where answers or weights say so."""
    every = "every pair" if found.paired else "every run"
    if found.failed:
        reason = f"{every} that finished scored the same, but {found.failed} failed"
        return Verdict("undecided", reason, settle_text(found))
    if found.same_bits:
        reason = f"{every} is equal bit for bit: check that A and B do differ"
        return Verdict("equivalent", reason, None)
    if equivalence is not None and equivalence < alpha:
        reason = f"{every} scored the same, and {found.margin:.4g} is more than rounding can hide"
        return Verdict("equivalent", f"{reason} ({found.amount}, p={equivalence:.3g})", None)
    reason = f"{every} scored exactly the same, but equal scores do not prove equal models"
    return Verdict(
        "undecided", reason, "the runs' answers or weights, compared bit by bit; or a --margin"
    )


def settle_text(found: Comparison) -> str:
    """How many more runs would settle it, for the margin and for the difference seen."""
    if found.failed and (found.decided_by in (SIGNS_FAILED, RANKS_FAILED) or found.p is None):
        return f"a result of each failed run ({found.failed})"
    if found.decided_by == NO_SPREAD:
        return "scores with more digits, or more runs with other seeds"
    unit = {True: "pairs", False: "runs per arm"}[found.paired]
    if found.decided_by in (RANKS, SIGNS):
        needed = found.runs_for_observed
        return f"about {needed} {unit} in all, by ranks" if needed else "the cause of the collapse"
    if found.decided_by == RESPLITS:
        unit = "re-splits"
    gap = abs(found.difference.value)
    sizes = [(found.margin or found.run_sd, found.runs_for_margin)]
    sizes += [(gap or None, found.runs_for_observed)]
    have = min(found.n_a, found.n_b)
    parts = [
        _runs_for(size, count, have, unit, looks=found.looks is not None)
        for size, count in sizes
        if size is not None and size > 0
    ]
    return "; ".join(parts) + " (power 80 %)" if parts else "two or more runs in each arm"


def _runs_for(size: float, count: int | None, have: int, unit: str, *, looks: bool) -> str:
    if count is None:
        most = "no number of re-splits" if unit == "re-splits" else f"more than a million {unit}"
        return f"{most} for a difference of {size:.3g}"
    if count <= have and looks:
        return (
            f"more than {have} {unit} for a difference of {size:.3g}, as several looks ask for more"
        )
    if count <= have:
        return f"{have} {unit} already suffice for a difference of {size:.3g}"
    return f"{more_of(count - have, unit)} ({count} in all) for a difference of {size:.3g}"


def more_of(number: int, unit: str) -> str:
    """``2 more pairs``, ``1 more run in each arm``, ``1 more re-split``."""
    one = unit.replace("pairs", "pair").replace("runs", "run").replace("splits", "split")
    return f"{number} more {one if number == 1 else unit}"
