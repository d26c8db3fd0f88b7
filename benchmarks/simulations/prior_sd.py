"""The t with a prior sd, of many studies at once: error rates, power and runs per arm."""

import numpy as np
from scipy import stats

from benchmarks.simulations.row import Bools, Floats, Row, share
from benchmarks.simulations.shared_variance import MOST_RUNS, POWER, welch
from seedbed.analysis.statistics.arms.compare import compare_unpaired
from seedbed.analysis.statistics.arms.prior_sd import GUARD_P, MOST_DF, PriorSd, with_prior

STUDIES = 40_000
PRIOR_DF = (9, 20)
CHECKED = 20


def different(a: Floats, b: Floats, prior_sd: Floats, prior_df: int) -> Bools:
    """Whether t with a prior sd calls the arms ``[study, run]`` different.

    Args:
        a: Scores of A.
        b: Scores of B, as many.
        prior_sd: ``[study]``.
        prior_df: Its degrees of freedom.
    """
    found, kept = pooled_rule(a, b, prior_sd, prior_df)
    for k in range(CHECKED):
        one = with_prior(
            compare_unpaired(100 + a[k], 200 + b[k]),
            100 + a[k],
            200 + b[k],
            PriorSd(float(prior_sd[k]), prior_df),
        )
        if (one.decided_by == "Welch's t") == kept[k]:
            raise AssertionError("the quick rule and the code disagree")
    return found


def pooled_rule(a: Floats, b: Floats, prior_sd: Floats, prior_df: int) -> tuple[Bools, Bools]:
    """The rule for any numbers of runs: whether it says different, and whether it took the prior.

    Args:
        a: ``[study, run]`` scores of A.
        b: Scores of B.
        prior_sd: ``[study]``.
        prior_df: Its degrees of freedom.
    """
    n, m = a.shape[1], b.shape[1]
    df = n + m - 2
    pooled = ((n - 1) * a.var(axis=1, ddof=1) + (m - 1) * b.var(axis=1, ddof=1)) / df
    weight = min(prior_df, MOST_DF)
    moved = (weight * prior_sd**2 + df * pooled) / (weight + df)
    t = np.abs(a.mean(axis=1) - b.mean(axis=1)) / np.sqrt(moved * (1 / n + 1 / m))
    kept = np.asarray(stats.f.sf(pooled / prior_sd**2, df, prior_df) >= GUARD_P)
    return np.where(kept, 2 * stats.t.sf(t, weight + df) < 0.05, welch(a, b)), kept


def study(
    n: int,
    drift: float,
    gap: float,
    prior_df: int,
    *,
    studies: int,
    rng: np.random.Generator,
    one_arm: bool = False,
) -> Bools:
    """Whether studies of n runs per arm call the arms different.

    Args:
        n: Runs per arm.
        drift: True sd now, in sds of the earlier runs.
        gap: True difference in sds of a run now.
        prior_df: Degrees of freedom of the earlier sd.
        studies: How many.
        rng: Draws the runs.
        one_arm: Whether the sd of one arm alone has drifted.
    """
    a, b = rng.normal(size=(2, studies, n))
    b /= drift if one_arm else 1.0
    prior = np.sqrt(rng.chisquare(prior_df, studies) / prior_df) / drift
    return different(a + gap, b, prior, prior_df)


