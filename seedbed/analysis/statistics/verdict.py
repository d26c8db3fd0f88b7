"""The three-way verdict: different, equivalent or undecided, and what would settle it."""

from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Verdict


def decide(
    arms: tuple[Floats, Floats],
    gap: float,
    *,
    paired: bool,
    p: float | None,
    equivalence: float | None,
    margin: float | None,
    needed: tuple[int | None, int | None],
    alpha: float = 0.05,
) -> Verdict:
    """Put the three-way answer in words; p and equivalence may be adjusted for many comparisons."""
    first, second = arms
    n = f"{first.size} pairs" if paired else f"{first.size} against {second.size} runs"
    if p is None:
        return _without_spread(paired, arms, gap)
    if p < alpha:
        better = "A is higher" if gap > 0 else "B is higher"
        return Verdict("different", f"{better} by {abs(gap):.4g} ({n}, p={p:.3g})", None)
    if equivalence is not None and equivalence < alpha:
        reason = f"the difference {gap:.4g} lies within ±{margin:.4g} ({n}, p={equivalence:.3g})"
        return Verdict("equivalent", reason, None)
    reason = f"a difference of {gap:.4g} can be chance ({n}, p={p:.3g})"
    if equivalence is not None:
        reason += f", and one beyond ±{margin:.4g} cannot be ruled out"
    return Verdict("undecided", reason, settle_text(paired, arms, gap, margin, needed))


def settle_text(
    paired: bool,
    arms: tuple[Floats, Floats],
    gap: float,
    margin: float | None,
    needed: tuple[int | None, int | None],
) -> str:
    """How many more runs would settle it, for the margin and for the difference seen."""
    have = min(arms[0].size, arms[1].size)
    unit = "pairs" if paired else "runs per arm"
    parts = []
    for size, count in ((margin, needed[0]), (abs(gap) or None, needed[1])):
        if size is None:
            continue
        if count is None:
            parts.append(f"more than a million {unit} for a difference of {size:.3g}")
        elif count <= have:
            parts.append(f"{have} {unit} already suffice for a difference of {size:.3g}")
        else:
            more = count - have
            parts.append(f"{more} more {unit} ({count} in all) for a difference of {size:.3g}")
    return "; ".join(parts) + " (power 80 %)" if parts else "two or more runs in each arm"


def _without_spread(paired: bool, arms: tuple[Floats, Floats], gap: float) -> Verdict:
    first, second = arms
    if min(first.size, second.size) < 2:
        reason = "one run in an arm carries no interval"
        return Verdict("undecided", reason, "at least three runs in each arm, with the same seeds")
    if gap == 0:
        same = "every pair" if paired else "every run"
        reason = f"{same} scored exactly the same (bit-identical): check that A and B do differ"
        return Verdict("equivalent", reason, None)
    reason = "bit-identical within the arms: no spread to estimate"
    if paired:
        reason = f"every pair differs by exactly {gap:.4g}: no spread to estimate"
    return Verdict("undecided", reason, "runs that differ in their seeds")
