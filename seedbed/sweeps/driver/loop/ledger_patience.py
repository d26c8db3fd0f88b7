"""How long a driver waits for a ledger that cannot be reached or written."""

import time

from seedbed.sweeps.ledger.storages.storage_errors import ledger_away
from seedbed.system.errors import StoreError


class LedgerPatience:
    """Counts how long the ledger has been away.

    Args:
        place: Where the ledger is, without a password.
        sweep: Name of the sweep.
        limit_s: How long to wait.

    Attributes:
        trouble: Why the driver waits, or None.
    """

    def __init__(self, place: str, sweep: str, limit_s: float) -> None:
        self._place = place
        self._sweep = sweep
        self._limit_s = limit_s
        self._since: float | None = None
        self.trouble: str | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the ledger was away when it was last used."""
        return self._since is not None

    def answered(self) -> None:
        """The ledger is back."""
        self._since = self.trouble = None

    def away(self, error: Exception, in_a_hurry: bool) -> None:
        """Note that the ledger is away.

        Args:
            error: What using the ledger raised.
            in_a_hurry: Whether to wait no longer.

        Raises:
            StoreError: The ledger was away for too long.
            Exception: ``error`` itself, if it does not say that the ledger is away.
        """
        away = ledger_away(error, self._place)
        if away is None:
            raise error
        now = time.monotonic()
        self._since = self._since or now
        self.trouble = self.trouble or str(away)
        if in_a_hurry or now - self._since >= self._limit_s:
            raise StoreError(
                f"{away} Seedbed waited {now - self._since:.0f} s for it. No run is lost: "
                f"seedbed resume {self._sweep} continues."
            ) from error
