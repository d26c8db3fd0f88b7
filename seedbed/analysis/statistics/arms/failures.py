"""A against B when runs failed: a verdict that holds whatever the failed runs would have given."""

from dataclasses import dataclass, replace
from math import inf

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.arms.compare import cannot_reach, compare_paired, compare_unpaired
from seedbed.analysis.statistics.arms.comparison import RANKS_FAILED, SIGNS_FAILED, Comparison, Test
from seedbed.analysis.statistics.arms.permutation import sign_p
from seedbed.analysis.statistics.arms.shift import median_rank, shift_unpaired
from seedbed.analysis.statistics.arms.superiority import rank_p
from seedbed.analysis.statistics.arms.verdict import decide
from seedbed.analysis.statistics.checks import Floats
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class _Tried:
    """Two arms with their failed runs, nan, and what each of these could have scored.

    Attributes:
        a: ``[run]`` scores of A.
        b: ``[run]`` scores of B.
        least: The least that a failed run could have scored.
        most: The most.
        known: Whether scores end there; else the ends stand for any score.
    """

    a: Floats
    b: Floats
    least: float
    most: float
    known: bool

    def extreme(self, *, for_a: bool) -> tuple[Floats, Floats]:
        """The arms with failed runs at the best for A, or at the best for B."""
        of_a, of_b = (self.most, self.least) if for_a else (self.least, self.most)
        return np.where(np.isnan(self.a), of_a, self.a), np.where(np.isnan(self.b), of_b, self.b)

    def limit(self, value: float | None, end: float) -> float:
        """A limit of the difference; where any score is possible, infinite beyond those seen."""
        span = self.most - self.least
        if value is None:
            return end * (span if self.known else inf)
        return end * inf if not self.known and abs(value) > span / 4 else value


@dataclass(frozen=True)
class _Bound:
    """What is left of a difference at the worst that the failed runs could have given."""

    p: float
    low: float
    high: float
    test: Test


def compare_tried(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    paired: bool,
    margin: float | None = None,
    level: float = 0.95,
    test_size: int | None = None,
    same_bits: bool = False,
    ends: bool = True,
) -> Comparison:
    """Compare two arms in which some runs failed.

    Runs that fail may be those that were going wrong: where one of two equal arms loses its worst
    fifth, .22 of studies at n = 20 call the arms different (docs/coverage.md). So the arms are
    different only if the runs that finished say so, and if the order of the runs still does with
    each failed run at the worst that it could have given: a lost pair counts against the winner
    (sign test); of unmatched arms the winner's failed runs lie below all others, the loser's above
    (Mann–Whitney). The larger p decides. With a failed run, no arms are called equivalent.

    Args:
        a: ``[run]`` scores of A, nan where the run failed.
        b: ``[run]`` scores of B, likewise; the same order of seeds when paired.
        paired: Same seeds in both arms; a failed run costs its pair.
        margin: Largest difference that counts as equivalent.
        level: Confidence level.
        test_size: Examples in the test set, where known.
        same_bits: The answers or weights of the runs that finished are known to be equal.
        ends: Whether scores from 0 to 1, or to 100, end there, as an accuracy does and a loss does
            not: a run that diverged may have any.

    Raises:
        InputError: Paired arms of different length, or an arm without a result.

    Source: Lachin (1999), "Worst-rank score analysis with informatively missing observations in
    clinical trials"; Horowitz & Manski (2000), bounds that hold for every missing value.
    """
    first, second = (np.asarray(arm, dtype=np.float64) for arm in (a, b))
    if paired and first.size != second.size:
        raise InputError(
            f"paired arms need one score per seed in both, got {first.size} in A and "
            f"{second.size} in B: leave out the unmatched seeds or compare unpaired"
        )
    there_a, there_b = ~np.isnan(first), ~np.isnan(second)
    if paired:
        there_a = there_b = there_a & there_b
    compare = compare_paired if paired else compare_unpaired
    found = compare(
        first[there_a],
        second[there_b],
        margin=margin,
        level=level,
        test_size=test_size,
        same_bits=same_bits,
    )
    failed_a, failed_b = int(np.isnan(first).sum()), int(np.isnan(second).sum())
    if failed_a + failed_b == 0:
        return found
    found = replace(found, failed_a=failed_a, failed_b=failed_b, equivalence=None)
    if found.decisive_p is not None:
        tried = _tried(first, second, ends=ends)
        found = _with_bound(found, _pairs(tried, found) if paired else _runs(tried, found))
    return replace(found, verdict=decide(found, found.decisive_p, None, 1 - level))


def _tried(a: Floats, b: Floats, *, ends: bool) -> _Tried:
    every = np.concatenate([a, b])
    lowest, highest = float(np.nanmin(every)), float(np.nanmax(every))
    if ends and lowest >= 0 and highest <= 100:
        return _Tried(a, b, 0.0, 1.0 if highest <= 1 else 100.0, known=True)
    span = highest - lowest or 1.0
    return _Tried(a, b, lowest - 4 * span, highest + 4 * span, known=False)


def _with_bound(found: Comparison, bound: _Bound) -> Comparison:
    """Both tests must reject: the larger p decides, and the interval covers both intervals."""
    shown, p = found.difference, found.decisive_p or 0.0
    difference = replace(
        shown,
        low=bound.low if shown.low is None else min(shown.low, bound.low),
        high=bound.high if shown.high is None else max(shown.high, bound.high),
        method=f"{shown.method}, and {bound.test}",
    )
    test = bound.test if bound.p > p else found.decided_by
    found = replace(found, p_failures=bound.p, decided_by=test, difference=difference)
    return replace(found, cannot_reach=cannot_reach(found, 1 - found.difference.level))


def _pairs(tried: _Tried, found: Comparison) -> _Bound:
    """The sign test with each lost pair, and each tie, against the winner.

    Limits of the median as ``shift_paired`` has them; a lost pair is the least difference that it
    could be for the one and the greatest for the other.
    """
    size = tried.a.size
    worst_for_a, worst_for_b = (
        np.sort(np.subtract(*tried.extreme(for_a=for_a))) for for_a in (False, True)
    )
    wins = int((worst_for_a > 0).sum() if found.difference.value > 0 else (worst_for_b < 0).sum())
    p = sign_p(wins, size)
    rank = median_rank(size, found.difference.level)
    return _Bound(
        p,
        tried.limit(None if rank == 0 else float(worst_for_a[rank - 1]), -1),
        tried.limit(None if rank == 0 else float(worst_for_b[size - rank]), 1),
        SIGNS_FAILED,
    )


def _runs(tried: _Tried, found: Comparison) -> _Bound:
    """Mann–Whitney's test with the failed runs against the winner, and Hodges–Lehmann's limits."""
    worst_for_a, worst_for_b = tried.extreme(for_a=False), tried.extreme(for_a=True)
    level = found.difference.level
    a, b = worst_for_a if found.difference.value > 0 else worst_for_b
    ahead = float(np.sign(a[:, None] - b[None, :]).sum()) * found.difference.value > 0
    return _Bound(
        rank_p(a, b) if ahead else 1.0,
        tried.limit(shift_unpaired(*worst_for_a, level).low, -1),
        tried.limit(shift_unpaired(*worst_for_b, level).high, 1),
        RANKS_FAILED,
    )
