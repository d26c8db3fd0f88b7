"""docker-compose.yml without a container engine: each service's own command as a local process.

What an engine would do is done here by the smallest substitution that lets the commands, the
environments and the healthchecks of the file run as they stand:

- ``${NAME:-default}`` and ``$$``: the same, from a dictionary that stands for ``.env``;
- a service's name and port: 127.0.0.1 and a free port;
- a volume's path and ``/tmp``: a folder of the test;
- our image's entry point: the Dockerfile's ENTRYPOINT, with this Python first on the PATH;
- PostgreSQL's image: what its documentation says it does on an empty volume: initdb, then the
  mounted scripts by psql with the service's environment, then the command, as the user postgres;
- networks, limits and read-only file systems: nothing.
"""

import json
import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from ruamel.yaml import YAML

from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
STANDING_FOR_ENV = re.compile(
    r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<text>[^}]*))?\})"
)
START_S = 120
PORTS = {
    "postgres": 5432,
    "mlflow": 5000,
    "overview": 5050,
    "scheduler": 8786,
    "dashboard": 8080,
}


def compose_file(env: Mapping[str, str]) -> dict[str, Any]:
    """docker-compose.yml with its variables filled in.

    Raises:
        ValueError: A variable that must be set is not; the message is the file's sentence.
    """

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(item) for key, item in value.items()}
        if isinstance(value, list):
            return [fill(item) for item in value]
        return STANDING_FOR_ENV.sub(one, value) if isinstance(value, str) else value

    def one(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        value = env.get(found["name"], "")
        if found["how"] == ":?" and not value:
            raise ValueError(f"{found['name']} {found['text']}")
        return value or (found["text"] or "" if found["how"] == ":-" else "")

    filled: dict[str, Any] = fill(YAML(typ="safe").load(ROOT / "docker-compose.yml"))
    for service in filled["services"].values():
        given = service.get("environment", {})
        service["environment"] = {
            key: str(env.get(key) if value is None else value)
            for key, value in given.items()
            if value is not None or env.get(key)
        }
    return filled


def entry_point() -> list[str]:
    """The image's."""
    found = re.search(r"^ENTRYPOINT (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert found
    command: list[str] = json.loads(found[1])
    return command


@dataclass
class Stack:
    """The services of docker-compose.yml as local processes.

    Attributes:
        folder: Volumes, logs and temporary folders.
        env: What stands in ``.env``.
    """

    folder: Path
    env: dict[str, str]
    processes: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)
    seen_commands: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.services: dict[str, Any] = compose_file(self.env)["services"]
        self.ports = {name: free_port() for name in PORTS}
        self.database = Path(tempfile.mkdtemp(prefix="seedbed-stack-"))  # short: for its socket
        self.mlflow = f"http://127.0.0.1:{self.ports['mlflow']}"
        self.overview = f"http://127.0.0.1:{self.ports['overview']}"

    def up(self, *names: str, workers: int = 2) -> None:
        """Start services in the order that ``depends_on`` asks for, and wait as it says."""
        for name in self._ordered(names):
            if self.services[name].get("restart") == "no":
                done = self.run(name)
                assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
                continue
            copies = [f"{name}-{n}" for n in range(workers)] if name == "worker" else [name]
            for copy in copies:
                self._start(name, copy)
            self.wait_healthy(name)

    def run(self, name: str, *command: str, stdin: bytes | None = None) -> Any:
        """Run a service's command, or another one, to its end, as ``docker compose run`` does."""
        given = list(command) or list(self.services[name]["command"])
        return subprocess.run(
            [self._here(word) for word in [*entry_point(), *given]],
            env=self.environment(name),
            cwd=ROOT,
            input=stdin,
            capture_output=True,
            check=False,
        )

    def healthy(self, name: str) -> "subprocess.CompletedProcess[str]":
        """Run a service's healthcheck, as it stands, in its environment."""
        kind, *words = self.services[name]["healthcheck"]["test"]
        command = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        return subprocess.run(
            [self._here(word) for word in command],
            env=self.environment(name),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def wait_healthy(self, name: str, within_s: float = START_S) -> None:
        if "healthcheck" not in self.services[name]:
            return
        deadline = time.monotonic() + within_s
        while (said := self.healthy(name)).returncode != 0:
            assert time.monotonic() < deadline, f"{name}: {said.stderr}\n{self.log(name)[-3000:]}"
            dead = [n for n, p in self.processes.items() if n.startswith(name) and p.poll()]
            assert not dead, f"{dead}: {self.log(name)[-3000:]}"
            time.sleep(0.5)

    def environment(self, name: str) -> dict[str, str]:
        """A service's environment and the image's, and nothing of this process's own."""
        temporary = self.folder / "tmp" / name
        temporary.mkdir(parents=True, exist_ok=True)
        binaries = [str(Path(sys.executable).parent), "/usr/lib/postgresql/15/bin"]
        return {
            "PATH": os.pathsep.join([*binaries, "/usr/local/bin", "/usr/bin", "/bin"]),
            "HOME": str(temporary),
            "TMPDIR": str(temporary),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "SEEDBED_STORE": self._here("/store"),
            **{k: self._here(v) for k, v in self.services[name]["environment"].items()},
        }

    def log(self, name: str) -> str:
        """What a service has written, all copies."""
        files = sorted((self.folder / "logs").glob(f"{name}*.log"))
        return "".join(path.read_text(errors="replace") for path in files)

    def look_at_commands(self) -> None:
        """Remember the command lines that ``ps`` would show now, of our processes."""
        for process in psutil.process_iter(["cmdline"]):
            self.seen_commands.add(" ".join(process.info["cmdline"] or []))

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop every copy of a service."""
        for copy in [c for c in self.processes if c == name or c.startswith(f"{name}-")]:
            process = self.processes.pop(copy)
            process.send_signal(how)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def down(self) -> None:
        """Stop everything, the database last."""
        for name in reversed(list(self.processes)):
            how = signal.SIGINT if name == "postgres" else signal.SIGTERM
            self.stop(name, how)
        shutil.rmtree(self.database, ignore_errors=True)

    def _ordered(self, names: tuple[str, ...]) -> Iterator[str]:
        done: set[str] = set()

        def visit(name: str) -> Iterator[str]:
            if name in done:
                return
            done.add(name)
            for before in self.services[name].get("depends_on", {}):
                yield from visit(before)
            if not any(re.fullmatch(rf"{name}(-\d+)?", copy) for copy in self.processes):
                yield name

        for name in names:
            yield from visit(name)

    def _start(self, name: str, copy: str) -> None:
        logs = self.folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        command = self.services[name]["command"]
        words = shlex.split(command) if isinstance(command, str) else list(command)
        words = [self._here(word) for word in words]
        prefix = self._make_database() if name == "postgres" else entry_point()
        if name == "postgres":
            words = [f"/usr/lib/postgresql/15/bin/{words[0]}", *words[1:]]
            words += ["-D", f"{self.database}/data", "-p", str(self.ports[name])]
            words += ["-k", str(self.database), "-c", "listen_addresses=127.0.0.1"]
        with (logs / f"{copy}.log").open("ab") as log:
            self.processes[copy] = subprocess.Popen(
                [*prefix, *words],
                env=self.environment(name),
                cwd="/" if name == "postgres" else ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _make_database(self) -> list[str]:
        """What PostgreSQL's image does on an empty volume; returns how to become its user."""
        user: list[str] = []
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.database, account.pw_uid, account.pw_gid)
            user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
        if (self.database / "data").exists():
            return user
        environment = self.environment("postgres")
        password = self.database / "password"
        password.write_text(environment["POSTGRES_PASSWORD"])
        if user:
            os.chown(password, account.pw_uid, account.pw_gid)
        data = f"{self.database}/data"

        def do(*words: str, stdin: str | None = None) -> None:
            done = subprocess.run(
                [*user, *words],
                env=environment,
                input=stdin,
                capture_output=True,
                text=True,
                cwd="/",
                check=False,
            )
            assert done.returncode == 0, done.stderr

        initdb = ["initdb", "-D", data, "-U", "postgres", f"--pwfile={password}", "-N"]
        do(*initdb, *environment["POSTGRES_INITDB_ARGS"].split())
        password.unlink()
        quiet = f"-c listen_addresses='' -k {self.database}"
        do(
            "pg_ctl",
            "-D",
            data,
            "-w",
            "-s",
            "-l",
            f"{self.database}/first.log",
            "-o",
            quiet,
            "start",
        )
        for volume in self.services["postgres"]["volumes"]:
            source, target = volume.split(":")[:2]
            if target.startswith("/docker-entrypoint-initdb.d/"):
                psql = ["psql", "-X", "-v", "ON_ERROR_STOP=1", "-h", str(self.database)]
                do(*psql, "-U", "postgres", stdin=(ROOT / source).read_text())
        do("pg_ctl", "-D", data, "-w", "-s", "-m", "fast", "stop")
        return user

    def _here(self, word: str) -> str:
        """What the head of this file says; a path of the test's own folder stays."""
        if word.startswith(str(self.folder)):
            return word
        for name, port in PORTS.items():
            here = self.ports[name]
            for before in ("@", "://"):
                word = word.replace(f"{before}{name}:{port}", f"{before}127.0.0.1:{here}")
            word = word.replace(f"-h {name} -p {port}", f"-h 127.0.0.1 -p {here}")
            if re.fullmatch(rf"(--port=)?{port}", word):
                word = word.replace(str(port), str(here))
        word = word.replace("--host=0.0.0.0", "--host=127.0.0.1")
        top = re.match(r"/(artifacts|store|spool|tmp)(?=/|$)", word)
        return f"{self.folder}{word}" if top and self._folder(top[1]) else word

    def _folder(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path
