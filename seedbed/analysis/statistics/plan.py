"""How many seeds: before the first run, and how to stop early without fooling oneself.

Looking after every run at the raw p value finds a difference in 23 % of null comparisons
(n = 3 … 20), so it is not offered; the group-sequential plan and the e-process are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import ceil, exp, inf, isfinite, log1p, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from seedbed.analysis.statistics.checks import Floats, as_scores
from seedbed.system.errors import InputError

MOST = 1_000_000
LOOKS = (5, 10, 15, 20)
FUTILITY_P = 0.5
FUTILITY_FROM = 10
E_REJECT = 20.0
NODES = 150
"""Gauss–Legendre nodes per look; 100 already agree with 400 to 1e-10."""


def _positive(value: float, what: str) -> float:
    if not (isfinite(value) and value > 0):
        raise InputError(f"{what} must be a number above 0, got {value:g}")
    return float(value)


def _probability(value: float, what: str) -> float:
    if not 0 < value < 1:
        raise InputError(f"{what} must lie between 0 and 1, got {value:g}")
    return float(value)


def power(
    difference: float, sd: float, n: int, *, paired: bool = True, alpha: float = 0.05
) -> float:
    """Chance that n pairs (or n runs per arm) show a difference.

    Args:
        difference: True difference, in the unit of ``sd``.
        sd: Sd of the paired differences if ``paired``, else of one run.
        n: Pairs, or runs per arm; at least 2.
        paired: One-sample t on differences, or two-sample t.
        alpha: Two-sided level.

    Source: Cohen (1988), Statistical Power Analysis, chapter 2 (noncentral t).
    """
    effect = _positive(abs(difference), "the difference") / _positive(sd, "the sd")
    if n < 2:
        raise InputError(f"power needs at least 2 pairs or runs per arm, got {n}")
    if effect * sqrt(n) > 37 and n > 3:  # the noncentral t leaves its accurate range; power is 1
        return 1.0
    df, shift = (n - 1, effect * sqrt(n)) if paired else (2 * n - 2, effect * sqrt(n / 2))
    critical = float(stats.t.isf(alpha / 2, df))
    above = 1 - special.nctdtr(df, shift, critical)
    below = special.nctdtr(df, shift, -critical)  # nan where it is too small to be computed
    return float(above + np.nan_to_num(below))


def runs_needed(
    difference: float,
    sd: float,
    *,
    paired: bool = True,
    power_wanted: float = 0.8,
    alpha: float = 0.05,
) -> int | None:
    """Smallest number of pairs (or of runs per arm) with the power wanted.

    A difference of one sd needs 10 pairs or 17 runs per arm; of half an sd 34 or 64.

    Args:
        difference: Difference worth finding, in the unit of ``sd``.
        sd: Sd of the paired differences if ``paired``, else of one run.
        paired: Same seeds in both arms.
        power_wanted: Chance of finding it.
        alpha: Two-sided level.

    Returns:
        Pairs or runs per arm; None above a million.

    Source: Cohen (1988).
    """
    _probability(power_wanted, "the power")
    _probability(alpha, "the level alpha")

    def reaches(n: int) -> bool:
        return power(difference, sd, n, paired=paired, alpha=alpha) >= power_wanted

    if not reaches(MOST):
        return None
    low, high = 1, 2
    while not reaches(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reaches(middle) else (middle, high)
    return high


def half_width(n: int, sd: float, level: float = 0.95) -> float:
    """Half-width t_{n−1}·sd/√n of the interval of a mean of n runs with this sd."""
    return float(stats.t.ppf((1 + level) / 2, n - 1)) * sd / sqrt(n)


def runs_for_half_width(wanted: float, sd: float, level: float = 0.95) -> int | None:
    """Smallest number of runs whose mean has an interval of ± ``wanted``, when the sd is known.

    Args:
        wanted: Half-width, in the unit of ``sd``.
        sd: Standard deviation of a run.
        level: Confidence level.
    """
    _positive(wanted, "the half-width")
    _positive(sd, "the sd")
    if half_width(MOST, sd, level) > wanted:
        return None
    low, high = 1, MOST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if half_width(middle, sd, level) <= wanted else (middle, high)
    return high


def stein_runs(pilot: npt.ArrayLike, wanted: float, level: float = 0.95) -> int:
    """Total number of runs for a mean within ± ``wanted``, from a pilot: Stein's two stages.

    N = max(n₀, ⌈(t_{n₀−1}·s₀/h)²⌉). Run N − n₀ more, take the mean of all N, and the interval
    ± h holds whatever the true sd; the pilot's sd is not updated. Ten is a good pilot.

    Args:
        pilot: ``[run]`` scores of the pilot, at least 2.
        wanted: Half-width h, in the unit of the scores.
        level: Confidence level.

    Source: Stein (1945), "A two-sample test for a linear hypothesis whose power is independent of
    the variance".
    """
    values = as_scores(pilot, "the pilot's scores", least=2)
    return stein_total(values.size, float(values.std(ddof=1)), wanted, level)


def stein_total(pilot_runs: int, pilot_sd: float, wanted: float, level: float = 0.95) -> int:
    """``stein_runs`` from the pilot's number of runs and sd (which may be 0)."""
    _positive(wanted, "the half-width")
    t = float(stats.t.ppf((1 + level) / 2, pilot_runs - 1))
    return max(pilot_runs, ceil((t * pilot_sd / wanted) ** 2))


