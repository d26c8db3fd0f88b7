"""What a search says, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass

from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.search import SearchSummary


@dataclass(frozen=True)
class Tried:
    """One configuration that a search tried.

    Attributes:
        label: The configuration in words.
        scores: ``[seed]`` accuracy of its runs in the search, fractions.
        mean: Their mean.
        fresh: Mean accuracy on fresh seeds, with its interval; None where it was not run again.
        options: Its varied options.
        order: Its place among the proposals, from 0.
    """

    label: str
    scores: tuple[float, ...]
    mean: float
    fresh: Estimate | None
    options: tuple[tuple[str, object], ...] = ()
    order: int = 0


@dataclass(frozen=True)
class Searched:
    """A search by the test accuracy of its own runs, and what fresh seeds say of its best.

    Attributes:
        summary: The configuration with the highest mean, and the optimism of being the highest.
        tried: The configurations, highest mean first.
        sizes: Sizes of smaller searches.
        expected_best: Highest mean to expect of so many of these configurations.
        importances: Option → share of what the options explain; None where they tell nothing.
        raced: Whether configurations got further seeds only while they might win.
    """

    summary: SearchSummary
    tried: tuple[Tried, ...]
    sizes: tuple[int, ...]
    expected_best: tuple[float, ...]
    importances: Mapping[str, float] | None
    raced: bool = False
