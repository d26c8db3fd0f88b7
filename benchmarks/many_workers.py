r"""Hundreds of workers that sleep as long as a training takes: what does the rest keep up with?

    python -m benchmarks.many_workers --ledger postgresql://… --store postgresql://… \
        [--kill] [--app seedbed]

Everything but the training is real: a Dask scheduler, drivers of one sweep, a ledger on PostgreSQL,
an MLflow server on PostgreSQL, and the record of a run that was trained once (its epochs and all
its files). A worker's thread sleeps 30 ± 10 s and sends that record for its cell. The two
databases must be empty. With ``--kill`` scheduler, server and a third of the worker processes are
killed once a third of the cells have ended, and started again after five seconds.

Printed are cells per second, how busy the workers were between the moment when all had work and
the one when none waited, the claims' times, and how many ended runs waited for delivery; with
``--kill`` also how busy they could have been, if each were idle only from a kill until its process
or the scheduler's is started again, and for what its killed run had done. Then every record in
MLflow is compared with what the workers sent; the exit code is 1 if one is missing, changed or
there twice.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg

from benchmarks.simulated_workers import record
from benchmarks.simulated_workers.checked import checked
from benchmarks.simulated_workers.cluster import Cluster, Service, processor_seconds
from benchmarks.simulated_workers.outage import Outage, Span, overlap
from benchmarks.simulated_workers.sweep_file import OPTIONS, write_sweep
from seedbed.runs.settings.processor import processor
from seedbed.system.paths import IMPORT_ROOT
from seedbed.tracking import schema
from seedbed.tracking.digests import digest
from seedbed.tracking.writing.run_folder import Epoch, RunFolder

if TYPE_CHECKING:
    from seedbed.sweeps.design.cells.cell import Cell

LOOK_S = 1.0
SAY_EVERY = 20
"""Looks from one line on the progress to the next."""

UPLOADING = ".artifact.uploading."
"""How MLflow's server names the file of an upload until it is whole."""

CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
Spans = list[Span]


@dataclass
class Measured:
    """What a sweep of simulated runs took.

    Attributes:
        spans: When each run slept.
        in_vain: When each run began that was killed.
        outage: When what was killed was away; None if nothing was.
        backlog: Ended runs that waited for delivery, second by second.
        connections: To PostgreSQL, second by second.
        claims: Milliseconds.
        starts: Drivers' starts, each driver's.
        processor: Processor seconds, by what used them.
        seconds: From the drivers' start to the end of the last.
    """

    spans: Spans = field(default_factory=list)
    in_vain: list[float] = field(default_factory=list)
    outage: Outage | None = None
    backlog: list[int] = field(default_factory=list)
    connections: list[int] = field(default_factory=list)
    claims: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    processor: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


def busy_window(spans: Spans, slots: int) -> Span:
    """From the moment when all workers had a run until no cell waited.

    Args:
        spans: When each run slept.
        slots: Runs at once.
    """
    begins = sorted(began for began, _ in spans)
    return begins[min(slots, len(begins)) - 1], begins[-1]


def busy_share(spans: Spans, slots: int, window: Span) -> float:
    """How busy the workers were in a window.

    Args:
        spans: When each run slept.
        slots: Runs at once.
        window: Where cells waited.
    """
    first, last = window
    if last <= first:
        return float("nan")
    return sum(overlap(span, window) for span in spans) / (slots * (last - first))


def measure(given: argparse.Namespace, scratch: Path) -> list[str]:
    """Run the sweep and print what it took; returns what is wrong with its records."""
    log = scratch / "log"
    log.mkdir()
    file = write_sweep(scratch, "many", "How many workers does one sweep keep busy?", given.cells)
    trained = record.train_once(scratch / "trained", OPTIONS)
    environment = {
        **os.environ,
        "PYTHONPATH": str(IMPORT_ROOT),
        record.FOLDER: str(trained.path),
        record.SECONDS: json.dumps([given.seconds - given.spread, given.seconds + given.spread]),
        record.LOG: str(log),
        "OMP_NUM_THREADS": "1",
    }
    backend = given.store.replace("postgresql:", "postgresql+psycopg:", 1)
    cluster = Cluster(scratch, backend, given.workers, given.processes, environment, given.app)
    try:
        cluster.start()
        found = _sweep(
            given, cluster, file, {**environment, "MLFLOW_TRACKING_URI": cluster.address}
        )
    finally:
        cluster.stop()
    found.claims = [float(ms) for ms in _lines(log, "claims-*")]
    slept = [json.loads(line) for line in _lines(log, "worker-*")]
    found.spans = [(began, ended) for _, began, ended in slept]
    begun = [json.loads(line) for line in _lines(log, "begun-*")]
    ended = {(cell, began) for cell, began, _ in slept}
    found.in_vain = [began for cell, began in begun if (cell, began) not in ended]
    found.outage = cluster.outage()
    found.starts = [json.loads(p.read_text())["starts"] for p in log.glob("driver-*")]
    for line in _lines(log, "starts-*"):
        print(line)
    show(given, found)
    os.environ["MLFLOW_TRACKING_URI"] = backend
    return faults(file, trained, backend, scratch / "artifacts")


