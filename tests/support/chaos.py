"""Real drivers, a real MLflow server, and somebody who kills them at random."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.tracking.store import Store
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]


class Server:
    """An MLflow server that can be stopped and started again on the same port and data."""

    def __init__(self, folder: Path, backend: str | None = None, flags: Sequence[str] = ()) -> None:
        self._folder = folder
        self._flags = list(flags)
        self._backend = backend or f"sqlite:///{folder / 'server.db'}"
        self.port = free_port()
        self.uri = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = {
            **os.environ,
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            "MLFLOW_BACKEND_STORE_URI": self._backend,  # an argument could be read by everybody
        }
        command = [sys.executable, "-m", "mlflow", "server", "--port", str(self.port)]
        flags = ["--workers", "1", *self._flags]
        flags += ["--artifacts-destination", str(self._folder / "artifacts")]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *flags],
                env=environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 120
        while not self._answers():
            assert time.monotonic() < deadline, (self._folder / "server.log").read_text()
            time.sleep(0.2)

    def kill(self) -> None:
        """SIGKILL to the server and its workers."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            Store(self.uri).check()
        except Exception:  # whatever it says while it starts
            return False
        return True


def driver(file: Path, *flags: str, log: Path) -> "subprocess.Popen[bytes]":
    """Start a real driver; the environment names its store and MLflow's."""
    command = [sys.executable, "-m", "seedbed", "sweep", str(file), "--no-report", *flags]
    with log.open("ab") as stream:
        return subprocess.Popen(
            command, cwd=ROOT, stdout=stream, stderr=stream, start_new_session=True
        )


def runs_of(process: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    """The processes that train for a driver: children of its fork server."""
    try:
        return [
            run
            for server in psutil.Process(process.pid).children()
            if "forkserver" in " ".join(server.cmdline())
            for run in server.children()
        ]
    except psutil.Error:
        return []


@dataclass
class Havoc:
    """Kills drivers and runs at random until the sweep is done.

    Attributes:
        file: The sweep's file.
        flags: Of every driver.
        drivers: How many at once; a killed one is started again.
        every_cells: Mean number of cells that end between two kills; counted in cells, so that a
            busy machine is given the same havoc and not more.
        log: Where the drivers write.
        killed_drivers: How many were killed.
        killed_runs: How many were killed.
    """

    file: Path
    flags: list[str]
    drivers: int
    every_cells: float
    log: Path
    random: random.Random
    ledger_url: str | None
    killed_drivers: int = 0
    killed_runs: int = 0
    _processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def until(self, share: float, deadline_s: float, peace: bool = False) -> None:
        """Go on until this share of the cells is done.

        Args:
            share: Of the cells that must be done, 0 to 1.
            deadline_s: Fail after so long.
            peace: Kill nothing.
        """
        design = load(self.file)
        deadline = time.monotonic() + deadline_s
        next_kill = 0.0
        while (done := self._done()) < share * len(design.cells):
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            while len(self._processes) < self.drivers:
                self._processes.append(driver(self.file, *self.flags, log=self.log))
            if not peace and done >= next_kill:
                time.sleep(self.random.uniform(0, 1.5))  # at any moment of a run
                if self._kill_one():
                    next_kill = done + self.random.expovariate(1 / self.every_cells)
            self._processes = [p for p in self._processes if p.poll() is None]
            time.sleep(0.3)

    def finish(self) -> int:
        """Let the drivers end by themselves, then settle with one more; returns its exit code."""
        for process in self._processes:
            process.wait(timeout=180)
        return driver(self.file, *self.flags, log=self.log).wait(timeout=180)

    def _kill_one(self) -> bool:
        victim = self.random.choice(self._processes)
        runs = runs_of(victim)
        if runs and self.random.random() < 0.6:
            self.random.choice(runs).kill()
            self.killed_runs += 1
        elif runs:
            victim.kill()
            victim.wait()
            self.killed_drivers += 1
        return bool(runs)  # one that trains nothing would lose nothing

    def _done(self) -> int:
        try:
            with closing(open_storage(self.file.stem, self.ledger_url, create=False)) as storage:
                return len(LedgerReader(storage).scores())
        except Exception:  # not made yet
            return 0


def undisturbed(file: Path, folder: Path) -> dict[str, str]:
    """Cell → fingerprint of the same sweep, run once by one driver that nobody disturbs."""
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(folder / "store"))
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        log = folder / "log"
        assert driver(file, "--quiet", log=log).wait() == 0, log.read_text()
        with closing(open_storage(file.stem, None, create=False)) as storage:
            prints = LedgerReader(storage).fingerprints()
    assert len(prints) == len(load(file).cells)
    assert len(set(prints.values())) == len(prints), "seeds that change nothing prove nothing"
    return prints


def assert_each_cell_once(file: Path, store: Store, expected: dict[str, str]) -> dict[str, int]:
    """One finished run per cell with the expected fingerprint, none RUNNING; counts by state."""
    runs = list(store.runs("tags.kind = 'run'"))
    finished: dict[str, list[str]] = {cell.id: [] for cell in load(file).cells}
    states: dict[str, int] = {}
    for run in runs:
        tags = run.data.tags
        states[tags["state"]] = states.get(tags["state"], 0) + 1
        if tags["state"] == "finished":
            assert run.info.status == "FINISHED"
            finished[tags["cell"]].append(tags["fingerprint"])
    assert finished == {cell: [print_] for cell, print_ in expected.items()}
    left = [r.info.run_name for r in store.runs("attributes.status = 'RUNNING'")]
    assert left == []
    return states
