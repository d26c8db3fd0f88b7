"""What Seedbed relies on in MLflow beyond its public interface; fails when MLflow changes it."""

from pathlib import Path
from typing import Any

import mlflow
import pytest
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from seedbed.system.errors import InputError
from seedbed.tracking.mlflow_private import (
    KNOWN_TABLES,
    ask_for_databricks_once,
    bulk_reader,
    last_steps,
    table_versions,
    upload_files,
)
from seedbed.tracking.mlflow_projects_private import create_project_run, fetched_project


def test_a_database_gives_a_metric_of_many_runs_at_once_and_names_its_tables(
    tmp_path: Path,
) -> None:
    address = f"sqlite:///{tmp_path / 'mlflow.db'}"
    client = mlflow.MlflowClient(address)
    experiment = client.create_experiment("e", artifact_location=str(tmp_path / "artifacts"))
    runs = [client.create_run(experiment).info.run_id for _ in range(3)]
    for at, run in enumerate(runs):
        for step in (2, 1):
            client.log_metric(run, "loss", at + step / 10, step=step)
    reader = bulk_reader(client)
    assert reader is not None
    found = reader(runs[:2], "loss", 100)
    assert {(one.run_id, one.step, one.value) for one in found} == {
        (run, step, at + step / 10) for at, run in enumerate(runs[:2]) for step in (1, 2)
    }
    assert last_steps(client.get_run(runs[0])) == {"loss": 2}
    with create_engine(address).connect() as connection:
        written = MigrationContext.configure(connection).get_current_revision()
    assert table_versions().get_current_head() == written == KNOWN_TABLES


def test_behind_a_server_there_is_none() -> None:
    assert bulk_reader(mlflow.MlflowClient("http://127.0.0.1:9")) is None


def test_the_client_asks_once_whether_it_runs_on_databricks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from mlflow.tracking.request_header import (
        databricks_request_header_provider as databricks,
        registry,
    )

    asked: list[str] = []

    def answer() -> bool:
        asked.append("?")
        return False

    utils: Any = vars(databricks)["databricks_utils"]
    for name in ("is_in_cluster", "is_in_databricks_notebook", "is_in_databricks_job"):
        monkeypatch.setattr(utils, name, answer)
    provider = databricks.DatabricksRequestHeaderProvider
    in_context = getattr(provider.in_context, "__wrapped__", provider.in_context)
    monkeypatch.setattr(provider, "in_context", in_context)
    headers: Any = registry.resolve_request_headers
    expected = headers()
    assert len(asked) == 3
    ask_for_databricks_once()
    ask_for_databricks_once()
    assert [headers() for _ in range(3)] == [expected] * 3
    assert len(asked) == 6


def test_files_go_to_the_artifact_address_of_a_run_without_asking_for_the_run(
    tmp_path: Path,
) -> None:
    files = tmp_path / "files"
    (files / "in").mkdir(parents=True)
    (files / "in" / "scores.json").write_text("[1]")
    artifacts = tmp_path / "artifacts"
    upload_files(str(files), artifacts.as_uri(), "http://127.0.0.1:9")
    assert (artifacts / "in" / "scores.json").read_text() == "[1]"


def test_a_project_tells_its_entry_points_and_gets_a_run_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "MLproject").write_text(
        "entry_points:\n  main:\n    parameters: {depth: int}\n    command: python train.py\n"
    )
    (folder / "alone.py").write_text("parser.add_argument('--learning-rate')\n")
    project = fetched_project(str(folder), None, "main")
    assert (project.parameters, project.in_docker) == (("depth",), False)
    assert fetched_project(str(folder), None, "alone.py").parameters == ("learning_rate",)
    with pytest.raises(InputError, match="has no 'other', only main"):
        fetched_project(str(folder), None, "other")
    run_id = create_project_run(project, None, "main", experiment_id="0", parameters={"depth": "3"})
    made = mlflow.MlflowClient().get_run(run_id)
    assert (made.data.params, made.info.status) == ({"depth": "3"}, "RUNNING")
