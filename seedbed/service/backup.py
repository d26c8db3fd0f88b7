"""Saves both databases, the artifacts and the nightly store, consistent with one another.

A result counts in the ledger first and is delivered to MLflow afterwards, from a folder in the
store (docs/decisions/0006). So the ledger is held still, no result can be counted, while it is
dumped, then the store, then MLflow's database: each result of the dumped ledger is then either in
the store, from where it is delivered again after a restore, or in MLflow's dump. Training goes on
meanwhile. Artifacts come last: a run's files are there before its end is recorded.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO

from seedbed.service.archive import Writer
from seedbed.service.exclusion import alone
from seedbed.service.places import Database, Places
from seedbed.system.errors import StoreError
from seedbed.system.text.printing import print_text

HOLD_WITHIN_S = 60
NOT_SAVED = frozenset({"cache", ".mlflow-opening.lock"})
"""Parts of the store that can be made again."""


def back_up(places: Places, stream: IO[bytes]) -> dict[str, int]:
    """Write a backup.

    Args:
        places: What is saved.
        stream: Where to.

    Returns:
        Bytes of each database's dump, and how many files of each folder.

    Raises:
        InputError: A restore is under way.
        StoreError: A database cannot be dumped.
    """
    with alone(places.ledger, "backup"):
        return _back_up(places, stream)


def _back_up(places: Places, stream: IO[bytes]) -> dict[str, int]:
    writer = Writer(stream)
    counts = {}
    with tempfile.TemporaryDirectory(prefix="seedbed-backup-") as spool:
        with _held(places.ledger):
            for database in (places.ledger, places.mlflow):
                if database is places.mlflow:
                    _say("saving the store")
                    counts["store"] = writer.add_folder("store", places.store, NOT_SAVED)
                _say(f"saving the database {database.name}")
                dump = Path(spool) / f"{database.name}.dump"
                _pg_dump(database, dump)
                counts[database.name] = writer.add(dump.name, dump)
                dump.unlink()
        if places.artifacts is None:
            _say(f"the artifacts are in {places.elsewhere}: they are NOT in this backup")
        else:
            _say("saving the artifacts")
            counts["artifacts"] = writer.add_folder("artifacts", places.artifacts)
    writer.close(
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        mlflow=metadata.version("mlflow"),
        optuna=metadata.version("optuna"),
        artifacts=places.elsewhere or "here",
    )
    return counts


@contextmanager
def _held(ledger: Database) -> Iterator[None]:
    """No result is counted in this block; drivers wait for its end, and train on."""
    import psycopg

    address = f"{ledger.url}{'&' if '?' in ledger.url else '?'}application_name=seedbed-backup"
    try:
        with psycopg.connect(address, password=ledger.password) as connection:
            there = connection.execute("SELECT to_regclass('public.trials')").fetchone()
            if there and there[0]:
                _say("waiting for a lock on the ledger")
                connection.execute(f"SET LOCAL lock_timeout = '{HOLD_WITHIN_S}s'".encode())
                connection.execute("LOCK TABLE trials IN SHARE MODE")
            yield
    except psycopg.Error as error:
        raise StoreError(
            f"The ledger must be a database that can be reached and locked, but it answered: "
            f"{str(error).splitlines()[0]}. Start PostgreSQL, or try again when fewer drivers run."
        ) from None


def _pg_dump(database: Database, path: Path) -> None:
    run_program(
        database,
        ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}"],
        database.url,
    )


def run_program(database: Database, command: list[str], *more: str) -> None:
    """Run one of PostgreSQL's programs.

    Raises:
        StoreError: It is not installed or fails; says what it said.
    """
    try:
        done = subprocess.run(  # noqa: S603
            [*command, "--no-password", *more],
            env=database.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise StoreError(
            f"{command[0]} must be installed for backups, but is not on the PATH: install "
            "PostgreSQL's client programs (Debian: postgresql-client)."
        ) from None
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["nothing"]
        raise StoreError(f"{command[0]} of the database {database.name} failed: {lines[0]}.")


def _say(what: str) -> None:
    print_text(f"backup: {what}", error=True)
