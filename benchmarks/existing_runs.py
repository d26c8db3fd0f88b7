"""How long it takes to judge runs that exist, beside the tools' own readers.

    .venv/bin/python -m benchmarks.existing_runs
    .venv/bin/python -m benchmarks.existing_runs --tensorboard /path/to/python

`compare` of 10,000 runs of an MLflow experiment (SQLite) must take at most 1.3 times as long as
`mlflow.search_runs` of the same runs, and reading 1,000 TensorBoard folders at most 1.2 times as
long as TensorBoard's `EventAccumulator` takes for their files (`--tensorboard` names a Python that
has the package; without it that part is left out). Each is a process of its own, start-up and
imports included. Processor time decides, so that a busy machine changes little. Ends with 1 where
a bound is missed at full size.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.copied_runs import Row, copy_run
from seedbed.system.paths import IMPORT_ROOT as ROOT
from seedbed.tracking.store import Store

MLFLOW_RATIO, TENSORBOARD_RATIO = 1.3, 1.2
FULL = (10_000, 1_000)
SEARCH = "import mlflow; print(len(mlflow.search_runs(experiment_names=['many'])))"
READ = """
import sys
from pathlib import Path
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
found = 0
for path in Path(sys.argv[1]).rglob("*tfevents*"):
    events = EventAccumulator(str(path), size_guidance={"scalars": 0})
    events.Reload()
    for tag in events.Tags()["scalars"]:
        found += len(events.Scalars(tag))
print(found)
"""
OURS = "import sys, seedbed; print(len(seedbed.read(sys.argv[1])))"


def make_experiment(runs: int, database: Path) -> None:
    """An experiment of runs with 8 parameters, 6 metrics of 10 epochs and 2 arms.

    One run is logged by MLflow; its rows are copied.
    """
    store = Store(f"sqlite:///{database}")
    client = store.client
    place = client.create_experiment("many", (database.parent / "artifacts").as_uri())
    run_id = client.create_run(place, run_name="run 0").info.run_id
    for number in range(6):
        client.log_param(run_id, f"option_{number}", "a value")
    client.log_param(run_id, "batch_size", "32")
    client.log_param(run_id, "seed", "0")
    for name in ("loss", "accuracy", "val_loss", "val_accuracy", "lr", "seconds"):
        for epoch in range(10):
            client.log_metric(run_id, name, 0.9, step=epoch)
    client.set_terminated(run_id)
    copy_run(database, run_id, runs, _changed)


def _changed(_: str, row: Row, number: int) -> Row:
    """A row of the one run as it stands for run ``number``."""
    new = {**row, "run_uuid": f"{number:032x}"}
    arm, seed = number % 2, number // 2
    if row.get("key") == "seed":
        new["value"] = str(seed)
    elif row.get("key") == "batch_size":
        new["value"] = str((32, 256)[arm])
    elif row.get("key") == "val_accuracy":
        new["value"] = 0.9 + arm / 100 + (seed * 7919 % 1000) / 20_000
    return new


def make_folders(runs: int, folder: Path) -> None:
    """Folders of one event file each: copies of what tensorboardX wrote."""
    given = ROOT / "tests" / "data" / "tensorboardx-2.6.5"
    source = max(given.rglob("*tfevents*"), key=lambda path: path.stat().st_size)
    for number in range(runs):
        place = folder / f"bs{(32, 256)[number % 2]}" / f"seed_{number // 2}"
        place.mkdir(parents=True)
        shutil.copy(source, place / source.name)


def seconds_of(command: Sequence[str], uri: str) -> float:
    """Processor time of a process and its children, in seconds.

    Raises:
        CalledProcessError: It failed.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "MLFLOW_TRACKING_URI": uri, "PYTHONPATH": str(ROOT)}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@click.command()
@click.option("--runs", default=FULL[0], show_default=True, help="Runs of MLflow.")
@click.option("--folders", default=FULL[1], show_default=True, help="Folders of TensorBoard.")
@click.option("--repeats", default=3, show_default=True, help="Times each is measured.")
@click.option("--tensorboard", metavar="PYTHON", help="A Python that has TensorBoard.")
def main(runs: int, folders: int, repeats: int, tensorboard: str | None) -> None:
    """Make runs, measure, and print."""
    missed = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        database = folder / "mlflow.db"
        make_experiment(runs, database)
        uri = f"sqlite:///{database}"
        ours = [sys.executable, "-m", "seedbed", "compare", "mlflow:many", "--by", "batch_size"]
        theirs = [sys.executable, "-c", SEARCH]
        print(f"{runs} runs of MLflow, processor time, s")
        missed.append(
            _held(ours, theirs, "mlflow.search_runs", uri, repeats=repeats, bound=MLFLOW_RATIO)
        )
        logs = folder / "logs"
        make_folders(folders, logs)
        print(f"{folders} folders of TensorBoard, processor time, s")
        ours = [sys.executable, "-c", OURS, f"tensorboard:{logs}"]
        if tensorboard is None:
            print(f"  seedbed {seconds_of(ours, uri):.1f}; TensorBoard's reader: left out")
        else:
            theirs = [tensorboard, "-c", READ, str(logs)]
            missed.append(
                _held(ours, theirs, "TensorBoard", uri, repeats=repeats, bound=TENSORBOARD_RATIO)
            )
    if any(missed) and (runs, folders) == FULL:
        sys.exit(1)


def _held(
    ours: Sequence[str],
    theirs: Sequence[str],
    name: str,
    uri: str,
    *,
    repeats: int,
    bound: float,
) -> bool:
    """Measure both in turn and print; whether the fastest of ours misses the bound."""
    pairs = [(seconds_of(ours, uri), seconds_of(theirs, uri)) for _ in range(repeats)]
    mine, other = (sorted(values) for values in zip(*pairs, strict=True))
    ratio = mine[0] / other[0]
    print(f"  seedbed      {', '.join(f'{value:.1f}' for value in mine)}")
    print(f"  {name}  {', '.join(f'{value:.1f}' for value in other)}")
    print(f"  ratio of the fastest {ratio:.2f}, bound {bound} × (n = {repeats})")
    return bool(ratio > bound)


if __name__ == "__main__":
    main()
