"""Notices that all runs of a sweep fail with one error, so that the others need not be tried."""

from seedbed.runs.recording.outcome import Outcome
from seedbed.system.text.error_words import alike

ENOUGH = 2
"""Runs with the same error, and none without, after which no more are started."""


class CommonFailure:
    """Counts runs that ended with one error.

    Args:
        is_watching: Whether to look at all; runs of a network may differ by their settings.
    """

    def __init__(self, is_watching: bool) -> None:
        self._is_watching = is_watching
        self._reason: str | None = None
        self._count = 0

    @property
    def reason(self) -> str | None:
        """The error that every run so far ended with; None unless there are enough of them."""
        return self._reason if self._is_watching and self._count >= ENOUGH else None

    def allowed(self, slots: int) -> int:
        """How many runs may be under way: after a first error as few as show that all have it.

        Args:
            slots: How many there is room for.
        """
        if not self._is_watching or not self._count:
            return slots
        return min(slots, max(ENOUGH - self._count, 0))

    def take(self, outcome: Outcome) -> None:
        """Look at a run that ended."""
        if outcome.state != "failed" or outcome.may_pass:
            self._is_watching = self._is_watching and outcome.state == "stopped"
        elif self._reason is None or alike(self._reason, outcome.reason or ""):
            self._reason = self._reason or outcome.reason
            self._count += 1
        else:
            self._is_watching = False
