"""The newest runs, read from MLflow's own database without importing MLflow."""

from collections.abc import Mapping

from seedbed.system.paths import sqlite_file
from seedbed.tracking.reading.postgres_runs import runs_in_postgres
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.reading.sqlite_runs import runs_in_file
from seedbed.tracking.store import Store


def quick_runs(store: Store, tags: Mapping[str, str], most: int) -> list[RunSummary] | None:
    """The newest runs with these tags; None if only MLflow itself can tell.

    Args:
        store: The store.
        tags: Name → value of each tag.
        most: At most so many.

    Raises:
        StoreError: The store cannot be read.
    """
    file = sqlite_file(store.uri)
    with store.explained():
        if file is not None:
            return runs_in_file(file, tags, most)
        return runs_in_postgres(store.uri, tags, most)
