"""A configuration that a search has tried."""

from dataclasses import dataclass

from seedbed.sweeps.design.search.search_space import Configuration


@dataclass(frozen=True)
class Tried:
    """The result of a configuration.

    Attributes:
        configuration: The configuration.
        value: Mean validation accuracy over its seeds, or over those it got; None without any.
        seeds: Seeds that it got.
        given_up: Whether it was pruned or failed before it had all of its seeds.
    """

    configuration: Configuration
    value: float | None
    seeds: int
    given_up: bool
