"""How a plan with looks spends its type I error."""

from collections.abc import Callable, Mapping, Sequence
from math import e, erfc, log, sqrt
from statistics import NormalDist
from typing import Literal

from seedbed.system.errors import InputError

Spending = Literal["pocock", "linear", "obrien_fleming"]
DEFAULT_SPENDING: Spending = "pocock"
"""Fewest runs where the difference is one sd of a pair or more (``benchmarks.runs_to_verdict``)."""


def pocock_spent(share: float, alpha: float = 0.05) -> float:
    """Error spent when a share of the runs is in: α·ln(1 + (e − 1)·share).

    Source: Lan & DeMets (1983), α₂*: boundaries near those of Pocock (1977).
    """
    return alpha * log(1 + (e - 1) * share)


def linear_spent(share: float, alpha: float = 0.05) -> float:
    """Error spent in proportion to the runs: α·share.

    Source: Lan & DeMets (1983), α₃*.
    """
    return alpha * share


def obrien_fleming_spent(share: float, alpha: float = 0.05) -> float:
    """Error spent, both sides, when a share of the runs is in: 4 − 4Φ(z_{α/4}/√share).

    Source: Lan & DeMets (1983), "Discrete sequential boundaries for clinical trials", α₁* with
    α/2 on each side.
    """
    z = -NormalDist().inv_cdf(alpha / 4) / sqrt(share)
    return 2 * erfc(z / sqrt(2))


SPENT: Mapping[Spending, Callable[[float, float], float]] = {
    "pocock": pocock_spent,
    "linear": linear_spent,
    "obrien_fleming": obrien_fleming_spent,
}


def check_spending(spending: str) -> None:
    """Refuse a spending function that there is not.

    Raises:
        InputError: Another name.
    """
    if spending not in SPENT:
        raise InputError(f"spending must be {', '.join(SPENT)}, got {spending!r}")


def scale_for_t(looks: Sequence[int], spending: Spending) -> float:
    """Share of the error to spend so that few pairs, judged by t, keep to the whole.

    Boundaries are those of normal sums. On the p of t, whose early looks tell less about later
    ones, Pocock's four looks at 5 to 20 pairs reach .054 instead of .05, five looks from 3 pairs on
    .055, every look from 3 to 20 pairs .059. O'Brien and Fleming's reach .0515 at 20 pairs, and
    stay as published; with a last look at 4 or 5 pairs, .056 to .058.

    Args:
        looks: Numbers of pairs at which to look.
        spending: The spending function.
    """
    if len(looks) == 1:
        return 1.0
    if spending == "obrien_fleming":
        return 1.0 if looks[-1] >= 10 else 0.85
    if looks[0] < 3:
        return 0.8
    if len(looks) > 8:
        return 0.85
    return 0.93 if looks[0] >= 5 else 0.9
