"""A real PostgreSQL server for tests, on a socket in a temporary folder."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.support.postgres import Postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """Folder of the socket of a server that is stopped and removed at the end."""
    with Postgres.temporary() as server:
        yield server.folder


@pytest.fixture
def postgres_url(postgres_server: Path) -> str:
    """An empty database on that server."""
    return new_database(postgres_server)


def new_database(server: Path, options: str = "") -> str:
    """The address of an empty database, made with these options of ``CREATE DATABASE``."""
    import psycopg

    name = f"seedbed_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(
        f"host={server} user=postgres dbname=postgres", autocommit=True
    ) as connection:
        connection.execute(f"CREATE DATABASE {name} {options}".encode())
    return f"postgresql://postgres@/{name}?host={server}"


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
