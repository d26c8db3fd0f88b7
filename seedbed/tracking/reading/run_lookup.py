"""One recorded run by its id: what is needed to repeat it and to compare."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seedbed.tracking import schema
from seedbed.tracking.store import Store


@dataclass(frozen=True)
class RecordedRun:
    """A run as the store has it.

    Attributes:
        params: Its options, as text.
        fingerprint: SHA-256 of its final weights; None where it has none.
        environment: Its environment; empty where it was not recorded.
        weights_by_epoch: SHA-256 of the weights after each epoch; empty where not recorded.
    """

    params: Mapping[str, str]
    fingerprint: str | None
    environment: Mapping[str, str]
    weights_by_epoch: tuple[str, ...]


def find_run(store: Store, run_id: str) -> RecordedRun | None:
    """The run with that id; None where there is none. The store must have been checked."""
    from mlflow.exceptions import MlflowException

    try:
        run = store.client.get_run(run_id)
    except MlflowException:
        return None
    return RecordedRun(
        params=dict(run.data.params),
        fingerprint=run.data.tags.get(schema.TAG_FINGERPRINT),
        environment=_json(store, run_id, schema.ENVIRONMENT) or {},
        weights_by_epoch=tuple(_json(store, run_id, schema.WEIGHTS_BY_EPOCH) or ()),
    )


def _json(store: Store, run_id: str, name: str) -> Any:
    """A run's JSON file; None where it has none."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return json.loads(
                Path(store.client.download_artifacts(run_id, name, folder)).read_text()
            )
        except Exception:
            return None