def obrien_fleming_spent(share: float, alpha: float = 0.05) -> float:
    """Error spent, both sides, when a share of the runs is in: 4 − 4Φ(z_{α/4}/√share).

    Source: Lan & DeMets (1983), "Discrete sequential boundaries for clinical trials", α₁* with
    α/2 on each side.
    """
    return float(4 * stats.norm.sf(stats.norm.isf(alpha / 4) / sqrt(share)))


def _crossing(
    points: Floats, masses: Floats, root: float, step: float, error: float
) -> Callable[[float], float]:
    """How far the chance to cross ±z at this look exceeds the error that it may spend."""

    def excess(z: float) -> float:
        above = stats.norm.sf((z * root - points) / step)
        below = stats.norm.cdf((-z * root - points) / step)
        return float(masses @ (above + below)) - error

    return excess


@lru_cache(maxsize=64)
def _boundaries(looks: tuple[int, ...], alpha: float) -> tuple[float, ...]:
    times = np.array(looks) / looks[-1]
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    spent = obrien_fleming_spent(float(times[0]), alpha)
    found = [float(stats.norm.isf(spent / 2))]
    edge = found[0] * sqrt(times[0])
    points, masses = edge * nodes, edge * weights
    masses = masses * stats.norm.pdf(points, scale=sqrt(times[0]))
    for before, now in pairwise(times):
        step = sqrt(now - before)
        more = obrien_fleming_spent(float(now), alpha) - spent

        excess = _crossing(points, masses, sqrt(now), step, more)
        z = float(optimize.brentq(excess, 0.0, 30.0, xtol=1e-12))
        found.append(z)
        edge = z * sqrt(now)
        fresh = edge * nodes
        density = stats.norm.pdf(fresh[:, None] - points[None, :], scale=step) @ masses
        points, masses = fresh, edge * weights * density
        spent += more
    return tuple(found)


def boundaries(looks: Sequence[int] = LOOKS, alpha: float = 0.05) -> tuple[float, ...]:
    """Two-sided z boundaries of the group-sequential plan, one per look.

    Lan–DeMets spending of O'Brien–Fleming type; each boundary solves for the error spent at its
    look by integrating the density of the sum over the region not yet stopped.

    Args:
        looks: Numbers of pairs at which to look, increasing; the last one is the end.
        alpha: Two-sided type I error over all looks.

    Returns:
        |z| at or above which to stop; 4.3326, 2.9631, 2.3590, 2.0141 for four equal looks.

    Raises:
        InputError: Looks that do not increase.

    Source: Armitage, McPherson & Rowe (1969), recursion; Lan & DeMets (1983), spending.
    """
    _probability(alpha, "the level alpha")
    if not looks or looks[0] < 2 or any(b <= a for a, b in pairwise(looks)):
        raise InputError(f"looks must increase from 2 pairs or more, got {tuple(looks)}")
    return _boundaries(tuple(looks), alpha)


