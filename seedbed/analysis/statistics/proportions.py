"""Confidence limits of proportions, and of weighted sums of independent ones."""

from collections.abc import Sequence
from math import sqrt

from scipy import stats

from seedbed.analysis.statistics.checks import check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.system.errors import InputError


def wilson_limits(successes: float, n: float, level: float) -> tuple[float, float]:
    """Score limits of a proportion; an effective number of trials need not be whole.

    Args:
        successes: Count, from 0 to n.
        n: Trials, above 0.
        level: Confidence level.

    Returns:
        Lower and upper limit, from 0 to 1.

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    z = float(stats.norm.isf((1 - level) / 2))
    share, below = successes / n, 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / below
    half = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / below
    return max(centre - half, 0.0), min(centre + half, 1.0)


def clopper_pearson_limits(successes: int, n: int, level: float) -> tuple[float, float]:
    """Exact limits of a proportion, from quantiles of beta distributions.

    Args:
        successes: Count, from 0 to n.
        n: Trials, at least 1.
        level: Confidence level.

    Returns:
        Lower and upper limit, from 0 to 1.

    Source: Clopper & Pearson (1934), "The use of confidence or fiducial limits illustrated in the
    case of the binomial".
    """
    tail = (1 - level) / 2
    low = float(stats.beta.ppf(tail, successes, n - successes + 1)) if successes > 0 else 0.0
    high = float(stats.beta.isf(tail, successes + 1, n - successes)) if successes < n else 1.0
    return low, high


def wilson(successes: int, n: int, level: float = 0.95) -> Estimate:
    """Return a proportion with Wilson's interval.

    Args:
        successes: Count, from 0 to n.
        n: Trials, at least 1.
        level: Confidence level.

    Source: Wilson (1927), as in ``wilson_limits``.
    """
    check_level(level)
    if n < 1 or not 0 <= successes <= n:
        raise InputError(f"a proportion needs 0 to n successes of n ≥ 1, got {successes} of {n}")
    low, high = wilson_limits(successes, n, level)
    return Estimate(successes / n, low, high, n, "proportion, Wilson", level)


def mover_sum(parts: Sequence[tuple[float, Estimate]], method: str) -> Estimate:
    """Return Σ w·θ of independent estimates, its limits recovered from theirs (MOVER).

    L = θ̂ − √(Σ (w(θ̂ᵢ − lᵢ))²), U = θ̂ + √(Σ (w(uᵢ − θ̂ᵢ))²). Unlike ± z·sd it keeps the limits'
    asymmetry, so no error in 70 trials does not become "0 to 0".

    Args:
        parts: Weight (above 0) and estimate with interval, all at one level.
        method: How it was made, for the estimate.

    Source: Donner & Zou (2012), "Closed-form confidence intervals for functions of the normal mean
    and standard deviation", equations 5 and 6; Zou & Donner (2008).
    """
    value = below = above = 0.0
    for weight, part in parts:
        if part.low is None or part.high is None:
            raise InputError("limits of a sum need limits of every part")
        value += weight * part.value
        below += (weight * (part.value - part.low)) ** 2
        above += (weight * (part.high - part.value)) ** 2
    n = sum(part.n for _, part in parts)
    low, high = value - sqrt(below), value + sqrt(above)
    return Estimate(value, low, high, n, method, parts[0][1].level)
