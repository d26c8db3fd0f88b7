"""A crossed pair of sources, e.g. 6 seeds of init × 6 seeds of order, taken apart per example."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.sources import is_resolved
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class CrossedShares:
    """Shares of the per-example variance over the runs of a crossed design; they sum to 1.

    Attributes:
        first: Share of the rows' source alone: removed by freezing it.
        second: Share of the columns' source alone.
        interaction: Share of both together, with anything not seeded by either.
        total: Mean variance of an example over runs; ½ of the expected disagreement for 0/1.
        resolved: Whether all three shares have intervals narrow enough to tell.
    """

    first: Estimate
    second: Estimate
    interaction: Estimate
    total: float
    resolved: bool

    @property
    def left_first(self) -> float:
        """Share left if only the first source varies: its own and the interaction."""
        return self.first.value + self.interaction.value


def crossed_shares(errors: npt.ArrayLike, level: float = 0.95) -> CrossedShares:
    """Two-way ANOVA of each example over a crossed design, averaged over the examples.

    With MS over rows, columns and residual averaged over examples, σ²_row = (MS_row − MS_res)/B,
    σ²_col = (MS_col − MS_res)/A, σ²_inter = MS_res. A 6 × 6 design resolves shares to about .005
    per example, but only to .1 or .2 on accuracy (``errors`` with one example). Intervals are
    delete-one jackknives over rows plus columns, on the smaller number of levels − 1.

    Args:
        errors: ``[row, column, example]``, 0/1 or any loss; at least 3 × 3 seeds.
        level: Confidence level.

    Raises:
        InputError: Too few seeds of a source, or runs that all agree.

    Source: Searle, Casella & McCulloch (1992), chapter 4; two-way jackknife: Owen (2007), "The
    pigeonhole bootstrap", section 3.
    """
    check_level(level)
    cube = np.asarray(errors, dtype=np.float64)
    if cube.ndim != 3 or min(cube.shape[:2]) < 3 or cube.shape[2] < 1:
        raise InputError(
            "a crossed design must be [seed, seed, example] with 3 or more seeds of each source, "
            f"got {cube.shape}"
        )
    rows, columns = cube.shape[:2]
    components = _components(cube)
    total = float(components.sum())
    if total <= 0:
        raise InputError("the runs of the crossed design all agree: there is nothing to attribute")
    shares = components / total
    variance = np.zeros(3)
    for axis, size in ((0, rows), (1, columns)):
        parts = []
        for index in range(size):
            part = _components(np.delete(cube, index, axis=axis))
            parts.append(part / part.sum() if part.sum() > 0 else shares)
        variance += (size - 1) / size * ((np.array(parts) - shares) ** 2).sum(axis=0)
    t = float(stats.t.ppf((1 + level) / 2, min(rows, columns) - 1))
    names = ("first source", "second source", "interaction")
    found = [
        Estimate(
            float(share),
            float(share) - t * sqrt(part),
            float(share) + t * sqrt(part),
            rows * columns,
            f"{name}: per-example crossed ANOVA, jackknife over seeds",
            level,
        )
        for name, share, part in zip(names, shares, variance, strict=True)
    ]
    first, second, interaction = found
    resolved = all(is_resolved(share) for share in found)
    return CrossedShares(first, second, interaction, total, resolved)


def _components(cube: Floats) -> Floats:
    """Variance components of rows, columns and interaction, averaged over examples."""
    rows, columns, examples = cube.shape
    grand = cube.mean(axis=(0, 1))
    by_row, by_column = cube.mean(axis=1) - grand, cube.mean(axis=0) - grand
    centred = cube - grand
    ss_row = columns * float((by_row**2).sum())
    ss_column = rows * float((by_column**2).sum())
    ss_residual = float((centred**2).sum()) - ss_row - ss_column
    ms_row, ms_column = ss_row / (rows - 1), ss_column / (columns - 1)
    ms_residual = max(ss_residual, 0.0) / ((rows - 1) * (columns - 1))
    parts = [(ms_row - ms_residual) / columns, (ms_column - ms_residual) / rows, ms_residual]
    result: Floats = np.array(parts, dtype=np.float64) / examples
    return result
