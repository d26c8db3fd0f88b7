"""Verification (is it the same person?): equal error rates and the half total error rate.

A trial is accepted when its score is at least the threshold. FAR is the share of impostors
accepted, FRR the share of genuine trials rejected.
"""

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, as_scores, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.proportions import mover_sum, wilson
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class Verification:
    """One run's verification on a development and a test set.

    Attributes:
        eer: Interpolated equal error rate of the test set.
        eer_hull: Equal error rate on the ROC's convex hull, of the test set; never above ``eer``.
        threshold: argmin |FAR − FRR| on the development set.
        far: FAR of the test set at the threshold.
        frr: FRR of the test set at the threshold.
        hter: (FAR + FRR)/2 of the test set at the threshold.
        impostors: Impostor trials in the test set.
        genuine: Genuine trials in the test set.
    """

    eer: float
    eer_hull: float
    threshold: float
    far: Estimate
    frr: Estimate
    hter: Estimate
    impostors: int
    genuine: int


def _both(negatives: npt.ArrayLike, positives: npt.ArrayLike) -> tuple[Floats, Floats]:
    return as_scores(negatives, "impostor scores"), as_scores(positives, "genuine scores")


def operating_points(negatives: npt.ArrayLike, positives: npt.ArrayLike) -> tuple[Floats, ...]:
    """FAR, FRR and threshold of every operating point, from "reject all" to "accept all".

    Args:
        negatives: ``[trial]`` scores of impostors.
        positives: ``[trial]`` scores of genuine trials; higher is more alike.

    Returns:
        FAR (rising), FRR (falling), threshold (falling, the first infinite).

    Source: Fawcett (2006), "An introduction to ROC analysis", algorithm 1.
    """
    low, high = _both(negatives, positives)
    thresholds = np.unique(np.concatenate([low, high]))[::-1]
    impostors, genuine = (
        part.size - np.searchsorted(np.sort(part), thresholds) for part in (low, high)
    )
    far, accepted = (
        np.concatenate([[0.0], counts / counts[-1]]) for counts in (impostors, genuine)
    )
    return far, 1 - accepted, np.concatenate([[np.inf], thresholds])


def _crossing(far: Floats, frr: Floats) -> float:
    """Where a falling chain of (FAR, FRR) meets FAR = FRR."""
    gap = far - frr
    after = int(np.argmax(gap >= 0))
    if gap[after] == 0 or after == 0:
        return float(far[after])
    before = after - 1
    share = -gap[before] / (gap[after] - gap[before])
    return float(far[before] + share * (far[after] - far[before]))


def eer_interpolated(negatives: npt.ArrayLike, positives: npt.ArrayLike) -> float:
    """Equal error rate, linear between neighbouring operating points.

    Args:
        negatives: ``[trial]`` scores of impostors.
        positives: ``[trial]`` scores of genuine trials.

    Source: Martin et al. (1997), "The DET curve in assessment of detection task performance".
    """
    far, frr, _ = operating_points(negatives, positives)
    return _crossing(far, frr)


def eer_hull(negatives: npt.ArrayLike, positives: npt.ArrayLike) -> float:
    """Equal error rate on the convex hull of the ROC: the minimax error over priors.

    Args:
        negatives: ``[trial]`` scores of impostors.
        positives: ``[trial]`` scores of genuine trials.

    Source: Provost & Fawcett (2001), ROC convex hull; Brümmer & de Villiers (2013), BOSARIS.
    """
    far, frr, _ = operating_points(negatives, positives)
    hull: list[tuple[float, float]] = []
    for x, y in zip(far.tolist(), frr.tolist(), strict=True):
        while len(hull) > 1:
            (x1, y1), (x2, y2) = hull[-2], hull[-1]
            if (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) > 0:
                break
            hull.pop()
        hull.append((x, y))
    chain = np.array(hull)
    return _crossing(chain[:, 0], chain[:, 1])


def choose_threshold(negatives: npt.ArrayLike, positives: npt.ArrayLike) -> float:
    """Threshold τ = argmin |FAR − FRR|; of equally good ones, that with the lower FAR + FRR.

    Args:
        negatives: ``[trial]`` impostor scores of the development set.
        positives: ``[trial]`` genuine scores of the development set.
    """
    far, frr, thresholds = operating_points(negatives, positives)
    best = np.lexsort((far + frr, np.abs(far - frr)))[0]
    chosen = float(thresholds[best])
    if isfinite(chosen):
        return chosen
    return float(np.nextafter(thresholds[1:].max(), np.inf))


def error_rates(
    negatives: npt.ArrayLike, positives: npt.ArrayLike, threshold: float
) -> tuple[float, float]:
    """FAR and FRR at a threshold; a score equal to it is accepted."""
    low, high = _both(negatives, positives)
    return float((low >= threshold).mean()), float((high < threshold).mean())


