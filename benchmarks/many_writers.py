"""Eight processes write runs at once while one reads: is each record there, whole and once?

    .venv/bin/python -m benchmarks.many_writers [--runs 25] [--postgres postgresql://…]

Each writer makes run folders and delivers them as a sweep does (at the start, halfway, at the end):
15 epochs of 10 metrics, 10 parameters, 2 files. Straight to SQLite and through an MLflow server on
SQLite; with the address of an empty PostgreSQL database, the same on PostgreSQL. A reader pages
through all runs meanwhile. Every point, parameter, tag and file is then compared with what was
written; the exit code is 1 if anything is missing, changed or there twice.
"""

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import numpy as np
import requests

from seedbed.runs.settings.processor import processor
from seedbed.system.errors import StoreError
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.schema import TAG_DELIVERY
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.run_folder import RunFolder
from seedbed.tracking.writing.run_header import RunHeader

EPOCHS, METRICS, PARAMS = 15, 10, 10
EXPERIMENT = "many_writers"
FILES = ("environment.json", "predictions.npz")
ASK_AGAIN_S = 0.2
SERVER_S = 120


@dataclass
class Written:
    """What one writer did.

    Attributes:
        milliseconds: Per run, of all its deliveries together.
        asked_again: How often the store failed and was asked again.
        troubles: What it said then.
    """

    milliseconds: list[float] = field(default_factory=list)
    asked_again: int = 0
    troubles: set[str] = field(default_factory=set)


def write_runs(uri: str, folder: Path, client: int, runs: int) -> Written:
    """Write runs as client number ``client``, each into a folder and from there to the store."""
    store, written = Store(uri), Written()
    for number in range(runs):
        spent = sum(_delivered(run, store, written) for run in grows(folder, client, number))
        written.milliseconds.append(1000 * spent)
    return written


def grows(folder: Path, client: int, number: int) -> Iterator[RunFolder]:
    """A run's folder, yielded whenever there is something to deliver: start, halfway, end."""
    run = RunFolder.create(folder, header(client, number))
    yield run
    for epoch in range(1, EPOCHS + 1):
        run.epoch(epoch, points(client, number, epoch))
        if epoch == EPOCHS // 2:
            yield run
    for name, content in files(client, number).items():
        (run.artifacts / name).write_bytes(content)
    run.end("finished", fingerprint=run.header.delivery, metrics=points(client, number, 0))
    yield run


def _delivered(run: RunFolder, store: Store, written: Written) -> float:
    """Deliver what there is, asking again as the background deliverer does; seconds it took."""
    began = time.perf_counter()
    while True:
        try:
            deliver(run, store)
            return time.perf_counter() - began
        except StoreError as error:
            written.asked_again += 1
            written.troubles.add(str(error))
            time.sleep(ASK_AGAIN_S)


def header(client: int, number: int) -> RunHeader:
    """The header of a client's run; its delivery tells it from all others."""
    return RunHeader(
        experiment=EXPERIMENT,
        name=f"client={client} run={number}",
        cell=f"{client:04x}{number:012x}",
        params={f"param_{at}": f"{client}/{number}/{at}" for at in range(PARAMS)},
        seeds={"init": number},
        owner=Owner.this().asdict(),
        delivery=f"{client:08x}{number:024x}",
    )


def points(client: int, number: int, epoch: int) -> dict[str, float]:
    """The metrics of an epoch, all different; epoch 0 are those of the run's end."""
    kind = "epoch" if epoch else "final"
    return {f"{kind}_{at}": client + number / 1e3 + epoch / 1e6 + at / 1e8 for at in range(METRICS)}


def files(client: int, number: int) -> dict[str, bytes]:
    """The run's files, as large as a short run's: 1 and 40 kB."""
    generator = np.random.default_rng([client, number])
    text = json.dumps({"client": client, "run": number, "more": "x" * 1000})
    return dict(zip(FILES, (text.encode(), generator.bytes(40_000)), strict=True))


def faults(uri: str, clients: int, runs: int) -> list[str]:
    """What differs between the store and what the clients wrote; empty where nothing does."""
    store = Store(uri)
    found: dict[str, list[Any]] = {}
    for run in store.runs("attributes.status != ''", [store.experiment_id(EXPERIMENT)]):
        found.setdefault(run.data.tags.get(TAG_DELIVERY, ""), []).append(run)
    wanted = [header(client, number) for client in range(clients) for number in range(runs)]
    said = [f"{len(found[key])} runs of delivery {key}" for key in found if len(found[key]) > 1]
    said += [
        f"a run that nobody wrote: {key}" for key in found.keys() - {w.delivery for w in wanted}
    ]
    for one in wanted:
        matching = found.get(one.delivery)
        said += _faults_of(store, matching[0], one) if matching else [f"no run {one.name}"]
    return said


def _faults_of(store: Store, run: Any, wanted: RunHeader) -> list[str]:
    client, number = (int(part.partition("=")[2]) for part in wanted.name.split())
    said = []
    if run.info.status != "FINISHED" or run.data.tags.get("fingerprint") != wanted.delivery:
        said.append(f"{wanted.name}: {run.info.status}, tags {run.data.tags}")
    if run.data.params != dict(wanted.params):
        said.append(f"{wanted.name}: params {run.data.params}")
    epochs = range(1, EPOCHS + 1)
    for key in points(client, number, 1):
        history = store.client.get_metric_history(run.info.run_id, key)
        there = sorted((point.step, point.value) for point in history)
        if there != [(epoch, points(client, number, epoch)[key]) for epoch in epochs]:
            said.append(f"{wanted.name}: {key} {there}")
    for key, value in points(client, number, 0).items():
        history = store.client.get_metric_history(run.info.run_id, key)
        if [point.value for point in history] != [value]:
            said.append(f"{wanted.name}: {key} {history}")
    listed = sorted(item.path for item in store.client.list_artifacts(run.info.run_id))
    contents = {name: _content(store, run.info.run_id, name) for name in listed}
    if contents != files(client, number):
        said.append(f"{wanted.name}: files {listed}")
    return said


