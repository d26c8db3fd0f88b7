"""How much each source does, from radial designs (Jansen 1999)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import as_scores, check_level
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.sources import is_resolved
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class RadialEffect:
    """Jansen's total effect of one source on a score.

    Attributes:
        source: Its name.
        left_sd: Sd of the score left if only this source varies (mean over baselines).
        share: Its square over the variance when all sources vary; None without that variance.
        resolved: Whether the share's interval is narrow enough to tell.
    """

    source: str
    left_sd: Estimate
    share: Estimate | None
    resolved: bool


def jansen(base: npt.ArrayLike, changed: npt.ArrayLike) -> float:
    """Total-effect variance ½·mean (Y_A − Y_{A,B_i})².

    Args:
        base: ``[baseline]`` scores.
        changed: ``[baseline]`` scores with one source changed, same order.

    Source: Jansen (1999), equation 13; Saltelli et al. (2010), table 2(f).
    """
    first, second = as_scores(base, "baselines"), as_scores(changed, "changed runs")
    if first.size != second.size:
        raise InputError(
            f"each baseline needs its changed run: {first.size} baselines, {second.size} changed"
        )
    return float(((first - second) ** 2).mean() / 2)


def radial_effects(
    base: npt.ArrayLike,
    changed: Mapping[str, npt.ArrayLike],
    all_vary: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> tuple[RadialEffect, ...]:
    """Total effects of sources on accuracy alone; with six baselines nearly always unresolved.

    ½·(Y_A − Y_{A,B})² is a variance on one degree of freedom, so the effect has a chi-square
    interval on as many as there are baselines, and its share an F interval. Assumes normal
    scores. Attribute on per-example disagreement where predictions are recorded.

    Args:
        base: ``[baseline]`` scores.
        changed: Source → ``[baseline]`` scores with that source changed.
        all_vary: ``[run]`` scores of independent runs that vary all sources.
        level: Confidence level.

    Source: Jansen (1999); F ratio of independent variances.
    """
    check_level(level)
    everything = None if all_vary is None else as_scores(all_vary, "independent runs", least=2)
    found = []
    for name, scores in changed.items():
        variance = jansen(base, scores)
        n = as_scores(scores).size
        low, high = (
            sqrt(variance * n / float(stats.chi2.ppf(q, n)))
            for q in ((1 + level) / 2, (1 - level) / 2)
        )
        method = f"Jansen total effect of {name}, chi-square on {n} baselines"
        sd = Estimate(sqrt(variance), low, high, n, method, level)
        share = None
        if everything is not None and np.ptp(everything) > 0:
            ratio = variance / float(everything.var(ddof=1))
            df = (n, everything.size - 1)
            share = Estimate(
                ratio,
                ratio / float(stats.f.ppf((1 + level) / 2, *df)),
                ratio / float(stats.f.ppf((1 - level) / 2, *df)),
                n,
                f"Jansen total effect of {name} over the variance of all, F interval",
                level,
            )
        found.append(RadialEffect(name, sd, share, is_resolved(share)))
    return tuple(found)
