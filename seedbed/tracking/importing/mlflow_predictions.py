"""Predictions that a run of MLflow keeps among its artifacts: Seedbed's file, or a table.

Whether a run has any is told by its tags, so that runs without cost no question to the store.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seedbed.system.errors import NotRecordedError, StoreError
from seedbed.tracking import schema
from seedbed.tracking.foreign_values import json_object
from seedbed.tracking.reading.artifact_files import artifact
from seedbed.tracking.reading.predictions_file import predictions_in
from seedbed.tracking.records import Predictions
from seedbed.tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run

TABLES_TAG = "mlflow.loggedArtifacts"
"""MLflow's own list of the tables that a run logged (``log_table``, ``evaluate``)."""
TRUTH = ("target", "targets", "label", "labels", "y_true", "true", "truth", "actual")
GUESS = ("prediction", "predictions", "predicted", "predicted_label", "y_pred", "outputs", "output")


def predictions_loader(run: "Run", store: Store) -> Callable[[], Predictions] | None:
    """What fetches a run's predictions; None if its tags name none.

    Args:
        run: The run.
        store: Where it is recorded.
    """
    if run.info.status != "FINISHED":
        return None
    if schema.PREDICTIONS in json_object(run.data.tags.get(schema.TAG_DIGESTS)):
        return partial(_of_file, run, store)
    tables = _tables(run.data.tags.get(TABLES_TAG))
    return partial(_of_tables, run, store, tables) if tables else None


def _tables(text: str | None) -> list[str]:
    try:
        content = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    entries = content if isinstance(content, list) else []
    paths = [one.get("path") for one in entries if isinstance(one, dict)]
    return [path for path in paths if isinstance(path, str) and path.endswith(".json")]


def _of_file(run: "Run", store: Store) -> Predictions:
    path = artifact(run, schema.PREDICTIONS, store)
    try:
        found = predictions_in(path)
    except Exception as error:  # a damaged zip raises anything
        raise StoreError(
            f"The predictions of run {run.info.run_id} must be a whole npz file, but they are not "
            f"({type(error).__name__})."
        ) from None
    if found.misfit is not None:
        raise StoreError(
            f"The predictions of run {run.info.run_id} must fit one another, but {found.misfit}."
        )
    return found


def _of_tables(run: "Run", store: Store, tables: Sequence[str]) -> Predictions:
    """The first table that has true and predicted labels of a row each."""
    for name in tables:
        table = _table(artifact(run, name, store))
        truth = next((table[key] for key in TRUTH if key in table), None)
        guess = next((table[key] for key in GUESS if key in table), None)
        if truth is not None and guess is not None and len(truth) == len(guess) > 0:
            found = predictions_of_labels(truth, guess)
            if found is not None:
                return found
    raise NotRecordedError(
        f"No table of run {run.info.run_id} has a column of true labels ({', '.join(TRUTH[:4])} …) "
        f"beside one of predictions ({', '.join(GUESS[:4])} …)."
    )


def _table(path: Path) -> Mapping[str, list[object]]:
    """Column → values of a table as MLflow writes it: ``{"columns": …, "data": …}``."""
    content = json_object(path.read_text(encoding="utf-8"))
    columns, rows = content.get("columns"), content.get("data")
    if not isinstance(columns, list) or not isinstance(rows, list):
        return {}
    whole = [row for row in rows if isinstance(row, list) and len(row) == len(columns)]
    return {str(name).lower(): [row[at] for row in whole] for at, name in enumerate(columns)}


def predictions_of_labels(truth: Sequence[object], guess: Sequence[object]) -> Predictions | None:
    """Predictions from labels alone: probability 1 for what was predicted.

    Args:
        truth: ``[example]`` true labels, numbers or names.
        guess: ``[example]`` predicted ones.

    Returns:
        The predictions; None if the labels are no classes: lists, or of a thousand kinds.
    """
    if not all(isinstance(one, (bool, int, float, str)) for one in (*truth, *guess)):
        return None
    names = sorted({_key(one) for one in (*truth, *guess)})
    if not 1 < len(names) <= 1000:
        return None
    place = {name: number for number, name in enumerate(names)}
    labels = _places(truth, place)
    predicted = _places(guess, place)
    probabilities = np.eye(len(names), dtype=np.float16)[predicted]
    return Predictions(
        example_ids=np.arange(labels.size, dtype=np.int64),
        labels=labels,
        probabilities=probabilities,
        probabilities_last=probabilities,
        labels_by_epoch=predicted[None, :].astype(np.uint16),
    )


def _places(values: Sequence[object], place: Mapping[str, int]) -> npt.NDArray[np.int64]:
    return np.array([place[_key(one)] for one in values], dtype=np.int64)


def _key(value: object) -> str:
    """A label as text; 1 and 1.0 are one label."""
    if isinstance(value, float) and not value.is_integer():
        return str(value)
    return str(int(value)) if isinstance(value, (int, float)) else str(value)
