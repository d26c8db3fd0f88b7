"""Shares of a score's variance by source, from all runs of a plan at once."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import optimize

from seedbed.analysis.statistics.checks import Floats, as_scores
from seedbed.system.errors import InputError

MOST_RUNS = 300
"""A step of the search takes time with the third power of the number of runs."""
LEAST, MOST = -14.0, 4.0
"""Bounds of the logarithm of a variance, where that of all scores is 1."""


def component_shares(
    seeds: Mapping[str, Sequence[object]], scores: npt.ArrayLike
) -> dict[str, float]:
    """Share of a score's variance that each source leaves alone, by restricted maximum likelihood.

    Each score is taken as a mean, an independent normal effect of the seed of each source, and one
    that any change of a seed draws anew: what the sources do together. What a source leaves alone
    is its own variance and that of the last effect. Pairs of runs that differ in one source alone
    use a third of what the runs of a plan tell; this uses all of it. In simulated studies it names
    the largest source more often (benchmarks/why_shares.py); its own error is not given.

    Args:
        seeds: Source → ``[run]`` seeds.
        scores: ``[run]``.

    Returns:
        Source → its share; empty if all scores are equal, or there are more than ``MOST_RUNS``.

    Source: Patterson & Thompson (1971), "Recovery of inter-block information when block sizes are
    unequal", for the likelihood; Searle, Casella & McCulloch (1992), "Variance Components", section
    6.6, for its gradient.
    """
    values = as_scores(scores)
    runs = values.size
    if any(len(given) != runs for given in seeds.values()):
        raise InputError(f"each source needs one seed per run: {runs} runs")
    spread = float(values.std())
    if spread == 0 or runs > MOST_RUNS or runs < len(seeds) + 2:
        return {}
    apart = _contrasts(runs)
    found = _variances(
        [apart.T @ _equal(given) @ apart for given in seeds.values()], apart.T @ values / spread
    )
    together = found[-1]
    shares = (found[:-1] + together) / found.sum()
    return dict(zip(seeds, shares.tolist(), strict=True))


def _contrasts(runs: int) -> Floats:
    """``[run, contrast]`` orthonormal contrasts, which are free of the mean."""
    q, _ = np.linalg.qr(np.column_stack([np.ones(runs), np.eye(runs)[:, 1:]]))
    contrasts: Floats = q[:, 1:]
    return contrasts


def _equal(seeds: Sequence[object]) -> Floats:
    """``[run, run]`` 1 where two runs have the same seed."""
    known: dict[object, int] = {}
    codes = np.array([known.setdefault(seed, len(known)) for seed in seeds])
    equal: Floats = (codes[:, None] == codes[None, :]).astype(np.float64)
    return equal


def _variances(alike: Sequence[Floats], values: Floats) -> Floats:
    """Variances of the effects, the last one that of all seeds together.

    Args:
        alike: For each source ``[contrast, contrast]``, the covariance if its variance is 1.
        values: ``[contrast]`` of the scores.
    """
    parts = [*alike, np.eye(values.size)]

    def minus_log_likelihood(logs: Floats) -> tuple[float, Floats]:
        variances = np.exp(logs)
        covariance = np.sum([v * part for v, part in zip(variances, parts, strict=True)], axis=0)
        inverse = np.linalg.inv(covariance)
        weighed = inverse @ values
        slopes = [(inverse * part).sum() - weighed @ part @ weighed for part in parts]
        _, determinant = np.linalg.slogdet(covariance)
        return float(determinant + values @ weighed) / 2, variances * np.array(slopes) / 2

    begin = np.full(len(parts), -np.log(len(parts)))
    bounds = [(LEAST, MOST)] * len(alike) + [(LEAST / 2, MOST)]  # the last one keeps it regular
    result = optimize.minimize(
        minus_log_likelihood, begin, jac=True, method="L-BFGS-B", bounds=bounds
    )
    found: Floats = np.exp(result.x)
    return found
