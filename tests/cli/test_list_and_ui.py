"""``seedbed list`` and ``seedbed ui`` on a real store."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main
from seedbed.cli.serve.listening import not_free
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.sweeps.ledger.sweep_list import ListedSweep, as_table
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun
from tests.support.ports import free_port


def listed(*words: str) -> str:
    result = CliRunner().invoke(main, ["list", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_an_empty_store_says_how_to_begin(store: Store) -> None:
    del store
    assert listed() == "There are no sweeps yet: seedbed sweep first runs one.\n"
    assert json.loads(listed("--format", "json")) == []


def test_sweeps_of_mlflow_and_of_ledgers_alone(store: Store) -> None:
    parent = ParentRun.start(store, "mnist_cnn", "first", "ledger")
    parent.metrics({"runs_finished": 5, "runs_failed": 1, "runs_missing": 0})
    parent.describe_design({"planned": 6}, "question: Why?\n")
    parent.verdict("undecided", "Nobody knows yet.")
    parent.end("finished")
    open_storage("alone", None).close()
    lines = listed().splitlines()
    assert lines[0].split() == ["SWEEP", "EXPERIMENT", "STATE", "RUNS", "VERDICT", "STARTED"]
    assert lines[1].split("  ")[0] == "first"
    assert "finished" in lines[1]
    assert "5 of 6, 1 failed" in lines[1]
    assert "undecided" in lines[1]
    assert lines[2].split()[:3] == ["alone", "not", "recorded"]
    first, alone = json.loads(listed("--format", "json"))
    assert (first["name"], first["done"], first["planned"]) == ("first", 5, 6)
    assert first["headline"] == "Nobody knows yet."
    assert (alone["name"], alone["age_s"], alone["verdict"]) == ("alone", None, None)
    assert len(listed("--last", "1").splitlines()) == 2


@pytest.mark.long
def test_ui_serves_the_store_in_use(store: Store, tmp_path: Path) -> None:
    store.experiment_id("shown_here")
    port = free_port()
    with (tmp_path / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "seedbed", "ui", "--port", str(port)], cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=subprocess.DEVNULL, stderr=errors,
        )  # fmt: skip
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/2.0/mlflow/experiments/search",
        data=b'{"max_results": 10}', headers={"Content-Type": "application/json"},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while True:
            assert process.poll() is None
            try:
                answer = json.load(urllib.request.urlopen(request, timeout=10))
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.5)
    finally:
        process.terminate()
        process.wait(120)
    assert "shown_here" in {one["name"] for one in answer["experiments"]}
    assert "Warning" not in (tmp_path / "errors.txt").read_text()


def test_a_port_in_use_is_one_sentence(store: Store) -> None:
    del store
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["ui", "--port", str(port)])
    assert result.exit_code == 2
    assert "choose another port with --port" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_served_store_names_its_own_ui(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@mlflow.example.org")
    result = CliRunner().invoke(main, ["ui"])
    assert result.exit_code == 0
    assert "mlflow.example.org" in result.stdout
    assert "secret" not in result.stdout


def test_an_address_shows_trained_models_and_a_sweep_s_own_run(
    monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    """MLflow 3 opens on a page without them where the address does not ask for it."""
    parent = ParentRun.start(store, "mnist_cnn", "batches", "a ledger")
    started: list[list[str]] = []
    monkeypatch.setattr("os.execve", lambda _, command, __: started.append(command))
    port = str(free_port())
    plain = CliRunner().invoke(main, ["ui", "--port", port])
    assert f"http://127.0.0.1:{port}/#/experiments?workflowType=machine_learning " in plain.stdout
    of_sweep = CliRunner().invoke(main, ["ui", "batches", "--port", port])
    experiment = store.experiment_id("mnist_cnn")
    page = f"/#/experiments/{experiment}/runs/{parent.run_id}?workflowType=machine_learning "
    assert page in of_sweep.stdout
    wrong = CliRunner().invoke(main, ["ui", "batchs", "--port", port])
    assert wrong.exit_code == 2
    assert "the nearest are batches" in wrong.stderr
    CliRunner().invoke(main, ["ui", "--port", port, "--", "--dev", "x"])
    assert [command[8:] for command in started] == [[], [], ["--dev", "x"]]


def test_a_narrow_terminal_goes_without_columns_not_within_words() -> None:
    sweeps = [ListedSweep("first", "mnist_cnn", "finished", 10, 0, 10, "different", None, 90.0)]
    heads = [as_table(sweeps, width).splitlines()[0].split() for width in (None, 80, 60, 40, 20)]
    assert heads == [
        ["SWEEP", "EXPERIMENT", "STATE", "RUNS", "VERDICT", "STARTED"],
        ["SWEEP", "EXPERIMENT", "STATE", "RUNS", "VERDICT", "STARTED"],
        ["SWEEP", "STATE", "RUNS", "VERDICT", "STARTED"],
        ["SWEEP", "STATE", "RUNS", "VERDICT"],
        ["SWEEP", "STATE"],
    ]
    assert all(len(line) <= 60 for line in as_table(sweeps, 60).splitlines())


def test_a_port_that_is_taken_is_told_in_a_few_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use") as refused:
            socket.create_server(("127.0.0.1", port)).close()
        said = str(not_free("127.0.0.1", port, refused.value, "choose another port"))
    assert said.endswith(f"got 127.0.0.1 and {port} (Address already in use): choose another port.")
