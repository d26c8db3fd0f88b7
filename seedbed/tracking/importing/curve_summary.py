"""What is kept of a curve: its length, its extremes and how it ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class CurveSummary:
    """A metric's curve without its values.

    Attributes:
        length: Number of its values; of tools that say only its last step, that step.
        last: Its last value.
        least: Its least value; None if only its end is known.
        greatest: Its greatest value, likewise.
        ends_in_repeat: Whether its last value is that of an earlier epoch and not that of the
            epoch before: what is logged after an epoch's weights were restored.
    """

    length: int
    last: float
    least: float | None = None
    greatest: float | None = None
    ends_in_repeat: bool = False


def summary_of(values: Sequence[float]) -> CurveSummary | None:
    """The summary of a curve; None if it has no finite value.

    Args:
        values: In the order of their steps.
    """
    finite = [value for value in values if isfinite(value)]
    if not finite:
        return None
    last = values[-1]
    repeats = len(values) > 2 and values[-2] != last and last in values[:-2]
    return CurveSummary(len(values), last, min(finite), max(finite), ends_in_repeat=repeats)


def summaries_of(curves: Mapping[str, Sequence[float]]) -> dict[str, CurveSummary]:
    """Metric → summary of its curve."""
    found = {name: summary_of(values) for name, values in curves.items()}
    return {name: one for name, one in found.items() if one is not None}
