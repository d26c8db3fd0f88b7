"""Runs and sweeps of a store, newest first; where it can be, without importing MLflow."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from seedbed.system.errors import StoreError
from seedbed.tracking.reading.quick_runs import quick_runs
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.schema import TAG_EXPERIMENT, TAG_KIND, TAG_PARENT, TAG_STATE
from seedbed.tracking.store import LOGIN, Store

OTHER_LOGINS = (
    "MLFLOW_TRACKING_TOKEN",
    "MLFLOW_TRACKING_AUTH",
    "MLFLOW_TRACKING_AWS_SIGV4",
    "MLFLOW_TRACKING_CLIENT_CERT_PATH",
    "MLFLOW_WORKSPACE",
)
"""Variables by which MLflow's own client reaches a server in another way."""


def recorded_sweeps(store: Store, most: int) -> list[RunSummary]:
    """The newest parent runs of sweeps, ``most`` of them.

    Raises:
        StoreError: The store cannot be reached or read.
    """
    return _runs(store, {TAG_KIND: "sweep"}, most)


def runs_of_sweep(parent: RunSummary, store: Store, most: int) -> list[RunSummary]:
    """The newest runs of the sweep with this parent run, ``most`` of them.

    Raises:
        StoreError: The store cannot be reached or read.
    """
    return _runs(store, {TAG_PARENT: parent.run_id, TAG_KIND: "run"}, most)


def finished_runs(
    experiment: str, store: Store, most: int
) -> list[tuple[Mapping[str, str], float]]:
    """Parameters as text and wall-clock seconds of the newest finished runs, ``most`` of them.

    Raises:
        StoreError: The store cannot be reached or read.
    """
    tags = {TAG_KIND: "run", TAG_STATE: "finished", TAG_EXPERIMENT: experiment}
    return [
        (run.params, (run.ended_ms - run.started_ms) / 1000)
        for run in _runs(store, tags, most)
        if run.ended_ms
    ]


def _runs(store: Store, tags: Mapping[str, str], most: int) -> list[RunSummary]:
    found = quick_runs(store, tags, most)
    if found is not None:
        return found
    from seedbed.tracking.reading.run_lists import LocalVisitor

    quoted = {name: value.replace("'", "") for name, value in tags.items()}
    wanted = " AND ".join(f"tags.`{name}` = '{value}'" for name, value in quoted.items())
    found = _by_rest(store, wanted, most)
    if found is not None:
        return found
    store.check()
    visitor = LocalVisitor(store)
    return visitor.runs(visitor.experiments(), wanted, most)


def _by_rest(store: Store, wanted: str, most: int) -> list[RunSummary] | None:
    """Runs from a server's REST API, without MLflow's client; None if that client must ask."""
    from seedbed.tracking.reading.run_lists import ServedVisitor

    names_login = "@" in urlsplit(store.uri).netloc
    if not store.is_served or names_login or any(map(os.environ.get, OTHER_LOGINS)):
        return None
    user, password = (os.environ.get(name) for name in LOGIN)
    visitor = ServedVisitor(store.uri, (user, password) if user and password else None)
    try:
        return visitor.runs(visitor.experiments(), wanted, most)
    except StoreError:  # MLflow's client may know another login, and says what is wrong
        return None
