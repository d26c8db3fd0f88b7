"""How long analysis takes on large sweeps, and how much memory, on a made store.

    .venv/bin/python -m benchmarks.analysis_scale
    .venv/bin/python -m benchmarks.analysis_scale --runs 100 --examples 1000 --many 1000

The full report of 1,000 runs × 10,000 test examples × 10 classes must take under 60 s and 2 GB; and
`spread` of 10,000 runs at most 1.3 times as long as `mlflow.search_runs` of the same runs alone.
Each is a process of its own, start-up and imports included; making the store does not count. Ends
with 1 where a bound is missed at full size.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.made_store import Made, make
from seedbed.runs.settings.processor import processor
from seedbed.system.paths import IMPORT_ROOT as ROOT
from seedbed.tracking.store import Store

REPORT_S, REPORT_BYTES, RATIO = 60.0, 2e9, 1.3
FULL = (1000, 10_000, 10_000)
SEARCH = """
import mlflow, sys
print(len(mlflow.search_runs(filter_string=sys.argv[1], search_all_experiments=True)))
"""


@dataclass(frozen=True)
class Taken:
    """What a process took.

    Attributes:
        seconds: Wall-clock seconds.
        cpu: Seconds of processor time, of all its threads; less than ``seconds`` where it had to
            wait for a busy machine.
        bytes: Largest resident memory.
    """

    seconds: float
    cpu: float
    bytes: float


@click.command()
@click.option("--runs", default=FULL[0], show_default=True, help="Runs of the report.")
@click.option("--examples", default=FULL[1], show_default=True, help="Test examples.")
@click.option("--many", default=FULL[2], show_default=True, help="Runs of spread.")
@click.option("--epochs", default=10, show_default=True, help="Epochs of each run.")
@click.option("--repeats", default=3, show_default=True, help="Times each reading is measured.")
def main(runs: int, examples: int, many: int, epochs: int, repeats: int) -> None:
    """Make a store, measure, and print."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        uri = f"sqlite:///{folder / 'mlflow.db'}"
        os.environ |= {"SEEDBED_STORE": str(folder / "store"), "MLFLOW_TRACKING_URI": uri}
        began = time.perf_counter()
        Store().check()
        make(Made("wide", runs, examples, epochs, files=runs), folder)
        parent = make(Made("long", many, examples // 10, epochs, files=min(many, 200)), folder)
        made_s = time.perf_counter() - began
        report = _run(folder, "-m", "seedbed", "report", "wide")
        wanted = f"tags.`mlflow.parentRunId` = '{parent}'"
        search = [_run(folder, "-c", SEARCH, wanted) for _ in range(repeats)]
        spread = [_run(folder, "-m", "seedbed", "spread", "long") for _ in range(repeats)]
    ratio = min(one.seconds for one in spread) / min(one.seconds for one in search)
    print(f"{os.cpu_count()} cores, {processor().name}, load {os.getloadavg()[0]:.1f}")
    print(f"store of {runs} + {many} runs made in {made_s:.0f} s")
    print(f"report, {runs} runs × {examples} examples × 10 classes")
    print(f"  {_listed([report])} s (processor time), {report.bytes / 1e9:.2f} GB")
    print(
        f"{many} runs, seconds of {repeats} processes each (processor time), the fastest compared"
    )
    print(f"  mlflow.search_runs  {_listed(search)}")
    print(f"  spread              {_listed(spread)}")
    print(f"  ratio               {ratio:.2f}")
    missed = report.seconds > REPORT_S or report.bytes > REPORT_BYTES or ratio > RATIO
    if missed and (runs, examples, many) == FULL:
        sys.exit(1)


def _listed(found: list[Taken]) -> str:
    return ", ".join(f"{one.seconds:.1f} ({one.cpu:.1f})" for one in found)


def _run(folder: Path, *words: str) -> Taken:
    """Run a Python process and wait for it."""
    log = folder / "log.txt"
    began = time.perf_counter()
    with log.open("w") as output:
        command = [sys.executable, *words]
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(words)} failed: {log.read_text()[-2000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    return Taken(time.perf_counter() - began, cpu, usage.ru_maxrss * 1024.0)


if __name__ == "__main__":
    main()
