"""Lists of runs are the same from MLflow's own database as from MLflow itself."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import astuple
from pathlib import Path

import pytest

from seedbed.system.errors import StoreError
from seedbed.system.paths import sqlite_file
from seedbed.tracking.reading.postgres_runs import runs_in_postgres
from seedbed.tracking.reading.recorded_runs import finished_runs, recorded_sweeps
from seedbed.tracking.reading.run_lists import LocalVisitor, ServedVisitor
from seedbed.tracking.reading.run_summary import RunSummary
from seedbed.tracking.reading.sqlite_runs import runs_in_file
from seedbed.tracking.store import Store
from tests.support.postgres import Postgres

SWEEPS = {"kind": "sweep"}


def _file(store: Store) -> Path:
    _fill(store)
    file = sqlite_file(store.uri)
    assert file is not None
    return file


def _fill(store: Store) -> None:
    """Sweeps that run, ended, have odd numbers, were deleted, or are not sweeps."""
    client = store.client
    for number, experiment in enumerate(("a", "b", "deleted")):
        known = store.experiment_id(experiment)
        for kind in ("sweep", "run"):
            tags = {"kind": kind, "sweep": f"sweep {number}\n\u2603"}
            tags |= {"state": "finished" if number else "running", "experiment": "it's mine"}
            run = client.create_run(known, start_time=100 - number, tags=tags).info.run_id
            client.log_metric(run, "runs_finished", float("nan") if number else 3)
            client.log_metric(run, "score", float("inf"))
            client.log_param(run, "seeds", 5)
            if number:
                client.set_terminated(run, "FINISHED", 200)
    gone = client.create_run(store.experiment_id("a"), tags={"kind": "sweep"}).info.run_id
    client.delete_run(gone)
    client.delete_experiment(store.experiment_id("deleted"))


def test_both_ways_list_the_same_sweeps(store: Store) -> None:
    file = _file(store)
    visitor = LocalVisitor(store)
    slow = visitor.runs(visitor.experiments(), "tags.kind = 'sweep'", 10)
    quick = runs_in_file(file, SWEEPS, 10)
    assert len(slow) == 2
    assert repr(quick) == repr(slow)  # nan differs from itself, its text does not
    assert [run.run_id for run in recorded_sweeps(store, 1)] == [slow[0].run_id]


@pytest.fixture(scope="module")
def served() -> Iterator[Postgres]:
    """A server with a password, on a port."""
    with Postgres.temporary("p@ss") as server:
        yield server


@pytest.mark.long
def test_a_postgresql_database_lists_the_same_with_and_without_mlflow(
    served: Postgres,
    store_path: Path,  # noqa: ARG001 (sets the environment)
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served.database("tracked")
    plain = f"postgresql://postgres:p%40ss@127.0.0.1:{served.port}/tracked"
    uri = plain.replace("://", "+psycopg://")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    assert runs_in_postgres(uri, SWEEPS, 10) is None  # MLflow makes the tables first
    store = Store(uri)
    _fill(store)
    visitor = LocalVisitor(store)
    slow = visitor.runs(visitor.experiments(), "tags.kind = 'sweep'", 10)
    assert len(slow) == 2
    for address in (uri, plain):
        quick = runs_in_postgres(address, SWEEPS, 10)
        assert quick is not None
        assert [_text(run) for run in quick] == [_text(run) for run in slow]
    assert recorded_sweeps(store, 1) == runs_in_postgres(uri, SWEEPS, 1)
    words = [sys.executable, "-X", "importtime", "-m", "seedbed", "list"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "sweep 1" in done.stdout
    assert not [line for line in done.stderr.splitlines() if line.endswith(" mlflow")]
    with pytest.raises(StoreError, match=r"must be reachable.*password authentication failed"):
        recorded_sweeps(Store(uri.replace("p%40ss", "wrong")), 1)


def _text(run: RunSummary) -> str:
    """All of a run; a database gives its tags, metrics and parameters in any order."""
    return repr(
        [sorted(part.items()) if isinstance(part, Mapping) else part for part in astuple(run)]
    )


@pytest.mark.parametrize("uri", ["mysql://a@b/c", "postgresql+pg8000://a@b/c", "http://a"])
def test_a_database_with_another_driver_is_left_to_mlflow(uri: str) -> None:
    assert runs_in_postgres(uri, SWEEPS, 10) is None


def test_finished_runs_have_parameters_and_seconds(store: Store) -> None:
    _fill(store)
    later = store.client.create_run(
        store.experiment_id("a"),
        start_time=1000,
        tags={"kind": "run", "state": "finished", "experiment": "it's mine"},
    )
    store.client.log_param(later.info.run_id, "epochs", 3)
    store.client.set_terminated(later.info.run_id, "FINISHED", 4500)
    expected = [({"epochs": "3"}, 3.5), ({"seeds": "5"}, 0.101)]
    assert finished_runs("it's mine", store, 10) == expected
    assert finished_runs("it's mine", store, 1) == expected[:1]
    assert finished_runs("another", store, 10) == []


def test_tables_of_another_version_are_left_to_mlflow(store: Store) -> None:
    file = _file(store)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'newer'")
    assert runs_in_file(file, SWEEPS, 10) is None


def test_a_store_that_is_not_there_yet_lists_nothing_and_is_not_made(tmp_path: Path) -> None:
    assert recorded_sweeps(Store(f"sqlite:///{tmp_path / 'none.db'}"), 10) == []
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"no database" * 200, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "odd.db").write_bytes(content)
    with pytest.raises(StoreError, match="must be reachable"):
        recorded_sweeps(Store(f"sqlite:///{tmp_path / 'odd.db'}"), 10)


def test_a_server_that_does_not_answer_is_told_as_mlflow_tells_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(StoreError, match=r"http://127.0.0.1:9 must be reachable and writable"):
        recorded_sweeps(Store(), 1)


@pytest.mark.parametrize(
    ("address", "variable"),
    [("http://a:b@127.0.0.1:9", None), ("http://127.0.0.1:9", "MLFLOW_TRACKING_TOKEN")],
)
def test_a_server_with_a_login_of_another_kind_is_asked_by_mlflow_alone(
    address: str, variable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(visitor: ServedVisitor) -> list[str]:
        raise AssertionError(visitor.uri)

    monkeypatch.setattr(ServedVisitor, "experiments", asked)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", address)
    if variable:
        monkeypatch.setenv(variable, "secret")
    with pytest.raises(StoreError, match="must be reachable"):
        recorded_sweeps(Store(), 1)
