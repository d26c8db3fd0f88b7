"""Copies of one recorded run in MLflow's SQLite file: thousands of runs within seconds."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

Row = dict[str, object]
TABLES = ("runs", "params", "tags", "metrics", "latest_metrics")


def copy_run(
    database: Path, run_id: str, runs: int, changed: Callable[[str, Row, int], Row]
) -> None:
    """Copy the rows of a run until there are so many runs.

    Args:
        database: MLflow's file.
        run_id: The run.
        runs: How many there are in the end, this one included.
        changed: Takes a table, a row of the run and the number of a copy, from 1; returns the row
            as it stands for that copy, its columns in their order.
    """
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.row_factory = sqlite3.Row
        for table in TABLES:
            query = f"SELECT * FROM {table} WHERE run_uuid = ?"  # noqa: S608 (own names)
            rows = [dict(row) for row in connection.execute(query, (run_id,))]
            marks = ", ".join("?" for _ in rows[0])
            insert = f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({marks})"  # noqa: S608
            copies = (changed(table, row, number) for number in range(1, runs) for row in rows)
            connection.executemany(insert, (tuple(row.values()) for row in copies))
