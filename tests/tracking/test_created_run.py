"""A run is made once, though the answer of the server that made it is lost."""

import os
from typing import Any

import pytest
from mlflow.entities import Run
from mlflow.exceptions import MlflowException

from seedbed.system.errors import StoreError
from seedbed.tracking.created_run import created_run
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun


@pytest.fixture
def loses_answers(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs that the store creates while the answers to its client are lost."""
    made: list[Run] = []
    create = store.client.create_run

    def create_and_lose(*given: Any, **named: Any) -> None:
        assert os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "0"
        made.append(create(*given, **named))
        raise MlflowException("API request to /runs/create failed: read timed out")

    monkeypatch.setattr(store.client, "create_run", create_and_lose)
    return made


def test_a_parent_run_whose_answer_is_lost_is_found(store: Store, loses_answers: list[Run]) -> None:
    parent = ParentRun.start(store, "mnist_cnn", "first", "of-this-ledger")
    assert [run.info.run_id for run in loses_answers] == [parent.run_id]
    again = ParentRun.start(store, "mnist_cnn", "first", "of-this-ledger")
    assert again.run_id == parent.run_id


def test_a_run_that_was_not_made_is_an_error(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise MlflowException("API request to /runs/create failed: connection refused")

    monkeypatch.setattr(store.client, "create_run", refuse)
    place = store.experiment_id("mnist_cnn")
    with pytest.raises(StoreError, match="must be reachable and writable"):
        created_run(store, place, "tags.one = 'a'", name="a", tags={"one": "a"})
