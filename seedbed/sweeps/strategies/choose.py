"""Which strategy a design asks for."""

from seedbed.sweeps.design.design import Design
from seedbed.sweeps.strategies.protocol import FixedDesign, Strategy
from seedbed.sweeps.strategies.race import RaceStrategy
from seedbed.sweeps.strategies.search import SearchStrategy
from seedbed.sweeps.strategies.stop_rules import (
    AnytimeRule,
    BudgetRule,
    ComparisonRule,
    PrecisionRule,
)


def strategy_of(design: Design) -> Strategy:
    """The strategy that decides what the sweep runs beside its cells."""
    stop = design.file.fields.stop
    search = design.file.fields.search
    if search:
        return RaceStrategy(design, search.race) if search.race else SearchStrategy(design)
    if stop and stop.precision:
        return PrecisionRule(design, stop.precision)
    if stop and stop.comparison:
        return ComparisonRule(design, stop.comparison)
    if stop and stop.anytime:
        return AnytimeRule(design, stop.anytime)
    if stop and stop.budget:
        return BudgetRule(design)
    return FixedDesign()
