"""How many ended runs a second reach MLflow through its server, by Seedbed and by a plain client?

    python -m benchmarks.delivery_speed --store postgresql://… [--runs 40] [--app seedbed]

The database must be empty. Both deliver the same record, that of a run of ``mnist_cnn`` on digits
that was trained once (2 epochs, all its files), by turns, to the same server of two workers. The
plain client does what a training script with ``MlflowClient`` does after its last epoch: it creates
the run, logs parameters, points and tags in one batch, then the files, and ends the run. Seedbed's
deliverer finds run folders whose runs have ended. Afterwards every run is read back, and the exit
code is 1 if a point, a parameter or a file of one is missing.
"""

import argparse
import multiprocessing
import os
import signal
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.simulated_workers import record
from benchmarks.simulated_workers.checked import checked
from benchmarks.simulated_workers.cluster import (
    Service,
    free_port,
    server_environment,
    wait_until_answers,
)
from benchmarks.simulated_workers.sweep_file import OPTIONS
from seedbed.runs.settings.processor import processor
from seedbed.system.paths import IMPORT_ROOT
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.digests import digest
from seedbed.tracking.schema import TAG_STATE
from seedbed.tracking.store import Store
from seedbed.tracking.writing.background_delivery import Deliverer
from seedbed.tracking.writing.run_folder import Epoch, RunFolder
from seedbed.tracking.writing.run_header import RunHeader

PLAIN = "plain"
NAME = "mnist_cnn"
WARM = 2


def deliver_plainly(address: str, record_folder: str, runs: int) -> tuple[float, float]:
    """What a script with MLflow's client does, once for each run; its seconds and processor time.

    It runs in a process of its own, which Seedbed has not touched.
    """
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param, RunTag

    trained, client = RunFolder(Path(record_folder)), MlflowClient(address)
    found = client.get_experiment_by_name(PLAIN)
    experiment = found.experiment_id if found else client.create_experiment(PLAIN)
    began, before = time.perf_counter(), time.process_time()
    params = [Param(*pair) for pair in trained.header.params.items()]
    for _ in range(runs):
        run = client.create_run(experiment).info.run_id
        points = [Metric(*point) for point in _points(trained)]
        client.log_batch(run, points, params, [RunTag(TAG_STATE, "finished")])
        client.log_artifacts(run, str(trained.artifacts))
        client.set_terminated(run)
    return time.perf_counter() - began, time.process_time() - before


def deliver_folders(store: Store, folders: Sequence[RunFolder]) -> tuple[float, float]:
    """What a driver does with the runs that have ended; its seconds and processor time."""
    began, before = time.perf_counter(), time.process_time()
    deliverer = Deliverer(store, every_s=0.0)
    for folder in folders:
        deliverer.add(folder)
    left = deliverer.close()
    if left:
        raise RuntimeError(f"{len(left)} runs were not delivered: {deliverer.trouble}")
    return time.perf_counter() - began, time.process_time() - before


def _points(trained: RunFolder) -> list[tuple[str, float, int, int]]:
    """Name, value, milliseconds since 1970 and step of every point of the record."""
    points = []
    for event in trained.events():
        step = event.epoch if isinstance(event, Epoch) else 0
        points += [(key, value, event.time_ms, step) for key, value in event.metrics.items()]
    return points


def _ended_folders(parent: Path, trained: RunFolder, runs: int) -> list[RunFolder]:
    """New run folders, each with a copy of the record."""
    folders = []
    for number in range(runs):
        header = RunHeader(
            experiment=NAME,
            name=f"run {number}",
            cell=f"{number:032x}",
            params=trained.header.params,
            seeds=trained.header.seeds,
            owner=Owner.this().asdict(),
        )
        folders.append(RunFolder.create(parent, header))
        record.write_record(trained, folders[-1])
    return folders


