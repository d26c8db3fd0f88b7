"""What a strategy reads of runs: their value, and whether they are models of their own."""

from collections.abc import Sequence
from itertools import compress

from seedbed.analysis.statistics.arms.equal_weights import own_models
from seedbed.sweeps.design.cells.cell import Cell
from seedbed.sweeps.strategies.protocol import SweepState


def own_runs(cells: Sequence[Cell], state: SweepState) -> list[bool]:
    """``[cell]`` whether its weights are not those of an earlier one of the same configuration."""
    return own_models(
        [state.weights.get(cell.id) for cell in cells],
        [state.scores.get(cell.id) for cell in cells],
    )


def value_of(cell: Cell, state: SweepState) -> float | None:
    """Highest validation accuracy of a run that is done."""
    if state.standings.get(cell.id) != "done":
        return None
    curve = state.curves.get(cell.id)
    return max(curve.values()) if curve else None


def scores_of_models(cells: Sequence[str], state: SweepState) -> list[float]:
    """Scores of the cells that have one, of those with equal weights the first.

    Args:
        cells: Their identities.
        state: How far the sweep is.
    """
    done = [one for one in cells if one in state.scores]
    scores = [state.scores[one] for one in done]
    own = own_models([state.weights.get(one) for one in done], list(scores))
    return list(compress(scores, own))
