"""Runs in MLflow's SQLite file, read without importing MLflow, which takes seconds.

Only a file whose tables have the version that ``mlflow_private`` knows is read so.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from seedbed.tracking import mlflow_private as sql
from seedbed.tracking.reading.run_rows import summary
from seedbed.tracking.reading.run_summary import RunSummary

WAIT_S = 5.0
"""How long a writer is waited for; it holds the file for milliseconds."""


def runs_in_file(file: Path, tags: Mapping[str, str], most: int) -> list[RunSummary] | None:
    """The newest runs with these tags; None if only MLflow itself can tell.

    Args:
        file: The SQLite file.
        tags: Name → value of each tag.
        most: At most so many.

    Raises:
        sqlite3.Error: The file cannot be read.
    """
    if not file.exists():
        return [] if file.parent.is_dir() else None  # MLflow says why it cannot be made
    wanted = [word for tag in tags.items() for word in tag]
    statement = sql.NEWEST_RUNS.format(tagged=sql.TAGGED * len(tags))
    with _opened(file) as connection:
        if not _is_known(connection):
            return None
        rows = connection.execute(statement, (*wanted, most)).fetchall()
        return [
            summary(row, *(connection.execute(one, row[:1]).fetchall() for one in sql.OF_RUN))
            for row in rows
        ]


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    """The file, for reading, as it is at one moment."""
    address = f"{file.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, WAIT_S, uri=True, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        yield connection


def _is_known(connection: sqlite3.Connection) -> bool:
    try:
        versions = connection.execute(sql.TABLES_VERSION).fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return False
    return versions == [(sql.KNOWN_TABLES,)]
