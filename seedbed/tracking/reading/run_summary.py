"""A run as lists show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seedbed.tracking.schema import TAG_CELL, TAG_STATE


@dataclass(frozen=True)
class RunSummary:
    """A run as a list shows it.

    Attributes:
        run_id: MLflow's id.
        experiment_id: MLflow's id of its experiment.
        name: Readable name.
        started_ms: Start, milliseconds since 1970.
        ended_ms: End likewise; None while it runs.
        tags: Its tags.
        metrics: Last value of each metric.
        params: Its parameters.
    """

    run_id: str
    experiment_id: str
    name: str
    started_ms: int
    ended_ms: int | None
    tags: Mapping[str, str]
    metrics: Mapping[str, float]
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def cell(self) -> str:
        """The cell of a sweep that it is a try of; a run of none is a cell of its own."""
        return self.tags.get(TAG_CELL) or self.run_id

    @property
    def state(self) -> str:
        """How far it is, as its tag says."""
        return self.tags.get(TAG_STATE, "running")
