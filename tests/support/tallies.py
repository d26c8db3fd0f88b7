"""What ``status`` tells of a tally, to compare two ways of counting."""

from seedbed.sweeps.ledger.storages.tally import Tally
from seedbed.sweeps.ledger.trial_attributes import AGAIN, CELL, LOST, NAME, OWNER, REASON, TRY

TOLD = (CELL, NAME, OWNER, REASON, TRY, LOST, AGAIN)


def told(tally: Tally) -> object:
    """Its counts, and of each try that it names the state, the attributes and the start."""
    tries = [
        [(one.state, {key: one.attrs.get(key) for key in TOLD}) for one in part]
        for part in (tally.running, tally.failed)
    ]
    return {k: v for k, v in tally.counts.items() if v}, tries, [t.started for t in tally.running]
