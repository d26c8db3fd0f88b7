"""One study of ``why``: runs are spent where a share is open, as ``seedbed why`` spends them."""

from collections.abc import Callable, Iterable, Mapping

from seedbed.analysis.answers.why.source import CLOSE, WhySource
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.sweeps.repeat.why_allocation import Allocation

Shares = Mapping[str, Estimate | None]


def spent(
    shares_of: Callable[[Allocation], Shares], sources: Iterable[str], budget: int
) -> Allocation:
    """The runs that are spent once all shares are close, or ``budget`` is used up.

    Args:
        shares_of: The share of each source from the runs of a plan; None where it is not known.
        sources: Names of the sources.
        budget: The most runs to spend.
    """
    allocation = Allocation.first(tuple(sources))
    while True:
        shares = shares_of(allocation)
        known = [
            WhySource(name, share, None, None, _is_close(share), (), "")
            for name, share in shares.items()
        ]
        wider = allocation.next(known, budget)
        if wider is None:
            return allocation
        allocation = wider


def _is_close(share: Estimate | None) -> bool:
    if share is None or share.low is None or share.high is None:
        return False
    return share.high - share.low <= 2 * CLOSE
