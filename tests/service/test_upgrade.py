"""A database that an older MLflow left: nothing starts on it before ``upgrade`` has migrated it."""

import subprocess
import sys

import psycopg
import pytest
import requests

from tests.support.stack import ROOT, Stack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

MAKE_OLD = """
import os, sys
import sqlalchemy
from alembic import command
from mlflow.server.auth.db.utils import migrate
from mlflow.store.db.utils import InitialBase, _get_alembic_config

tracking, auth = sys.argv[1:]
uri = os.environ["MLFLOW_BACKEND_STORE_URI"]
engine = sqlalchemy.create_engine(uri)
InitialBase.metadata.create_all(engine)
with engine.begin() as connection:
    config = _get_alembic_config(uri)
    config.attributes["connection"] = connection
    command.upgrade(config, tracking)
migrate(engine, auth)
"""
OLD_RUN = """
INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage)
VALUES (0, 'Default', '/artifacts/0', 'active'), (7, 'mnist_cnn', '/artifacts/7', 'active');
INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status,
                  start_time, end_time, source_version, lifecycle_stage, artifact_uri,
                  experiment_id)
VALUES ('0123456789abcdef0123456789abcdef', 'seed=7', 'LOCAL', 'sweeps', '', 'nightly', 'FINISHED',
        1, 2, '', 'active', '/artifacts/7/x', 7);
INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
VALUES ('test_accuracy', 0.9, 1, 0, false, '0123456789abcdef0123456789abcdef');
INSERT INTO params (key, value, run_uuid)
VALUES ('seed', '7', '0123456789abcdef0123456789abcdef');
INSERT INTO tags (key, value, run_uuid)
VALUES ('sweep', 'old', '0123456789abcdef0123456789abcdef');
"""


def connect(stack: Stack) -> "psycopg.Connection[tuple[object, ...]]":
    url = f"postgresql://mlflow@127.0.0.1:{stack.ports['postgres']}/mlflow"
    return psycopg.connect(url, password=stack.env["MLFLOW_DB_PASSWORD"], autocommit=True)


def revision(stack: Stack) -> object:
    with connect(stack) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row and row[0]


@pytest.fixture(params=["f5a4f2784254", "b7e2c1a4d9f3"], ids=["far behind", "two steps behind"])
def old(stack: Stack, request: pytest.FixtureRequest) -> str:
    """The revision of the schema that the database has, with one run in it."""
    stack.stop("mlflow")
    with connect(stack) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public AUTHORIZATION pg_database_owner")
    subprocess.run(
        [sys.executable, "-c", MAKE_OLD, request.param, "8606fa83a998"],
        env=stack.environment("upgrade"), cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    with connect(stack) as connection:
        connection.execute(OLD_RUN.encode())
    assert revision(stack) == request.param
    revised: str = request.param
    return revised


def test_nothing_starts_on_an_older_schema_until_upgrade_was_called(stack: Stack, old: str) -> None:
    refused = stack.run("accounts")
    assert refused.returncode == 2
    said = refused.stderr.decode()
    assert f"has an older one ({old}): make a backup, then migrate it" in said
    assert "Traceback" not in said
    assert revision(stack) == old, "nothing was migrated by the way"

    upgraded = stack.run("upgrade")
    assert upgraded.returncode == 0, upgraded.stderr.decode()
    assert revision(stack) != old

    stack.up("mlflow")
    answer = requests.post(
        f"{stack.mlflow}/api/2.0/mlflow/runs/search",
        json={"experiment_ids": ["7"], "filter": "tags.sweep = 'old'"},
        auth=("admin", stack.env["MLFLOW_ADMIN_PASSWORD"]),
        timeout=30,
    )
    (run,) = answer.json()["runs"]
    assert run["info"]["run_name"] == "seed=7"
    assert {m["key"]: m["value"] for m in run["data"]["metrics"]} == {"test_accuracy": 0.9}
    assert {p["key"]: p["value"] for p in run["data"]["params"]} == {"seed": "7"}
    assert stack.run("upgrade").returncode == 0, "again does no harm"


def test_a_schema_of_a_newer_mlflow_is_refused(stack: Stack) -> None:
    with connect(stack) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32))")
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version VALUES ('ffffffffffff')")
    refused = stack.run("accounts")
    assert refused.returncode == 2
    assert b"does not know (ffffffffffff), of a newer MLflow" in refused.stderr
