"""Runs as anybody's script records them: plain calls of MLflow, no word of Seedbed's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag


@dataclass(frozen=True)
class PlainRun:
    """What a script logs of one run.

    Attributes:
        name: Name of the run.
        params: Its parameters.
        metrics: Metric → values by epoch.
        status: State that MLflow shows; None leaves it running.
        tags: Its tags.
    """

    name: str
    params: Mapping[str, object]
    metrics: Mapping[str, Sequence[float]] = field(default_factory=dict)
    status: str | None = "FINISHED"
    tags: Mapping[str, str] = field(default_factory=dict)


def log_runs(uri: str, experiment: str, runs: Sequence[PlainRun]) -> list[str]:
    """Log runs, and return their ids."""
    client = MlflowClient(uri)
    found = client.get_experiment_by_name(experiment)
    artifacts = None  # a folder keeps them itself; a database would use the working directory
    if uri.startswith("sqlite:///"):
        folder = Path(uri.removeprefix("sqlite:///")).parent / "artifacts"
        artifacts = (folder / experiment.replace(" ", "_")).as_uri()
    place = found.experiment_id if found else client.create_experiment(experiment, artifacts)
    ids = []
    for run in runs:
        run_id = client.create_run(place, run_name=run.name).info.run_id
        points = [
            Metric(key, value, 1_000 + step, step)
            for key, values in run.metrics.items()
            for step, value in enumerate(values)
        ]
        client.log_batch(
            run_id,
            metrics=points,
            params=[Param(key, str(value)) for key, value in run.params.items()],
            tags=[RunTag(key, value) for key, value in run.tags.items()],
        )
        if run.status is not None:
            client.set_terminated(run_id, run.status)
        ids.append(run_id)
    return ids
