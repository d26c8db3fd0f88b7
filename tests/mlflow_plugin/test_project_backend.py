"""``mlflow run URI --backend seedbed``: anybody's project as a sweep over its seed."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from mlflow import MlflowClient

from seedbed.mlflow_plugin.project_request import request_of
from seedbed.system.errors import InputError

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
    refused = call("-e", "unseeded", "-P", "alpha=1")
    assert refused.returncode != 0
    assert "must have the parameter 'seed'" in refused.stderr


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
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = folder / "site" / "seedbed-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: seedbed\nVersion: 0\n", encoding="utf-8")
    lines = []
    for group in ("mlflow.project_backend", "mlflow.run_context_provider"):
        points = project["entry-points"][group]
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    return {
        "PYTHONPATH": f"{info.parent}{os.pathsep}{ROOT}",
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
