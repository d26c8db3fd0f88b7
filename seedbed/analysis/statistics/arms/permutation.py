"""Tests that assume only that the arms' labels could be exchanged."""

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, as_scores

EXACT_PAIRS = 32
RESAMPLES = 100_000


def sign_flip_p(differences: npt.ArrayLike, seed: int = 0) -> float:
    """Two-sided p of the sign-flip test of the mean of paired differences.

    Exact up to 32 pairs (all 2ⁿ sign patterns, each half of the pairs summed on its own); beyond,
    100,000 seeded patterns with the observed one counted, sd √(p(1 − p)/100,000), .0007 at p = .05.
    Assumes only that A − B and B − A are equally likely under the null.

    Args:
        differences: ``[pair]``, at least 1.
        seed: Seed of the patterns beyond 32 pairs.

    Source: Fisher (1935), The Design of Experiments, section 21; Horowitz & Sahni (1974),
    "Computing partitions with applications to the knapsack problem" (two halves); Phipson & Smyth
    (2010) for the observed pattern.
    """
    values = as_scores(differences, "differences")
    observed = abs(float(values.sum()))
    edge = observed - 1e-9 * float(np.abs(values).sum())
    if values.size <= EXACT_PAIRS:
        first, second = _signed_sums(values[::2]), np.sort(_signed_sums(values[1::2]))
        above = second.size - np.searchsorted(second, edge - first, "left")
        below = np.searchsorted(second, -edge - first, "right")
        return min(float((above + below).sum()) / (first.size * second.size), 1.0)
    return (1 + _hits(values, edge, np.random.default_rng(seed))) / (RESAMPLES + 1)


def _signed_sums(values: Floats) -> Floats:
    """``[2ⁿ]`` sums of n values with every pattern of signs; one sum of 0 for no value."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums + value, sums - value])
    return sums


def _hits(values: Floats, edge: float, rng: np.random.Generator) -> int:
    """Random sign patterns whose sum lies at or beyond ±edge; 16 signs are one random number."""
    sums = np.zeros(RESAMPLES)
    for start in range(0, values.size, 16):
        of_signs = _signed_sums(values[start : start + 16])
        drawn = rng.integers(0, of_signs.size, RESAMPLES, dtype=np.uint16)
        sums += of_signs.take(drawn, mode="clip")  # nothing is clipped: faster than a check
    return int((np.abs(sums) >= edge).sum())


def sign_p(wins: int, size: int) -> float:
    """P of the sign test if the winner won so many of the pairs; 1 if it won no more than half.

    Args:
        wins: Pairs that the winner won; a tie or a lost pair is none.
        size: All pairs.

    Source: Arbuthnott (1710), via ``scipy.stats.binomtest``.
    """
    return float(stats.binomtest(wins, size).pvalue) if 2 * wins > size else 1.0


def sign_p_of(differences: npt.ArrayLike) -> float:
    """P of the sign test of paired differences; a tie counts against the winner.

    Args:
        differences: ``[pair]``.
    """
    signs = np.sign(as_scores(differences, "differences"))
    return sign_p(max(int((signs > 0).sum()), int((signs < 0).sum())), signs.size)


def rarest(n: int, m: int) -> float:
    """Largest chance that two equal arms do not vary and yet differ: max over q of qⁿrᵐ + qᵐrⁿ.

    Where scores have two values, of chance q and r = 1 − q, this is the chance that all runs of
    one arm have the one and all of the other arm the other; more values make it smaller. For three
    runs against three it is .031, for two against two .125: two runs may both be stuck by chance.

    Args:
        n: Runs of A.
        m: Runs of B.

    Source: Barnard (1945), "A new test for 2×2 tables": the exact p without conditioning.
    """
    q = np.linspace(0, 1, 2001)
    return float((q**n * (1 - q) ** m + q**m * (1 - q) ** n).max())
