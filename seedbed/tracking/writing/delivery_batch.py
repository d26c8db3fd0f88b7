"""What a delivery logs of a run in one call: parameters, tags and points of metrics."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from seedbed.tracking.writing.joined_client import JoinedClient

BATCH = 1000
"""Points, parameters and tags that MLflow's server takes in one call."""


@dataclass
class Batch:
    """Parameters and tags by name, and points: name, value, milliseconds since 1970, step."""

    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    points: list[tuple[str, float, int, int]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.params or self.tags or self.points)

    def add_points(self, metrics: Mapping[str, float], time_ms: int, step: int) -> None:
        """Add a point for each metric."""
        self.points += [(key, value, time_ms, step) for key, value in metrics.items()]

    def log(self, client: "MlflowClient | JoinedClient", run_id: str) -> None:
        """Log it all; one call where it fits, else the oldest points before.

        Args:
            client: Of the store, or what sends it all at the end.
            run_id: The run.
        """
        from mlflow.entities import Metric, Param, RunTag

        params = [Param(key, value) for key, value in self.params.items()]
        tags = [RunTag(key, value) for key, value in self.tags.items()]
        points = [Metric(*point) for point in self.points]
        before = max(0, len(points) - (BATCH - len(params) - len(tags)))
        for first in range(0, before, BATCH):
            client.log_batch(run_id, metrics=points[first : min(first + BATCH, before)])
        client.log_batch(run_id, metrics=points[before:], params=params, tags=tags)
