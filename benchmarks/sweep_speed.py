"""A sweep's speed against what people do without Seedbed; ratios within one run.

    python -m benchmarks.sweep_speed [--short] [--long] [--against mlflow --against optuna …]
                                     [--ray-packages FOLDER]

Short cells: 6,000 images, 1 epoch, 16 cells. Long cells: 20,000 images, 5 epochs, 8 cells. The same
network, data (Fashion-MNIST), seeds and record (metrics per epoch, test probabilities, model), into
an empty SQLite store each. Start-up counts. Opponents:

    mlflow   a loop of `mlflow run . --env-manager local`; must give the same fingerprints
    optuna   one process: Optuna's `optimize` over Keras' `fit` with default threads, MLflow logging
    ray      Ray Tune, two workers of one core; installed into a scratch folder for the benchmark,
             or taken from FOLDER

Python may keep all compiled code, as it does of an installed copy. What is beside training is
told apart: until the first run begins (imports, TensorFlow, data set's checksum), in the runs
(fork, data, network, record), and after the last run (delivery).
"""

import compileall
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import click

from seedbed.runs.settings.processor import processor
from seedbed.sweeps.design.design import Cell, load
from seedbed.system.paths import IMPORT_ROOT as ROOT, store_folder
from seedbed.tracking.store import Store

LENGTHS = {
    "short": {"train_size": 6_000, "epochs": 1, "cells": 16},
    "long": {"train_size": 20_000, "epochs": 5, "cells": 8},
}
OPPONENTS = ("mlflow", "optuna", "ray")
RAY = "ray[tune]==2.*"


@dataclass(frozen=True)
class Timing:
    """One way of training the cells.

    Attributes:
        seconds: Wall clock, start-up included.
        fingerprints: Cell → fingerprint, where there are any.
        train_seconds: Seconds of training, summed over runs; 0 where unknown.
        run_seconds: Seconds of the runs from their start to their end, summed.
        before: Seconds until the first run began.
        after: Seconds from the end of the last run on.
    """

    seconds: float
    fingerprints: dict[str, str]
    train_seconds: float = 0.0
    run_seconds: float = 0.0
    before: float = 0.0
    after: float = 0.0


def sweep(folder: Path, file: Path) -> Timing:
    """The sweep itself."""
    command = [sys.executable, "-m", "seedbed", "sweep", str(file), "--no-report", "--quiet"]
    return _timed(folder, [command])


def mlflow_loop(folder: Path, cells: tuple[Cell, ...]) -> Timing:
    """`mlflow run` for each cell, one after the other."""
    return _timed(folder, [_mlflow_run(cell) for cell in cells])


def script(folder: Path, name: str, cells: tuple[Cell, ...], *extra: str) -> Timing:
    """One of the opponents that are a script of their own."""
    params = folder / "cells.json"
    folder.mkdir(parents=True)
    params.write_text(json.dumps([cell.params for cell in cells]))
    command = [sys.executable, "-m", f"benchmarks.opponents.{name}", str(params), *extra]
    return _timed(folder, [command])


def _mlflow_run(cell: Cell) -> list[str]:
    parameters = [word for key, value in cell.params.items() for word in ("-P", f"{key}={value}")]
    return [sys.executable, "-m", "mlflow", "run", ".", "--env-manager", "local", *parameters]