def hter_sd(far: float, frr: float, impostors: int, genuine: int) -> float:
    """Sd of one run's HTER: √(FAR(1−FAR)/(4·N_I) + FRR(1−FRR)/(4·N_G)).

    Assumes independent trials; where trials share subjects it is far too small
    (docs/coverage.md): bootstrap the subjects.

    Args:
        far: FAR, a fraction.
        frr: FRR, a fraction.
        impostors: N_I, number of impostor trials.
        genuine: N_G, number of genuine trials.

    Source: Bengio & Mariéthoz (2004), "A statistical significance test for person authentication".
    """
    if impostors < 1 or genuine < 1:
        raise InputError(f"HTER needs impostor and genuine trials, got {impostors} and {genuine}")
    return sqrt(far * (1 - far) / (4 * impostors) + frr * (1 - frr) / (4 * genuine))


def verify(
    dev: tuple[npt.ArrayLike, npt.ArrayLike],
    test: tuple[npt.ArrayLike, npt.ArrayLike],
    level: float = 0.95,
) -> Verification:
    """Choose the threshold on the development set and score the test set.

    Args:
        dev: Impostor and genuine scores ``[trial]`` of the development set.
        test: Impostor and genuine scores ``[trial]`` of the test set.
        level: Confidence level of the intervals, which assume independent trials.

    Raises:
        InputError: An empty class in either set.

    Source: Donner & Zou (2012), MOVER on the limits of Wilson (1927) for FAR and FRR.
    """
    check_level(level)
    threshold = choose_threshold(*dev)
    negatives, positives = _both(*test)
    accepted, rejected = int((negatives >= threshold).sum()), int((positives < threshold).sum())
    far = wilson(accepted, negatives.size, level)
    frr = wilson(rejected, positives.size, level)
    hter = mover_sum([(0.5, far), (0.5, frr)], "HTER of independent trials, MOVER on Wilson")
    return Verification(
        eer=eer_interpolated(negatives, positives),
        eer_hull=eer_hull(negatives, positives),
        threshold=threshold,
        far=far,
        frr=frr,
        hter=hter,
        impostors=negatives.size,
        genuine=positives.size,
    )


def hter_by_subject(
    scores: npt.ArrayLike,
    genuine: npt.ArrayLike,
    subjects: npt.ArrayLike,
    threshold: float,
    *,
    others: npt.ArrayLike | None = None,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """HTER with an interval from resampling subjects, trials with them.

    Where each trial compares two subjects, give both: a trial counts as often as both are drawn
    (a genuine trial as often as its one subject is).

    Args:
        scores: ``[trial]``.
        genuine: ``[trial]`` true where the claim is true.
        subjects: ``[trial]`` whose identity is claimed.
        threshold: Chosen on the development set, and kept.
        others: ``[trial]`` who was presented; None where only one subject is known.
        resamples: Number of resamples.
        seed: Their seed.
        level: Confidence level of ± t·sd of the resamples (percentiles cover less).

    Raises:
        InputError: Fewer than two subjects, columns of different lengths, or an empty class.

    Source: Poh & Bengio (2007), "Performance generalization in biometric authentication using
    joint user-specific and sample bootstraps"; Snijders & Borgatti (1999), vertex bootstrap.
    """
    check_level(level)
    values = as_scores(scores)
    claim = np.asarray(genuine).astype(bool)
    columns = [np.asarray(subjects)] + ([] if others is None else [np.asarray(others)])
    if any(column.shape != values.shape for column in (claim, *columns)):
        raise InputError("scores, labels and subjects must have one entry per trial")
    names, codes = np.unique(np.concatenate(columns), return_inverse=True)
    first, last = codes[: values.size], codes[-values.size :]
    if names.size < 2 or not claim.any() or claim.all():
        raise InputError(
            "the subjects' bootstrap needs 2 or more subjects, impostor and genuine trials, "
            f"got {names.size} subjects, {int((~claim).sum())} impostor and {int(claim.sum())} "
            "genuine trials"
        )
    wrong = np.where(claim, values < threshold, values >= threshold)
    value = float(wrong[claim].mean() + wrong[~claim].mean()) / 2
    size = names.size
    tables = {
        key: np.zeros((size, size))
        for key in ((True, "n"), (True, "e"), (False, "n"), (False, "e"))
    }
    for kind in (True, False):
        rows = claim == kind
        np.add.at(tables[kind, "n"], (first[rows], last[rows]), 1.0)
        np.add.at(tables[kind, "e"], (first[rows], last[rows]), wrong[rows].astype(float))
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(size, np.full(size, 1 / size), size=resamples).astype(float)
    rates = []
    for kind in (True, False):
        counts, errors = (_weighted(tables[kind, key], weights) for key in ("n", "e"))
        with np.errstate(invalid="ignore", divide="ignore"):
            rates.append(errors / counts)
    draws = (rates[0] + rates[1]) / 2
    draws = draws[np.isfinite(draws)]
    half = float(stats.t.ppf((1 + level) / 2, size - 1)) * float(draws.std(ddof=1))
    half *= sqrt(size / (size - 1))
    method = f"HTER, bootstrap sd over {size} subjects ({resamples} resamples), t interval"
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0), size, method, level)


def _weighted(table: Floats, weights: Floats) -> Floats:
    """Sum of a [subject, subject] table under each resample; one subject's own cell counts once."""
    own = np.diag(table)
    cross = table - np.diag(own)
    return np.asarray(((weights @ cross) * weights).sum(axis=1) + weights @ own)
