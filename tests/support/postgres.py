"""A real PostgreSQL server in a temporary folder, that a test may stop and start again."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest

from tests.support.ports import free_port


class Postgres:
    """A server on a socket in its folder; with a password, on a port of this host as well.

    Args:
        folder: Its folder, owned by whom the server runs as.
        binaries: Where its programs are.
        password: Of the user ``postgres``; None lets everybody in.
    """

    def __init__(self, folder: Path, binaries: Path, password: str | None = None) -> None:
        self.folder = folder
        self._data = str(folder / "data")
        self._binaries = binaries
        self._user: list[str] = []
        if os.getuid() == 0:  # the server refuses to run as root
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            self._user = ["runuser", "-u", "postgres", "--"]
        self.port = 0
        auth = ["-A", "trust"]
        if password is not None:
            self.port = free_port()
            file = folder / "password"
            file.write_text(password)
            file.chmod(0o644)
            auth = ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={file}"]
        self._run("initdb", "-D", self._data, "-U", "postgres", "-N", "-E", "UTF8", *auth)
        self.start()

    @classmethod
    @contextmanager
    def temporary(cls, password: str | None = None) -> Iterator[Self]:
        """A server that is stopped and removed at the end."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        if not found:
            pytest.skip("PostgreSQL's server is not installed (Debian: postgresql)")
        folder = Path(tempfile.mkdtemp(prefix="seedbed-pg-"))
        server = cls(folder, found[0], password)
        try:
            yield server
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)

    def start(self) -> None:
        """Start it and wait until it answers."""
        listen = f"-c listen_addresses={'127.0.0.1' if self.port else ''}"
        listen += f" -c port={self.port}" if self.port else ""
        options = f"{listen} -c unix_socket_directories={self.folder} -c fsync=off"
        self._control("-o", options, "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """Stop it at once, as a crash would; connections break."""
        if self.pid_file.exists():
            self._control("-m", "immediate", "stop")

    @property
    def pid_file(self) -> Path:
        """Begins with the number of its process, and is there as long as it runs."""
        return self.folder / "data" / "postmaster.pid"

    def database(self, name: str) -> str:
        """The address of a new database, through the socket."""
        import psycopg

        where = f"host={self.folder} user=postgres dbname=postgres"
        where += f" port={self.port}" if self.port else ""
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "200", "-s", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._user, str(self._binaries / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        assert done.returncode == 0, done.stderr + done.stdout
