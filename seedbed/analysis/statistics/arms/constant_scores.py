"""Arms, or pairs, that do not vary: how rare that is by chance, and what rounding can hide."""

from dataclasses import replace
from math import sqrt

import numpy as np
from scipy import stats

from seedbed.analysis.statistics.arms.comparison import NO_SPREAD
from seedbed.analysis.statistics.arms.evidence import Arms, Evidence, varies
from seedbed.analysis.statistics.arms.permutation import rarest
from seedbed.analysis.statistics.arms.resolution import largest_hidden_sd
from seedbed.analysis.statistics.checks import Floats

FAR = 1000
"""Runs per arm, or pairs, up to which a number is looked for."""


def constant_arms(arms: Arms) -> Evidence:
    """Arms that do not vary: how rare is that by chance, and what can rounding hide?"""
    n, m = arms.a.size, arms.b.size
    gap = float(arms.a.mean() - arms.b.mean())
    if min(n, m) < 2:
        return Evidence(gap, None, 0.0, NO_SPREAD)
    hidden = [largest_hidden_sd(arms.step, size) / sqrt(size) for size in (n, m)]
    se = sqrt(hidden[0] ** 2 + hidden[1] ** 2)
    p = max(rarest(n, m), _p_beyond_rounding(gap, se, n + m - 2.0, arms))
    return Evidence(gap, se or None, n + m - 2.0, NO_SPREAD, p=p if gap else None)


def unless_rounding_alone(arms: Arms, evidence: Evidence) -> Evidence:
    """What t says, or the order of the runs if two runs an arm vary by one step of the numbers.

    Where scores fall into two modes, two runs of each arm lie apart by chance in up to .125 of
    studies. Equal runs are judged by that (``constant_arms``), so runs a step apart are too. Runs
    that vary more are judged by t, with a warning (``Comparison.few_runs``).

    Args:
        arms: The arms.
        evidence: What t says of them.
    """
    alpha, chance = 1 - arms.level, rarest(arms.a.size, arms.b.size)
    spread = max(float(np.ptp(arms.a)), float(np.ptp(arms.b)))
    if not evidence.se or chance < alpha or spread > arms.step * (1 + 1e-6):
        return evidence
    if 2 * stats.t.sf(abs(evidence.gap) / evidence.se, evidence.df) >= alpha:
        return evidence
    return replace(evidence, se=None, method=NO_SPREAD, p=chance)


def is_shifted(arms: Arms, diff: Floats) -> bool:
    """Whether all pairs differ by the same number, not 0, although the runs of the arms vary.

    Such pairs are judged by t like others: their sd is at least the rounding of their scores. So
    the verdict is close to the one if one difference is a step off. For 2 to 10 pairs of rounded
    scores, with 100 test examples or with two modes, the type I error was at most .052
    (docs/coverage.md).
    """
    alike = diff.size > 1 and not varies(diff, arms.a, arms.b)
    return alike and _gap_of(arms, diff) != 0 and (varies(arms.a) or varies(arms.b))


def constant_pairs(arms: Arms, diff: Floats) -> Evidence:
    """Pairs that all differ by 0, or of arms that do not vary: these are judged as unmatched."""
    gap = _gap_of(arms, diff)
    if diff.size < 2:
        return Evidence(gap, None, 0.0, NO_SPREAD)
    if gap:
        return constant_arms(arms)
    se = 2 * largest_hidden_sd(arms.step, diff.size) / sqrt(diff.size)
    return Evidence(gap, se or None, diff.size - 1.0, NO_SPREAD)


def _gap_of(arms: Arms, diff: Floats) -> float:
    """The difference of pairs that are alike; 0 where it is no more than rounding in float64."""
    gap = float(np.median(diff))
    return 0.0 if abs(gap) < 8 * np.finfo(float).eps * float(np.abs(arms.a).max()) else gap


def _p_beyond_rounding(gap: float, se: float, df: float, arms: Arms) -> float:
    """P of t for the part of the gap that rounding cannot explain, at the largest hidden sd."""
    beyond = max(abs(gap) - (arms.step if arms.rounded else 0.0), 0.0)
    if beyond <= 1e-9 * abs(gap):
        return 1.0
    return float(2 * stats.t.sf(beyond / se, df)) if se else 0.0


def runs_without_spread(arms: Arms, alpha: float) -> int | None:
    """Runs per arm (or pairs) at which arms that still do not vary would be different.

    None where no number would, because the numbers' step explains the difference.
    """
    gap = abs(float(arms.a.mean() - arms.b.mean()))
    if gap <= arms.step * (2 if arms.rounded else 1):
        return None
    for n in range(2, FAR):
        hidden = 2 * largest_hidden_sd(arms.step, n) / sqrt(n)
        beyond = _p_beyond_rounding(gap, hidden / sqrt(2), 2 * n - 2.0, arms)
        if max(rarest(n, n), beyond) < alpha:
            return n
    return None