def faults(store: Store, trained: RunFolder, artifacts: Path) -> list[str]:
    """What each run lacks of the record."""
    files = {path.name: digest(path) for path in trained.artifacts.rglob("*") if path.is_file()}
    points = len(_points(trained))
    said = []
    for run in store.runs("", [store.experiment_id(name) for name in (PLAIN, NAME)]):
        run_id, there = run.info.run_id, {}
        for folder in artifacts.glob(f"*/{run_id}/artifacts"):
            there = {path.name: digest(path) for path in folder.rglob("*") if path.is_file()}
        found = sum(len(store.client.get_metric_history(run_id, key)) for key in run.data.metrics)
        whole = run.info.status == "FINISHED" and run.data.params == dict(trained.header.params)
        if there != files or found != points or not whole:
            said.append(f"{run_id}: {run.info.status}, {found} points, {sorted(there)}")
    return said


def measure(given: argparse.Namespace, scratch: Path) -> list[str]:
    """Print both sides' runs per second; returns what is wrong with the delivered runs."""
    trained = record.train_once(scratch / "trained", OPTIONS)
    address = f"http://127.0.0.1:{free_port()}"
    server = _server(given.store, address, scratch, given.app)
    server.start()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as other:
        try:
            wait_until_answers(address, server)
            store = Store(address)
            plain = partial(deliver_plainly, address, str(trained.path))
            other.submit(plain, WARM).result()
            deliver_folders(store, _ended_folders(scratch / "warm", trained, WARM))
            spent: dict[str, list[float]] = {"plain client": [], "Seedbed": []}
            used = dict.fromkeys(spent, 0.0)
            for number in range(given.rounds):
                folders = _ended_folders(scratch / f"runs-{number}", trained, given.runs)
                sides: dict[str, Callable[[], tuple[float, float]]] = {
                    "plain client": lambda: other.submit(plain, given.runs).result(),
                    "Seedbed": partial(deliver_folders, store, folders),
                }
                for name, work in sides.items():
                    before = server.seconds()
                    seconds, client_s = work()
                    spent[name].append(seconds)
                    used[name] += server.seconds() - before + client_s
            _show(given, spent, used)
            return faults(store, trained, scratch / "artifacts")
        finally:
            server.signal(signal.SIGTERM)


def _server(uri: str, address: str, scratch: Path, app: str | None) -> Service:
    command = [sys.executable, "-m", "mlflow", "server", "--port", address.rpartition(":")[2]]
    command += ["--workers", "2", "--artifacts-destination", str(scratch / "artifacts")]
    command += ["--app-name", app] if app else []
    backend = uri.replace("postgresql:", "postgresql+psycopg:", 1)
    environment = server_environment({**os.environ, "PYTHONPATH": str(IMPORT_ROOT)}, backend)
    return Service("server", command, environment, scratch / "server.log")


def _show(given: argparse.Namespace, spent: dict[str, list[float]], used: dict[str, float]) -> None:
    print(f"{os.cpu_count()} cores, {processor().name}; {given.runs} runs, {given.rounds} rounds")
    rate = {name: [given.runs / s for s in seconds] for name, seconds in spent.items()}
    for name, rates in rate.items():
        each = ", ".join(f"{one:.1f}" for one in rates)
        processor_ms = 1000 * used[name] / (given.runs * given.rounds)
        print(f"{name:14}{each} runs/s; {processor_ms:.0f} ms of client and server per run")
    both = zip(rate["Seedbed"], rate["plain client"], strict=True)
    ratios = [mine / plain for mine, plain in both]
    each = ", ".join(f"{one:.2f}" for one in ratios)
    print(f"Seedbed's rate in the plain client's: median {statistics.median(ratios):.2f} ({each})")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 1 if a record is not whole."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", required=True, help="an empty PostgreSQL database")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--app", help="seedbed, which takes the end of a run in one request")
    given = parser.parse_args(arguments)
    records = 2 * (given.rounds * given.runs + WARM)
    return checked(lambda scratch: measure(given, scratch), records)


if __name__ == "__main__":
    sys.exit(main())
