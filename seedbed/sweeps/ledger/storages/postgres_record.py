"""A ledger in PostgreSQL, read without Optuna and SQLAlchemy, whose imports take longer."""

import json
import os
import re
import socket
from collections.abc import Sequence
from typing import TypedDict, cast
from urllib.parse import urlsplit

from seedbed.sweeps.ledger.storages import optuna_private as sql
from seedbed.sweeps.ledger.storages.postgres_rows import (
    CurveRow,
    RankRow,
    TryRow,
    curves_of,
    readable,
    tally_of_ranks,
    tries_of,
)
from seedbed.sweeps.ledger.storages.storage import LedgerTrial
from seedbed.sweeps.ledger.storages.storage_errors import no_sweep, storage_away, wrong_port
from seedbed.sweeps.ledger.storages.tally import Tally
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.system.text.masking import masked

CONNECT_S = 10
"""How long a database host that does not answer is waited for, at each try."""


class _StudyRow(TypedDict):
    study_id: int
    study_name: str


class _NoteRow(TypedDict):
    key: str
    value_json: str


class PostgresRecord:
    """The ledger of a sweep in PostgreSQL, to read and to give orders.

    Args:
        name: Name of the sweep.
        url: ``postgresql://…``.

    Raises:
        InputError: There is no such sweep, or the URL is wrong.
        StoreError: The database cannot be reached.
    """

    def __init__(self, name: str, url: str) -> None:
        import psycopg
        from psycopg.conninfo import make_conninfo
        from psycopg.rows import dict_row

        self.name = name
        self.place = masked(url)
        try:
            urlsplit(url).port  # noqa: B018 (it raises)
        except ValueError:
            raise wrong_port(self.place) from None
        try:
            address = make_conninfo(url, **connection_options(url))
            self._connection = psycopg.connect(address, autocommit=True, row_factory=dict_row)
            rows = cast("list[_StudyRow]", self._all(sql.STUDIES))
            known = {row["study_name"]: row["study_id"] for row in rows}
        except psycopg.errors.UndefinedTable:
            known = {}
        except psycopg.Error as error:
            raise storage_away(error, self.place) from error
        if name not in known:
            self.close()
            raise no_sweep(name, self.place, known)
        self._study = known[name]

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def notes(self) -> dict[str, object]:
        """What is noted about the sweep as a whole."""
        rows = cast("list[_NoteRow]", self._all(sql.READ_NOTES, study=self._study))
        return dict(readable((row["key"], row["value_json"]) for row in rows))

    def note(self, key: str, value: object) -> None:
        """Note something about the sweep as a whole."""
        note = {"study": self._study, "key": key, "value": json.dumps(value)}
        self._connection.execute(for_psycopg(sql.WRITE_NOTE), note)

    def trials(
        self,
        states: Sequence[TrialState] | None = None,
        limit: int | None = None,
        curves: bool = False,
    ) -> list[LedgerTrial]:
        """The trials in the order in which they were queued."""
        names = [state.name for state in states or TrialState]
        rows = self._all(sql.READ_TRIALS, study=self._study, first=0, states=names, limit=limit)
        read = self._all(sql.READ_CURVES, study=self._study) if curves else []
        return tries_of(cast("list[TryRow]", rows), curves_of(cast("list[CurveRow]", read)))

    def tally(self) -> Tally:
        """Where the cells stand, counted by the database."""
        ranks = cast("list[RankRow]", self._all(sql.COUNT_CELLS, study=self._study))
        return tally_of_ranks(ranks, self.trials)

    def any_done(self, cells: frozenset[str]) -> bool:
        """Whether one of these cells has a result."""
        written = [json.dumps(cell) for cell in cells]
        return bool(self._all(sql.ANY_DONE, study=self._study, cells=written))

    def _all(self, statement: str, **given: object) -> list[dict[str, object]]:
        return self._connection.execute(for_psycopg(statement), given).fetchall()


def for_psycopg(statement: str) -> bytes:
    """A statement with SQLAlchemy's ``:names`` as psycopg writes them."""
    escaped = statement.replace("%", "%%")
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", escaped).encode()


def connection_options(url: str) -> dict[str, str | int]:
    """A time limit, and a name by which another process can say who holds a lock.

    Texts are UTF-8 even in a database that leaves their encoding open, as one made under the locale
    C does.
    """
    name = f"process {os.getpid()} on {socket.gethostname()}"[:63]
    waits: dict[str, str | int] = {} if "connect_timeout" in url else {"connect_timeout": CONNECT_S}
    encoding = {} if "client_encoding" in url else {"client_encoding": "utf8"}
    return {"application_name": name, **waits, **encoding}
