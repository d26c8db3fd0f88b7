"""The processes of a cluster on this machine: MLflow's server, a scheduler, workers, drivers."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests

from benchmarks.simulated_workers import worker
from benchmarks.simulated_workers.outage import Outage
from seedbed.service.mlflow_apps import register_apps
from seedbed.system.paths import IMPORT_ROOT

ANSWER_S = 120.0
AGAIN_S = 5.0
"""How long a process that ended is away, as with a supervisor of services or Kubernetes."""


def free_port() -> int:
    """A port of this host that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Service:
    """A command that is started again if it ends.

    Attributes:
        name: In the name of its log.
        command: What to run.
        environment: Of the process.
        log: Where its output goes.
        spent: Processor seconds of its processes that have ended.
        began: When its process was started last, in seconds since 1970.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    spent: float = 0.0
    began: float = 0.0
    _process: subprocess.Popen[bytes] | None = None
    _ended: float | None = None
    _seen: float = 0.0

    def start(self) -> None:
        """Start it in a group of its own."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                cwd=IMPORT_ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._ended, self._seen, self.began = None, 0.0, time.time()

    @property
    def code(self) -> int | None:
        """Its exit code; None while it runs."""
        return None if self._process is None else self._process.poll()

    def look(self) -> None:
        """Note its processor time, and start it again if it ended a while ago."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._seen = max(self._seen, processor_seconds(self._process.pid))
        elif self._ended is None:
            self._ended = time.monotonic()
            self.spent += self._seen
        elif time.monotonic() - self._ended > AGAIN_S:
            self.start()

    def seconds(self) -> float:
        """Processor seconds so far, its children's too."""
        running = self._process is not None and self._process.poll() is None
        if running and self._process is not None:
            self._seen = max(self._seen, processor_seconds(self._process.pid))
        return self.spent + (self._seen if running or self._ended is None else 0.0)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its whole group."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)
            self._process.wait()


def processor_seconds(pid: int) -> float:
    """Of a process and its children, ended ones included; 0 if it is gone."""
    total = 0.0
    try:
        process = psutil.Process(pid)
        every = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0.0
    for one in every:
        try:
            times = one.cpu_times()
        except psutil.Error:  # it ended just now
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


@dataclass
class Cluster:
    """All services, in the order in which they are started.

    Args:
        scratch: A folder for logs and stores.
        backend: Of MLflow's server, as SQLAlchemy writes it.
        slots: Runs at once on all workers.
        processes: Worker processes.
        environment: Of every process.
        app: Of MLflow's server; None for MLflow's own.
        drivers: Of the sweep; ended with the rest.
    """

    scratch: Path
    backend: str
    slots: int
    processes: int
    environment: Mapping[str, str]
    app: str | None = None
    server: Service = field(init=False)
    scheduler: Service = field(init=False)
    workers: list[Service] = field(init=False)
    drivers: list[Service] = field(default_factory=list)
    _killed: float | None = None

    def __post_init__(self) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        self.scheduler_address = f"tcp://127.0.0.1:{free_port()}"
        environment = server_environment(self.environment, self.backend)
        self.server = self._service("server", self._server_command(), environment)
        port = self.scheduler_address.rpartition(":")[2]
        flags = ["--no-dashboard", "--host", "127.0.0.1", "--port", port]
        self.scheduler = self._service("scheduler", ["distributed.cli.dask_scheduler", *flags])
        self.workers = [
            self._service(f"worker-{number}", self._worker_command(number))
            for number in range(self.processes)
        ]

    def _service(
        self, name: str, module: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> Service:
        command = [sys.executable, "-m", *module]
        log = self.scratch / f"{name}.log"
        return Service(name, command, environment or self.environment, log)

    def _server_command(self) -> list[str]:
        port = self.address.rpartition(":")[2]
        artifacts = str(self.scratch / "artifacts")
        app = ["--app-name", self.app] if self.app else []
        return ["mlflow", "server", "--port", port, "--workers", "2",
                "--artifacts-destination", artifacts, *app]  # fmt: skip

    def _threads(self, number: int) -> int:
        """Runs at once on a worker process."""
        return len(range(number, self.slots, self.processes))

    def _worker_command(self, number: int) -> list[str]:
        threads = self._threads(number)
        flags = ["--nthreads", str(threads), "--no-nanny", "--no-dashboard", "--memory-limit", "0"]
        flags += ["--local-directory", str(self.scratch / "dask"), "--preload", worker.__file__]
        return ["distributed.cli.dask_worker", self.scheduler_address, *flags]

    @property
    def services(self) -> list[Service]:
        """All that is started again when it ends."""
        return [self.server, self.scheduler, *self.workers]

    def start(self) -> None:
        """Start everything, and wait until the server answers."""
        for service in self.services:
            service.start()
        wait_until_answers(self.address, self.server)

    def look(self) -> None:
        """Start again what ended."""
        for service in self.services:
            service.look()

    def kill_some(self) -> None:
        """Kill server, scheduler and every third worker process at once."""
        self._killed = time.time()
        for service in (self.server, self.scheduler, *self.workers[::3]):
            service.signal(signal.SIGKILL)

    def outage(self) -> Outage | None:
        """When what was killed was away; None if nothing was."""
        if self._killed is None:
            return None
        workers = {n: self.workers[n].began for n in range(0, self.processes, 3)}
        return Outage(
            self._killed,
            self.scheduler.began,
            [(self._threads(number), began) for number, began in workers.items()],
        )

    def stop(self) -> None:
        """End everything."""
        for service in reversed([*self.services, *self.drivers]):
            service.signal(signal.SIGTERM)


def server_environment(of: Mapping[str, str], backend: str) -> dict[str, str]:
    """The environment of MLflow's server, which finds Seedbed's app by it.

    Args:
        of: Of the other processes.
        backend: The store, as SQLAlchemy writes it.
    """
    environment = {
        **of,
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_BACKEND_STORE_URI": backend,
    }
    register_apps(environment)
    return environment


def wait_until_answers(address: str, server: Service) -> None:
    """Wait until MLflow's server answers.

    Raises:
        RuntimeError: It ended, or takes too long; with the end of its log.
    """
    deadline = time.monotonic() + ANSWER_S
    while not _answers(address):
        if time.monotonic() > deadline or server.code is not None:
            raise RuntimeError(server.log.read_text()[-3000:])
        time.sleep(0.2)


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/health", timeout=2).ok
    except requests.RequestException:
        return False
