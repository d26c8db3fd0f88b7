"""Stopping early although runs failed or collapsed: does the difference hold all the same?"""

from collections.abc import Sequence

import numpy as np

from seedbed.analysis.statistics.arms.compare import compare_paired
from seedbed.analysis.statistics.arms.evidence import varies
from seedbed.analysis.statistics.arms.permutation import sign_p, sign_p_of
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
    return sign_p(wins, len(differences) + lost)


def p_of_all(pairs: Sequence[tuple[float, float]], test_size: int | None = None) -> float:
    """P of the test that decides in place of t: 0 where t does.

    The sign test if a run collapsed; the order of the runs if those of no arm vary.

    Args:
        pairs: ``[pair]`` scores of A and B.
        test_size: Examples in the test set; None where that is not known.
    """
    a, b = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    if some_collapsed(a, b, test_size):
        return sign_p_of(a - b)
    if a.size > 1 and not (varies(a) or varies(b)):
        found = compare_paired(a, b, test_size=test_size).p
        return 1.0 if found is None else found
    return 0.0
