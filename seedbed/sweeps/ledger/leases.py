"""Leases of running cells: how long a claim lasts without a sign of life from its driver.

A driver renews its lease every few seconds. A claim is given back if its process has certainly
ended (only its own host can tell), or if its lease was not renewed for a while: the host is away,
the process is suspended, the virtual machine is frozen.
"""

from collections.abc import Callable, Collection, Mapping

from seedbed.sweeps.ledger.storages.storage import LedgerRecord, LedgerTrial
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.study_notes import StudyNotes
from seedbed.sweeps.ledger.trial_attributes import OWNER
from seedbed.system.processes.process_identity import Owner

LEASE_S = 60.0
"""A driver that has not renewed its lease for so long loses its claims."""

RENEW_S = 10.0
"""How often a driver renews its lease."""

UNMARKED_S = 30.0
"""A claim without its owner's mark for longer: the owner died between claim and mark."""

LEASE = "lease:"
"""Start of the name of a note that holds a driver's lease."""


class Leases:
    """Renews this driver's lease and watches those of the others.

    Args:
        storage: The sweep's ledger.
        clock: Seconds that only grow.
    """

    def __init__(self, storage: LedgerRecord, clock: Callable[[], float]) -> None:
        self._storage = storage
        self._notes = StudyNotes(storage)
        self._clock = clock
        self._seen: dict[str, tuple[object, float]] = {}
        self._unmarked: dict[int, float] = {}
        self._renewals = 0
        self._renewed = -RENEW_S

    def renew(self, at_once: bool = False) -> None:
        """Show the other drivers that this one lives; cheap to call often.

        Args:
            at_once: Whether to write even if the last renewal is recent.
        """
        now = self._clock()
        if at_once or now - self._renewed >= RENEW_S:
            self._renewals += 1
            self._notes.set(LEASE + Owner.this().key, self._renewals)
            self._renewed = now

    def forget(self) -> None:
        """Start to watch anew, after the ledger was away and nobody could renew a lease."""
        self._seen.clear()

    def abandoned(self) -> list[LedgerTrial]:
        """Running tries whose driver has ended, or let its lease expire."""
        running = self._storage.trials([TrialState.RUNNING])
        notes = self._notes.every() if running else {}
        return [trial for trial in running if self._is_abandoned(trial, notes)]

    def strays(self, held: Collection[int]) -> list[LedgerTrial]:
        """Tries that this process claimed without learning of it.

        Args:
            held: The tries that it knows of.
        """
        mine = Owner.this().asdict()
        running = self._storage.trials([TrialState.RUNNING])
        return [t for t in running if t.attrs.get(OWNER) == mine and t.trial_id not in held]

    def lost(self, held: Collection[int]) -> set[int]:
        """Of the tries that this process runs, those that another driver has given back."""
        running = {trial.trial_id for trial in self._storage.trials([TrialState.RUNNING])}
        return set(held) - running

    def _is_abandoned(self, trial: LedgerTrial, notes: Mapping[str, object]) -> bool:
        if OWNER not in trial.attrs:
            since = self._unmarked.setdefault(trial.trial_id, self._clock())
            return self._clock() - since > UNMARKED_S
        try:
            owner = Owner.parse(trial.attrs[OWNER])
        except ValueError:  # nobody can answer for it
            return True
        if owner == Owner.this():
            return False
        return owner.is_gone() or self._has_expired(owner, notes)

    def is_silent(self, owner: Owner) -> bool:
        """Whether a driver has let its lease expire; takes ``LEASE_S`` to find out."""
        return self._has_expired(owner, self._notes.every())

    def _has_expired(self, owner: Owner, notes: Mapping[str, object]) -> bool:
        counter, now = notes.get(LEASE + owner.key), self._clock()
        seen, since = self._seen.get(owner.key, (object(), now))
        if seen != counter:
            self._seen[owner.key] = (counter, now)
            return False
        return now - since > LEASE_S
