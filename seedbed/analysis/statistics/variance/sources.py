"""Where the spread comes from: init, order, augmentation, dropout, split, numeric.

One source at a time gives total effects, which overlap: in a chaotic model they sum to several
times the variance. So nothing here is a slice of a whole. For each source there are two numbers:
the share of the disagreement that is *left* when only this source varies, and the share that is
*removed* when this source is frozen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.system.errors import InputError

BASELINES = 6
"""Baselines of the radial part of the default plan."""
WIDEST = 0.5
"""A share whose interval is wider than this is called unresolved."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SourceShare:
    """What one source does to the disagreement between runs.

    Attributes:
        source: Its name.
        left: Disagreement left if only this source varies, over that when all vary; None where
            no two runs differ in this source alone.
        removed: Disagreement removed by freezing this source, over that when all vary; None where
            no two runs agree in this source alone.
        left_pairs: Pairs of runs behind ``left``.
        removed_pairs: Pairs of runs behind ``removed``.
        resolved: Whether an interval is narrow enough to tell.
        note: Why it is unresolved; None where it is resolved.
    """

    source: str
    left: Estimate | None
    removed: Estimate | None
    left_pairs: int
    removed_pairs: int
    resolved: bool
    note: str | None


@dataclass(frozen=True)
class SourceTable:
    """All sources of a design.

    Attributes:
        all_differ: Mean disagreement of pairs that differ in every source; None without such pairs.
        shares: One per source, in the order given.
        largest: The source whose ``left`` lies above all others' intervals; None if none does.
        plan: The runs that could tell, where something is unresolved; else None.
    """

    all_differ: Estimate | None
    shares: tuple[SourceShare, ...]
    largest: str | None
    plan: str | None


def disagreement_shares(
    seeds: Mapping[str, Sequence[object]],
    disagreement: npt.ArrayLike,
    level: float = 0.95,
) -> SourceTable:
    """Attribute disagreement to sources, whatever the design: radial, crossed or mixed.

    Every pair of runs belongs to the set of sources in which its seeds differ. ``left`` is
    D_s/D_all over pairs that differ in s alone; ``removed`` is 1 − D_{not s}/D_all over pairs that
    share s alone. Intervals are jackknives over seeds: leaving out each run, and each seed of
    each source that several runs share, in turn; the widest counts, because runs that share a
    seed are not independent.

    Args:
        seeds: Source → ``[run]`` seeds (anything comparable). At least one source.
        disagreement: ``[run, run]`` of ``churn.pairwise_disagreement`` (share of test examples
            labelled differently), or half the squared difference of scores (Jansen's estimator).
        level: Confidence level.

    Raises:
        InputError: Shapes that do not fit.

    Source: Milani Fard et al. (2016), churn ratio; Jansen (1999), "Analysis of variance designs
    for model output", for the total effect as half a mean squared difference.
    """
    check_level(level)
    matrix = np.asarray(disagreement, dtype=np.float64)
    codes = _codes(seeds, matrix)
    names = list(seeds)
    differ = codes[:, :, None] != codes[:, None, :]  # [source, run, run]
    upper = np.triu(np.ones(matrix.shape, dtype=bool), 1)
    counts = differ.sum(axis=0)
    everywhere = upper & (counts == len(names))
    groups = _deletions(codes)
    shares = []
    for index, name in enumerate(names):
        alone = upper & (counts == 1) & differ[index]
        frozen = upper & (counts == len(names) - 1) & ~differ[index]
        if len(names) == 1:
            alone, frozen = everywhere, np.zeros_like(everywhere)
        left = _ratio(
            matrix,
            alone,
            everywhere,
            families=groups,
            level=level,
            method=f"D({name} alone)/D(all)",
        )
        kept = _ratio(
            matrix,
            frozen,
            everywhere,
            families=groups,
            level=level,
            method=f"1 − D(all but {name})/D(all)",
        )
        removed = None if kept is None else kept.complement()
        shares.append(_share(name, left, removed, (int(alone.sum()), int(frozen.sum()))))
    overall = _mean_of_pairs(matrix, everywhere, groups, level)
    unresolved = [share for share in shares if not share.resolved]
    return SourceTable(overall, tuple(shares), _largest(shares), _plan(unresolved, len(names)))


def within_bounds(table: SourceTable) -> SourceTable:
    """The table with each share and its interval between 0 and 1, where every share lies.

    The estimates of a few runs lie outside, and their jackknife intervals reach beyond.
    """
    shares = tuple(
        replace(share, left=clipped(share.left), removed=clipped(share.removed))
        for share in table.shares
    )
    return replace(table, shares=shares)


def clipped(share: Estimate | None) -> Estimate | None:
    """A share with its value and its interval cut to what a share can be, 0 to 1.

    An interval that lies above 1 tells nothing: it becomes 0 to 1, not 1 to 1.
    """
    if share is None:
        return None
    if share.low is not None and share.low > 1:
        share = replace(share, low=0.0)
    value, low, high = (
        None if end is None else float(np.clip(end, 0.0, 1.0))
        for end in (share.value, share.low, share.high)
    )
    return replace(share, value=value or 0.0, low=low, high=high)