def rows(rng: np.random.Generator) -> list[Row]:
    """Error rates without drift and with it, and power."""
    found = []
    for df in PRIOR_DF:
        for n in (3, 4, 5):
            for drift in (1.0, 1.2, 1.5, 2.0, 1 / 1.5):
                hits = study(n, drift, 0.0, df, studies=STUDIES, rng=rng)
                truth = f"n={n}, prior of {df} df, true sd {drift:.2g} × the prior's, no difference"
                most = 0.05 if drift <= 1 else 0.06
                found.append(share("prior sd, p < .05", truth, f"≤ {most:g}", hits, (0, most)))
            for drift, most in ((1.5, 0.06), (2.0, 0.07)):
                hits = study(n, drift, 0.0, df, studies=STUDIES, rng=rng, one_arm=True)
                truth = f"n={n}, prior of {df} df, one arm's sd {drift:.2g} × it, no difference"
                found.append(share("prior sd, p < .05", truth, f"≤ {most:g}", hits, (0, most)))
            hits = study(n, 1.0, 2.0, df, studies=STUDIES, rng=rng)
            truth = f"n={n}, prior of {df} df, 2 sd apart"
            found.append(share("prior sd, p < .05", truth, "power", hits))
    for n in (3, 4, 5):
        a, b = rng.normal(size=(2, STUDIES, n))
        found.append(share("Welch's t, p < .05", f"n={n}, 2 sd apart", "power", welch(a + 2, b)))
    for n, m in ((3, 6), (3, 10), (5, 20)):
        a, b = 2 * rng.normal(size=(STUDIES, n)), rng.normal(size=(STUDIES, m))
        hits, _ = pooled_rule(a, b, np.sqrt(rng.chisquare(9, STUDIES) / 9), 9)
        truth = f"{n} against {m} runs, prior of 9 df, sd of the fewer 2 × it, no difference"
        found.append(share("not offered: prior sd, p < .05", truth, "≤ .05", hits))
    return found


def runs_with_prior(difference: float, df: int, studies: int, rng: np.random.Generator) -> int:
    """Runs per arm with which two arms are found different in .8 of studies.

    Args:
        difference: True difference in sds of a run.
        df: Degrees of freedom of the prior sd.
        studies: Simulated studies of each number of runs.
        rng: Draws the runs.
    """
    for n in range(2, MOST_RUNS):
        if study(n, 1.0, difference, df, studies=studies, rng=rng).mean() >= POWER:
            return n
    return MOST_RUNS


GUARD_DRIFTS = (1.0, 1.2, 1.5, 2.0)


def guards(n: int, prior_df: int, studies: int, rng: np.random.Generator) -> dict[str, list[float]]:
    """Guard against a wrong prior sd → power at 2 sds, then the type I error at each drift.

    Args:
        n: Runs per arm.
        prior_df: Degrees of freedom of the earlier sd.
        studies: Simulated studies of each number.
        rng: Draws the runs.
    """
    a, b = rng.normal(size=(2, studies, n))
    square = rng.chisquare(prior_df, studies) / prior_df
    cases = [(1.0, 2.0), *((drift, 0.0) for drift in GUARD_DRIFTS)]
    found: dict[str, list[float]] = {}
    for gap_drift in cases:
        drift, gap = gap_drift
        prior = np.sqrt(square) / drift
        ways = {
            f"Welch's t, n = {n}": welch(a + gap, b),
            "d₀ ≤ 4, none if F has p < .2 (offered)": pooled_rule(a + gap, b, prior, prior_df)[0],
            "d₀ = 3·min(1, (1.6·s₀²/s²)²)": _falling(a + gap, b, prior),
            "d₀ ≤ 4, no guard": _trusting(a + gap, b, prior, min(prior_df, MOST_DF)),
            f"d₀ = {prior_df}, no guard": _trusting(a + gap, b, prior, prior_df),
        }
        for name, hits in ways.items():
            found.setdefault(name, []).append(float(hits.mean()))
    return found


def _trusting(a: Floats, b: Floats, prior_sd: Floats, weight: float | Floats) -> Bools:
    """The rule for arms of equal size without a guard, the prior counting ``weight`` df."""
    n = a.shape[1]
    df = 2 * n - 2
    pooled = (a.var(axis=1, ddof=1) + b.var(axis=1, ddof=1)) / 2
    moved = (weight * prior_sd**2 + df * pooled) / (weight + df)
    t = np.abs(a.mean(axis=1) - b.mean(axis=1)) / np.sqrt(moved * 2 / n)
    return np.asarray(2 * stats.t.sf(t, weight + df) < 0.05)


def _falling(a: Floats, b: Floats, prior_sd: Floats) -> Bools:
    """A weight that falls with the runs' variance beside the prior's."""
    pooled = (a.var(axis=1, ddof=1) + b.var(axis=1, ddof=1)) / 2
    return _trusting(a, b, prior_sd, 3 * np.minimum(1, 1.6 * prior_sd**2 / pooled) ** 2)