def nominal_levels(looks: Sequence[int] = LOOKS, alpha: float = 0.05) -> tuple[float, ...]:
    """Two-sided p to reach at each look: 1.5e-5, .00305, .0183, .0440 by default."""
    return tuple(float(2 * stats.norm.sf(z)) for z in boundaries(looks, alpha))


@dataclass(frozen=True)
class SequentialDecision:
    """Where a group-sequential comparison stands.

    Attributes:
        action: ``stop: different``, ``stop: futile``, ``stop: undecided`` (all looks used up) or
            ``go on``.
        look: Number of pairs at the look that decided, or at the last look taken; 0 before the
            first.
        next_look: Number of pairs at which to look again; None when stopped.
        p: Two-sided p of the paired t at that look; None before the first look or without spread.
        nominal: The p that it had to reach.
    """

    action: Literal["stop: different", "stop: futile", "stop: undecided", "go on"]
    look: int
    next_look: int | None
    p: float | None
    nominal: float | None


def sequential_decision(
    differences: npt.ArrayLike,
    looks: Sequence[int] = LOOKS,
    alpha: float = 0.05,
    futility: bool = True,
) -> SequentialDecision:
    """Apply the group-sequential rule to the pairs so far, look by look.

    The boundary is put on the p of the paired t (significance-level approach), which holds the
    type I error near .05 (docs/coverage.md). From 10 pairs on, p > .5 stops for futility; that
    only lowers type I.

    Args:
        differences: ``[pair]`` A − B in the order in which the pairs were run.
        looks: Numbers of pairs at which to look.
        alpha: Two-sided type I error over all looks.
        futility: Whether to stop when there is little hope.

    Source: Jennison & Turnbull (2000), Group Sequential Methods, section 3.3 (t on nominal p).
    """
    values = as_scores(differences, "differences", least=0)
    levels = nominal_levels(looks, alpha)
    p: float | None = None
    last, nominal = 0, None
    for look, level in zip(looks, levels, strict=True):
        if values.size < look:
            return SequentialDecision("go on", last, look, p, nominal)
        p, last, nominal = _paired_p(values[:look]), look, level
        if p is not None and p <= level:
            return SequentialDecision("stop: different", look, None, p, level)
        if futility and look >= FUTILITY_FROM and (p is None or p > FUTILITY_P):
            return SequentialDecision("stop: futile", look, None, p, level)
    return SequentialDecision("stop: undecided", last, None, p, nominal)


def _paired_p(values: npt.NDArray[np.float64]) -> float | None:
    if np.ptp(values) == 0:
        return None
    return float(stats.ttest_1samp(values, 0.0).pvalue)


def e_value(differences: npt.ArrayLike, g: float = 1.0) -> float:
    """Evidence against "no difference" that may be looked at after every pair: stop at 20 or more.

    e = (1+ng)^(−½)·[(1+t²/ν)/(1+t²/(ν(1+ng)))]^((ν+1)/2), ν = n − 1: the normal mixture over the
    standardised effect with prior variance g. Ville's inequality bounds the chance of ever
    reaching 1/α by α. One pair has e = 1.

    Args:
        differences: ``[pair]`` A − B.
        g: Prior variance of the effect in sd; 1 unless there is a reason.

    Source: Wang & Ramdas (2023), "Anytime-valid t-tests and confidence sequences for Gaussian
    means with unknown variance".
    """
    values = as_scores(differences, "differences")
    _positive(g, "the prior variance g")
    n = values.size
    if n == 1:
        return 1.0
    s = float(values.std(ddof=1))
    mean = float(values.mean())
    if np.ptp(values) == 0:
        return 1.0 if mean == 0 else inf
    return mixture_t(mean / (s / sqrt(n)), n, g)


def mixture_t(t: float, n: int, g: float = 1.0) -> float:
    """The e-value of a t statistic of n pairs; see ``e_value``."""
    nu, spread = n - 1, 1 + n * g
    log_e = -0.5 * log1p(n * g)
    log_e += (nu + 1) / 2 * (log1p(t * t / nu) - log1p(t * t / (nu * spread)))
    return exp(min(log_e, 700.0))
