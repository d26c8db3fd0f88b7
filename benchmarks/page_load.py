"""How long the pages of ``seedbed serve`` take with many sweeps, each as its first visitor sees it.

    python -m benchmarks.page_load [--sweeps 1000] [--runs 10] [--times 3]

One sweep and one run are recorded and their rows copied, so the store on SQLite holds that many
sweeps and that many runs of each. ``seedbed serve`` is started anew for each time, so nothing is
cached. Printed are the median and the largest seconds of each page, and of a second visit.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import requests

from benchmarks.copied_runs import Row, copy_run


def make_sweeps(sweeps: int, runs: int, uri: str, artifacts: Path) -> str:
    """Sweeps of two configurations; returns the page of the first.

    Args:
        sweeps: How many.
        runs: Runs of each.
        uri: Of an SQLite database that holds none.
        artifacts: A folder for the experiment; nothing is written there.
    """
    from mlflow.entities import Metric

    from seedbed.tracking.store import Store
    from seedbed.tracking.writing.parent_run import ParentRun

    store = Store(uri)
    place = store.client.create_experiment("mnist_cnn", artifacts.as_uri())
    parent = ParentRun.start(store, "mnist_cnn", "sweep-0", "0")
    design = {"question": "Which is better?", "varied": ["batch_size"], "sources": ["seed"]}
    parent.describe_design({**design, "planned": runs}, "name: sweep-0\n")
    parent.verdict("different", "batch_size=32 is better than batch_size=256 on this test set.")
    parent.metrics({"accuracy_mean": 0.9, "accuracy_mean_low": 0.89, "accuracy_mean_high": 0.91})
    parent.end("finished")
    tags = {
        "mlflow.parentRunId": parent.run_id, "kind": "run", "state": "finished",
        "configuration": "batch_size=32", "sweep": "sweep-0", "cell": "0",
        **{f"environment_{number}": "a value of some length" for number in range(10)},
    }  # fmt: skip
    run = store.client.create_run(place, run_name="seed 0", tags=tags).info.run_id
    for name, value in {"seed": "0", "batch_size": "32", "epochs": "5"}.items():
        store.client.log_param(run, name, value)
    for name in ("val_accuracy", "val_loss", "train_accuracy", "train_loss"):
        store.client.log_batch(run, [Metric(name, 0.9, 1_000, epoch) for epoch in range(1, 6)])
    store.client.log_metric(run, "test_accuracy", 0.9)
    store.client.set_terminated(run)

    def sweep_of(number: int) -> str:
        return parent.run_id if number == 0 else f"{number:032x}"

    def of_run(_: str, row: Row, number: int) -> Row:
        new = {**row, "run_uuid": f"f{number:031x}"}
        seed, arm = divmod(number % runs, 2)
        changed: dict[object, object] = {
            "mlflow.parentRunId": sweep_of(number // runs), "seed": str(seed), "cell": str(number),
            "configuration": f"batch_size={(32, 256)[arm]}", "batch_size": str((32, 256)[arm]),
            "test_accuracy": 0.9 + arm / 100 + number * 7919 % 1000 / 20_000,
        }  # fmt: skip
        key = row.get("key")
        return {**new, "value": changed[key]} if key in changed else new

    def of_sweep(_: str, row: Row, number: int) -> Row:
        new = {**row, "run_uuid": sweep_of(number)}
        changed: dict[object, object] = {"sweep": f"sweep-{number}", "ledger": str(number)}
        key = row.get("key")
        return {**new, "value": changed[key]} if key in changed else new

    copy_run(uri, run, sweeps * runs, of_run)
    copy_run(uri, parent.run_id, sweeps, of_sweep)
    return f"/sweep/{place}/{parent.run_id}/"


def seconds_of(page: str) -> float:
    """Seconds of one visit; a page that answers other than 200 ends the benchmark."""
    began = time.perf_counter()
    answer = requests.get(page, timeout=60, allow_redirects=False)
    seconds = time.perf_counter() - began
    if answer.status_code != 200:
        sys.exit(f"{page} answered {answer.status_code}:\n{answer.text[:4000]}")
    return seconds


def load(pages: list[str], folder: Path, uri: str) -> dict[str, tuple[float, float]]:
    """Page → seconds of its first visit and of the next, by a server that has just begun."""
    found = {}
    for page in pages:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "seedbed", "serve", "--port", str(port)]
        environment = {**os.environ, "MLFLOW_TRACKING_URI": uri, "SEEDBED_STORE": str(folder / "s")}
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            while True:
                try:
                    requests.get(f"{url}/health", timeout=60).raise_for_status()
                    break
                except requests.ConnectionError:
                    if server.poll() is not None:
                        sys.exit(f"seedbed serve ended with {server.returncode}")
                    time.sleep(0.1)
            found[page] = (seconds_of(url + page), seconds_of(url + page))
        finally:
            server.terminate()
            server.wait()
    return found


def main() -> None:
    """Print the seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sweeps", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        uri = f"sqlite:///{folder / 'mlflow.db'}"
        sweep = make_sweeps(given.sweeps, given.runs, uri, folder / "artifacts")
        seconds = defaultdict(list)
        for _ in range(given.times):
            for page, both in load(["/", "/sweeps/", sweep], folder, uri).items():
                seconds[page].append(both)
    print(f"{given.sweeps} sweeps, {given.sweeps * given.runs} runs, n = {given.times}; seconds")
    for page, each in seconds.items():
        first, again = (list(part) for part in zip(*each, strict=True))
        name = "/sweep/…/" if page == sweep else page
        worst, next_one = max(first), statistics.median(again)
        print(f"{name:10} {statistics.median(first):.2f}, largest {worst:.2f}; next {next_one:.3f}")


if __name__ == "__main__":
    main()
