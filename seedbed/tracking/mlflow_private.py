"""What Seedbed uses of MLflow beyond its public interface, each in one place.

MLflow's client reads one run's metric at a time, where its own database can give many at once, and
says nowhere which version of its tables it needs. A run has the last step of each metric, but
publishes only the value. Before each request the client asks whether it runs on Databricks. Its
import takes seconds, so a list of sweeps is read from its SQLite file or its PostgreSQL database
directly. tests/tracking/test_mlflow_private.py fails when a version of MLflow moves any of these.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Run
    from requests import Response


KNOWN_TABLES = "dc11669786a5"
"""Version of the tables that the statements below read; another one is left to MLflow."""

TABLES_VERSION = "SELECT version_num FROM alembic_version"

NEWEST_RUNS = """
SELECT run_uuid, experiment_id, runs.name, start_time, end_time
FROM runs JOIN experiments USING (experiment_id)
WHERE runs.lifecycle_stage = 'active' AND experiments.lifecycle_stage = 'active'
AND workspace = 'default' {tagged} ORDER BY start_time DESC NULLS LAST, run_uuid LIMIT ?
"""

TAGGED = "AND EXISTS (SELECT 1 FROM tags WHERE tags.run_uuid = runs.run_uuid AND key=? AND value=?)"

TAGS_OF_RUN = "SELECT run_uuid, key, value FROM tags WHERE run_uuid = ?"

METRICS_OF_RUN = "SELECT run_uuid, key, value, is_nan FROM latest_metrics WHERE run_uuid = ?"

PARAMS_OF_RUN = "SELECT run_uuid, key, value FROM params WHERE run_uuid = ?"

OF_RUN = (TAGS_OF_RUN, METRICS_OF_RUN, PARAMS_OF_RUN)


def bulk_reader(client: "MlflowClient") -> Callable[[list[str], str, int], list[Any]] | None:
    """What reads a metric of many runs in one question to the database; None behind a server.

    (``client._tracking_client.store.get_metric_history_bulk``.)
    """
    database = getattr(client, "_tracking_client", None)
    reader: Callable[[list[str], str, int], list[object]] | None = getattr(
        getattr(database, "store", None), "get_metric_history_bulk", None
    )
    return reader


def last_steps(run: "Run") -> dict[str, int]:
    """Metric → step of its last value, which a run has beside its values (``_metric_objs``)."""
    logged: list[Metric] = getattr(run.data, "_metric_objs", None) or []
    return {one.key: one.step for one in logged}


def table_versions() -> "ScriptDirectory":
    """Every version of its tables that this MLflow knows (``store.db.utils``)."""
    from alembic.script import ScriptDirectory
    from mlflow.store.db.utils import _get_alembic_config

    return ScriptDirectory.from_config(_get_alembic_config(""))  # type: ignore[no-untyped-call]


def ask_for_databricks_once() -> None:
    """Have MLflow's client remember whether it runs on Databricks.

    It looks for eleven modules that are not installed before each request, which takes longer than
    the rest of the request (``DatabricksRequestHeaderProvider.in_context``).
    """
    from mlflow.tracking.request_header.databricks_request_header_provider import (
        DatabricksRequestHeaderProvider as Provider,
    )

    if not hasattr(Provider.in_context, "cache_info"):
        Provider.in_context = cache(Provider.in_context)  # type: ignore[method-assign]


def upload_files(folder: str, artifact_uri: str, tracking_uri: str) -> None:
    """Upload a folder's files to a run whose address for artifacts is known.

    The client's ``log_artifacts`` asks the server for that address first.

    Args:
        folder: Local path.
        artifact_uri: The run's address for artifacts.
        tracking_uri: Of the store.
    """
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    repository: Any = get_artifact_repository(artifact_uri, tracking_uri=tracking_uri)
    repository.log_artifacts(folder)


def post_bytes(tracking_uri: str, path: str, body: bytes | None) -> "Response":
    """Ask a server as MLflow's client does, with its logins, certificates and retries.

    (``utils.rest_utils.http_request`` and ``utils.credentials.get_default_host_creds``.)

    Args:
        tracking_uri: Of the server.
        path: On it.
        body: To post; None for a GET.
    """
    from mlflow.utils import credentials, rest_utils

    host_of: Any = credentials.get_default_host_creds
    request: Any = rest_utils.http_request
    if body is None:
        answer: Response = request(host_of(tracking_uri), path, "GET")
    else:
        kind = {"Content-Type": "application/octet-stream"}
        answer = request(host_of(tracking_uri), path, "POST", data=body, extra_headers=kind)
    return answer
