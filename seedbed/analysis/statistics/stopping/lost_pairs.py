"""Stopping early although runs failed: does the difference hold with these at their worst?"""

from collections.abc import Sequence

from scipy import stats


def p_with_lost(differences: Sequence[float], lost: int) -> float:
    """P of the sign test with each lost pair, and each tie, against the winner.

    Args:
        differences: ``[pair]`` A − B of the pairs that finished.
        lost: Pairs with a failed run.

    Source: as ``compare_tried``: Lachin (1999), worst ranks.
    """
    total = sum(differences)
    wins = sum(one * total > 0 for one in differences)
    size = len(differences) + lost
    return float(stats.binomtest(wins, size).pvalue) if 2 * wins > size else 1.0
