"""Calibration: does 80 % sure mean right 8 times in 10?"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import mean_interval
from seedbed.analysis.statistics.variance.decompose import signed_sd
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class Calibration:
    """Calibration of the predicted class.

    Attributes:
        ece: Expected calibration error, equal-width bins; far from 0 even when perfect.
        ece_if_calibrated: What a perfectly calibrated model with these confidences would show.
        l2: Debiased L2 calibration error, equal-mass bins; near 0 when perfect, negative by chance.
        bins: Number of bins.
    """

    ece: Estimate
    ece_if_calibrated: float
    l2: Estimate
    bins: int


def _checked(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> tuple[Floats, Floats]:
    sure = np.asarray(confidence, dtype=np.float64)
    right = np.asarray(correct).astype(np.float64)
    if sure.ndim != 1 or sure.shape != right.shape or sure.size < 2:
        raise InputError(
            "calibration needs one confidence and one 0/1 per example, 2 or more, "
            f"got {sure.shape} and {right.shape}"
        )
    if not ((sure >= 0) & (sure <= 1)).all():
        raise InputError("confidences must lie from 0 to 1")
    return sure, right


def expected_calibration_error(
    confidence: npt.ArrayLike, correct: npt.ArrayLike, bins: int = 15
) -> float:
    """ECE: Σ_b n_b/n·|accuracy_b − confidence_b| over equal-width bins.

    Biased upwards: about .02 for a perfectly calibrated model at N = 2000 and 15 bins.

    Args:
        confidence: ``[example]`` probability of the predicted class.
        correct: ``[example]`` 0/1.
        bins: Number of bins.

    Source: Guo et al. (2017), "On calibration of modern neural networks", equation 3.
    """
    sure, right = _checked(confidence, correct)
    index = np.minimum((sure * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(index, weights=right - sure, minlength=bins)
    found = float(np.abs(gaps).sum() / sure.size)
    return found if found > sure.size * float(np.finfo(float).eps) else 0.0  # else of adding up


def ece_if_calibrated(
    confidence: npt.ArrayLike, bins: int = 15, draws: int = 200, seed: int = 0
) -> float:
    """Mean ECE that perfectly calibrated predictions with these confidences would show.

    Args:
        confidence: ``[example]``.
        bins: Number of bins.
        draws: Number of simulated test sets.
        seed: Their seed.

    Source: Widmann, Lindsten & Zachariah (2019), consistency resampling.
    """
    sure, _ = _checked(confidence, np.zeros(np.size(confidence)))
    rng = np.random.default_rng(seed)
    index = np.minimum((sure * bins).astype(np.int64), bins - 1)
    total = 0.0
    for _ in range(draws):
        gaps = np.bincount(index, weights=(rng.random(sure.size) < sure) - sure, minlength=bins)
        total += float(np.abs(gaps).sum() / sure.size)
    return total / draws


def debiased_l2(confidence: npt.ArrayLike, correct: npt.ArrayLike, bins: int = 15) -> float:
    """Debiased L2 calibration error: √ of Σ_b n_b/n·[(s̄_b − ȳ_b)² − ȳ_b(1−ȳ_b)/(n_b−1)].

    Equal-mass bins of the sorted confidences, none of which divides equal confidences: the order of
    the examples must not matter. The sum can be negative by chance; the sign is kept
    (sign·√|·|).

    Args:
        confidence: ``[example]`` probability of the predicted class.
        correct: ``[example]`` 0/1.
        bins: Number of bins, each with 2 or more examples.

    Source: Kumar, Liang & Ma (2019), "Verified uncertainty calibration", definition 5.2.
    """
    sure, right = _checked(confidence, correct)
    if bins < 1 or sure.size < 2 * bins:
        raise InputError(f"{bins} bins need {2 * bins} examples or more, got {sure.size}")
    order = np.argsort(sure, kind="stable")
    starts = _starts(sure[order], bins)
    sizes = np.diff(np.append(starts, sure.size))
    mean_sure = np.add.reduceat(sure[order], starts) / sizes
    mean_right = np.add.reduceat(right[order], starts) / sizes
    noise = mean_right * (1 - mean_right) / (sizes - 1)
    return signed_sd(float((sizes / sure.size * ((mean_sure - mean_right) ** 2 - noise)).sum()))


def _starts(ordered: Floats, bins: int) -> npt.NDArray[np.int64]:
    """Where bins of about the same number of sorted confidences begin, each with 2 or more."""
    wanted = np.arange(bins) * ordered.size // bins
    starts = [0]
    for start in np.searchsorted(ordered, ordered[wanted]).tolist():
        if start - starts[-1] >= 2 and start <= ordered.size - 2:
            starts.append(start)
    return np.array(starts)


def overconfidence(
    confidence: npt.ArrayLike, correct: npt.ArrayLike, level: float = 0.95
) -> Estimate:
    """Mean confidence minus share of right answers, with an interval over examples.

    The runs are taken as they are; their mean difference at each example is one observation. The
    variance is at least what calibrated answers have at these confidences, s(1 − s) over the number
    of runs, so that a test set without an error does not count as certain.

    Args:
        confidence: ``[run, example]`` probability of the predicted class.
        correct: ``[run, example]`` 0/1.
        level: Confidence level.

    Source: Student (1908) over examples; the least variance is Spiegelhalter's (1986).
    """
    sure = np.atleast_2d(np.asarray(confidence, dtype=np.float64))
    gap = (sure - np.atleast_2d(np.asarray(correct, dtype=np.float64))).mean(axis=0)
    runs, size = sure.shape
    variance = max(float(gap.var(ddof=1)), float((sure * (1 - sure)).mean()) / runs)
    half = float(stats.t.isf((1 - level) / 2, size - 1)) * sqrt(variance / size)
    value = float(gap.mean())
    method = "confidence minus accuracy, t over examples"
    return Estimate(value, value - half, value + half, size, method, level)


def calibration(
    confidence: npt.ArrayLike,
    correct: npt.ArrayLike,
    bins: int = 15,
    level: float = 0.95,
    seed: int = 0,
) -> Calibration:
    """ECE and debiased L2 with t intervals over runs (none for one run).

    Args:
        confidence: ``[run, example]`` probability of the predicted class.
        correct: ``[run, example]`` 0/1.
        bins: Number of bins.
        level: Confidence level.
        seed: Seed of the calibrated comparison.

    Raises:
        InputError: Shapes that do not fit, or confidences outside 0 to 1.
    """
    check_level(level)
    sure, right = np.atleast_2d(np.asarray(confidence)), np.atleast_2d(np.asarray(correct))
    if sure.ndim != 2 or sure.shape != right.shape:
        raise InputError(f"confidences {sure.shape} and answers {right.shape} must match")
    rows = list(zip(sure, right, strict=True))
    ece = mean_interval([expected_calibration_error(s, r, bins) for s, r in rows], level)
    return Calibration(
        ece=ece.within(0, 1),
        ece_if_calibrated=ece_if_calibrated(sure[0], bins, seed=seed),
        l2=mean_interval([debiased_l2(s, r, bins) for s, r in rows], level),
        bins=bins,
    )
