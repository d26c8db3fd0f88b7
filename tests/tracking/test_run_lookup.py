"""A run by its id: absent, unreachable and damaged are three things."""

from pathlib import Path

import pytest

from seedbed.system.errors import StoreError
from seedbed.tracking.reading.run_lookup import find_run
from seedbed.tracking.store import Store


def a_run(store: Store) -> str:
    run = store.client.create_run(store.experiment_id("mnist_cnn"), tags={"fingerprint": "ab"})
    return str(run.info.run_id)


def test_a_run_that_is_not_there(store: Store) -> None:
    assert find_run(store, "nobody") is None
    assert find_run(store, "0" * 32) is None
    assert find_run(store, "no/such id") is None


def test_a_run_without_files_has_no_environment(store: Store) -> None:
    found = find_run(store, a_run(store))
    assert found is not None
    assert found.fingerprint == "ab"
    assert found.environment == {}
    assert found.weights_by_epoch == ()


def test_a_recorded_environment_is_read(store: Store) -> None:
    run_id = a_run(store)
    store.client.log_text(run_id, '{"keras": "3"}', "environment.json")
    found = find_run(store, run_id)
    assert found is not None
    assert found.environment == {"keras": "3"}


def test_a_store_that_cannot_be_reached_is_not_an_absent_run(store_path: Path) -> None:
    del store_path
    with pytest.raises(StoreError, match="must be reachable"):
        find_run(Store("http://127.0.0.1:9"), "0" * 32)


def test_a_damaged_file_is_not_an_absent_one(store: Store) -> None:
    run_id = a_run(store)
    store.client.log_text(run_id, '{"keras": ', "environment.json")
    with pytest.raises(StoreError, match=r"environment\.json of run .* must be JSON"):
        find_run(store, run_id)


@pytest.mark.parametrize("text", ["[1]", "5", '"x"', "null", '{"a": {"b": 1}}'])
def test_files_that_hold_something_else_say_nothing(text: str, store: Store) -> None:
    run_id = a_run(store)
    store.client.log_text(run_id, text, "environment.json")
    store.client.log_text(run_id, text, "weights_by_epoch.json")
    found = find_run(store, run_id)
    assert found is not None
    assert found.environment == {}
    assert found.weights_by_epoch == ()
