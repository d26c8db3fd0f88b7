"""A Dask cluster of real processes on this machine."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def dask(*workers: str, clone: Path = ROOT) -> Iterator[str]:
    """A scheduler and its workers as processes; yields the scheduler's address.

    Args:
        workers: More flags for each worker.
        clone: Where the workers import Seedbed from.
    """
    tests = f"{ROOT / 'tests'}:{ROOT / 'tests/sweeps'}"
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{tests}"}
    theirs = {**environment, "PYTHONPATH": f"{clone}:{tests}"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    folder = Path(os.environ["SEEDBED_STORE"])
    file = folder / f"scheduler-{uuid.uuid4().hex}.json"  # several clusters may share the store
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0"]
    flags = ["--no-dashboard", "--host", "127.0.0.1", "--scheduler-file", str(file)]
    processes = [subprocess.Popen([*command, *flags], env=environment, **quiet)]  # type: ignore[call-overload]
    for more in workers:
        command = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1"]
        flags = ["--scheduler-file", str(file), "--no-dashboard", "--memory-limit", "0"]
        processes.append(
            subprocess.Popen([*command, *flags, *more.split()], env=theirs, cwd=folder, **quiet)  # type: ignore[call-overload]
        )
    try:
        deadline = time.monotonic() + 120
        while not (content := file.read_text() if file.exists() else "").rstrip().endswith("}"):
            assert time.monotonic() < deadline, "the scheduler did not start"
            time.sleep(0.1)
        yield json.loads(content)["address"]
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(timeout=120)
