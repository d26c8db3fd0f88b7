"""Tests that assume only that the arms' labels could be exchanged."""

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import as_scores

EXACT_PAIRS = 20


RESAMPLES = 100_000


def sign_flip_p(differences: npt.ArrayLike, seed: int = 0) -> float:
    """Two-sided p of the sign-flip test of the mean of paired differences.

    Exact up to 20 pairs (all 2ⁿ sign patterns); beyond, 100,000 seeded patterns with the observed
    one counted. Assumes only that A − B and B − A are equally likely under the null.

    Args:
        differences: ``[pair]``, at least 1.
        seed: Seed of the patterns beyond 20 pairs.

    Source: Fisher (1935), The Design of Experiments, section 21; Phipson & Smyth (2010) for the
    observed pattern.
    """
    values = as_scores(differences, "differences")
    observed = abs(float(values.sum()))
    edge = observed - 1e-9 * float(np.abs(values).sum())
    if values.size <= EXACT_PAIRS:
        sums = values[:1]  # the overall sign is free: half of the patterns are enough
        for value in values[1:]:
            sums = np.concatenate([sums + value, sums - value])
        return float((np.abs(sums) >= edge).mean())
    rng = np.random.default_rng(seed)
    hits, left = 1, RESAMPLES
    while left:
        block = min(left, 1_000_000 // values.size + 1)
        signs = rng.integers(0, 2, size=(block, values.size)) * 2 - 1
        hits += int((np.abs(signs @ values) >= edge).sum())
        left -= block
    return hits / (RESAMPLES + 1)


def signed_rank_p(differences: npt.ArrayLike) -> float:
    """Two-sided p of Wilcoxon's signed ranks; pairs that tie are left out.

    Args:
        differences: ``[pair]``; 1 where all of them tie.

    Source: Wilcoxon (1945), via ``scipy.stats.wilcoxon``.
    """
    values = as_scores(differences, "differences")
    values = values[values != 0]
    return float(stats.wilcoxon(values).pvalue) if values.size else 1.0
