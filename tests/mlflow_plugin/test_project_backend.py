"""``mlflow run URI --backend seedbed``: anybody's project as a sweep over its seed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run
from mlflow.exceptions import ExecutionException
from mlflow.utils.process import ShellCommandException

from seedbed.mlflow_plugin.project_backend import SeedbedBackend
from seedbed.mlflow_plugin.project_request import request_of
from seedbed.system.errors import InputError
from tests.support.entry_points import entry_points_in
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
PROJECT = """
name: theirs
entry_points:
  main:
    parameters:
      seed: {type: float, default: 0}
      batch_size: {type: float, default: 32}
    command: "python train.py {seed} {batch_size}"
  unseeded:
    parameters:
      alpha: float
    command: "python train.py {alpha} 1"
"""
TRAIN = """
import os, random, sys
import jax  # a module of this folder, so the process is one that trains
import mlflow

seed, size = int(sys.argv[1]), int(sys.argv[2])
if seed == 2 and size == 256 and os.path.exists("broken"):
    sys.exit("broken")
random.seed(seed)
with mlflow.start_run():
    mlflow.log_metric("val_accuracy", 0.9 + (size == 32) * 0.02 + random.random() / 100)
"""


def test_an_environment_that_mlflow_cannot_make_is_told_in_a_sentence(
    tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where pyenv has to download a Python without a network."""

    def no_python(*_: object, **__: object) -> None:
        raise ShellCommandException(
            "Non-zero exit code: 2\nCommand: ['pyenv', 'install', '-s', '3.10.2']\n\nSTDERR:\n…"
        )

    (tmp_path / "MLproject").write_text(PROJECT, encoding="utf-8")
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setattr("mlflow.projects.run", no_python)
    with pytest.raises(ExecutionException, match=r"environment first, but it failed \(Command: "):
        SeedbedBackend().run(str(tmp_path), "main", {}, None, {}, uri, "0")


