"""How long it takes to judge runs that exist, beside the tools' own readers.

    .venv/bin/python -m benchmarks.existing_runs --folder F --only mlflow
    .venv/bin/python -m benchmarks.existing_runs --folder F --only mlflow --postgres URL
    .venv/bin/python -m benchmarks.existing_runs --folder F --only tensorboard --tensorboard PYTHON
    .venv/bin/python -m benchmarks.existing_runs --folder F --only memory

`compare` of 10,000 runs of an MLflow experiment (SQLite, and an empty PostgreSQL database where one
is named) must take at most 1.3 times as long as `mlflow.search_runs` of the same runs, and reading
1,000 TensorBoard folders at most 1.2 times as long as TensorBoard's `EventAccumulator` takes for
their files (`--tensorboard` names a Python that has the package; without it that side is left out).
Each is a process of its own, start-up and imports included. Processor time decides, so that a busy
machine changes little; the time that passed is printed beside it. ``memory`` reads runs with 10,
1,000 and 5,000 values of each metric and sets the peaks beside each other. Ends with 1 if a bound
is missed at full size. Without ``--only`` all parts run, one after another. ``--folder`` keeps the
runs, so that each is made once, and ``--repeats 1`` measures once.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import click

from benchmarks.many_runs import STEPS, make_experiment, make_folders
from seedbed.system.paths import IMPORT_ROOT as ROOT
from seedbed.tracking.store import Store

MLFLOW_RATIO, TENSORBOARD_RATIO = 1.3, 1.2
FULL_RUNS, FULL_FOLDERS = 10_000, 1_000
MEMORY_RUNS, MEMORY_VALUES = 40, (10, 1_000, 5_000)
SEARCH = "import mlflow; print(len(mlflow.search_runs(experiment_names=['many'])))"
READ = """
import sys
from pathlib import Path
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray
found = 0
for path in Path(sys.argv[1]).rglob("*tfevents*"):
    events = EventAccumulator(str(path), size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    for tag in events.Tags()["tensors"]:
        found += len([float(make_ndarray(event.tensor_proto)) for event in events.Tensors(tag)])
print(found)
"""
OURS = "import sys, seedbed; print(len(seedbed.read(sys.argv[1])))"


@dataclass(frozen=True)
class Cost:
    """What a process and its children took: processor time, time, and memory at its peak."""

    seconds: float
    passed: float
    megabytes: float


def cost_of(command: Sequence[str], uri: str) -> Cost:
    """Run a command to its end.

    Raises:
        CalledProcessError: It failed.
    """
    environment = {**os.environ, "MLFLOW_TRACKING_URI": uri, "PYTHONPATH": str(ROOT)}
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    passed = time.monotonic() - started
    return Cost(used.ru_utime + used.ru_stime, passed, used.ru_maxrss / 1024)


@click.command()
@click.option(
    "--only", type=click.Choice(["mlflow", "tensorboard", "memory"]), help="One part alone."
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the runs here, for the next time.",
)
@click.option("--runs", default=FULL_RUNS, show_default=True, help="Runs of MLflow.")
@click.option("--epochs", default=10, show_default=True, help="Values of each metric of a run.")
@click.option("--folders", default=FULL_FOLDERS, show_default=True, help="Of TensorBoard.")
@click.option("--repeats", default=3, show_default=True, help="Times each is measured.")
@click.option("--tensorboard", metavar="PYTHON", help="A Python that has TensorBoard.")
@click.option("--postgres", metavar="URL", help="A PostgreSQL database, in SQLite's place.")
def main(
    *,
    only: str | None,
    folder: Path | None,
    runs: int,
    folders: int,
    epochs: int,
    repeats: int,
    tensorboard: str | None,
    postgres: str | None,
) -> None:
    """Make runs, measure, and print."""
    missed = []
    with tempfile.TemporaryDirectory() as scratch:
        place = (folder or Path(scratch)).absolute()
        place.mkdir(parents=True, exist_ok=True)
        if only in (None, "mlflow"):
            ratio = _mlflow(runs, epochs, postgres, place, repeats)
            missed.append(runs >= FULL_RUNS and ratio > MLFLOW_RATIO)
        if only in (None, "tensorboard"):
            ratio = _tensorboard(folders, place, repeats, tensorboard)
            missed.append(folders >= FULL_FOLDERS and ratio > TENSORBOARD_RATIO)
        if only in (None, "memory"):
            _memory(place)
    if any(missed):
        sys.exit(1)


def _apart(make: Callable[..., object], *arguments: object) -> None:
    """Make runs in another process: what this one holds counts to the peak of those it starts."""
    process = get_context("spawn").Process(target=make, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


def _database(runs: int, epochs: int, folder: Path) -> str:
    """The address of an SQLite database with the experiment, made if it is not in the folder."""
    path = folder / f"mlflow_{runs}x{epochs}.db"
    if not path.exists():
        part = path.with_suffix(".part")  # an interrupted run leaves no half of a database
        part.unlink(missing_ok=True)
        _apart(make_experiment, runs, epochs, f"sqlite:///{part}", folder / "artifacts")
        part.rename(path)
    return f"sqlite:///{path}"


def _event_files(folders: int, steps: int, folder: Path) -> Path:
    """Folders of event files, made if they are not there."""
    path = folder / f"logs_{folders}x{steps}"
    if not path.exists():
        part = path.with_name(f"{path.name}_part")
        shutil.rmtree(part, ignore_errors=True)
        _apart(make_folders, folders, part, steps)
        part.rename(path)
    return path


def _make_in_postgres(runs: int, epochs: int, uri: str, artifacts: Path) -> None:
    """Make the experiment in a database if it is not there."""
    client = Store(uri).client
    size = f"{runs}x{epochs}"
    if (found := client.get_experiment_by_name("many")) is None:
        place = make_experiment(runs, epochs, uri, artifacts)
        client.set_experiment_tag(place, "size", size)
    elif found.tags.get("size") != size:
        sys.exit(f"The database must be empty or hold {size} runs; name another one.")


def _mlflow(runs: int, epochs: int, postgres: str | None, folder: Path, repeats: int) -> float:
    """Compare the runs of an experiment, and list them by MLflow; the ratio of the fastest."""
    if postgres is None:
        uri = _database(runs, epochs, folder)
    else:
        uri = postgres.replace("postgresql:", "postgresql+psycopg:", 1)
        _apart(_make_in_postgres, runs, epochs, uri, folder / "artifacts")
    ours = [sys.executable, "-m", "seedbed", "compare", "mlflow:many", "--by", "batch_size"]
    theirs = [sys.executable, "-c", SEARCH]
    database = uri.partition(":")[0].partition("+")[0]
    print(f"{runs} runs of MLflow on {database}, {epochs} values of each metric")
    return _measured(ours, theirs, "mlflow.search_runs", uri, repeats)


def _tensorboard(folders: int, folder: Path, repeats: int, python: str | None) -> float:
    """Read event files, here and by TensorBoard; the ratio of the fastest, 0 without it."""
    logs = _event_files(folders, STEPS, folder)
    ours = [sys.executable, "-c", OURS, f"tensorboard:{logs}"]
    print(f"{folders} folders of TensorBoard")
    theirs = None if python is None else [python, "-c", READ, str(logs)]
    return _measured(ours, theirs, "TensorBoard", "", repeats)


def _memory(folder: Path) -> None:
    """Peaks of reading the same runs with few and with many values of each metric."""
    for values in MEMORY_VALUES:
        uri = _database(MEMORY_RUNS, values, folder)
        logs = _event_files(MEMORY_RUNS, values, folder)
        for address in ("mlflow:many", f"tensorboard:{logs}"):
            cost = cost_of([sys.executable, "-c", OURS, address], uri)
            kind = address.partition(":")[0]
            print(f"{kind}: {MEMORY_RUNS} runs × {values} values: {cost.megabytes:.0f} MB at most")


def _measured(
    ours: Sequence[str], theirs: Sequence[str] | None, name: str, uri: str, repeats: int
) -> float:
    """Measure both in turn and print; the ratio of the fastest, 0 if there is one side alone."""
    mine, other = [], []
    for _ in range(repeats):
        mine.append(cost_of(ours, uri))
        other += [] if theirs is None else [cost_of(theirs, uri)]
    for side, costs in (("seedbed", mine), (name, other)):
        if not costs:
            print(f"  {side}: left out")
            continue
        times = ", ".join(f"{cost.seconds:.1f}" for cost in costs)
        passed = ", ".join(f"{cost.passed:.1f}" for cost in costs)
        peak = max(cost.megabytes for cost in costs)
        print(f"  {side}: processor time {times} s, passed {passed} s, at most {peak:.0f} MB")
    if not other:
        return 0.0
    ratio = min(cost.seconds for cost in mine) / min(cost.seconds for cost in other)
    passed_ratio = min(cost.passed for cost in mine) / min(cost.passed for cost in other)
    print(f"  ratio of the fastest {ratio:.2f}, of time passed {passed_ratio:.2f} (n = {repeats})")
    return ratio


if __name__ == "__main__":
    main()
