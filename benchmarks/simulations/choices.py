"""Intervals after a choice: the best epoch of a run, the configurations that a search keeps."""

import numpy as np
from scipy import stats

from benchmarks.simulations.row import Floats, Row, share
from seedbed.analysis.statistics.epochs import cross_fit, from_other_runs
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.spread import mean_interval

STUDIES = 4000
EPOCHS, EXAMPLES = 20, 500
CHANCE = 0.7
SEARCHES = 50_000
KEPT, FRESH = 4, 3


def _holds(found: Estimate, truth: float) -> bool:
    """Whether an interval holds the truth; runs that all agree have none: a miss."""
    if found.low is None or found.high is None:
        return False
    return found.low <= truth <= found.high


def _optimism_rows(rng: np.random.Generator) -> list[Row]:
    """Epochs that are equally good, so that the best one is luck and is worth the same as any."""
    worst = rng.binomial(EXAMPLES, CHANCE, (400_000, EPOCHS)).max(axis=1) / EXAMPLES
    optimism = float(worst.mean()) - CHANCE
    table = []
    for runs in (5, 10):
        chosen, worth, bound = [], [], []
        for _ in range(STUDIES):
            correct = (rng.random((runs, EPOCHS, EXAMPLES)) < CHANCE).astype(np.uint8)
            found = cross_fit(correct)
            chosen.append(_holds(found.optimism, optimism))
            worth.append(_holds(found.honest, CHANCE))
            bound.append(_holds(from_other_runs(correct.mean(axis=2)).optimism, optimism))
        truth = f"{EPOCHS} equal epochs, N = {EXAMPLES}, {runs} runs"
        table += [
            share("optimism of the best epoch, 95 %", truth, ".95", np.array(chosen), (0.94, 0.96)),
            share("worth of the best epoch, 95 %", truth, ".95", np.array(worth), (0.94, 0.96)),
            share(
                "optimism from curves alone, 95 %", truth, "lower bound (warned)", np.array(bound)
            ),
        ]
    return table


def _search_rows(rng: np.random.Generator) -> list[Row]:
    """36 configurations on one seed; the best four on three fresh seeds each."""
    true = rng.normal(size=(SEARCHES, 36))
    top = np.argsort(-(true + rng.normal(size=true.shape)), axis=1)[:, :KEPT]
    worth = np.take_along_axis(true, top, axis=1)
    fresh = worth[:, :, None] + rng.normal(size=(SEARCHES, KEPT, FRESH))
    means = fresh.mean(axis=2)
    half = _half(fresh)
    for index in range(20):
        found = mean_interval(fresh[index, 0])
        if abs((found.high or 0) - found.value - half[index, 0]) > 1e-9:
            raise AssertionError("the quick rule and the code disagree")
    holds = np.abs(means - worth) <= half
    best = means.argmax(axis=1)
    truth = "36 × 1, then the best 4 × 3 fresh seeds"
    picked = holds[np.arange(SEARCHES), best]
    return [
        share("fresh seeds of one, 95 %", truth, ".95", holds.ravel(), (0.948, 0.952)),
        share("fresh seeds of the highest of 4, 95 %", truth, ".95", picked, (0.94, 0.96)),
    ]


def _half(fresh: Floats) -> Floats:
    sd = fresh.std(axis=2, ddof=1)
    return np.asarray(stats.t.ppf(0.975, FRESH - 1) * sd / np.sqrt(FRESH), dtype=np.float64)


def rows(rng: np.random.Generator) -> list[Row]:
    """Measure the intervals of ``epochs`` and ``search``."""
    return _optimism_rows(rng) + _search_rows(rng)
