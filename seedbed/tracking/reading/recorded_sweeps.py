"""The sweeps of a store, newest first; from a SQLite file without importing MLflow."""

from seedbed.system.paths import sqlite_file
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.reading.sqlite_runs import sweeps_in_file
from seedbed.tracking.schema import TAG_KIND
from seedbed.tracking.store import Store


def recorded_sweeps(store: Store, most: int) -> list[RunSummary]:
    """The newest parent runs of sweeps, ``most`` of them.

    Raises:
        StoreError: The store cannot be reached or read.
    """
    file = sqlite_file(store.uri)
    with store.explained():
        found = None if file is None else sweeps_in_file(file, most)
    return _asked_of_mlflow(store, most) if found is None else found


def _asked_of_mlflow(store: Store, most: int) -> list[RunSummary]:
    from seedbed.tracking.reading.run_lists import LocalVisitor

    store.check()
    visitor = LocalVisitor(store)
    return visitor.runs(visitor.experiments(), f"tags.{TAG_KIND} = 'sweep'", most)
