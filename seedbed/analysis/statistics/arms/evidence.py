"""Two arms, and what a test says about their difference."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.arms.comparison import RankMethod, Test
from seedbed.analysis.statistics.arms.resolution import in_single_precision, resolution
from seedbed.analysis.statistics.checks import Floats, as_scores, check_level, check_margin
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.odd_runs import odd_runs, some_collapsed


def pooled_sd(a: Floats, b: Floats) -> float | None:
    """Sd of one run within its arm, pooled over two arms; None where neither has two runs."""
    df = a.size + b.size - 2
    if df < 1:
        return None
    squares = float(((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum())
    return sqrt(squares / df)


@dataclass(frozen=True)
class Arms:
    """Two arms, and what is known of their numbers.

    Attributes:
        a: ``[run]`` scores of A.
        b: ``[run]`` scores of B.
        margin: Largest difference that counts as equivalent.
        level: Confidence level.
        step: Resolution of the numbers; 0 where unknown.
        rounded: The step is that of digits, so that a number stands for others near it.
        same_bits: Answers or weights are equal.
        odd_a: Odd runs of A.
        odd_b: Odd runs of B.
        collapsed: Some runs, but no whole arm, do not belong to all runs together.
    """

    a: Floats
    b: Floats
    margin: float | None
    level: float
    step: float
    rounded: bool
    same_bits: bool
    odd_a: tuple[int, ...]
    odd_b: tuple[int, ...]
    collapsed: bool


@dataclass(frozen=True)
class Evidence:
    """What one test says: the standard error behind the interval, and the p values."""

    gap: float
    se: float | None
    df: float
    method: Test
    p: float | None = None
    p_sign_flip: float | None = None
    p_rank: float | None = None
    rank_method: RankMethod | None = None
    p_superior: Estimate | None = None
    sd_for_power: float | None = None
    lasting: float = 0.0
    shift: Estimate | None = None
    above: float | None = None


def checked_arms(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    margin: float | None,
    level: float,
    test_size: int | None,
    *,
    same_bits: bool,
) -> Arms:
    """The scores of both arms, checked, with their resolution and their odd runs.

    Raises:
        InputError: An empty arm, numbers that are not finite, or a level or margin out of range.
    """
    check_level(level)
    check_margin(margin)
    first, second = as_scores(a, "scores of A"), as_scores(b, "scores of B")
    both = np.concatenate([first, second])
    scale = 1.0 if np.abs(both).max() <= 1 else 100.0
    step = resolution(both) if test_size is None else scale / test_size
    return Arms(
        a=first,
        b=second,
        margin=margin,
        level=level,
        step=step,
        rounded=test_size is None,
        same_bits=same_bits,
        odd_a=odd_runs(first, test_size),
        odd_b=odd_runs(second, test_size),
        collapsed=some_collapsed(first, second, test_size),
    )


def varies(values: Floats, *of: Floats) -> bool:
    """Whether values differ by more than the rounding of the numbers that they came from.

    Numbers that are all float32, as Keras' ``evaluate`` gives them, are rounded as float32.
    """
    parts = of or (values,)
    largest = max(float(np.abs(part).max()) for part in parts)
    kind = np.float32 if in_single_precision(np.concatenate(parts)) else np.float64
    return bool(np.ptp(values) > 8 * float(np.finfo(kind).eps) * largest)
