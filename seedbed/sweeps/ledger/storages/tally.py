"""Where the cells of a sweep stand, counted: what ``status`` and ``list`` ask of a ledger."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from seedbed.sweeps.ledger.standings import standings_of
from seedbed.sweeps.ledger.storages.storage import LedgerTrial
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import CELL
from seedbed.sweeps.strategies.protocol import Standing


@dataclass(frozen=True)
class Tally:
    """Cells by where they stand.

    Attributes:
        counts: How many cells there are of each standing.
        running: The tries that run.
        failed: The last try of each cell that is not tried again.
    """

    counts: Counter[Standing]
    running: tuple[LedgerTrial, ...]
    failed: tuple[LedgerTrial, ...]


def tally_of(trials: Sequence[LedgerTrial]) -> Tally:
    """Count the cells of every try, in the order in which they were queued."""
    standings = standings_of(trials)
    failed = {t.attrs[CELL]: t for t in trials if standings[t.attrs[CELL]] == "failed"}
    return Tally(
        Counter(standings.values()),
        tuple(trial for trial in trials if trial.state == TrialState.RUNNING),
        tuple(failed.values()),
    )