def _codes(seeds: Mapping[str, Sequence[object]], matrix: Floats) -> npt.NDArray[np.int64]:
    if not seeds:
        raise InputError("attribution needs at least one source that varies, got none")
    runs = matrix.shape[0]
    if matrix.shape != (runs, runs) or runs < 2:
        raise InputError(f"disagreement must be [run, run] of 2 or more, got {matrix.shape}")
    rows = []
    for name, values in seeds.items():
        if len(values) != runs:
            raise InputError(f"{name} needs one seed per run: {runs} runs, got {len(values)}")
        known: dict[object, int] = {}
        rows.append([known.setdefault(value, len(known)) for value in values])
    return np.array(rows, dtype=np.int64)


def _deletions(codes: npt.NDArray[np.int64]) -> list[list[Bools]]:
    """Families of sets of runs to keep: one run left out at a time, one shared seed at a time."""
    runs = codes.shape[1]
    families = [[np.arange(runs) != run for run in range(runs)]]
    for row in codes:
        levels = np.unique(row)
        if 2 < levels.size < runs:
            families.append([row != level for level in levels])
    return families


def _jackknife(
    value: float, families: list[list[Bools]], of: Callable[[Bools], float | None]
) -> tuple[float, int] | None:
    """Largest jackknife variance over the families, and its degrees of freedom."""
    best: tuple[float, int] | None = None
    for family in families:
        found = [part for part in (of(keep) for keep in family) if part is not None]
        count = len(found)
        if count < 3:
            continue
        variance = (count - 1) / count * float(((np.array(found) - value) ** 2).sum())
        if best is None or variance > best[0]:
            best = (variance, count - 1)
    return best


def _mean_of_pairs(
    matrix: Floats, pairs: Bools, families: list[list[Bools]], level: float
) -> Estimate | None:
    if not pairs.any():
        return None

    def mean(keep: Bools) -> float | None:
        chosen = pairs & keep[:, None] & keep[None, :]
        return float(matrix[chosen].mean()) if chosen.any() else None

    value = float(matrix[pairs].mean())
    return _with_interval(
        value, _jackknife(value, families, mean), matrix.shape[0], "D(all)", level
    )


def _ratio(
    matrix: Floats,
    above: Bools,
    below: Bools,
    *,
    families: list[list[Bools]],
    level: float,
    method: str,
) -> Estimate | None:
    def ratio(keep: Bools) -> float | None:
        both = keep[:, None] & keep[None, :]
        top, bottom = above & both, below & both
        if not top.any() or not bottom.any():
            return None
        under = float(matrix[bottom].mean())
        return float(matrix[top].mean()) / under if under > 0 else None

    value = ratio(np.ones(matrix.shape[0], dtype=bool))
    if value is None:
        return None
    spread = _jackknife(value, families, ratio)
    return _with_interval(value, spread, matrix.shape[0], method, level)


def _with_interval(
    value: float, spread: tuple[float, int] | None, runs: int, method: str, level: float
) -> Estimate:
    if spread is None:
        return Estimate(value, None, None, runs, f"{method}, too few runs for an interval", level)
    half = float(stats.t.ppf((1 + level) / 2, spread[1])) * sqrt(spread[0])
    method += ", jackknife over seeds"
    return Estimate(value, max(value - half, 0.0), value + half, runs, method, level)


def is_resolved(share: Estimate | None) -> bool:
    """Whether a share's interval is narrower than half of the scale."""
    if share is None or share.low is None or share.high is None:
        return False
    return share.high - share.low <= WIDEST


def _share(
    name: str,
    left: Estimate | None,
    removed: Estimate | None,
    pairs: tuple[int, int],
) -> SourceShare:
    resolved = is_resolved(left) or is_resolved(removed)
    note = None
    if left is None and removed is None:
        note = f"unresolved: no two runs differ in {name} alone, or in all but {name}"
    elif not resolved:
        note = f"unresolved: {pairs[0] + pairs[1]} pairs cannot tell its share"
    return SourceShare(name, left, removed, *pairs, resolved, note)


def _largest(shares: list[SourceShare]) -> str | None:
    known = [(s.source, s.left) for s in shares if s.left is not None and s.left.low is not None]
    if len(known) < 2 or len(known) < len(shares):
        return None
    name, top = max(known, key=lambda pair: pair[1].value)
    others = [estimate.high or 0.0 for other, estimate in known if other != name]
    return name if top.low is not None and top.low > max(others) else None


def _plan(unresolved: Sequence[SourceShare], sources: int) -> str | None:
    """The runs that could tell: the default plan, or twice the baselines that could not."""
    if not unresolved:
        return None
    baselines = max(BASELINES, 2 * max(share.left_pairs for share in unresolved))
    radial = baselines * (len(unresolved) + 1)
    names = ", ".join(share.source for share in unresolved)
    text = (
        "2 runs with the same seeds compared bit by bit; 10 runs varying all sources; "
        f"{baselines} baselines with {names} changed one at a time ({radial} runs), "
        "with predictions recorded"
    )
    if sources >= 2:
        text += "; to separate two sources, a crossed 6 × 6 of their seeds (36 runs)"
    return text
