"""Lists of runs are the same from MLflow's SQLite file as from MLflow itself."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from seedbed.system.errors import StoreError
from seedbed.system.paths import sqlite_file
from seedbed.tracking.reading.recorded_runs import finished_runs, recorded_sweeps
from seedbed.tracking.reading.run_lists import LocalVisitor, ServedVisitor
from seedbed.tracking.reading.sqlite_runs import runs_in_file
from seedbed.tracking.store import Store

SWEEPS = {"kind": "sweep"}


def _filled(store: Store) -> Path:
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
    file = sqlite_file(store.uri)
    assert file is not None
    return file


def test_both_ways_list_the_same_sweeps(store: Store) -> None:
    file = _filled(store)
    visitor = LocalVisitor(store)
    slow = visitor.runs(visitor.experiments(), "tags.kind = 'sweep'", 10)
    quick = runs_in_file(file, SWEEPS, 10)
    assert len(slow) == 2
    assert repr(quick) == repr(slow)  # nan differs from itself, its text does not
    assert [run.run_id for run in recorded_sweeps(store, 1)] == [slow[0].run_id]


def test_finished_runs_have_parameters_and_seconds(store: Store) -> None:
    _filled(store)
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
    file = _filled(store)
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
