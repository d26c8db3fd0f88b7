"""Copies of one recorded run in MLflow's database: thousands of runs within seconds."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

Row = dict[str, object]
Changed = Callable[[str, Row, int], Row]
TABLES = ("runs", "params", "tags", "metrics", "latest_metrics")
SQLITE = "sqlite:///"


def copy_run(uri: str, run_id: str, runs: int, changed: Changed) -> None:
    """Copy the rows of a run until there are so many runs.

    Args:
        uri: MLflow's database: SQLite or PostgreSQL.
        run_id: The run.
        runs: How many there are in the end, this one included.
        changed: Takes a table, a row of the run and the number of a copy, from 1; returns the row
            as it stands for that copy, its columns in their order.
    """
    if uri.startswith(SQLITE):
        _copy_in_sqlite(uri.removeprefix(SQLITE), run_id, runs, changed)
    else:
        _copy_in_postgres(uri.replace("+psycopg", "", 1), run_id, runs, changed)


def _copies(
    table: str, rows: list[Row], runs: int, changed: Changed
) -> Iterator[tuple[object, ...]]:
    for number in range(1, runs):
        for row in rows:
            yield tuple(changed(table, row, number).values())


def _copy_in_sqlite(database: str, run_id: str, runs: int, changed: Changed) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.row_factory = sqlite3.Row
        for table in TABLES:
            query = f"SELECT * FROM {table} WHERE run_uuid = ?"  # noqa: S608 (own names)
            rows = [dict(row) for row in connection.execute(query, (run_id,))]
            if not rows:
                continue
            marks = ", ".join("?" for _ in rows[0])
            insert = f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({marks})"  # noqa: S608
            connection.executemany(insert, _copies(table, rows, runs, changed))


def _copy_in_postgres(url: str, run_id: str, runs: int, changed: Changed) -> None:
    import psycopg
    from psycopg.rows import dict_row
    from psycopg.sql import SQL, Identifier

    with psycopg.connect(url, row_factory=dict_row) as connection, connection.cursor() as cursor:
        for table in map(Identifier, TABLES):
            query = SQL("SELECT * FROM {} WHERE run_uuid = %s").format(table)
            rows = cursor.execute(query, (run_id,)).fetchall()
            if not rows:
                continue
            columns = SQL(", ").join(map(Identifier, rows[0]))
            into = SQL("COPY {} ({}) FROM STDIN").format(table, columns)
            with cursor.copy(into) as copy:
                for row in _copies(table.as_string(), rows, runs, changed):
                    copy.write_row(row)
        connection.commit()
        connection.autocommit = True
        cursor.execute("ANALYZE")
