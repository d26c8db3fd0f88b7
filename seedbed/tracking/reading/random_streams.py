"""What drew random numbers in a script's run, as the run recorded it."""

import json
from collections.abc import Mapping
from typing import cast

from seedbed.system.errors import NotRecordedError
from seedbed.system.files.regular_file import regular_text
from seedbed.tracking import schema
from seedbed.tracking.random_records import RandomDraws, RunCourse
from seedbed.tracking.reading.artifact_files import artifact
from seedbed.tracking.store import Store


def read_streams(run_id: str, store: Store) -> RandomDraws:
    """The run's sources of random numbers: draws, lines and pins by source.

    Raises:
        NotRecordedError: The run was not made by ``seedbed why``.
        StoreError: The store cannot be reached.
    """
    return cast("RandomDraws", _read(run_id, schema.RANDOM_STREAMS, store))


def read_course(run_id: str, store: Store) -> RunCourse:
    """What the run went through: its ``sources`` and ``pins``, ``moments`` and ``reads``.

    Raises:
        NotRecordedError: The run was made by neither ``seedbed why`` nor ``repeat --keep-seeds``.
        StoreError: The store cannot be reached.
    """
    moments = _read(run_id, schema.MOMENTS, store)
    if "pins" in moments:  # of seedbed repeat --keep-seeds
        return cast("RunCourse", {"sources": {}, **moments})
    return cast("RunCourse", {**read_streams(run_id, store), **moments})


def _read(run_id: str, name: str, store: Store) -> Mapping[str, object]:
    with store.explained():
        run = store.client.get_run(run_id)
    path = artifact(run, name, store)
    try:
        found = json.loads(regular_text(path))
    except (OSError, ValueError, RecursionError) as error:
        raise NotRecordedError(
            f"{name} of run {run_id} must be JSON, but it is damaged: {error}."
        ) from error
    if not isinstance(found, dict):
        raise NotRecordedError(f"{name} of run {run_id} must be a JSON object, but it is damaged.")
    return found
