"""How a run ended, and how its end is recorded."""

from dataclasses import dataclass

from seedbed.tracking.run_states import State
from seedbed.tracking.writing.run_folder import RunFolder


@dataclass(frozen=True)
class Outcome:
    """How a cell ended, small enough to send between processes.

    Attributes:
        state: ``finished``, ``failed`` or ``stopped``; or what the driver asked for.
        metrics: Final metrics; empty unless finished.
        fingerprint: SHA-256 of the final weights, hex; None unless finished.
        reason: Why it did not finish, or None.
        collapsed: Why the result is no better than guessing, or None.
        may_pass: Whether another try may do better; a loss that is not a number comes again.
        notes: What the user should know beside the result, in sentences.
        table: Scores by class as text; empty where the experiment does not show them.
        warnings: What to warn of once in a sweep, in sentences.
        refused: Whether data, options or network broke a rule, so that nothing was trained.
        arms: Name and number of each network that a script trains; empty unless several.
        test_examples: Examples that the score is a share of; None where that is not known.
    """

    state: State
    metrics: dict[str, float]
    fingerprint: str | None = None
    reason: str | None = None
    may_pass: bool = False
    collapsed: str | None = None
    notes: tuple[str, ...] = ()
    table: str = ""
    warnings: tuple[str, ...] = ()
    refused: bool = False
    test_examples: int | None = None
    arms: tuple[tuple[str, float], ...] = ()


def record_end(record: RunFolder, outcome: Outcome) -> None:
    """Write the end of a run to its record."""
    record.end(
        outcome.state,
        outcome.reason,
        outcome.fingerprint,
        outcome.metrics,
        outcome.test_examples,
    )
