"""Intervals from a few runs: normal, skewed, and with a mode of collapse."""

import numpy as np
from scipy import stats

from benchmarks.simulations.row import Floats, Row, share
from seedbed.analysis.statistics.odd_runs import odd_runs
from seedbed.analysis.statistics.spread import describe

STUDIES = 100_000
SIZES = (3, 5, 10, 20)
COLLAPSE = 0.05


def draw(kind: str, rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Draw scores with mean 0; sd 1 before any collapse.

    Args:
        kind: ``normal``, ``skew`` (gamma of shape 4, skewness −1: a ceiling) or ``collapse`` (one
            run in twenty falls by 20 sd).
        rng: Generator.
        shape: Shape of the result.
    """
    if kind == "skew":
        return np.asarray((4 - rng.gamma(4, size=shape)) / 2)
    scores = rng.normal(size=shape)
    if kind == "collapse":
        scores -= 20 * (rng.random(shape) < COLLAPSE) - 20 * COLLAPSE
    return scores


def true_sd(kind: str) -> float:
    """Sd of one run of ``draw``."""
    return float(np.sqrt(1 + 400 * COLLAPSE * (1 - COLLAPSE))) if kind == "collapse" else 1.0


def _half_widths(n: int) -> tuple[float, float, float, float]:
    """Half-widths of mean and next run, and ends of the sd, in units of s: the code's own."""
    shape = np.linspace(-1, 1, n)
    found = describe(shape / shape.std(ddof=1))
    sd = found.sd
    if found.mean.high is None or found.next_run.high is None or sd is None:
        raise AssertionError("two or more runs that differ have intervals")
    if sd.low is None or sd.high is None:
        raise AssertionError("two or more runs that differ have intervals")
    return found.mean.high, found.next_run.high, sd.low, sd.high


def _bootstrap(n: int, rng: np.random.Generator) -> Row:
    """Coverage of scipy's BCa interval of the mean, for comparison."""
    held = []
    for _ in range(1000):
        found = stats.bootstrap((rng.normal(size=n),), np.mean, n_resamples=999, rng=rng)
        held.append(found.confidence_interval.low <= 0 <= found.confidence_interval.high)
    return share("not offered: mean, 95 % BCa bootstrap", f"normal, n={n}", ".95", np.array(held))


def rows(rng: np.random.Generator) -> list[Row]:
    """Measure the coverage of the three intervals, and the flags of odd runs."""
    table = []
    for kind in ("normal", "skew", "collapse"):
        for n in SIZES:
            scores = draw(kind, rng, (STUDIES, n))
            center, s = scores.mean(axis=1), scores.std(axis=1, ddof=1)
            of_mean, of_next, low, high = _half_widths(n)
            fresh = draw(kind, rng, (STUDIES,))
            truth = f"{kind}, n={n}"
            promise = kind == "normal"
            strict = (0.948, 0.952) if promise else None
            table += [
                share("mean, 95 % t", truth, ".95", np.abs(center) <= of_mean * s, strict),
                share(
                    "next run, 95 %", truth, ".95", np.abs(fresh - center) <= of_next * s, strict
                ),
                share(
                    "sd, 95 % chi-square",
                    truth,
                    ".95",
                    (low * s <= true_sd(kind)) & (true_sd(kind) <= high * s),
                    strict,
                ),
            ]
    scores = rng.normal(size=(STUDIES, 3))
    two_sd = np.abs(rng.normal(size=STUDIES) - scores.mean(axis=1)) <= 2 * scores.std(
        axis=1, ddof=1
    )
    table.append(share("not offered: mean ± 2 sd for the next run", "normal, n=3", ".95", two_sd))
    table += [_bootstrap(n, rng) for n in (3, 10)]
    for n in (3, 5, 10):
        table += _odd_rows(n, rng)
    return table


def _odd_rows(n: int, rng: np.random.Generator) -> list[Row]:
    """False flags, and collapses to chance that are caught; runs vary as much as N lets them."""
    table = []
    for size in (200, 1000, 10_000):
        share_right = 0.75
        sd = np.sqrt(share_right * (1 - share_right) / size)
        scores = rng.binomial(size, rng.normal(share_right, sd, (2000, n)).clip(0, 1)) / size
        flags = np.array([bool(odd_runs(study, size)) for study in scores])
        truth = f"75 % of N = {size}, genuine sd {100 * sd:.1f} points, n={n}"
        table.append(
            share("a normal run flagged as an outlier", truth, "≤ .01", flags, (0.0, 0.01))
        )
        scores[:, 0] = rng.binomial(size, 0.1, 2000) / size
        found = np.array([0 in odd_runs(study, size) for study in scores])
        bounds = (0.98, 1.0) if size >= 1000 else None
        table.append(
            share("a run collapsed to 10 % flagged as an outlier", truth, "high", found, bounds)
        )
    return table
