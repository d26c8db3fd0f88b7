"""The predictions of a run, from its artifact."""

import zipfile
import zlib
from typing import TYPE_CHECKING

from seedbed.system.errors import NotRecordedError, RemovedError, StoreError
from seedbed.tracking import schema
from seedbed.tracking.reading.artifact_files import ChangedFileError, artifact, forget
from seedbed.tracking.reading.predictions_file import predictions_in
from seedbed.tracking.records import Predictions
from seedbed.tracking.store import Store

if TYPE_CHECKING:
    from mlflow.entities import Run


DAMAGE = (
    ChangedFileError,
    OSError,
    ValueError,
    KeyError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,  # of zipfile: a password is needed, or the compression is not known
)
"""What is raised for a file that is not the run's, or not a whole npz file."""


def run_predictions(run: "Run", store: Store) -> Predictions:
    """The run's predictions.

    Raises:
        NotRecordedError: The run recorded none.
        StoreError: The file is damaged, or its arrays do not fit one another.
    """
    try:
        return _loaded(run, store)
    except DAMAGE as error:
        if forget(run, schema.PREDICTIONS, store):  # a torn copy? Fetch it anew, once.
            try:
                return _loaded(run, store)
            except DAMAGE:
                forget(run, schema.PREDICTIONS, store)
        changed = isinstance(error, ChangedFileError)
        why = "not what the run recorded" if changed else type(error).__name__
        raise StoreError(
            f"The predictions of run {run.info.run_id} must be a whole npz file, but it is damaged "
            f"({why}): delete that run and run the sweep again."
        ) from None


def _loaded(run: "Run", store: Store) -> Predictions:
    try:
        path = artifact(run, schema.PREDICTIONS, store)
    except NotRecordedError:
        removed = run.data.tags.get(schema.TAG_REMOVED, "")
        if "predictions" not in removed:
            raise
        raise RemovedError(
            f"The predictions of run {run.info.run_id} were removed by seedbed prune ({removed})."
        ) from None
    found = predictions_in(path)
    if found.misfit is not None:
        raise StoreError(
            f"The predictions of run {run.info.run_id} must fit one another, but {found.misfit}: "
            "delete that run and run the sweep again."
        )
    return found
