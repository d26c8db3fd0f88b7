"""The same cells through a sweep, and through `mlflow run . --env-manager local` one by one.

    .venv/bin/python -m benchmarks.sweep_against_mlflow_run [FILE]

Prints seconds of both, their ratio, and whether each cell's weights are the same bit for bit. Both
start from empty stores with the data sets decoded; start-up counts.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from seedbed.runs.settings.processor import processor
from seedbed.sweeps.design.design import Cell, load
from seedbed.system.paths import IMPORT_ROOT as ROOT, store_folder
from seedbed.tracking.store import Store


def main(file: Path) -> None:
    """Run both and print."""
    cells = load(file).cells
    with tempfile.TemporaryDirectory() as scratch:
        sweep_s, swept = _timed(Path(scratch) / "sweep", [_sweep(file)])
        each_s, one_by_one = _timed(Path(scratch) / "mlflow", [_mlflow_run(c) for c in cells])
    same = sum(swept[cell.id] == one_by_one[cell.id] for cell in cells)
    print(f"{len(cells)} cells of {file.name}, {os.cpu_count()} cores, {processor().name}")
    print(f"sweep                                {sweep_s:7.1f} s")
    print(f"mlflow run --env-manager local       {each_s:7.1f} s")
    print(f"the sweep is faster by a factor of   {each_s / sweep_s:7.1f}")
    print(f"cells with equal fingerprints        {same} of {len(cells)}")
    if same != len(cells):
        sys.exit(1)


def _sweep(file: Path) -> list[str]:
    return [sys.executable, "-m", "seedbed", "sweep", str(file), "--no-report"]


def _mlflow_run(cell: Cell) -> list[str]:
    parameters = [word for key, value in cell.params.items() for word in ("-P", f"{key}={value}")]
    return [sys.executable, "-m", "mlflow", "run", ".", "--env-manager", "local", *parameters]


def _timed(folder: Path, commands: list[list[str]]) -> tuple[float, dict[str, str]]:
    """Run commands one after the other on an empty store.

    Returns:
        Seconds, and the fingerprint of each cell.
    """
    store_folder("cache", "datasets")
    shutil.copytree(store_folder("cache", "datasets"), folder / "store" / "cache" / "datasets")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    environment = {
        **os.environ,
        "SEEDBED_STORE": str(folder / "store"),
        "MLFLOW_TRACKING_URI": uri,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    Store(uri).check()  # makes the tables, which takes seconds and is done once in a store's life
    began = time.perf_counter()
    for command in commands:
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    seconds = time.perf_counter() - began
    runs = Store(uri).runs("tags.state = 'finished' AND tags.kind = 'run'")
    return seconds, {run.data.tags["cell"]: run.data.tags["fingerprint"] for run in runs}


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "sweeps" / "first.yaml")
