"""How often the intervals of ``why`` hold the true share of each source, on a score alone.

    python -m benchmarks.why_shares

Simulated scripts whose number is a sum of normal draws, one for each source, with known weights.
The plan spends up to 40 runs where a share is open, as ``seedbed why`` does; and for a script whose
largest source has twice the variance of the next, up to 80, 120 and 200. Beside it stands the most
that any estimator could do with as many runs, each source known from a third of them.

Last, a real network, of which every combination of its seeds was trained once
(``benchmarks/small_cnn_factorial.py``): studies draw their runs from these, and the shares of the
factorial itself are the truth. Its sources act together, so shares add up to more than 1. Studies
use its accuracy alone, and its predictions, as ``why`` does where runs record them; there also with
the order pinned, which makes the largest source more than twice the next.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks import why_predictions
from benchmarks.small_cnn_factorial import RESULT, SOURCES
from benchmarks.why_study import spent
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.components import component_shares
from seedbed.analysis.statistics.variance.source_bounds import (
    bounded_shares,
    chained_share,
    pooled_kurtosis,
    with_values,
)
from seedbed.sweeps.repeat.why_allocation import Allocation

SCRIPTS: tuple[Mapping[str, float], ...] = (
    {"init": 0.30, "order": 0.05},
    {"init": 1.0, "order": 0.7, "dropout": 0.5},
    {"init": 1.0, "order": 1.0},
    {"init": 1.0, "order": 1.0, "split": 1.0, "dropout": 1.0},
)
TWICE: Mapping[str, float] = {"init": 1.0, "order": 2**-0.5, "dropout": 0.5}
BUDGETS = (40, 80, 120, 200)
RUNS = 40
REPETITIONS = 300
BY_PREDICTIONS = (20, 40)
PINNED: tuple[tuple[str, ...], ...] = ((), ("order",))


Score = Callable[[Mapping[str, np.ndarray]], np.ndarray]
"""Source → ``[run]`` its draws, to ``[run]`` the number of each run."""


def sum_of(weights: Mapping[str, float]) -> Score:
    """A script whose number is a weighted sum of its sources' draws."""
    return lambda draws: np.sum([weights[name] * drawn for name, drawn in draws.items()], axis=0)


def study(
    weights: Mapping[str, float], rng: np.random.Generator, budget: int = RUNS
) -> dict[str, Estimate]:
    """The shares that one study of up to ``budget`` runs finds."""
    draws = {source: rng.standard_normal(budget + 1) for source in weights}
    return study_of(sum_of(weights), draws, budget)


def study_of(score: Score, draws: Mapping[str, np.ndarray], budget: int) -> dict[str, Estimate]:
    """The shares that one study finds.

    Args:
        score: The script.
        draws: Source → ``[run]`` what it draws in each run, one more than ``budget``.
        budget: The most runs to spend.
    """
    allocation = spent(lambda plan: _shares(score, draws, plan, {}), draws, budget)
    values = component_shares(*_all_runs(score, draws, allocation))
    shares = _shares(score, draws, allocation, values)
    return {source: share for source, share in shares.items() if share is not None}


def _shares(
    score: Score,
    draws: Mapping[str, np.ndarray],
    allocation: Allocation,
    values: Mapping[str, float],
) -> dict[str, Estimate | None]:
    base = {source: drawn[: allocation.everything] for source, drawn in draws.items()}
    every = score(base)
    pairs = {
        source: (every[:number], _changed(score, base, source)[:number])
        for source, number in allocation.baselines.items()
    }
    tails = pooled_kurtosis([changed - before for before, changed in pairs.values()])
    left = {source: chained_share(*pair, every, kurtosis=tails) for source, pair in pairs.items()}
    return bounded_shares(with_values(left, values), {})


def _changed(score: Score, base: Mapping[str, np.ndarray], source: str) -> np.ndarray:
    """``[baseline]`` the scores with this source taken from the next run."""
    return score({**base, source: np.roll(base[source], -1)})


def _all_runs(
    score: Score, draws: Mapping[str, np.ndarray], allocation: Allocation
) -> tuple[dict[str, list[int]], np.ndarray]:
    """Source → ``[run]`` its seeds, and ``[run]`` the scores."""
    base = {source: drawn[: allocation.everything] for source, drawn in draws.items()}
    numbers = list(range(allocation.everything))
    seeds, scores = {source: [*numbers] for source in draws}, [score(base)]
    for source, number in allocation.baselines.items():
        scores.append(_changed(score, base, source)[:number])
        for name, known in seeds.items():
            known += [one + (name == source) for one in numbers[:number]]
    return seeds, np.concatenate(scores)


@dataclass(frozen=True)
class Coverage:
    """How often studies are right.

    Attributes:
        held: Source → share of studies whose interval holds the true share.
        named: Share of studies in which the largest source has the largest share.
        claimed: Share of studies in which the interval of one source lies above all others.
        right: Of these, the share in which it is the largest source; NaN without any.
    """

    held: dict[str, float]
    named: float
    claimed: float
    right: float


