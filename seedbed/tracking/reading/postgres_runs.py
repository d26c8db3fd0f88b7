"""Runs in MLflow's PostgreSQL database, read without importing MLflow, which takes seconds.

Only a database whose tables have the version that ``mlflow_private`` knows is read so, and only
where psycopg is installed.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from seedbed.tracking import mlflow_private as sql
from seedbed.tracking.reading.run_rows import summary
from seedbed.tracking.reading.run_summary import RunSummary

if TYPE_CHECKING:
    import psycopg
    from psycopg.rows import TupleRow

DRIVER = re.compile(r"postgresql(\+psycopg2?)?://")
"""Begin of an address that SQLAlchemy opens with libpq, whose own addresses name no driver."""
CONNECT_S = 10
"""How long a host that does not answer is waited for."""


def runs_in_postgres(uri: str, tags: Mapping[str, str], most: int) -> list[RunSummary] | None:
    """The newest runs with these tags; None if only MLflow itself can tell.

    Args:
        uri: SQLAlchemy's address of a database of any kind.
        tags: Name → value of each tag.
        most: At most so many.

    Raises:
        psycopg.Error: The database cannot be reached or read.
    """
    if not DRIVER.match(uri):
        return None
    try:
        import psycopg
    except ImportError:
        return None
    wait_s = None if "connect_timeout" in uri else CONNECT_S
    try:
        connection = psycopg.connect(DRIVER.sub("postgresql://", uri), connect_timeout=wait_s)
    except psycopg.ProgrammingError:  # an address that libpq does not understand
        return None
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            versions = connection.execute(sql.TABLES_VERSION).fetchall()
        except psycopg.errors.UndefinedTable:
            return None
        return _newest(connection, tags, most) if versions == [(sql.KNOWN_TABLES,)] else None


def _newest(
    connection: "psycopg.Connection", tags: Mapping[str, str], most: int
) -> list[RunSummary]:
    statement = sql.NEWEST_RUNS.format(tagged=sql.TAGGED * len(tags))
    wanted = [word for tag in tags.items() for word in tag]
    rows = connection.execute(_translated(statement), (*wanted, most)).fetchall()
    ids = [row[0] for row in rows]
    parts: list[dict[str, list[TupleRow]]] = []
    for statement in sql.OF_RUN:
        of_run: dict[str, list[TupleRow]] = defaultdict(list)
        for found in connection.execute(_translated(statement), (ids,)):
            of_run[found[0]].append(found)
        parts.append(of_run)
    return [summary(row, *(part[row[0]] for part in parts)) for row in rows]


def _translated(statement: str) -> bytes:
    """The statement with psycopg's placeholders, and for all runs in one question."""
    return statement.replace("run_uuid = ?", "run_uuid = ANY(?)").replace("?", "%s").encode()
