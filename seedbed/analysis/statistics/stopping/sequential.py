"""Group-sequential comparison: looks, boundaries and where a plan stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from seedbed.analysis.statistics.arms.resolution import pair_sd
from seedbed.analysis.statistics.checks import Floats, as_scores
from seedbed.analysis.statistics.stopping.look_steps import LOOKS
from seedbed.analysis.statistics.stopping.plan import _probability
from seedbed.analysis.statistics.stopping.spending import (
    DEFAULT_SPENDING,
    SPENT,
    Spending,
    check_spending,
    scale_for_t,
)
from seedbed.system.errors import InputError

FUTILITY_P = 0.5
FUTILITY_FROM = 10
NODES = 150
"""Gauss–Legendre nodes per look; 100 already agree with 400 to 1e-10."""


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
def _boundaries(looks: tuple[int, ...], alpha: float, spending: Spending) -> tuple[float, ...]:
    spent_at = SPENT[spending]
    times = np.array(looks) / looks[-1]
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    spent = spent_at(float(times[0]), alpha)
    found = [float(stats.norm.isf(spent / 2))]
    edge = found[0] * sqrt(times[0])
    points, masses = edge * nodes, edge * weights
    masses = masses * stats.norm.pdf(points, scale=sqrt(times[0]))
    for before, now in pairwise(times):
        step = sqrt(now - before)
        more = spent_at(float(now), alpha) - spent
        excess = _crossing(points, masses, sqrt(now), step, more)
        z = float(optimize.brentq(excess, 0.0, 30.0, xtol=1e-12))
        found.append(z)
        edge = z * sqrt(now)
        fresh = edge * nodes
        density = stats.norm.pdf(fresh[:, None] - points[None, :], scale=step) @ masses
        points, masses = fresh, edge * weights * density
        spent += more
    return tuple(found)


def boundaries(
    looks: Sequence[int] = LOOKS,
    alpha: float = 0.05,
    spending: Spending = DEFAULT_SPENDING,
    *,
    for_t: bool = True,
) -> tuple[float, ...]:
    """Two-sided z boundaries of the group-sequential plan, one per look.

    Each boundary solves for the error spent at its look by integrating the density of the sum over
    the region not yet stopped.

    Args:
        looks: Numbers of pairs at which to look, increasing; the last one is the end.
        alpha: Two-sided type I error over all looks.
        spending: How the error is spent.
        for_t: Scale the error so that few pairs keep to it by t (``scale_for_t``); False gives the
            boundaries as published, for four equal looks 2.3683, 2.3675, 2.3581, 2.3497 (Pocock
            type) or 4.3326, 2.9631, 2.3590, 2.0141 (O'Brien–Fleming type).

    Returns:
        |z| at or above which to stop.

    Raises:
        InputError: Looks that do not increase, or no such spending.

    Source: Armitage, McPherson & Rowe (1969), recursion; Lan & DeMets (1983), spending.
    """
    _probability(alpha, "the level alpha")
    if not looks or looks[0] < 2 or any(b <= a for a, b in pairwise(looks)):
        raise InputError(f"looks must increase from 2 pairs or more, got {tuple(looks)}")
    check_spending(spending)
    scale = scale_for_t(looks, spending) if for_t else 1.0
    return _boundaries(tuple(looks), alpha * scale, spending)


def nominal_levels(
    looks: Sequence[int] = LOOKS, alpha: float = 0.05, spending: Spending = DEFAULT_SPENDING
) -> tuple[float, ...]:
    """Two-sided p of t to reach at each look; by default .0166, .0166, .0169, .0173."""
    return tuple(float(2 * stats.norm.sf(z)) for z in boundaries(looks, alpha, spending))


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
    *,
    futility: bool = True,
    spending: Spending = DEFAULT_SPENDING,
    step: float = 0.0,
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
        spending: How the error is spent over the looks.
        step: Resolution of the scores; 0 where it is not known.

    Source: Jennison & Turnbull (2000), Group Sequential Methods, section 3.3 (t on nominal p).
    """
    values = as_scores(differences, "differences", least=0)
    levels = nominal_levels(looks, alpha, spending)
    p: float | None = None
    last, nominal = 0, None
    for look, level in zip(looks, levels, strict=True):
        if values.size < look:
            return SequentialDecision("go on", last, look, p, nominal)
        p, last, nominal = _paired_p(values[:look], step), look, level
        if p is not None and p <= level:
            return SequentialDecision("stop: different", look, None, p, level)
        if futility and look >= FUTILITY_FROM and (p is None or p > FUTILITY_P):
            return SequentialDecision("stop: futile", look, None, p, level)
    return SequentialDecision("stop: undecided", last, None, p, nominal)


def _paired_p(values: Floats, step: float) -> float | None:
    """P of the paired t, whose sd is at least the rounding's; None of equal pairs without step."""
    n, sd = values.size, pair_sd(values, step)
    if sd == 0 or (step == 0 and np.ptp(values) == 0):
        return None
    return float(2 * stats.t.sf(abs(float(values.mean())) * sqrt(n) / sd, n - 1))
