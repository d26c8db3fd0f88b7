"""How busy workers can be at most while scheduler and workers are killed and started again."""

from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[float, float]


def overlap(span: Span, window: Span) -> float:
    """Seconds of a span within a window."""
    return max(0.0, min(span[1], window[1]) - max(span[0], window[0]))


@dataclass(frozen=True)
class Outage:
    """When processes were killed and started again, in seconds since 1970.

    Attributes:
        killed: When all were killed at once.
        scheduler: When the scheduler's process was started again.
        workers: Of each worker process that was killed: its runs at once, and when it was started
            again.
    """

    killed: float
    scheduler: float
    workers: Sequence[tuple[int, float]]

    def idle(self, ended: Sequence[Span], in_vain: Sequence[float], window: Span) -> float:
        """Seconds that no code could use, summed over the workers.

        What a killed run had done, until its worker's process is started again; and from the end
        of another run until the scheduler's process is.

        Args:
            ended: When each run that ended began and did.
            in_vain: When each run began that was killed.
            window: What lies outside is left out.
        """
        lost = [(began, self.killed) for began in in_vain]
        away = [(self.killed, began) for slots, began in self.workers for _ in range(slots)]
        waited = [(end, self.scheduler) for _, end in ended if self.killed <= end < self.scheduler]
        return sum(overlap(span, window) for span in (*lost, *away, *waited))
