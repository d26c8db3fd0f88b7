"""Two registrations of one run at the same time make one version."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from mlflow.entities import Run

from seedbed.tracking import model_registry
from seedbed.tracking.model_registry import ModelVersion, register_run
from seedbed.tracking.schema import MODEL_FOLDER
from seedbed.tracking.store import Store
from tests.support.registry import registered_runs


@pytest.fixture
def run(store: Store) -> Run:
    """A run that ended."""
    run = store.client.create_run(store.experiment_id("mnist_cnn"))
    store.client.set_terminated(run.info.run_id)
    return run


def test_the_second_one_waits_on_this_host(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_registry, "_save", lambda *_: time.sleep(0.5))

    def register(alias: str) -> ModelVersion:
        return register_run(store, run.info.run_id, "cnn", "…", alias=alias)

    with ThreadPoolExecutor(2) as pool:
        versions = list(pool.map(register, ("first", "second")))
    assert [version.version for version in versions] == [1, 1]
    assert sorted(version.is_new for version in versions) == [False, True]
    assert len(registered_runs(store)[run.info.run_id]) == 1


def test_the_version_that_another_host_made_meanwhile_stays(
    store: Store, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save_while_another_host_registers(store: Store, run: Run) -> None:
        store.client.create_registered_model("cnn")
        source = f"{run.info.artifact_uri}/{MODEL_FOLDER}"
        store.client.create_model_version("cnn", source, run.info.run_id, await_creation_for=0)

    monkeypatch.setattr(model_registry, "_save", save_while_another_host_registers)
    version = register_run(store, run.info.run_id, "cnn", "…", alias="champion")
    assert (version.version, version.is_new) == (1, False)
    assert len(registered_runs(store)[run.info.run_id]) == 1
