"""Where a run is in MLflow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where MLflow's UI shows a run."""

    experiment_id: str
    run_id: str
