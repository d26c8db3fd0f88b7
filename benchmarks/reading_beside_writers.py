"""How long do commands that read or order take while eight processes write to the sweep's ledger?

    .venv/bin/python -m benchmarks.reading_beside_writers [--calls 10] [--pause 0.2]

The writers claim cells of one sweep, report five epochs of each and record its result, as drivers
do. Each command is called as a user calls it, in a process of its own; beside it stands how long
the same command took before the writers began, most of which is Python's start, and the processor
time of a call, which does not grow with other work on the machine.
"""

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click
import numpy as np

from seedbed.sweeps.design.design import Design, load
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages.open_record import open_record
from seedbed.tracking.store import Store

WRITERS = 8
EPOCHS = 5
SEEDS = 1000
COMMANDS = (
    ("status", "many"),
    ("list",),
    ("stop", "many"),
    ("cancel", "many"),
)


def write(file: str, pause: float, begin: Callable[[], object], over: Callable[[], bool]) -> None:
    """Claim cells and record results, from when all writers can until it is over."""
    design = load(Path(file))
    with closing(Ledger.open(design)) as ledger:
        begin()
        while not over() and (claim := ledger.claim()) is not None:
            ledger.leases.renew()
            ledger.starts(claim, f"delivery of {claim.trial_id}")
            for epoch in range(1, EPOCHS + 1):
                ledger.report(claim.trial_id, {epoch: 0.9})
                time.sleep(pause / EPOCHS)
            ledger.done(claim.trial_id, 0.9, "0" * 64)


def times(calls: int) -> dict[str, list[tuple[float, float]]]:
    """Command → seconds of each call, and of them those of a processor."""
    taken: dict[str, list[tuple[float, float]]] = {command[0]: [] for command in COMMANDS}
    for _ in range(calls):
        for command in COMMANDS:
            used, began = _processor_time(), time.perf_counter()
            subprocess.run(
                [sys.executable, "-m", "seedbed", *command], check=True, stdout=subprocess.DEVNULL
            )
            wall = time.perf_counter() - began
            taken[command[0]].append((wall, _processor_time() - used))
    return taken


def _processor_time() -> float:
    """Seconds that children which ended have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _prepared(folder: Path) -> Design:
    os.environ["SEEDBED_STORE"] = str(folder / "store")
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder / 'mlflow.db'}"
    file = folder / "many.yaml"
    file.write_text(
        "question: q?\nexperiment: mnist_cnn\nconfigurations: {batch_size: [64]}\n"
        f"options: {{dataset: digits, epochs: {EPOCHS}}}\nseeds: {SEEDS}\n"
    )
    Store().check()
    design = load(file)
    Ledger.open(design).close()
    return design


@click.command()
@click.option("--calls", type=click.IntRange(1), default=10, show_default=True)
@click.option("--pause", type=float, default=0.2, show_default=True, help="Seconds of a cell.")
def main(calls: int, pause: float) -> None:
    """Print each command's time, alone and beside the writers."""
    with tempfile.TemporaryDirectory() as folder:
        _prepared(Path(folder))
        alone = times(max(calls // 2, 1))
        context = multiprocessing.get_context("spawn")
        over, begin = context.Event(), context.Barrier(WRITERS + 1)
        file = str(Path(folder) / "many.yaml")
        writers = [
            context.Process(target=write, args=(file, pause, begin.wait, over.is_set))
            for _ in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        begin.wait()  # they have imported what they need
        beside = times(calls)
        over.set()
        for writer in writers:
            writer.join()
        with closing(LedgerReader(open_record("many", None))) as ledger:
            done = list(ledger.standings().values()).count("done")
    for name, taken in beside.items():
        wall, processor = np.array(taken).T
        median, slow = np.percentile(wall, (50, 95))
        before = np.median([seconds for seconds, _ in alone[name]])
        click.echo(
            f"{name}: median {median:.2f} s, 95th percentile {slow:.2f} s, longest "
            f"{wall.max():.2f} s, processor time {np.median(processor):.2f} s (n = {calls}); "
            f"before the writers median {before:.2f} s"
        )
    click.echo(f"{done} cells were recorded meanwhile")


if __name__ == "__main__":
    main()
