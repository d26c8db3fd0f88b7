"""Many configurations: all pairs, or each against one control, adjusted by Holm."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.arms.compare import compare_paired
from seedbed.analysis.statistics.arms.comparison import Comparison
from seedbed.analysis.statistics.arms.failures import compare_tried
from seedbed.analysis.statistics.arms.prior_sd import PriorSd, with_prior
from seedbed.analysis.statistics.arms.shared_variance import moderated, shared_variance
from seedbed.analysis.statistics.arms.verdict import decide
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.stopping.looks import (
    LookPlan,
    at_look,
    p_at_look,
    with_looks,
)
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class PairResult:
    """One comparison of a family, its verdict on the adjusted p.

    Attributes:
        a: Name of A.
        b: Name of B.
        comparison: As if alone, but for ``verdict``, which is on the adjusted values.
        p_adjusted: Adjusted p; None without spread.
        equivalence_adjusted: Adjusted p of equivalence; None without spread.
    """

    a: str
    b: str
    comparison: Comparison
    p_adjusted: float | None
    equivalence_adjusted: float | None


@dataclass(frozen=True)
class Family:
    """A family of comparisons.

    Attributes:
        method: ``holm``.
        control: Name of the control; None for all pairs.
        pairs: The comparisons.
        expected_false: Differences that raw p < .05 would find among these if none was real.
    """

    method: Literal["holm"]
    control: str | None
    pairs: tuple[PairResult, ...]
    expected_false: float


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm-adjusted p values, in the order given; None stays None and is not counted.

    The i-th smallest of m is max over j ≤ i of (m − j + 1)·p_(j), at most 1.

    Source: Holm (1979), "A simple sequentially rejective multiple test procedure".
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min((len(known) - rank) * p, 1.0))
        adjusted[place] = largest
    return adjusted


def check_control(control: str | None, arms: Collection[str]) -> None:
    """Refuse a control that is no arm's name.

    Raises:
        InputError: It is none.
    """
    if control is not None and control not in arms:
        raise InputError(f"no configuration is called {control!r}: there are {', '.join(arms)}")


def compare_many(
    arms: Mapping[str, npt.ArrayLike],
    *,
    paired: bool,
    control: str | None = None,
    margin: float | None = None,
    level: float = 0.95,
    test_size: int | None = None,
    same_bits: Callable[[str, str], bool] | None = None,
    share_variance: bool = False,
    ends: bool = True,
    looks: LookPlan | None = None,
    prior: PriorSd | None = None,
    resplits: tuple[int, int] | None = None,
) -> Family:
    """Compare configurations with the family's error rate held at 1 − level.

    All pairs, or each against ``control``: Holm on the single comparisons. Dunnett's test is not
    used: it pools one sd, and with one arm of another sd its family-wise error is .13 to .16.

    Args:
        arms: Name → ``[run]`` scores, nan where the run failed; the same order of seeds in each
            when paired.
        paired: Same seeds in all arms.
        control: Name of the control.
        margin: Largest difference that counts as equivalent.
        level: Confidence level; intervals are those of single comparisons.
        test_size: Examples in the test set, where known.
        same_bits: The names of two arms → whether their answers or weights are known to be equal.
        share_variance: Take the arms for exchangeable in their spread (moderated t), where they are
            unpaired, no run failed, and the guard of ``shared_variance`` lets them.
        ends: As ``compare_tried`` takes it.
        looks: How often the arms are looked at; None for this once. Earlier looks, and runs that
            are still to come, leave the e-values (1/e is a p that holds at every look), and a tenth
            of the level for runs without partners.
        prior: The sd of earlier runs, for unpaired arms without failed runs.
        resplits: As ``compare_paired`` takes it; every run of such arms has a score.

    Raises:
        InputError: Fewer than two arms, an unknown control, or an empty arm.

    Source: Holm (1979).
    """
    if len(arms) < 2:
        raise InputError(f"a comparison needs at least 2 configurations, got {list(arms)}")
    check_control(control, arms)
    names = list(arms)
    if control is None:
        pairs = list(combinations(names, 2))
    else:
        pairs = [(name, control) for name in names if name != control]
    same = [same_bits is not None and same_bits(a, b) for a, b in pairs]
    if resplits is not None:
        singles = [
            compare_paired(arms[a], arms[b], margin=margin, level=level, resplits=resplits)
            for a, b in pairs
        ]
    else:
        singles = [
            compare_tried(
                arms[a],
                arms[b],
                paired=paired,
                margin=margin,
                level=level,
                test_size=test_size,
                same_bits=is_same,
                ends=ends,
            )
            for (a, b), is_same in zip(pairs, same, strict=True)
        ]
    if share_variance and not paired:
        shared = shared_variance(arms)
        singles = [
            moderated(single, np.asarray(arms[a]), np.asarray(arms[b]), shared)
            for (a, b), single in zip(pairs, singles, strict=True)
        ]
    singles = [
        with_prior(single, np.asarray(arms[a]), np.asarray(arms[b]), None if paired else prior)
        for (a, b), single in zip(pairs, singles, strict=True)
    ]
    if looks is not None:
        singles = [
            with_looks(single, pair_differences(arms[a], arms[b], paired=paired), looks)
            for (a, b), single in zip(pairs, singles, strict=True)
        ]
    adjusted = [single.decisive_p for single in singles]
    if len(pairs) > 1:  # one pair alone is decided by its look as it is
        adjusted = holm([p_at_look(single) for single in singles])
        singles = [at_look(single, p) for single, p in zip(singles, adjusted, strict=True)]
    equivalent = holm([single.equivalence for single in singles])
    results = tuple(
        PairResult(a, b, replace(single, verdict=decide(single, p, q, 1 - level)), p, q)
        for (a, b), single, p, q in zip(pairs, singles, adjusted, equivalent, strict=True)
    )
    return Family("holm", control, results, (1 - level) * len(pairs))


def pair_differences(a: npt.ArrayLike, b: npt.ArrayLike, *, paired: bool) -> Floats:
    """Differences of pairs of runs.

    Args:
        a: ``[run]`` scores of A, nan where the run failed.
        b: ``[run]`` scores of B, in the same order of seeds.
        paired: Whether the runs are pairs.

    Returns:
        ``[pair]`` A − B of the pairs that finished; empty if the runs are unpaired.
    """
    if not paired:
        return np.empty(0)
    differences = np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)
    return differences[np.isfinite(differences)]
