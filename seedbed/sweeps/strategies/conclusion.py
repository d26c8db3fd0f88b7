"""What a search or a stop rule concludes at the end, beside the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from seedbed.analysis.statistics.spread import mean_interval


@dataclass(frozen=True)
class Conclusion:
    """Sentences for the terminal and the parent run, and figures for the parent run.

    Attributes:
        text: One or more lines.
        metrics: Name → value; the names are in ``seedbed.tracking.schema``.
    """

    text: str
    metrics: Mapping[str, float] = field(default_factory=dict)


def percent(share: float) -> str:
    """A share as a percentage with two decimals."""
    return f"{100 * share:.2f} %"


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{100 * difference:+.2f} points"


def interval(scores: Sequence[float], level: float = 0.95) -> str:
    """Mean and half width of its t interval; the mean alone if n is too small."""
    estimate = mean_interval([100 * score for score in scores], level)
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.2f} % (n={len(scores)}, no interval)"
    half = (estimate.high - estimate.low) / 2
    return f"{estimate.value:.2f} % ± {half:.2f} points ({100 * level:g} %, n={len(scores)})"
