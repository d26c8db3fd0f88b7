"""What quick commands do not import, in processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.sweep_list import list_sweeps
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from tests.support.chaos import Server
from tests.support.ui import child

HEAVY = {
    *("keras", "mlflow", "numpy", "optuna", "pandas", "psycopg", "pydantic", "requests", "rich"),
    *("scipy", "sqlalchemy", "tensorflow"),
}
CHECK_DOES_WITHOUT = HEAVY - {"numpy", "pydantic"} | {"matplotlib"}
ROOT = Path(__file__).parents[2]
RUN = """
import json, sys
from seedbed.cli.main import run
try:
    run(sys.argv[1:])
finally:
    sys.stderr.write("\\n" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded(*words: str, **environment: str) -> set[str]:
    """Top-level modules that the command imported."""
    kept = {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], cwd=ROOT, env={**kept, **environment},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_the_list_of_verbs_imports_click_and_little_else(word: str) -> None:
    assert not loaded(word) & HEAVY


def test_check_without_recorded_runs_imports_no_mlflow(store_path: Path, tmp_path: Path) -> None:
    recorded = f"sqlite:///{tmp_path}/none.db"
    store = {"SEEDBED_STORE": str(store_path), "MLFLOW_TRACKING_URI": recorded}
    found = loaded("check", "first", **store)
    assert not found & CHECK_DOES_WITHOUT


def test_check_beside_recorded_runs_reads_their_times_without_mlflow(
    store_path: Path, empty_database: Path
) -> None:
    recorded = f"sqlite:///{empty_database}"
    store = {"SEEDBED_STORE": str(store_path), "MLFLOW_TRACKING_URI": recorded}
    assert not loaded("check", "first", **store) & CHECK_DOES_WITHOUT


def test_a_list_counts_the_runs_of_a_driver_elsewhere_without_mlflow(
    store: Store, tmp_path: Path
) -> None:
    parent = ParentRun.start(store, "mnist_cnn", "elsewhere", "its ledger")
    child(store, parent.run_id, 0, "finished")
    child(store, parent.run_id, 1, "failed")
    places = {"SEEDBED_STORE": str(tmp_path / "another"), "MLFLOW_TRACKING_URI": store.uri}
    assert not loaded("list", **places) & HEAVY
    (listed,) = list_sweeps(store, 5)
    assert (listed.state, listed.done, listed.failed) == ("running", 1, 1)


@pytest.mark.long
@pytest.mark.usefixtures("store_path")
def test_a_list_asks_a_server_without_mlflow(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    try:
        store = Store(server.uri)
        parent = ParentRun.start(store, "mnist_cnn", "elsewhere", "its ledger")
        child(store, parent.run_id, 0, "finished")
        child(store, parent.run_id, 1, "failed")
        places = {"SEEDBED_STORE": str(tmp_path / "another"), "MLFLOW_TRACKING_URI": server.uri}
        assert not loaded("list", **places) & (HEAVY - {"requests"})
        (listed,) = list_sweeps(store, 5)
        assert (listed.state, listed.done, listed.failed) == ("running", 1, 1)
    finally:
        server.kill()


@pytest.mark.parametrize(
    "words", [("status", "first"), ("list",), ("stop", "first"), ("cancel", "first")]
)
def test_reading_a_ledger_and_giving_orders_import_no_library(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_database: Path
) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path))
    Ledger.open(load(ROOT / "sweeps" / "first.yaml")).close()
    recorded = {"MLFLOW_TRACKING_URI": f"sqlite:///{empty_database}"}
    found = loaded(*words, SEEDBED_STORE=str(tmp_path), **recorded)
    assert not found & HEAVY
