"""Confidence limits of a proportion: Wilson's and Clopper and Pearson's."""

from math import sqrt

from scipy import stats


def wilson_limits(successes: int, n: int, level: float) -> tuple[float, float]:
    """Score limits of a proportion.

    Args:
        successes: Count, from 0 to n.
        n: Trials, at least 1.
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
