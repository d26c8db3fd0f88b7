"""A restore runs alone: no backup and no other restore of the same service beside it."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from seedbed.service.places import Database
from seedbed.system.errors import InputError, StoreError
from seedbed.system.text.terminal_escape import inert

Work = Literal["backup", "restore"]

KEY = 0x5EEDBED
"""Of the lock that PostgreSQL keeps with a connection, in the ledger's database."""

SHARE = "SELECT pg_try_advisory_lock_shared(%s)"
TAKE = "SELECT pg_try_advisory_lock(%s)"
HOLDER = """
SELECT application_name, to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')
FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND classid = 0 AND objid = %s::bigint::oid AND granted
AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY backend_start LIMIT 1
"""


@contextmanager
def alone(ledger: Database, work: Work) -> Iterator[None]:
    """Keep a restore from everybody else, and a backup from restores; gone with the process.

    Raises:
        InputError: A restore or a backup is under way; says which process does it, since when.
        StoreError: The ledger's database cannot be reached.
    """
    import psycopg

    name = f"seedbed {work}, process {os.getpid()} on {socket.gethostname()}"[:63]
    try:
        connection = psycopg.connect(
            ledger.url,
            password=ledger.password,
            application_name=name,
            autocommit=True,
            connect_timeout=15,
        )
    except psycopg.Error as error:
        raise StoreError(
            f"The ledger must be a database that can be reached for a {work}, but it answered: "
            f"{str(error).splitlines()[0]}. Start PostgreSQL with its two databases first."
        ) from None
    with connection:
        got = connection.execute(SHARE if work == "backup" else TAKE, [KEY]).fetchone()
        if not (got and got[0]):
            held = connection.execute(HOLDER, [KEY]).fetchone()
            who = (
                f"{inert(held[0])} has been running since {held[1]} UTC"
                if held
                else "another one is running"
            )
            other = "a restore" if work == "backup" else "another"
            raise InputError(
                f"A {work} must not run at the same time as {other}, but {who}: wait for it to "
                "end, then try again."
            )
        yield
