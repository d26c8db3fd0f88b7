"""Sweeps in forks of a process that has imported all they need, so that each begins at once."""

import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import util
from pathlib import Path

import click

from seedbed.cli.program import Program
from seedbed.tracking.store import Store
from tests.faults import tiny_sweep
from tests.faults.tiny_sweep import damage, run, write_file

DATA, STORE = "data", "data/store"
"""All that a sweep writes, and of that its own store: the rest is MLflow's."""

TIMEOUT_S = 120
SIGKILLED = -signal.SIGKILL


class Child:
    """A fork of this process that does something.

    Args:
        work: What it does; returns its exit status.
    """

    def __init__(self, work: Callable[[], int]) -> None:
        self.pid = os.fork()
        if self.pid:
            return
        try:
            code = work()
            util._exit_function()  # type: ignore[attr-defined]  # os._exit leaves it out
            os._exit(code)
        except BaseException:
            traceback.print_exc()
            os._exit(99)

    def poll(self) -> int | None:
        """Its exit status, or minus the signal that ended it; None while it runs.

        A status is given once.
        """
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if ended else None

    def kill(self) -> int:
        """Kill it; its exit status, if it had just ended, or minus the signal."""
        os.kill(self.pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def in_child(work: Callable[[], int], killed_after_s: float = TIMEOUT_S) -> int:
    """Exit status of a child that does the work; minus the signal that ended it."""
    child = Child(work)
    deadline = time.monotonic() + killed_after_s
    while time.monotonic() < deadline:
        code = child.poll()
        if code is not None:
            return code
        time.sleep(min(0.01, max(0.0, deadline - time.monotonic())))
    return child.kill()


def place(folder: Path, cells: int) -> Path:
    """Point the environment to a store in this folder; returns the file of a sweep."""
    (folder / "tmp").mkdir(exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "tmp")
    os.environ["SEEDBED_STORE"] = str(folder / STORE)
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder / DATA / 'mlflow.db'}"
    return write_file(folder, cells)


def empty_store(folder: Path) -> Path:
    """A folder with a database that holds no runs; copying it takes no time."""
    (folder / DATA).mkdir(parents=True)

    def make() -> int:
        place(folder, 1)
        Store().check()
        return 0

    assert in_child(make) == 0
    return folder


def copied(base: Path, folder: Path) -> Path:
    """The same in another folder."""
    shutil.copytree(base, folder)
    return folder


def run_in(folder: Path, cells: int) -> int:
    """Run the sweep in this folder, or go on with it; what it says is in ``log``."""
    file = place(folder, cells)
    sys.stdout = sys.stderr = (folder / "log").open("a")
    run(file)
    return 0


def finish_in(folder: Path, cells: int) -> int:
    """Go on with the sweep to its end; 1 if something was lost, which is in ``resumed``."""
    file = place(folder, cells)
    with (folder / "resumed").open("w") as said:
        run(file)
        found = damage(file, folder / STORE)
        said.write("\n".join(found))
    return 1 if found else 0


def as_command(work: Callable[[], object], log: Path) -> int:
    """Do the work as a command of Seedbed does its own; its exit status. For a fork of its own.

    Args:
        work: What is done.
        log: Where all goes that is said, by its processes too.
    """
    tiny_sweep.PATIENCE_S = 2.0
    sys.stdout = sys.stderr = said = log.open("w", buffering=1)
    for descriptor in (1, 2):
        os.dup2(said.fileno(), descriptor)
    command = click.Command("try", callback=lambda: work() and None)
    try:
        Program("try", commands={"try": command}).main(["try"])
    except SystemExit as ended:
        return int(str(ended.code))


def import_all(names: list[str]) -> None:
    """Import what a sweep imports before the forks."""
    for name in names:
        with suppress(ImportError, ValueError):
            importlib.import_module(name)
