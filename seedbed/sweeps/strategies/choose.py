"""Which strategy a design asks for."""

from typing import Protocol

from seedbed.sweeps.design.design import Design
from seedbed.sweeps.strategies.conclusion import Conclusion
from seedbed.sweeps.strategies.protocol import FixedDesign, Strategy, SweepState
from seedbed.sweeps.strategies.search import SearchStrategy
from seedbed.sweeps.strategies.stop_rules import BudgetRule, ComparisonRule, PrecisionRule


class Concluding(Strategy, Protocol):
    """A strategy with something to say at the end."""

    def conclude(self, progress: SweepState) -> Conclusion | None:
        """What it found and saved; None where it has nothing to say yet."""


def strategy_of(design: Design) -> Strategy:
    """The strategy that decides what the sweep runs beside its cells."""
    stop = design.file.fields.stop
    if design.file.fields.search:
        return SearchStrategy(design)
    if stop and stop.precision:
        return PrecisionRule(design, stop.precision)
    if stop and stop.comparison:
        return ComparisonRule(design, stop.comparison)
    if stop and stop.budget:
        return BudgetRule(design)
    return FixedDesign()


def conclude(strategy: Strategy, progress: SweepState) -> Conclusion | None:
    """What the strategy has to say at the end, if anything."""
    said = getattr(strategy, "conclude", None)
    return said(progress) if said else None
