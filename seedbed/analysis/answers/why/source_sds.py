"""How much a number varies if one source alone does."""

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.analysis.findings.seed_table import seed_table
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.sources import disagreement_shares
from seedbed.tracking.records import RunRecord


def sds_of_shares(
    shares: Mapping[str, Estimate | None], sd: float | None
) -> dict[str, float | None]:
    """Standard deviations of shares of a number's variance.

    Args:
        shares: Source → its share; None where it is unknown.
        sd: Standard deviation of independent runs; None where it is unknown.
    """
    return {
        source: None if share is None or sd is None else sd * sqrt(max(share.value, 0.0))
        for source, share in shares.items()
    }


def sds_of_pairs(
    runs: Sequence[RunRecord], sources: Sequence[str], metric: str
) -> dict[str, float | None]:
    """Standard deviations over pairs of runs that differ in one source alone (Jansen 1999).

    For shares of something else than the number's variance, such as disagreement.

    Args:
        runs: Runs of one configuration, all with the number.
        sources: Names of the seed options that vary by design.
        metric: Name of the number.
    """
    scores = np.array([score_of(run, metric) for run in runs], dtype=np.float64)
    squares = (scores[:, None] - scores[None, :]) ** 2 / 2
    table = disagreement_shares(seed_table(runs, sources), squares)
    every = None if table.all_differ is None else sqrt(table.all_differ.value)
    return sds_of_shares({share.source: share.left for share in table.shares}, every)