def _sweep(
    given: argparse.Namespace, cluster: Cluster, file: Path, environment: Mapping[str, str]
) -> Measured:
    found, killed = Measured(), not given.kill
    drivers = [
        Service(
            f"driver-{number}",
            [
                *(sys.executable, "-m", "benchmarks.simulated_workers.driver", str(file)),
                *(given.ledger, cluster.scheduler_address),
                str(len(range(number, given.workers, given.drivers))),
            ],
            environment,
            cluster.scratch / f"driver-{number}.log",
        )
        for number in range(given.drivers)
    ]
    database = psycopg.connect(given.ledger, autocommit=True)
    postmaster = psutil.Process(database.info.backend_pid).ppid()
    before = processor_seconds(postmaster)
    began = time.monotonic()
    cluster.drivers = drivers
    for driver in drivers:
        driver.start()
    while any(driver.code is None for driver in drivers):
        time.sleep(LOOK_S)
        cluster.look()
        for driver in drivers:
            driver.seconds()
        row = database.execute(CONNECTIONS).fetchone()
        found.connections.append(row[0] if row else 0)
        found.backlog.append(len(list((cluster.scratch / "store/runs").glob("*/counted.json"))))
        ended = _ended(cluster.scratch)
        if len(found.backlog) % SAY_EVERY == 0:
            seconds = time.monotonic() - began
            print(f"{seconds:.0f} s: {ended} runs slept, {found.backlog[-1]} wait", flush=True)
        if not killed and ended >= given.cells // 3:
            killed = True
            cluster.kill_some()
    found.seconds = time.monotonic() - began
    database.close()
    if any(driver.code for driver in drivers):
        raise RuntimeError(drivers[0].log.read_text()[-3000:])
    found.processor = {
        "drivers": sum(driver.seconds() for driver in drivers),
        "MLflow's server": cluster.server.seconds(),
        "Dask's scheduler": cluster.scheduler.seconds(),
        "workers": sum(worker.seconds() for worker in cluster.workers),
        "PostgreSQL": processor_seconds(postmaster) - before,
    }
    return found


def _lines(folder: Path, pattern: str) -> list[str]:
    """The lines of all files of that name."""
    return [line for path in folder.glob(pattern) for line in path.read_text().splitlines()]


def _ended(scratch: Path) -> int:
    """How many runs have slept."""
    return len(_lines(scratch / "log", "worker-*"))


def faults(file: Path, trained: RunFolder, uri: str, artifacts: Path) -> list[str]:
    """What differs between MLflow and what the workers sent, of every cell."""
    import sqlalchemy

    from seedbed.sweeps.design.design import load
    from seedbed.tracking.store import Store

    cells = {cell.id: cell for cell in load(file).cells}
    points = _points(trained)
    files = _files(trained.artifacts)
    there = {path.parent.name: path for path in artifacts.rglob("artifacts") if path.is_dir()}
    engine = sqlalchemy.create_engine(uri)
    with engine.connect() as connection:
        query = sqlalchemy.text("SELECT run_uuid, count(*) FROM metrics GROUP BY run_uuid")
        counted = {row[0]: row[1] for row in connection.execute(query)}
    engine.dispose()
    said, seen = [], set()
    for run in Store(uri).runs(f"tags.{schema.TAG_SWEEP} = '{file.stem}'"):
        tags, run_id = run.data.tags, run.info.run_id
        if tags[schema.TAG_KIND] != "run":
            continue
        cell = cells[tags[schema.TAG_CELL]]
        if run.info.status != "FINISHED":
            said += [f"{cell.name} is left running"] if run.info.status == "RUNNING" else []
            continue
        said += [f"{cell.name} is there twice"] if cell.id in seen else []
        seen.add(cell.id)
        found = _files(there[run_id]) if run_id in there else {}
        if found != files or counted.get(run_id) != points:
            said.append(f"{cell.name}: files {sorted(found)}, {counted.get(run_id)} points")
        said += _differences(cell, tags, run.data.params, run.data.metrics)
    return said + [f"{cells[cell].name} is missing" for cell in cells.keys() - seen]


