"""A real PostgreSQL server for tests, on a socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """Folder of the socket of a server that is stopped and removed at the end."""
    binaries = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    if binaries is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="seedbed-pg-"))
    user: list[str] = []
    if os.getuid() == 0:  # the server refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = ["runuser", "-u", "postgres", "--"]
    data = str(folder / "data")
    _run(*user, str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-N")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control = [*user, str(binaries / "pg_ctl"), "-D", data, "-w", "-s"]
    _run(*control, "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield folder
    finally:
        _run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: Path) -> str:
    """An empty database on that server."""
    name = f"seedbed_{uuid.uuid4().hex[:8]}"
    import psycopg

    with psycopg.connect(
        f"host={postgres_server} user=postgres dbname=postgres", autocommit=True
    ) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://postgres@/{name}?host={postgres_server}"


@pytest.fixture(params=["journal", "postgresql"])
def ledger_url(request: pytest.FixtureRequest) -> str | None:
    """Both kinds of ledger, one after the other."""
    if request.param == "journal":
        return None
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def write_design(tmp_path: Path, store_path: Path) -> Callable[..., Path]:
    """Writes a sweep's file, short runs on 8 × 8 digits; the store is the test's own."""
    del store_path
    return partial(short_design, tmp_path)


def short_design(
    folder: Path,
    name: str = "short",
    seeds: object = 3,
    epochs: int = 1,
    batch_size: Sequence[int] = (64,),
) -> Path:
    """A sweep's file, short runs on 8 × 8 digits."""
    path = folder / f"{name}.yaml"
    path.write_text(
        "question: Does it run each cell once?\n"
        "experiment: mnist_cnn\n"
        f"configurations: {{batch_size: {list(batch_size)}}}\n"
        f"options: {{dataset: digits, epochs: {epochs}, train_size: 128}}\n"
        f"seeds: {seeds}\n"
    )
    return path


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr + done.stdout