def test_a_run_that_mlflow_made_twice_is_closed(
    tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MLflow asks again when the answer of its server is lost."""

    def make_twice(*_: object, experiment_id: str, **__: object) -> None:
        client, parent = MlflowClient(), mlflow.active_run()
        assert parent is not None
        tags = {"mlflow.parentRunId": parent.info.run_id}
        client.create_run(experiment_id, tags=tags)
        made = client.create_run(experiment_id, tags=tags)
        client.set_terminated(made.info.run_id)

    (tmp_path / "MLproject").write_text(PROJECT, encoding="utf-8")
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    monkeypatch.setattr("mlflow.projects.run", make_twice)
    mlflow.set_tracking_uri(uri)
    SeedbedBackend().run(str(tmp_path), "main", {}, None, {"seeds": [1, 2]}, uri, "0")
    runs = MlflowClient(uri).search_runs(["0"])
    assert sorted(run.info.status for run in runs) == ["FINISHED"] * 3 + ["KILLED"] * 2


def test_a_git_address_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    address = "git://127.0.0.1:9/nothing.git"
    said = rf"got {address}: unable to connect to 127\.0\.0\.1"
    with pytest.raises(ExecutionException, match=said):
        SeedbedBackend().run(address, "main", {}, None, {}, uri, "0")


@pytest.mark.long
def test_a_project_is_swept_once_resumed_and_judged(tmp_path: Path, empty_database: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "MLproject").write_text(PROJECT, encoding="utf-8")
    (folder / "train.py").write_text(TRAIN, encoding="utf-8")
    (folder / "broken").touch()
    (folder / "jax.py").touch()
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    environment = {**os.environ, **installed(tmp_path)}

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mlflow", "run", str(folder), "--backend", "seedbed"]
        return subprocess.run(
            [*command, "--env-manager", "local", "--experiment-name", "swept", *words],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=tmp_path,
        )

    config = ("--backend-config", '{"seeds": [1, 2]}', "-P", "batch_size=32,256")
    first = call(*config)
    assert first.returncode == 1, first.stderr
    assert "4 runs, 0 done before" in first.stderr
    assert "1 of 4 runs failed: the same command tries them again" in first.stderr
    (folder / "broken").unlink()
    again = call(*config)
    assert again.returncode == 0, again.stderr
    assert "4 runs, 3 done before" in again.stderr
    assert "batch_size=32 scores" in again.stdout
    client = MlflowClient(environment["MLFLOW_TRACKING_URI"])
    place = client.get_experiment_by_name("swept")
    assert place is not None
    runs = client.search_runs([place.experiment_id])
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    assert parent.info.status == "FINISHED"
    assert parent.data.tags["verdict"] in ("different", "undecided")
    done = [run for run in runs if run is not parent and run.info.status == "FINISHED"]
    assert len(done) == 4
    named = ("--backend-config", '{"parameter": "seed"}')
    refused = call("-e", "unseeded", "-P", "alpha=1", *named)
    assert refused.returncode != 0
    assert "must have the parameter 'seed'" in refused.stderr


UNSEEDED = """
name: forest
entry_points:
  main:
    parameters:
      depth: {type: int, default: 3}
    command: "python train.py --depth {depth}"
"""
DRAWS = """
import argparse, random
import mlflow
import numpy as np
import sitecustomize

parser = argparse.ArgumentParser()
parser.add_argument("--depth", type=int)
depth = parser.parse_args().depth
with mlflow.start_run():
    mlflow.log_metric("rmse", depth + random.random() + np.random.default_rng().random())
    mlflow.log_metric("order", hash("a"))
    mlflow.set_tag("environment", sitecustomize.MINE)
"""


def git(folder: Path, *words: str) -> None:
    name = ["-c", "user.name=a", "-c", "user.email=a@localhost"]
    subprocess.run(["git", "-C", str(folder), *name, *words], check=True, capture_output=True)


@pytest.fixture
def git_server(tmp_path: Path) -> Iterator[str]:
    """The address of ``forest.git`` in the test's folder, served by Git itself."""
    port = free_port()
    where = ["--listen=127.0.0.1", f"--port={port}", f"--base-path={tmp_path}", "--export-all"]
    daemon = Path(subprocess.check_output(["git", "--exec-path"], text=True).strip(), "git-daemon")
    if not daemon.exists():
        pytest.skip("Git comes without git-daemon here")
    server = subprocess.Popen([daemon, *where])
    yield f"git://127.0.0.1:{port}/forest.git"
    server.terminate()
    server.wait()


@pytest.mark.long
def test_a_project_without_a_seed_is_seeded_from_outside_and_comes_from_git(
    tmp_path: Path, empty_database: Path, git_server: str
) -> None:
    work, bare = tmp_path / "work", tmp_path / "forest.git"
    work.mkdir()
    (work / "MLproject").write_text(UNSEEDED, encoding="utf-8")
    (work / "train.py").write_text(DRAWS, encoding="utf-8")
    git(work, "init", "-q")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "first")
    git(tmp_path, "clone", "-q", "--bare", str(work), str(bare))
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    environment = {**os.environ, **installed(tmp_path)}
    (tmp_path / "site" / "sitecustomize.py").write_text("MINE = 'theirs'\n")

    def call(name: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mlflow", "run", git_server, "--backend", "seedbed"]
        return subprocess.run(
            [*command, "--env-manager", "local", "--experiment-name", name, *words],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
            cwd=tmp_path,
        )

    assert "has no 'other', only main" in call("first", "-e", "other").stderr
    config = ("--backend-config", '{"seeds": 2, "metric": "rmse"}')
    crossed = call("first", *config, "-P", "depth=3,9")
    assert crossed.returncode == 0, crossed.stderr
    assert "main has no parameter seed, so each run's process is seeded" in crossed.stderr
    assert "depth=3 scores 6 lower than depth=9" in crossed.stdout
    again = call("second", *config, "-P", "depth=3")
    assert again.returncode == 0, again.stderr
    client = MlflowClient(environment["MLFLOW_TRACKING_URI"])
    first, second = (children(client, name) for name in ("first", "second"))
    assert set(first) == {("3", "0"), ("3", "1"), ("9", "0"), ("9", "1")}
    for cell, run in second.items():
        assert run.data.metrics == first[cell].data.metrics
        assert run.data.tags["environment"] == "theirs"
        assert "mlflow.source.git.commit" in run.data.tags
    assert second["3", "0"].data.metrics != second["3", "1"].data.metrics
    resumed = call("second", "--backend-config", '{"seeds": 2, "metric": "rmse"}', "-P", "depth=3")
    assert "2 runs, 2 done before" in resumed.stderr
    assert len(children(client, "second")) == 2


def children(client: MlflowClient, experiment: str) -> dict[tuple[str, str], Run]:
    """Depth and seed → run, of the runs that a sweep's parent has."""
    place = client.get_experiment_by_name(experiment)
    assert place is not None
    runs = client.search_runs([place.experiment_id])
    nested = [run for run in runs if "mlflow.parentRunId" in run.data.tags]
    found = {(run.data.params["depth"], run.data.params["process_seed"]): run for run in nested}
    assert len(found) == len(nested)
    return found


@pytest.mark.long
def test_a_run_that_a_training_process_starts_has_its_environment_and_seeds(
    tmp_path: Path, empty_database: Path
) -> None:
    (tmp_path / "train.py").write_text(TRAIN, encoding="utf-8")
    (tmp_path / "jax.py").touch()
    shutil.copy(empty_database, tmp_path / "mlflow.db")
    environment = {**os.environ, **installed(tmp_path)}
    subprocess.run(
        [sys.executable, "train.py", "1", "32"], env=environment, cwd=tmp_path, check=True
    )
    client = MlflowClient(environment["MLFLOW_TRACKING_URI"])
    (run,) = client.search_runs(["0"])
    assert "python" in run.data.tags["seedbed.environment"]


def installed(folder: Path) -> dict[str, str]:
    """The environment of a process in which Seedbed's entry points are installed."""
    site = entry_points_in(folder, "mlflow.project_backend", "mlflow.run_context_provider")
    return {
        "PYTHONPATH": f"{site}{os.pathsep}{ROOT}",
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}",
        "SEEDBED_STORE": str(folder / "store"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def test_parameters_with_commas_are_crossed_seed_by_seed() -> None:
    asked = request_of({"seeds": 2}, {"batch_size": "32,256", "alpha": "0.1"})
    assert asked.cells() == [
        {"alpha": "0.1", "batch_size": size, "seed": seed}
        for seed in ("0", "1")
        for size in ("32", "256")
    ]
    whole = request_of({"seeds": [7], "cross": []}, {"names": "a,b"})
    assert whole.cells() == [{"names": "a,b", "seed": "7"}]
    more = request_of({"seeds": 9}, {"batch_size": "32,256", "alpha": "0.1"})
    assert more.identity("u", None, "main") == asked.identity("u", None, "main")


@pytest.mark.parametrize(
    ("config", "params", "sentence"),
    [
        ({"seed": 3}, {}, "has no key 'seed'"),
        ({"seeds": 0}, {}, "seeds must be a number of seeds"),
        ({"seeds": [1, 1]}, {}, "seeds must be a number of seeds"),
        ({"parameter": ""}, {}, "parameter must be the name"),
        ({}, {"seed": "3"}, "-P seed must be left out"),
        ({}, {"lr": "0.1,,0.2"}, "-P lr must be different values"),
    ],
)
def test_what_makes_no_sense_is_told(
    config: dict[str, object], params: dict[str, str], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        request_of(config, params)
