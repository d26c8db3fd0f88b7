"""What Seedbed uses of MLflow beyond its public interface, each in one place.

MLflow's client reads one run's metric at a time, where its own database can give many at once, and
says nowhere which version of its tables it needs. A run has the last step of each metric, but
publishes only the value. Its import takes seconds, so a list of sweeps is
read from its SQLite file or its PostgreSQL database directly. tests/tracking/test_mlflow_private.py
fails when a version of MLflow moves either.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Run


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
