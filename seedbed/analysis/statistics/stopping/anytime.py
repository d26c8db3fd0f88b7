"""Evidence that stays valid however often it is looked at: the mixture t e-process."""

from math import exp, inf, log1p, sqrt

import numpy as np
import numpy.typing as npt

from seedbed.analysis.statistics.arms.resolution import pair_sd
from seedbed.analysis.statistics.checks import as_scores
from seedbed.analysis.statistics.stopping.plan import _positive

E_REJECT = 20.0


def e_value(differences: npt.ArrayLike, g: float = 1.0, step: float = 0.0) -> float:
    """Evidence against "no difference" that may be looked at after every pair: stop at 20 or more.

    e = (1+ng)^(−½)·[(1+t²/ν)/(1+t²/(ν(1+ng)))]^((ν+1)/2), ν = n − 1: the normal mixture over the
    standardised effect with prior variance g. Ville's inequality bounds the chance of ever
    reaching 1/α by α. One pair has e = 1.

    Args:
        differences: ``[pair]`` A − B.
        g: Prior variance of the effect in sd; 1 unless there is a reason.
        step: Resolution of the scores: no sd of a pair is taken for smaller than their rounding.
            Without it (0), differences that are all the same are infinite evidence.

    Source: Wang & Ramdas (2023), "Anytime-valid t-tests and confidence sequences for Gaussian
    means with unknown variance".
    """
    values = as_scores(differences, "differences")
    _positive(g, "the prior variance g")
    n = values.size
    if n == 1:
        return 1.0
    s = pair_sd(values, step)
    mean = float(values.mean())
    if np.ptp(values) == 0 and step == 0:
        return 1.0 if mean == 0 else inf
    return mixture_t(mean / (s / sqrt(n)), n, g)


def mixture_t(t: float, n: int, g: float = 1.0) -> float:
    """The e-value of a t statistic of n pairs; see ``e_value``."""
    nu, spread = n - 1, 1 + n * g
    log_e = -0.5 * log1p(n * g)
    log_e += (nu + 1) / 2 * (log1p(t * t / nu) - log1p(t * t / (nu * spread)))
    return exp(min(log_e, 700.0))
