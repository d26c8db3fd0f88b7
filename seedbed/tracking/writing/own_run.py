"""A run of MLflow that a user's own loop fills; what else logs in its process goes to it as well.

Only here does Seedbed use MLflow's fluent interface: a run that is active already, by a script or
by ``mlflow run``, is filled and left open.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from seedbed.system.errors import InputError
from seedbed.tracking.created_run import made_once
from seedbed.tracking.schema import TAG_DELIVERY
from seedbed.tracking.store import Store, old_folders_allowed, store_address
from seedbed.tracking.writing.delivery_batch import Batch
from seedbed.tracking.writing.run_header import now_ms

if TYPE_CHECKING:
    from mlflow import ActiveRun
    from mlflow.entities import Run

Status = Literal["FINISHED", "FAILED", "KILLED"]


class OwnRun:
    """A run that is being recorded.

    Args:
        experiment: Name of the MLflow experiment, unless a run is active already.
        name: Name of the run.

    Raises:
        InputError: The experiment's name cannot be one.
        StoreError: The store cannot be reached.
    """

    def __init__(self, experiment: str, name: str) -> None:
        import mlflow

        if (
            not isinstance(experiment, str)
            or not experiment.strip()
            or not experiment.isprintable()
        ):
            raise InputError(
                "an experiment's name must be a line of text, such as 'my-loop', got "
                f"{experiment!r}"
            )
        active = mlflow.active_run()
        self._owns = active is None
        with old_folders_allowed():
            if active is None and os.environ.get("MLFLOW_RUN_ID"):
                active = mlflow.start_run()  # the one that `mlflow run` made
            elif active is None:
                store = Store(store_address())
                store.check()
                mlflow.set_tracking_uri(store.uri)
                place = store.experiment_id(experiment)
                active = _started(store, place, name)
            self._store = Store(mlflow.get_tracking_uri())
            self._client = self._store.client
        self.run_id: str = active.info.run_id

    def log_params(self, params: Mapping[str, object]) -> None:
        """Log parameters; one that the run has already keeps its value."""
        with self._store.explained():
            known = self._client.get_run(self.run_id).data.params
            for name, value in params.items():
                if name not in known:
                    text = str(value).lower() if isinstance(value, bool) else str(value)
                    self._client.log_param(self.run_id, name, text)

    def log_metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        """Log values of one step, in one request if they are at most 1,000."""
        batch = Batch()
        batch.add_points({name: float(value) for name, value in metrics.items()}, now_ms(), step)
        self._log(batch)

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Set tags, in one request; none if there are none."""
        self._log(Batch(tags=dict(tags)))

    def _log(self, batch: Batch) -> None:
        if batch:
            with self._store.explained():
                batch.log(self._client, self.run_id)

    def log_file(self, path: Path) -> None:
        """Log a file as an artifact."""
        with self._store.explained():
            self._client.log_artifact(self.run_id, str(path))

    def end(self, status: Status = "FINISHED") -> None:
        """End the run, if this made it; another that is active by now stays so."""
        import mlflow

        if not self._owns:
            return
        active = mlflow.active_run()
        with self._store.explained():
            if active is not None and active.info.run_id == self.run_id:
                mlflow.end_run(status)
            else:
                self._client.set_terminated(self.run_id, status)


def _started(store: Store, experiment_id: str, name: str) -> "ActiveRun":
    """A new run that is active, made once although the answer may be lost."""
    import mlflow

    delivery = uuid4().hex

    def start() -> "Run":
        return mlflow.start_run(
            experiment_id=experiment_id, run_name=name, tags={TAG_DELIVERY: delivery}
        )

    run = made_once(store, experiment_id, f"tags.{TAG_DELIVERY} = '{delivery}'", start)
    return mlflow.active_run() or _resumed(store, run)


def _resumed(store: Store, run: "Run") -> "ActiveRun":
    """Activate a run; if MLflow refuses because of its own active experiment, end the run."""
    import mlflow
    from mlflow.exceptions import MlflowException

    with store.explained():
        try:
            return mlflow.start_run(run_id=run.info.run_id)
        except MlflowException:
            store.client.set_terminated(run.info.run_id, "FAILED")
            raise
