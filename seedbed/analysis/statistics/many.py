"""Many configurations: all pairs with Holm, or each against one control (Dunnett)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import as_scores
from seedbed.analysis.statistics.compare import Comparison, compare_paired, compare_unpaired
from seedbed.analysis.statistics.spread import is_identical
from seedbed.analysis.statistics.verdict import decide
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
        method: ``holm`` or ``dunnett``.
        control: Name of the control; None for all pairs.
        pairs: The comparisons.
        expected_false: Differences that raw p < .05 would find among these if none was real.
    """

    method: Literal["holm", "dunnett"]
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


def compare_many(
    arms: Mapping[str, npt.ArrayLike],
    *,
    paired: bool,
    control: str | None = None,
    margin: float | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Family:
    """Compare configurations with the family's error rate held at 1 − level.

    All pairs, or each against ``control``. Unpaired against a control is Dunnett's test (one
    pooled sd); everything else is Holm on the single comparisons, because Dunnett's assumes
    independent arms and pairs share their seeds.

    Args:
        arms: Name → ``[run]`` scores; the same order of seeds in each when paired.
        paired: Same seeds in all arms.
        control: Name of the control.
        margin: Largest difference that counts as equivalent; None is one sd of a run.
        level: Confidence level; intervals are those of single comparisons.
        seed: Seed of Dunnett's numerical integration.

    Raises:
        InputError: Fewer than two arms, an unknown control, or an empty arm.

    Source: Holm (1979); Dunnett (1955), via ``scipy.stats.dunnett``.
    """
    if len(arms) < 2:
        raise InputError(f"a comparison needs at least 2 configurations, got {list(arms)}")
    if control is not None and control not in arms:
        raise InputError(f"no configuration is called {control!r}: there are {', '.join(arms)}")
    scores = {name: as_scores(values, f"scores of {name}") for name, values in arms.items()}
    names = list(scores)
    if control is None:
        pairs = list(combinations(names, 2))
    else:
        pairs = [(name, control) for name in names if name != control]
    one = compare_paired if paired else compare_unpaired
    singles = [one(scores[a], scores[b], margin=margin, level=level) for a, b in pairs]
    usable = all(values.size > 1 and not is_identical(values) for values in scores.values())
    method: Literal["holm", "dunnett"] = "holm"
    adjusted = holm([single.p for single in singles])
    if control is not None and not paired and usable:
        method = "dunnett"
        others = [scores[a] for a, _ in pairs]
        result = stats.dunnett(*others, control=scores[control], rng=seed)
        adjusted = [float(p) for p in result.pvalue]
    equivalent = holm([single.equivalence for single in singles])
    results = []
    for (a, b), single, p, q in zip(pairs, singles, adjusted, equivalent, strict=True):
        needed = (single.runs_for_margin, single.runs_for_observed)
        verdict = decide(
            (scores[a], scores[b]),
            single.difference.value,
            paired=paired,
            p=p,
            equivalence=q,
            margin=single.margin,
            needed=needed,
            alpha=1 - level,
        )
        results.append(PairResult(a, b, replace(single, verdict=verdict), p, q))
    return Family(method, control, tuple(results), (1 - level) * len(pairs))
