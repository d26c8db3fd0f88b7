"""What a comparison says if the failed runs would have been the worst."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from seedbed.analysis.answers.comparison_answer import Terms
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.failures import at_their_worst
from seedbed.analysis.statistics.many import Family, PairResult, compare_many
from seedbed.analysis.wording import count, listed, p_value


@dataclass(frozen=True)
class Bound:
    """The verdicts with every failed run counted as the worst score of all.

    Attributes:
        failed: Name → number of failed runs, of the arms that have some.
        counted_as: The score that each of them counts as.
        verdicts: One object per comparison: ``a``, ``b``, ``verdict`` and adjusted ``p``.
        changed: Whether a verdict differs from that of the runs that finished.
    """

    failed: Mapping[str, int]
    counted_as: float
    verdicts: tuple[Mapping[str, object], ...]
    changed: bool


def bound_by_failures(
    tried: Mapping[str, Floats],
    finished: Sequence[tuple[str, str, str]],
    terms: Terms,
    *,
    higher_is_better: bool = True,
) -> tuple[Bound, str] | None:
    """Compare again with failed runs at their worst.

    Args:
        tried: Name → ``[run]`` scores, nan where the run failed; matched by seed when paired.
        finished: A, B and the verdict of each comparison of the runs that finished.
        terms: How they are compared.
        higher_is_better: False of a loss, whose worst is its highest.

    Returns:
        The bound and its sentence; None where no run failed.

    Raises:
        InputError: An arm with more failed runs than results.
    """
    failed = {name: int(np.isnan(runs).sum()) for name, runs in tried.items()}
    failed = {name: lost for name, lost in failed.items() if lost}
    if not failed:
        return None
    sign = 1.0 if higher_is_better else -1.0
    worst = at_their_worst({name: sign * runs for name, runs in tried.items()})
    counted_as = sign * min(float(runs.min()) for runs in worst.values())
    family = compare_many(
        {name: sign * runs for name, runs in worst.items()},
        paired=bool(terms.paired),
        control=terms.control,
        margin=terms.margin,
        level=terms.level,
        test_size=terms.test_size,
    )
    before = {frozenset((a, b)): verdict for a, b, verdict in finished}
    changed = [one for one in family.pairs if before[frozenset((one.a, one.b))] != _verdict(one)]
    bound = Bound(failed, counted_as, _verdicts(family), bool(changed))
    who = listed(f"{lost} of {name}" for name, lost in failed.items())
    one_run = sum(failed.values()) == 1
    start = (
        f"{count(sum(failed.values()), 'failed run')} ({who}) {'is' if one_run else 'are'} left "
        f"out. Counted as the worst score of all, {terms.unit.level(counted_as)}, "
        f"{'it' if one_run else 'they'} would"
    )
    if not changed:
        return bound, f"{start} not change {'the' if len(family.pairs) == 1 else 'any'} verdict."
    turned = [
        f'turn "{before[frozenset((one.a, one.b))]}" into "{_verdict(one)}"'
        f"{'' if len(family.pairs) == 1 else f' for {one.a} and {one.b}'} "
        f"({p_value(one.p_adjusted)})"
        for one in changed
    ]
    return bound, f"{start} {listed(turned)}."


def _verdict(one: PairResult) -> str:
    return one.comparison.verdict.verdict


def _verdicts(family: Family) -> tuple[Mapping[str, object], ...]:
    return tuple(
        {"a": one.a, "b": one.b, "verdict": _verdict(one), "p": one.p_adjusted}
        for one in family.pairs
    )
