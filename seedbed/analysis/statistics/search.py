"""A search over configurations: how good the winner looks, and how much of that is luck."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import integrate, special, stats

from seedbed.analysis.statistics.checks import Floats, as_scores
from seedbed.system.errors import InputError

FEWEST_ABOVE = 8
"""Configurations from which on the spread is taken from those above their median."""


def expected_best(values: npt.ArrayLike, n: int) -> float:
    """Expected best of n configurations drawn from those tried, without replacement.

    Σ_i v_(i)·C(i−1, n−1)/C(B, n), v sorted upwards.

    Args:
        values: ``[configuration]`` scores, higher better.
        n: Size of the smaller search, from 1 to the number of configurations.

    Raises:
        InputError: n outside 1 … B.

    Source: Tang et al. (2020), "Showing your work doesn't always work", unbiased estimator.
    """
    found = np.sort(as_scores(values, "configurations"))
    size = found.size
    if not 1 <= n <= size:
        raise InputError(f"the smaller search must have 1 to {size} configurations, got {n}")
    ranks = np.arange(1, size + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = special.gammaln(ranks) - special.gammaln(n) - special.gammaln(ranks - n + 1)
    whole = special.gammaln(size + 1) - special.gammaln(n + 1) - special.gammaln(size - n + 1)
    weights = np.where(ranks >= n, np.exp(np.where(ranks >= n, logs, -np.inf) - whole), 0.0)
    return float(found @ weights)


@cache
def expected_maximum(n: int) -> float:
    """E_n, the expected largest of n standard normals.

    Source: ∫ x·n·φ(x)·Φ(x)^(n−1) dx.
    """
    if n < 1:
        raise InputError(f"the largest of n needs n of 1 or more, got {n}")
    value, _ = integrate.quad(
        lambda x: x * n * stats.norm.pdf(x) * stats.norm.cdf(x) ** (n - 1), -10, 12, limit=200
    )
    return float(value)


def winners_optimism(noise_sd: float, true_sd: float, n: int) -> float:
    """By how much the winner's score overstates it: σ_e²/√(σ_θ² + σ_e²)·E_n.

    Args:
        noise_sd: σ_e, sd of a configuration's score over seeds (of the mean, if averaged).
        true_sd: σ_θ, sd of the configurations' true values.
        n: Number of configurations tried.

    Source: regression to the mean under normality; Efron (2011), "Tweedie's formula and selection
    bias".
    """
    if noise_sd < 0 or true_sd < 0:
        raise InputError(f"sds must be 0 or more, got {noise_sd:g} and {true_sd:g}")
    both = sqrt(noise_sd**2 + true_sd**2)
    return 0.0 if both == 0 else noise_sd**2 / both * expected_maximum(n)


@dataclass(frozen=True)
class SearchSummary:
    """A search whose configurations were run with one or more seeds.

    Attributes:
        winner: Name of the best configuration.
        value: Its mean score, as seen in the search.
        configurations: Number of configurations.
        runs: Number of runs.
        noise_sd: Sd of a run over seeds, of the better half of the configurations; None where none
            of them has two seeds.
        true_sd: Sd of the configurations' true values, 0 where the estimate is negative; None
            likewise.
        optimism: Expected optimism of the winner; None where ``noise_sd`` is.
        rerun: The configurations to run again on fresh seeds, best first.
        advice: What to do, in words.
    """

    winner: str
    value: float
    configurations: int
    runs: int
    noise_sd: float | None
    true_sd: float | None
    optimism: float | None
    rerun: tuple[str, ...]
    advice: str


def summarize_search(
    scores: Mapping[str, npt.ArrayLike], *, noise_sd: float | None = None, top: int = 4
) -> SearchSummary:
    """The winner, how much of its score is luck, and what to run again.

    Noise is pooled over seeds within the better half of the configurations, or given; the true
    spread is what the means vary beyond it, from 8 configurations on what those above their median
    vary. Only that side decides who wins: a few configurations that fail to learn, with means and
    noise of their own, would otherwise multiply the winner's optimism (docs/coverage.md).

    Args:
        scores: Configuration → ``[seed]`` scores, higher better.
        noise_sd: Sd of a run over seeds, where known from elsewhere.
        top: Configurations to run again.

    Raises:
        InputError: Fewer than two configurations.

    Source: one-way random effects: Searle, Casella & McCulloch (1992), chapter 3; winner's
    optimism as in ``winners_optimism``.
    """
    arrays = {name: as_scores(values, f"scores of {name}") for name, values in scores.items()}
    if len(arrays) < 2:
        raise InputError(f"a search has at least 2 configurations, got {len(arrays)}")
    means = {name: float(values.mean()) for name, values in arrays.items()}
    ordered = sorted(means, key=lambda name: -means[name])
    runs = sum(values.size for values in arrays.values())
    if noise_sd is None:
        noise_sd = _noise([arrays[name] for name in ordered[: (len(ordered) + 1) // 2]])
    true_sd = optimism = None
    advice = "run some configurations with two or more seeds: one seed cannot tell luck from merit"
    if noise_sd is not None:
        seeds = len(arrays) / sum(1 / values.size for values in arrays.values())
        of_mean = noise_sd / sqrt(seeds)
        true_sd = sqrt(max(_variance_above(list(means.values())) - of_mean**2, 0.0))
        optimism = winners_optimism(of_mean, true_sd, len(arrays))
        advice = f"expect {ordered[0]} to lose about {optimism:.3g} on fresh seeds"
    again = ", ".join(ordered[:top])
    advice += f"; run {again} again with 3 fresh seeds each, and report the fresh seeds only"
    return SearchSummary(
        winner=ordered[0],
        value=means[ordered[0]],
        configurations=len(arrays),
        runs=runs,
        noise_sd=noise_sd,
        true_sd=true_sd,
        optimism=optimism,
        rerun=tuple(ordered[:top]),
        advice=advice,
    )


def _noise(configurations: list[Floats]) -> float | None:
    """Sd of a run over seeds, pooled; None where no configuration has two seeds."""
    df = sum(values.size - 1 for values in configurations)
    if df == 0:
        return None
    within = sum(float(((values - values.mean()) ** 2).sum()) for values in configurations)
    return sqrt(within / df)


def _variance_above(means: list[float]) -> float:
    """Variance of the means; from 8 on that of a distribution like its half above the median."""
    values = np.array(means)
    if values.size < FEWEST_ABOVE:
        return float(values.var(ddof=1))
    middle = float(np.median(values))
    above = values[values > middle] - middle
    return float((above**2).mean()) if above.size else 0.0