def _content(store: Store, run_id: str, name: str) -> bytes:
    with tempfile.TemporaryDirectory() as scratch:
        return Path(store.client.download_artifacts(run_id, name, scratch)).read_bytes()


def read_until(uri: str, stop: Any) -> tuple[int, int]:
    """Page through all runs again and again; returns how often, and how often one came twice."""
    store, passes, doubled = Store(uri), 0, 0
    while not stop.is_set():
        try:
            ids = [run.info.run_id for run in store.runs("tags.kind = 'run'")]
        except StoreError:
            time.sleep(ASK_AGAIN_S)
            continue
        passes, doubled = passes + 1, doubled + (len(ids) != len(set(ids)))
    return passes, doubled


# The benchmark: processes, servers and what is printed


def _task(
    function: Callable[..., Any], arguments: tuple[Any, ...], ready: Any, start: Any, answer: Any
) -> None:
    Store(arguments[0]).check()
    ready.release()
    start.wait()
    began = time.time()
    result = function(*arguments)
    answer.put((function.__name__, result, began, time.time()))


def measure(uri: str, folder: Path, clients: int, runs: int, what: str) -> list[str]:
    """Write, read meanwhile, check, print; returns the faults."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["mlflow", "seedbed.tracking.writing.deliver"])
    ready, start, stop = context.Semaphore(0), context.Event(), context.Event()
    answer = context.Queue()
    _set_aside(uri)
    Store(uri).experiment_id(EXPERIMENT)
    tasks: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (write_runs, (uri, folder / f"client-{client}", client, runs)) for client in range(clients)
    ]
    tasks.append((read_until, (uri, stop)))
    processes = [
        context.Process(target=_task, args=(*task, ready, start, answer)) for task in tasks
    ]
    for process in processes:
        process.start()
    for _ in processes:
        ready.acquire()
    start.set()
    answers = [answer.get() for _ in range(clients)]
    stop.set()
    (_, (passes, doubled), *_times) = answer.get()
    for process in processes:
        process.join()
    seconds = max(a[3] for a in answers) - min(a[2] for a in answers)
    each = np.array([ms for a in answers for ms in a[1].milliseconds])
    again = sum(a[1].asked_again for a in answers)
    said = faults(uri, clients, runs)
    if doubled:
        said.append(f"the reader was given a run twice in {doubled} of {passes} passes")
    print(
        f"{what:28} {clients * runs / seconds:6.1f} runs/s  "
        f"per run {np.median(each):6.0f} ms median, {np.percentile(each, 95):6.0f} ms 95th "
        f"percentile  asked again {again}  "
        f"reader {passes} passes  faults {len(said)}",
        flush=True,
    )
    for trouble in sorted({t for a in answers for t in a[1].troubles}):
        print(f"    {trouble}")
    return said


def _set_aside(uri: str) -> None:
    """Give the runs of an earlier measurement on this database another experiment."""
    client = Store(uri).client
    earlier = client.get_experiment_by_name(EXPERIMENT)
    if earlier is not None:
        client.rename_experiment(earlier.experiment_id, f"{EXPERIMENT} {time.time_ns()}")


@contextmanager
def served(backend: str, folder: Path) -> Iterator[str]:
    """The address of an MLflow server on this database, with its artifacts below ``folder``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "2"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    # In the environment and not among the arguments, which everybody on the machine can read.
    environment = {
        **os.environ,
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_BACKEND_STORE_URI": backend,
    }
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        uri, deadline = f"http://127.0.0.1:{port}", time.monotonic() + SERVER_S
        while not _answers(uri):
            if time.monotonic() > deadline or process.poll() is not None:
                raise click.ClickException((folder / "server.log").read_text()[-2000:])
            time.sleep(0.2)
        yield uri
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _answers(uri: str) -> bool:
    try:
        return requests.get(f"{uri}/health", timeout=2).ok
    except requests.RequestException:
        return False


@click.command()
@click.option("--clients", default=8, show_default=True, help="Processes that write.")
@click.option("--runs", default=25, show_default=True, help="Runs that each of them writes.")
@click.option("--postgres", metavar="URL", help="An empty PostgreSQL database.")
def main(clients: int, runs: int, postgres: str | None) -> None:
    """Write from many processes, straight and through a server; check every record."""
    print(
        f"{clients} clients × {runs} runs, {os.cpu_count()} cores, {processor().name}", flush=True
    )
    said = []
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["SEEDBED_STORE"] = str(Path(scratch) / "store")
        databases = {"SQLite": f"sqlite:///{scratch}/direct.db"}
        if postgres:
            databases["PostgreSQL"] = postgres.replace("postgresql:", "postgresql+psycopg:", 1)
        for name, uri in databases.items():
            folder = Path(scratch) / name
            folder.mkdir()
            said += measure(uri, folder, clients, runs, f"{name}, straight")
        databases["SQLite"] = f"sqlite:///{scratch}/served.db"
        for name, uri in databases.items():
            folder = Path(scratch) / f"{name}-served"
            folder.mkdir()
            with served(uri, folder) as address:
                said += measure(address, folder, clients, runs, f"{name}, through a server")
    for fault in said:
        print(fault)
    sys.exit(1 if said else 0)


if __name__ == "__main__":
    main()
