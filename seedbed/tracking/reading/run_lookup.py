"""One recorded run by its id: what is needed to repeat it and to compare."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seedbed.system.errors import NotRecordedError, StoreError
from seedbed.system.files.regular_file import regular_text
from seedbed.tracking import schema
from seedbed.tracking.foreign_values import words_of
from seedbed.tracking.reading.artifact_files import artifact
from seedbed.tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run

NO_SUCH_RUN = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""What MLflow answers for an id that no run has, and for one that no run can have."""


@dataclass(frozen=True)
class RecordedRun:
    """A run as the store has it.

    Attributes:
        params: Its options, as text.
        score: Accuracy or headline of a run that finished; None for any other.
        fingerprint: SHA-256 of its final weights; None where it has none.
        environment: Its environment; empty where it was not recorded.
        weights_by_epoch: SHA-256 of the weights after each epoch; empty where not recorded.
    """

    params: Mapping[str, str]
    score: float | None
    fingerprint: str | None
    environment: Mapping[str, str]
    weights_by_epoch: tuple[str, ...]


def find_run(store: Store, run_id: str) -> RecordedRun | None:
    """The run with that id; None where there is none.

    Raises:
        StoreError: The store cannot be reached, or a file of the run is not JSON.
    """
    from mlflow.exceptions import MlflowException

    with store.explained():
        try:
            run = store.client.get_run(run_id)
        except MlflowException as error:
            if error.error_code not in NO_SUCH_RUN:
                raise
            return None
    return RecordedRun(
        params=dict(run.data.params),
        score=_score(run),
        fingerprint=run.data.tags.get(schema.TAG_FINGERPRINT),
        environment=_environment(_json(store, run, schema.ENVIRONMENT)),
        weights_by_epoch=words_of(_json(store, run, schema.WEIGHTS_BY_EPOCH)),
    )


def _score(run: "Run") -> float | None:
    metrics: Mapping[str, float] = run.data.metrics
    has_one = not metrics.keys().isdisjoint((schema.SCORE, schema.HEADLINE))
    finished = run.data.tags.get(schema.TAG_STATE) == "finished"
    return schema.score_of(metrics) if has_one and finished else None


def _environment(content: object) -> Mapping[str, str]:
    """What a run's environment says in words; empty for anything else."""
    if not isinstance(content, dict):
        return {}
    return {name: value for name, value in content.items() if isinstance(value, str)}


def _json(store: Store, run: "Run", name: str) -> object:
    """A run's JSON file; None where the run has none."""
    try:
        text = regular_text(artifact(run, name, store))
    except NotRecordedError:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise StoreError(
            f"{name} of run {run.info.run_id} must be JSON, but is not: it was changed or cut off, "
            "so compare with another run."
        ) from None
