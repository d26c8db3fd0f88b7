"""The file of a sweep, as its parent run keeps it."""

from seedbed.system.errors import NotRecordedError
from seedbed.system.files.regular_file import regular_text
from seedbed.tracking import schema
from seedbed.tracking.reading.artifact_files import artifact
from seedbed.tracking.store import Store


def read_design_file(run_id: str, store: Store) -> str:
    """The sweep's file as it was run, YAML.

    Args:
        run_id: The parent run.
        store: Where it is recorded.

    Raises:
        NotRecordedError: The parent run keeps no file.
        StoreError: The store cannot be reached.
    """
    with store.explained():
        run = store.client.get_run(run_id)
    path = artifact(run, schema.DESIGN, store)
    try:
        return regular_text(path)
    except (OSError, ValueError) as error:
        raise NotRecordedError(
            f"{schema.DESIGN} of run {run_id} must be text, but it is damaged: {error}."
        ) from error
