"""How often the intervals of ``why`` hold the true share of each source, on a score alone.

    python -m benchmarks.why_shares

Simulated scripts whose number is a sum of normal draws, one for each source, with known weights.
The plan spends up to 40 runs where a share is open, as ``seedbed why`` does.
"""

from collections.abc import Mapping

import numpy as np

from seedbed.analysis.answers.why.source import CLOSE, WhySource
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.source_bounds import bounded_shares, chained_share
from seedbed.sweeps.repeat.why_allocation import Allocation

SCRIPTS: tuple[Mapping[str, float], ...] = (
    {"init": 0.30, "order": 0.05},
    {"init": 1.0, "order": 0.7, "dropout": 0.5},
    {"init": 1.0, "order": 1.0, "split": 1.0, "dropout": 1.0},
)
RUNS = 40
REPETITIONS = 300


def study(weights: Mapping[str, float], rng: np.random.Generator) -> dict[str, Estimate]:
    """The shares that one study finds."""
    draws = {source: rng.standard_normal(RUNS + 1) for source in weights}
    allocation = Allocation.first(tuple(weights))
    while True:
        shares = _shares(weights, draws, allocation)
        known = [
            WhySource(name, share, None, None, _is_close(share), (), "")
            for name, share in shares.items()
        ]
        wider = allocation.next(known, RUNS)
        if wider is None:
            return shares
        allocation = wider


def _shares(
    weights: Mapping[str, float], draws: Mapping[str, np.ndarray], allocation: Allocation
) -> dict[str, Estimate]:
    runs = allocation.everything
    parts = {source: weight * draws[source][:runs] for source, weight in weights.items()}
    every = np.sum(list(parts.values()), axis=0)
    left: dict[str, Estimate | None] = {}
    for source, number in allocation.baselines.items():
        change = np.roll(parts[source], -1)[:number] - parts[source][:number]
        left[source] = chained_share(every[:number], every[:number] + change, every)
    found = bounded_shares(left, {})
    return {source: share for source, share in found.items() if share is not None}


def _is_close(share: Estimate) -> bool:
    return (share.high or 0.0) - (share.low or 0.0) <= 2 * CLOSE


def coverage(
    weights: Mapping[str, float], repetitions: int = REPETITIONS, seed: int = 1
) -> tuple[dict[str, float], float]:
    """How often intervals hold the true shares, by source, and how often the largest is named."""
    rng = np.random.default_rng(seed)
    total = sum(weight**2 for weight in weights.values())
    truth = {source: weight**2 / total for source, weight in weights.items()}
    studies = [study(weights, rng) for _ in range(repetitions)]
    held = {
        source: float(np.mean([_holds(one[source], share) for one in studies]))
        for source, share in truth.items()
    }
    largest = max(truth, key=lambda source: truth[source])
    named = [max(one, key=lambda source: one[source].value) == largest for one in studies]
    return held, float(np.mean(named))


def _holds(share: Estimate, truth: float) -> bool:
    slack = 1e-9
    return (share.low or 0.0) - slack <= truth <= (share.high or 0.0) + slack


def main() -> None:
    """Print a line for each script."""
    for weights in SCRIPTS:
        held, named = coverage(weights)
        cells = ", ".join(f"{source} {share:.1%}" for source, share in held.items())
        print(f"{dict(weights)}: held {cells}; largest named {named:.1%}; n = {REPETITIONS}")


if __name__ == "__main__":
    main()
