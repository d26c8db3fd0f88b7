"""A run is made once, though the answer of the server that made it is lost."""

import os
from typing import Any

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

import seedbed
from seedbed.mlflow_plugin.project_backend import parent_of
from seedbed.system.errors import StoreError
from seedbed.tracking.created_run import created_run
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun


@pytest.fixture
def loses_answers(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs that the store creates while the answers to its clients are lost."""
    made: list[Run] = []
    create = MlflowClient.create_run
    store.check()

    def create_and_lose(*given: Any, **named: Any) -> None:
        assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "0"
        made.append(create(*given, **named))
        raise MlflowException("API request to /runs/create failed: read timed out")

    monkeypatch.setattr(MlflowClient, "create_run", create_and_lose)
    return made


def test_a_parent_run_whose_answer_is_lost_is_found(store: Store, loses_answers: list[Run]) -> None:
    parent = ParentRun.start(store, "mnist_cnn", "first", "of-this-ledger")
    assert [run.info.run_id for run in loses_answers] == [parent.run_id]
    again = ParentRun.start(store, "mnist_cnn", "first", "of-this-ledger")
    assert again.run_id == parent.run_id


def test_the_run_of_a_loop_whose_answer_is_lost_goes_on(
    store: Store, loses_answers: list[Run]
) -> None:
    with seedbed.record("loop", seed=7, hidden=8) as record:
        record.log(val_loss=0.5)
    assert [run.info.run_id for run in loses_answers] == [record.run_id]
    (run,) = store.runs("", [store.experiment_id("loop")])
    assert (run.info.status, run.data.params["hidden"]) == ("FINISHED", "8")
    assert run.data.metrics["val_loss"] == 0.5


def test_the_run_of_a_loop_that_mlflow_does_not_resume_is_ended(
    store: Store, loses_answers: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It resumes none of another experiment than that which the process chose."""
    monkeypatch.setattr("mlflow.tracking.fluent._active_experiment_id", "0")
    with pytest.raises(StoreError, match="does not match"), seedbed.record("loop", seed=7):
        pass
    assert mlflow.active_run() is None
    assert store.client.get_run(loses_answers[0].info.run_id).info.status == "FAILED"


def test_the_parent_run_of_a_project_whose_answer_is_lost_is_found(
    store: Store, loses_answers: list[Run]
) -> None:
    place = store.experiment_id("projects")
    mlflow.set_tracking_uri(store.uri)
    parent = parent_of("of-this-request", place, "main")
    assert [run.info.run_id for run in loses_answers] == [parent]
    assert parent_of("of-this-request", place, "main") == parent


def test_a_run_that_was_not_made_is_an_error(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise MlflowException("API request to /runs/create failed: connection refused")

    monkeypatch.setattr(store.client, "create_run", refuse)
    place = store.experiment_id("mnist_cnn")
    with pytest.raises(StoreError, match="must be reachable and writable"):
        created_run(store, place, "tags.one = 'a'", name="a", tags={"one": "a"})
