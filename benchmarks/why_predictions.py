"""Studies of ``why`` by the predictions of runs, drawn from a factorial of a real network.

``python -m benchmarks.why_shares`` prints how often they are right. A study draws first weights,
orders and seeds of dropout at random from those of ``benchmarks/small_cnn_factorial.py``, spends
its runs as ``seedbed why`` does, and attributes the disagreement on single examples. The truth is
what all pairs of the factorial's runs say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.small_cnn_factorial import LABELS, SOURCES
from benchmarks.why_study import spent
from seedbed.analysis.statistics.answers.churn import pairwise_disagreement
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.source_bounds import no_effect
from seedbed.analysis.statistics.variance.sources import (
    SourceShare,
    clipped,
    disagreement_shares,
)
from seedbed.sweeps.repeat.why_allocation import Allocation


@dataclass(frozen=True)
class Network:
    """A factorial's disagreement.

    Attributes:
        disagreement: ``[run, run]``, runs in the order of the grid.
        levels: Source → seeds of the grid, in its order of axes.
    """

    disagreement: np.ndarray
    levels: Mapping[str, int]

    def run(self, seeds: Mapping[str, np.ndarray]) -> np.ndarray:
        """``[run]`` positions of runs, from each source's ``[run]`` seeds."""
        shape = tuple(self.levels.values())
        return np.ravel_multi_index([seeds[source] for source in self.levels], shape)

    def truth(self) -> dict[str, float]:
        """Share of the disagreement that each source leaves alone."""
        shape = tuple(self.levels.values())
        seeds = np.indices(shape).reshape(len(shape), -1)
        found = {}
        for axis, source in enumerate(self.levels):
            others = np.delete(seeds, axis, axis=0)
            alone = (others[:, :, None] == others[:, None, :]).all(axis=0)
            found[source] = float(self.disagreement[alone].mean() / self.disagreement.mean())
        return found


def network(pinned: Sequence[str] = ()) -> Network:
    """The factorial; a pinned source stays at the first of its seeds."""
    labels = np.load(LABELS)["labels"].astype(np.int64)
    for axis, source in enumerate(SOURCES):
        if source in pinned:
            labels = labels.take([0], axis=axis)
    free = {
        source: size
        for source, size in zip(SOURCES, labels.shape[:-1], strict=True)
        if source not in pinned
    }
    table = labels.reshape(-1, labels.shape[-1])
    return Network(pairwise_disagreement(table, int(labels.max()) + 1), free)


def study(of: Network, rng: np.random.Generator, budget: int) -> dict[str, Estimate]:
    """The shares that one study of up to ``budget`` runs finds."""
    draws = {source: rng.integers(0, size, budget + 1) for source, size in of.levels.items()}
    allocation = spent(lambda plan: _shares(of, draws, plan), of.levels, budget)
    shares = _shares(of, draws, allocation)
    return {source: share for source, share in shares.items() if share is not None}


def _shares(
    of: Network, draws: Mapping[str, np.ndarray], allocation: Allocation
) -> dict[str, Estimate | None]:
    base = np.arange(allocation.everything)
    changed = {
        source: np.concatenate(
            [base, *(base[:n] + (other == source) for other, n in allocation.baselines.items())]
        )
        for source in of.levels
    }
    runs = of.run({source: draws[source][numbers] for source, numbers in changed.items()})
    seeds = {source: numbers.tolist() for source, numbers in changed.items()}
    table = disagreement_shares(seeds, of.disagreement[np.ix_(runs, runs)])
    return {share.source: _bounded(share) for share in table.shares}


def _bounded(share: SourceShare) -> Estimate | None:
    if share.left is not None and share.left.high is not None and share.left.value == 0:
        return no_effect(share.left_pairs)
    return clipped(share.left)
