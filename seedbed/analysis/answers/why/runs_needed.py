"""How many runs would make the open shares known."""

from collections.abc import Sequence
from math import ceil, floor, log10, sqrt

from scipy import stats

from seedbed.analysis.answers.why.source import CLOSE, WhySource

PER_PAIR = 5.0
"""n pairs of a chain have 2n/3 degrees of freedom, n runs have n: 2/df of both is 5/n."""
MOST = 1_000_000
"""Pairs beyond which nothing is said."""


def runs_needed(
    varying: Sequence[WhySource], *, of_score: bool, runs: int, level: float = 0.95
) -> int | None:
    """About how many runs in all would make every open share known to ``CLOSE``.

    By predictions an interval shrinks with the square root of the number of runs. A share of a
    score's variance is a ratio of two variances; with many degrees of freedom its standard error
    is the share times √(2/df₁ + 2/df₂), and shares add up to 1 at least. Normal scores are assumed:
    heavy tails need more runs.

    Args:
        varying: The sources.
        of_score: Whether shares are those of a score's variance.
        runs: Runs so far.
        level: Confidence level of the intervals.

    Returns:
        The number, rounded up to two digits; None if all shares are known or one has no estimate.
    """
    open_ = [one for one in varying if not one.resolved]
    shares = [one.share for one in varying if one.share is not None]
    if not open_ or len(shares) < len(varying):
        return None
    if not of_score:
        return _rounded_up(runs * max(one.width / (2 * CLOSE) for one in open_) ** 2)
    values = [share.value for share in shares]
    pairs = max(share.n for share in shares)
    while _widest(values, pairs, level) > 2 * CLOSE:
        pairs += 1 + pairs // 50
        if pairs > MOST:
            return None
    known = sum(share.n for one, share in zip(varying, shares, strict=True) if one.resolved)
    return max(_rounded_up(2 + pairs * (1 + len(open_)) + known), runs + 1)


def _widest(values: Sequence[float], pairs: int, level: float) -> float:
    """Width of the widest interval of shares of a score's variance from so many pairs of each."""
    z = float(stats.norm.ppf((1 + level) / 2))
    halves = [z * value * sqrt(PER_PAIR / pairs) for value in values]
    highs = [value + half for value, half in zip(values, halves, strict=True)]
    return max(
        min(high, 1.0) - max(high - 2 * half, 1 - (sum(highs) - high), 0.0)
        for high, half in zip(highs, halves, strict=True)
    )


def _rounded_up(number: float) -> int:
    """141.2 → 150; below 100 to a whole number."""
    unit = 10 ** max(floor(log10(number)) - 1, 0)
    return int(ceil(number / unit) * unit)