def _timed(folder: Path, commands: list[list[str]]) -> Timing:
    datasets = store_folder("cache", "datasets")
    shutil.copytree(datasets, folder / "store" / "cache" / "datasets")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    environment = {
        **os.environ,
        "SEEDBED_STORE": str(folder / "store"),
        "MLFLOW_TRACKING_URI": uri,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    Store(uri).check()  # makes the tables, which is done once in a store's life
    began, began_ms = time.perf_counter(), 1000 * time.time()
    for command in commands:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise click.ClickException(f"{' '.join(command[:4])} failed: {done.stderr[-2000:]}")
    seconds = time.perf_counter() - began
    runs = list(Store(uri).runs("tags.state = 'finished' AND tags.kind = 'run'"))
    if not runs:
        return Timing(seconds, {})
    spans = [(run.info.start_time, run.info.end_time) for run in runs]
    return Timing(
        seconds,
        {run.data.tags["cell"]: run.data.tags["fingerprint"] for run in runs},
        sum(run.data.metrics.get("train_seconds", 0.0) for run in runs),
        sum(end - start for start, end in spans) / 1000,
        (min(start for start, _ in spans) - began_ms) / 1000,
        seconds - (max(end for _, end in spans) - began_ms) / 1000,
    )


def _file(folder: Path, name: str) -> Path:
    length = LENGTHS[name]
    path = folder / f"{name}.yaml"
    path.write_text(
        f"question: How long do {length['cells']} {name} cells take?\n"
        "experiment: mnist_cnn\n"
        f"options: {{dataset: fashion_mnist, train_size: {length['train_size']}, "
        f"epochs: {length['epochs']}}}\n"
        f"seeds: {length['cells']}\n"
    )
    return path


def _install_ray(folder: Path) -> Path:
    """Ray in a folder of its own; what it shares with the environment in the same versions."""
    target, same = folder / "ray", folder.with_suffix(".txt")
    same.write_text("\n".join(f"{d.name}=={d.version}" for d in distributions()))
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(target)]
    done = subprocess.run(
        [*command, "--constraint", str(same), RAY], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(f"Ray cannot be installed here: {done.stderr[-500:]}")
    return target


def _measure(name: str, against: tuple[str, ...], scratch: Path, ray: Path | None) -> None:
    file = _file(scratch, name)
    cells = load(file).cells
    ours = sweep(scratch / f"{name}-sweep", file)
    workers = len(os.sched_getaffinity(0))
    every = workers * ours.seconds
    length = LENGTHS[name]
    print(
        f"\n{name}: {len(cells)} cells, {length['train_size']} images, {length['epochs']} epochs\n"
        f"  sweep   {ours.seconds:7.1f} s; {ours.train_seconds / every:.1%} of {workers} × as much "
        f"trained;\n          beside it {ours.before:.1f} s before the first run, "
        f"{(ours.run_seconds - ours.train_seconds) / len(cells):.2f} s a run, "
        f"{ours.after:.1f} s after the last",
        flush=True,
    )
    for opponent in against:
        folder = scratch / f"{name}-{opponent}"
        if opponent == "mlflow":
            theirs = mlflow_loop(folder, cells)
            same = sum(theirs.fingerprints.get(k) == v for k, v in ours.fingerprints.items())
            note = f"{same} of {len(cells)} fingerprints equal"
        elif opponent == "optuna":
            theirs, note = script(folder, "optuna_keras", cells), "its own weights: Keras' fit"
        else:
            path = ray or _install_ray(folder.with_name(f"{name}-packages"))
            theirs = script(folder, "ray_tune", cells, str(path))
            note = "its own weights: Keras' fit"
        print(
            f"  {opponent:<7} {theirs.seconds:7.1f} s; the sweep is "
            f"{theirs.seconds / ours.seconds:.2f} times as fast ({note})",
            flush=True,
        )


@click.command()
@click.option("--short", is_flag=True, help="Only the short cells.")
@click.option("--long", is_flag=True, help="Only the long cells.")
@click.option("--against", multiple=True, type=click.Choice(OPPONENTS), default=OPPONENTS)
@click.option("--ray-packages", type=click.Path(path_type=Path), help="Where Ray was installed.")
def main(short: bool, long: bool, against: tuple[str, ...], ray_packages: Path | None) -> None:
    """Time a sweep and its opponents, one after the other."""
    names = [name for name, asked in (("short", short), ("long", long)) if asked or short == long]
    print(f"{os.cpu_count()} cores, {processor().name}, Python {platform.python_version()}")
    for folder in ("seedbed", "experiments", "benchmarks"):
        compileall.compile_dir(ROOT / folder, quiet=1)
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            _measure(name, against, Path(scratch), ray_packages)


if __name__ == "__main__":
    main()
