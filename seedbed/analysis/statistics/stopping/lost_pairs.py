"""Stopping early although runs failed or collapsed: does the difference hold all the same?"""

from collections.abc import Sequence

import numpy as np

from seedbed.analysis.statistics.arms.failures import p_of_wins
from seedbed.analysis.statistics.arms.permutation import signed_rank_p
from seedbed.analysis.statistics.odd_runs import some_collapsed


def p_with_lost(differences: Sequence[float], lost: int) -> float:
    """P of the sign test with each lost pair, and each tie, against the winner.

    Args:
        differences: ``[pair]`` A − B of the pairs that finished.
        lost: Pairs with a failed run.

    Source: as ``compare_tried``: Lachin (1999), worst ranks.
    """
    total = sum(differences)
    wins = sum(one * total > 0 for one in differences)
    return p_of_wins(wins, len(differences) + lost)


def p_if_collapsed(pairs: Sequence[tuple[float, float]]) -> float:
    """P of Wilcoxon's signed ranks, which decide if a run collapsed; 0 if none did.

    Args:
        pairs: ``[pair]`` scores of A and B.
    """
    a, b = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    return signed_rank_p(a - b) if some_collapsed(a, b) else 0.0
