"""The largest power that a test with a prior sd can have if its guard is to hold."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.optimize import minimize

from benchmarks.simulations.row import Floats

Allowed = Mapping[float, float]
"""True sd now in sds of the earlier runs → type I error that a test may have there."""
DRIFTS: Allowed = {1.0: 0.05, 1.2: 0.06, 1.5: 0.06, 1.75: 0.06, 2.0: 0.06}
GAPS = np.linspace(0.01, 12, 400)
RATIOS = np.exp(np.linspace(np.log(0.01), np.log(30), 200))
PRIORS = 300


def _density(n: int, prior_df: int, gap: float, drift: float) -> Floats:
    """Mass ``[gap, ratio]`` of |mean A − mean B|/s₀ and s²/s₀², over the prior's own error.

    s² is pooled over both arms of n runs, s₀² is the earlier variance with ``prior_df`` degrees of
    freedom.
    """
    quantiles = (np.arange(PRIORS) + 0.5) / PRIORS
    df, sd = 2 * n - 2, drift * np.sqrt(2 / n)
    total = np.zeros((GAPS.size, RATIOS.size))
    for prior in stats.chi2.ppf(quantiles, prior_df) / prior_df:
        gaps = GAPS * np.sqrt(prior)
        of_gap = stats.norm.pdf(gaps, gap, sd) + stats.norm.pdf(-gaps, gap, sd)
        of_variance = stats.chi2.pdf(RATIOS * prior * df / drift**2, df) * df / drift**2
        total += np.outer(of_gap * np.sqrt(prior), of_variance * prior)
    cell = (GAPS[1] - GAPS[0]) * RATIOS * np.log(RATIOS[1] / RATIOS[0])
    return np.asarray(total / PRIORS * cell)


def most_power(n: int, prior_df: int, gap: float = 2.0, drifts: Allowed = DRIFTS) -> float:
    """Power that no test exceeds at ``gap`` sds without drift, of those that hold under drifts.

    By duality: max ∫ φ·f₁ subject to ∫ φ·f_r ≤ α_r is at most ∫ max(f₁ − Σ λ_r·f_r, 0) + Σ λ_r·α_r
    for any λ ≥ 0; the smallest such bound is returned. It holds for tests of the two means, the
    pooled variance and the earlier sd that do not depend on the unit.

    Args:
        n: Runs per arm.
        prior_df: Degrees of freedom of the earlier sd.
        gap: True difference in sds of a run.
        drifts: The drifts, the first of them none.

    Source: generalised Neyman–Pearson lemma: Lehmann & Romano (2005), "Testing statistical
    hypotheses", theorem 3.6.1.
    """
    power = _density(n, prior_df, gap, 1.0).ravel()
    nulls = np.array([_density(n, prior_df, 0.0, drift).ravel() for drift in drifts])
    allowed = np.array(list(drifts.values()))

    def bound(weights: npt.NDArray[np.float64]) -> float:
        positive = np.abs(weights)
        return float(np.maximum(power - positive @ nulls, 0).sum() + positive @ allowed)

    starts = np.zeros((2, len(drifts)))
    starts[:, 0], starts[:, min(2, len(drifts) - 1)] = (1, 0.2), (2, 4)
    return min(
        float(minimize(bound, start, method="Nelder-Mead", options={"maxiter": 1500}).fun)
        for start in starts
    )
