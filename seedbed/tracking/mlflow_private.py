"""What Seedbed uses of MLflow beyond its public interface, each in one place.

MLflow's client reads one run's metric at a time, where its own database can give many at once, and
says nowhere which version of its tables it needs. tests/tracking/test_mlflow_private.py fails when
a version of MLflow moves either.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory
    from mlflow import MlflowClient


def bulk_reader(client: "MlflowClient") -> Callable[[list[str], str, int], list[Any]] | None:
    """What reads a metric of many runs in one question to the database; None behind a server.

    (``client._tracking_client.store.get_metric_history_bulk``.)
    """
    database = getattr(client, "_tracking_client", None)
    reader: Callable[[list[str], str, int], list[Any]] | None = getattr(
        getattr(database, "store", None), "get_metric_history_bulk", None
    )
    return reader


def table_versions() -> "ScriptDirectory":
    """Every version of its tables that this MLflow knows (``store.db.utils``)."""
    from alembic.script import ScriptDirectory
    from mlflow.store.db.utils import _get_alembic_config

    return ScriptDirectory.from_config(_get_alembic_config(""))  # type: ignore[no-untyped-call]


def project_parameters(uri: str, version: str | None, entry_point: str) -> list[str] | None:
    """The parameters that a project declares for an entry point; None of a bare script.

    A project in a git repository is fetched (``projects.utils._fetch_project``,
    ``projects._project_spec.load_project``, ``Project._entry_points``).
    """
    from mlflow.projects._project_spec import load_project
    from mlflow.projects.utils import _fetch_project

    project = load_project(_fetch_project(uri, version))  # type: ignore[no-untyped-call]
    found = (project._entry_points or {}).get(entry_point)
    return None if found is None else list(found.parameters)