def coverage(
    weights: Mapping[str, float],
    repetitions: int = REPETITIONS,
    seed: int = 1,
    budget: int = RUNS,
) -> Coverage:
    """How often intervals hold the true shares, and how often the largest source is named."""
    rng = np.random.default_rng(seed)
    total = sum(weight**2 for weight in weights.values())
    truth = {source: weight**2 / total for source, weight in weights.items()}
    return _coverage([study(weights, rng, budget) for _ in range(repetitions)], truth)


def network_truth(accuracy: np.ndarray) -> dict[str, float]:
    """Each source's total effect in a factorial ``[init, order, dropout]``."""
    return {
        source: float(np.mean(np.var(accuracy, axis=axis)) / np.var(accuracy))
        for axis, source in enumerate(SOURCES)
    }


def network_coverage(
    accuracy: np.ndarray, repetitions: int = REPETITIONS, seed: int = 1, budget: int = RUNS
) -> Coverage:
    """How often intervals hold the shares of a factorial's runs.

    Args:
        accuracy: ``[init, order, dropout]``, of which studies draw runs with replacement.
        repetitions: Studies.
        seed: Of the draws.
        budget: The most runs of a study.
    """
    rng = np.random.default_rng(seed)

    def score(draws: Mapping[str, np.ndarray]) -> np.ndarray:
        found: np.ndarray = accuracy[tuple(draws[source] for source in SOURCES)]
        return found

    studies = []
    for _ in range(repetitions):
        levels = zip(SOURCES, accuracy.shape, strict=True)
        drawn = {source: rng.integers(0, size, budget + 1) for source, size in levels}
        studies.append(study_of(score, drawn, budget))
    return _coverage(studies, network_truth(accuracy))


def prediction_coverage(
    pinned: Sequence[str], repetitions: int = REPETITIONS, seed: int = 1, budget: int = RUNS
) -> Coverage:
    """How often intervals by the predictions of a network hold its shares."""
    of, rng = why_predictions.network(pinned), np.random.default_rng(seed)
    studies = [why_predictions.study(of, rng, budget) for _ in range(repetitions)]
    return _coverage(studies, of.truth())


def _coverage(studies: Sequence[Mapping[str, Estimate]], truth: Mapping[str, float]) -> Coverage:
    held = {
        source: float(np.mean([_holds(one[source], share) for one in studies]))
        for source, share in truth.items()
    }
    largest = max(truth, key=lambda source: truth[source])
    named = [max(one, key=lambda source: one[source].value) for one in studies]
    claims = [name for name, one in zip(named, studies, strict=True) if _stands_out(name, one)]
    right = float(np.mean([name == largest for name in claims])) if claims else float("nan")
    number = len(studies)
    return Coverage(held, named.count(largest) / number, len(claims) / number, right)


def _stands_out(name: str, shares: Mapping[str, Estimate]) -> bool:
    low = shares[name].low or 0.0
    return all((one.high or 0.0) < low for other, one in shares.items() if other != name)


def ceiling(weights: Mapping[str, float], budget: int, repetitions: int = 100_000) -> float:
    """How often the largest of chi-square estimates is right if the runs are shared out equally."""
    df = budget // len(weights)
    variances = np.array([weight**2 for weight in weights.values()])
    drawn = variances * np.random.default_rng(1).chisquare(df, (repetitions, len(variances)))
    return float(np.mean(drawn.argmax(axis=1) == variances.argmax()))


def _holds(share: Estimate, truth: float) -> bool:
    slack = 1e-9
    return (share.low or 0.0) - slack <= truth <= (share.high or 0.0) + slack


def main() -> None:
    """Print a line for each script, and for each budget."""
    for weights in SCRIPTS:
        print(f"{dict(weights)}: {_words(coverage(weights))}")
    for budget in BUDGETS:
        found = _words(coverage(TWICE, budget=budget))
        print(f"twice the next, {budget} runs: {found}; at best {ceiling(TWICE, budget):.1%}")
    accuracy = np.array(json.loads(RESULT.read_text())["accuracy"])
    print(f"accuracy of a small network, {_shares_words(network_truth(accuracy))}:")
    for budget in BUDGETS:
        print(f"  {budget} runs: {_words(network_coverage(accuracy, budget=budget))}")
    for pinned in PINNED:
        truth = _shares_words(why_predictions.network(pinned).truth())
        print(f"its predictions, {' and '.join(pinned) or 'nothing'} pinned, {truth}:")
        for budget in BY_PREDICTIONS:
            print(f"  {budget} runs: {_words(prediction_coverage(pinned, budget=budget))}")


def _shares_words(truth: Mapping[str, float]) -> str:
    return "shares " + ", ".join(f"{source} {share:.1%}" for source, share in truth.items())


def _words(found: Coverage) -> str:
    cells = ", ".join(f"{source} {share:.1%}" for source, share in found.held.items())
    return (
        f"held {cells}; largest named {found.named:.1%}; said to stand out {found.claimed:.1%}, "
        f"of these right {found.right:.1%}; n = {REPETITIONS}"
    )


if __name__ == "__main__":
    main()
