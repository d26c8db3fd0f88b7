"""The store: one sentence for what cannot be reached, and artifacts where they can be written."""

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from seedbed.system import paths
from seedbed.system.errors import DiskError, StoreError
from seedbed.system.paths import store_folder, tracking_uri
from seedbed.tracking.store import Store


def test_a_server_that_is_not_there(store_path: Path) -> None:
    del store_path
    with pytest.raises(StoreError, match=r"http://127\.0\.0\.1:9 must be reachable") as caught:
        Store("http://127.0.0.1:9").check()
    assert "\n" not in str(caught.value)


def test_a_database_in_a_folder_that_is_not_there(store_path: Path) -> None:
    del store_path
    with pytest.raises(StoreError, match="must be reachable and writable"):
        Store("sqlite:////proc/no/such/mlflow.db").check()


def test_a_password_is_not_shown(store_path: Path) -> None:
    del store_path
    with pytest.raises(StoreError) as caught:
        Store("postgresql://me:hunter2@127.0.0.1:9/mlflow").check()
    assert "hunter2" not in str(caught.value)
    assert "***@127.0.0.1" in str(caught.value)


def test_a_store_folder_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_STORE", "/proc/nowhere")
    with pytest.raises(
        StoreError, match=r"'/proc/nowhere/runs' cannot be made .* set SEEDBED_STORE"
    ):
        store_folder("runs")


def _full(*_given: object, **_more: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/a/b")


@pytest.mark.parametrize("place", [tracking_uri, lambda: store_folder("runs")])
def test_a_folder_for_which_the_disk_has_no_room(
    place: Callable[[], object], store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del store_path
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setattr(Path, "mkdir", _full)
    with pytest.raises(DiskError, match="must have room and be writable, but it is full"):
        place()


def test_a_database_that_sqlite_cannot_open_because_the_disk_is_full(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", _full)
    with pytest.raises(DiskError, match=f"The disk of {tmp_path}"), store.explained():
        raise sqlite3.OperationalError("unable to open database file")
    monkeypatch.undo()
    with pytest.raises(StoreError, match="must be reachable and writable"), store.explained():
        raise sqlite3.OperationalError("unable to open database file")


@pytest.mark.parametrize("place", [tracking_uri, lambda: store_folder("runs")])
def test_an_installed_copy_whose_data_folder_cannot_be_made(
    place: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "CLONE", None)
    for name in ("SEEDBED_STORE", "MLFLOW_TRACKING_URI", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/proc/nowhere")
    with pytest.raises(StoreError, match=r"but '/proc/nowhere/\.local/share/seedbed") as caught:
        place()
    assert "set XDG_DATA_HOME to a folder that is yours, or SEEDBED_STORE and" in str(caught.value)


def test_artifacts_lie_beside_an_embedded_store(store: Store, tmp_path: Path) -> None:
    found = store.client.get_experiment(store.experiment_id("mnist_cnn"))
    assert found.artifact_location == f"{tmp_path}/mlruns"
    assert store.experiment_id("mnist_cnn") == found.experiment_id


def test_an_experiment_whose_artifacts_a_server_keeps_is_refused(store: Store) -> None:
    store.client.create_experiment("mnist_cnn", "mlflow-artifacts:/7")
    with pytest.raises(StoreError, match=r"belong to an MLflow server \(mlflow-artifacts:/7\)"):
        store.experiment_id("mnist_cnn")


def test_a_store_of_another_mlflow_is_named_as_such(store_path: Path) -> None:
    path = store_path.parent / "mlflow.db"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    database.close()
    with pytest.raises(StoreError, match="but has ffffffffffff: if an older MLflow wrote it"):
        Store().check()
