"""Single runs of a sweep: their scores, which are fractions, and why others have none."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """The states of the design's cells; nothing is left out.

    Attributes:
        planned: Cells that the design asks for.
        finished: Runs with a result.
        failed: Cells whose last run raised, or had a loss that was not a number.
        stopped: Cells whose last run ended on request.
        killed: Cells whose last run's process vanished.
        pruned: Cells whose run the sweep's own rule ended early.
        running: Cells whose run still goes on.
        missing: Cells of the design without any run.
        repeats: Finished runs that repeat a cell bit for bit, counted once in every mean.
        unscored: Finished runs without the metric, left out of every mean.
    """

    planned: int
    finished: int
    failed: int = 0
    stopped: int = 0
    killed: int = 0
    running: int = 0
    missing: int = 0
    repeats: int = 0
    unscored: int = 0
    pruned: int = 0

    @property
    def without_result(self) -> int:
        """Cells that gave nothing to count."""
        lost = self.failed + self.stopped + self.killed + self.pruned
        return lost + self.running + self.missing


@dataclass(frozen=True)
class RunScore:
    """One run that counts.

    Attributes:
        run_id: MLflow's id.
        name: Readable name.
        seeds: Value of each seed that varies, in the order of ``Findings.sources``.
        accuracy: The metric, a fraction.
        fingerprint: SHA-256 of the final weights, or None.
        unusual: Whether it does not belong to the other runs of its configuration.
    """

    run_id: str
    name: str
    seeds: tuple[object, ...]
    accuracy: float
    fingerprint: str | None
    unusual: bool = False


@dataclass(frozen=True)
class Lost:
    """One cell without a result: its last run.

    Attributes:
        name: Readable name.
        state: How it ended.
        reason: Why, in one sentence; None where nobody knows.
        log: The end of its traceback or output; None likewise.
        tries: How often the cell was run.
    """

    name: str
    state: str
    reason: str | None
    log: str | None = None
    tries: int = 1


Seeds = tuple[object, ...]
"""Value of each seed that varies, in the order of ``Findings.sources``."""