def _files(folder: Path) -> dict[str, str]:
    """Name → digest of every file below a folder, except what a killed server left half-way."""
    return {
        path.name: digest(path)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(UPLOADING)
    }


def _points(trained: RunFolder) -> int:
    """Points of metrics in a run's record."""
    epochs = sum(len(event.metrics) for event in trained.events() if isinstance(event, Epoch))
    end = trained.ended()
    return epochs + len(end.metrics if end else ())


def _differences(
    cell: "Cell",
    tags: Mapping[str, str],
    params: Mapping[str, str],
    metrics: Mapping[str, float],
) -> list[str]:
    wanted = (record.fingerprint_of(cell.id), dict(cell.params), record.score_of_cell(cell.id))
    found = (tags.get(schema.TAG_FINGERPRINT), dict(params), metrics.get("test_accuracy"))
    return [] if wanted == found else [f"{cell.name}: {found}"]


def show(given: argparse.Namespace, found: Measured) -> None:
    """Print what was measured."""
    window = busy_window(found.spans, given.workers)
    share, seconds = busy_share(found.spans, given.workers, window), window[1] - window[0]
    slept = max(end for _, end in found.spans) - min(began for began, _ in found.spans)
    ordered = sorted(found.claims)
    print(
        f"{given.workers} workers in {given.processes} processes, {given.drivers} drivers, "
        f"{given.cells} cells of {given.seconds:g} ± {given.spread:g} s; {os.cpu_count()} cores, "
        f"{processor().name}"
    )
    print(f"from the drivers' start to their end  {found.seconds:8.1f} s")
    print(f"from the first run to the last        {slept:8.1f} s")
    print(f"cells per second, first run to last   {given.cells / slept:8.2f}")
    print(f"workers busy while cells waited       {share:8.1%}  (over {seconds:.0f} s)")
    if found.outage is not None:
        idle = found.outage.idle(found.spans, found.in_vain, window) / given.workers
        print(f"idle because processes were killed    {idle:8.1f} s a worker, "
              f"so busy {1 - idle / seconds:.1%} at most")  # fmt: skip
    print(f"claim, median and 95th percentile     {statistics.median(ordered):8.1f} ms, "
          f"{ordered[int(0.95 * len(ordered))]:.1f} ms (n={len(ordered)})")  # fmt: skip
    print(f"ended runs that waited for delivery   {max(found.backlog):8d} at most, "
          f"{statistics.median(found.backlog):g} in the median second")  # fmt: skip
    print(f"connections to PostgreSQL             {max(found.connections):8d} at most")
    print(f"most starts of a driver               {max(found.starts):8d}")
    for name, seconds in found.processor.items():
        print(f"processor, {name:26} {1000 * seconds / given.cells:8.1f} ms per cell")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure once; 1 if a record is lost or changed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ledger", required=True, help="an empty PostgreSQL database")
    parser.add_argument("--store", required=True, help="another, for MLflow")
    parser.add_argument("--workers", type=int, default=500, help="runs at once")
    parser.add_argument("--processes", type=int, default=12, help="worker processes")
    parser.add_argument("--drivers", type=int, default=20)
    parser.add_argument("--cells", type=int, default=2000, help="a multiple of 5")
    parser.add_argument("--seconds", type=float, default=30.0, help="of a run")
    parser.add_argument("--spread", type=float, default=10.0)
    parser.add_argument("--app", choices=["seedbed"], help="of MLflow's server")
    parser.add_argument("--kill", action="store_true", help="kill a third of it halfway")
    given = parser.parse_args(arguments)
    return checked(lambda scratch: measure(given, scratch), given.cells)


if __name__ == "__main__":
    sys.exit(main())
