"""The verdict on two arms in words, and what would settle it."""

from seedbed.analysis.answers.comparison.pair import Pair
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
from seedbed.analysis.statistics.arms.verdict import more_of
from seedbed.analysis.statistics.estimate import Verdict
from seedbed.analysis.wording import count, p_value


def verdict_of(
    pair: Pair, found: Comparison, p: float | None, equivalence: float | None, how: str = ""
) -> Verdict:
    """Put a comparison's verdict in words with units.

    Args:
        pair: The arms.
        found: Their comparison; its verdict may be on adjusted values of p.
        p: The p that decides that the arms differ.
        equivalence: The p that decides that they are equivalent.
        how: How these are adjusted, such as ``after Holm``.
    """
    name, gap, margin = found.verdict.verdict, found.difference.value, found.margin
    runs = runs_of(found)
    adjusted = f" {how}" if how else ""
    if p is None and name != "equivalent":
        reason = _without_spread(pair, found)
        return Verdict(name, reason, found.verdict.settles)
    if p is None and found.same_bits:
        every = "pair" if found.paired else "run"
        reason = f"every {every} is equal bit for bit: check that {pair.a} and {pair.b} do differ"
        return Verdict(name, reason, None)
    numbers = f"{pair.interval(found.difference)}, {runs}, {_test_of(found)}{p_value(p)}{adjusted}"
    where = "over re-splits of the data" if found.decided_by == RESPLITS else "on this test set"
    if name == "different":
        return Verdict(name, f"{pair.higher(gap)} {where} ({numbers})", None)
    if name == "equivalent":
        reason = (
            f"{pair.a} and {pair.b} score alike {where}: the difference, "
            f"{pair.unit.difference(abs(gap))}, lies within ±{pair.unit.difference(margin or 0)} "
            f"({runs}, {p_value(equivalence)}{adjusted})"
        )
        return Verdict(name, reason, None)
    which = "which can be chance"
    if gap == 0:
        which = "and the interval says how far apart they may truly be"
    if found.decided_by in (SIGNS_FAILED, RANKS_FAILED):
        which = "which can be chance, or come from the runs that failed"
    elif found.looks is not None:
        which = f"which the looks do not call a difference yet: {found.looks.text}"
    reason = (
        f"it is undecided whether {pair.a} or {pair.b} scores {pair.better}: "
        f"{pair.higher(gap)} here, {which} ({numbers})"
    )
    if margin and equivalence is not None:
        beyond = pair.unit.difference(margin)
        reason += f", and a difference beyond ±{beyond} cannot be ruled out"
    elif not (margin or found.failed or found.looks) and gap and found.is_within_a_reseed:
        sd = pair.unit.difference(found.run_sd or 0)
        reason += f", and is not distinguishable from a reseed (sd of a run {sd})"
    return Verdict(name, reason, settles(pair, found))


def _test_of(found: Comparison) -> str:
    """The test's name before its p, where it is not t."""
    return "" if found.decided_by in (PAIRED, WELCH, RESPLITS) else f"{found.test}, "


def runs_of(found: Comparison) -> str:
    """How many runs a comparison has: ``5 pairs``, ``8 re-splits``, ``5 against 4 runs``."""
    if found.decided_by == RESPLITS:
        return count(found.n_a, "re-split")
    return count(found.n_a, "pair") if found.paired else f"{found.n_a} against {found.n_b} runs"


def _without_spread(pair: Pair, found: Comparison) -> str:
    gap = found.difference.value
    if min(found.n_a, found.n_b) < 2:
        return f"{pair.higher(gap)}, but one run in an arm gives no interval"
    if gap == 0:
        every = "every pair" if found.paired else "every run"
        return (
            f"{every} scored exactly the same, but equal scores do not prove that {pair.a} and "
            f"{pair.b} are equal models"
        )
    if found.paired:
        return f"{pair.higher(gap)} in every pair; scores without spread cannot be tested"
    same = "with equal scores in each arm"
    return f"{pair.higher(gap)}, {same}; scores without spread cannot be tested"


def settles(pair: Pair, found: Comparison) -> str:
    """How many more runs would settle an undecided comparison."""
    if found.decided_by in (SIGNS_FAILED, RANKS_FAILED):
        again = "the failed run" if found.failed == 1 else f"the {found.failed} failed runs"
        return f"a result of {again}; and if these runs can only fail, more seeds"
    have, unit = min(found.n_a, found.n_b), "pairs" if found.paired else "runs in each arm"
    if found.decided_by == NO_SPREAD:
        return _settles_without_spread(found, have, unit)
    if found.decided_by in (RANKS, SIGNS):
        return f"find out why runs collapsed; {_more_by_ranks(found.runs_for_observed, have, unit)}"
    if found.decided_by == RESPLITS:
        unit = "re-splits"
    parts = []
    gap = abs(found.difference.value)
    for size, needed in ((found.margin, found.runs_for_margin), (gap, found.runs_for_observed)):
        if not size:
            continue
        of = f"a difference of {pair.unit.difference(size)}"
        if needed is None:
            most = "no number of" if found.decided_by == RESPLITS else "more than a million"
            parts.append(f"{most} {unit} for {of}")
        elif needed <= have and found.looks is not None:
            parts.append(f"more than {have} {unit} for {of}, because several looks ask for more")
        elif needed <= have:
            parts.append(f"{have} {unit} already suffice for {of}")
        else:
            parts.append(f"{more_of(needed - have, unit)} ({needed} in all) for {of}")
    if not parts:
        return "a --margin: runs cannot show that two arms are exactly equal"
    return f"{'; '.join(parts)} (power 80 %)"


def _more_by_ranks(needed: int | None, have: int, unit: str) -> str:
    """How many runs would show the order of the runs that is seen here."""
    if needed is None:
        return f"no number of {unit} shows arms whose runs win as often as they lose to differ"
    if needed <= have:
        return f"{have} {unit} already suffice for runs that win as often as these (power 80 %)"
    return (
        f"about {more_of(needed - have, unit)} ({needed} in all) for runs that win as often as "
        "these (power 80 %)"
    )


def _settles_without_spread(found: Comparison, have: int, unit: str) -> str:
    """The same for runs that do not vary: more runs, or more digits."""
    needed = found.runs_for_observed
    if have < 2 or (needed is not None and needed > have):
        least = max(needed or 2, 2)
        vary = "vary by no more than a step of the numbers" if found.run_sd else "do not vary"
        return f"{more_of(least - have, unit)} ({least} in all), if those {vary} either"
    return "scores with more digits, because rounding can hide a difference as large as this one"
