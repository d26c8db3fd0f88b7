"""The ledger in PostgreSQL."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import cast

import optuna
from optuna.distributions import distribution_to_json
from optuna.storages import RDBStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial

from seedbed.sweeps.ledger.storages import optuna_private as sql
from seedbed.sweeps.ledger.storages.optuna_notes import OptunaNotes
from seedbed.sweeps.ledger.storages.postgres_record import connection_options
from seedbed.sweeps.ledger.storages.postgres_rows import (
    CurveRow,
    Curves,
    RankRow,
    TryRow,
    curves_of,
    readable,
    tally_of_ranks,
    tries_of,
)
from seedbed.sweeps.ledger.storages.storage import LedgerTrial
from seedbed.sweeps.ledger.storages.storage_errors import (
    POSTGRESQL,
    no_library,
    no_sweep,
    storage_away,
    wrong_port,
)
from seedbed.sweeps.ledger.storages.tally import Tally
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.system.errors import LockedError
from seedbed.system.files.file_lock import LOCK_WAIT_S
from seedbed.system.text.masking import masked
from seedbed.system.text.terminal_escape import inert

MANY = 500
"""Trials queued at once after which PostgreSQL counts the rows anew."""

UNFINISHED = tuple(state for state in TrialState if not state.is_finished())
LOCK = "SELECT pg_advisory_lock(hashtextextended(:key, 0))"
HOLDER = """
SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE locktype = 'advisory' AND granted
AND ((classid::bigint << 32) | objid::bigint) = hashtextextended(:key, 0)
"""


class PostgresLedgerStorage(OptunaNotes):
    """A study in a PostgreSQL database, which may hold many.

    Args:
        name: Name of the sweep.
        url: ``postgresql://…``.
        create: Whether to make the study if there is none. Without, opening takes no lock.
        wait_s: How long a lock is waited for.

    Raises:
        InputError: There is no such study, and ``create`` is False; or the URL is wrong.
        StoreError: The database cannot be reached.
        LockedError: Another process holds the lock for too long.
    """

    def __init__(self, name: str, url: str, create: bool, wait_s: float = LOCK_WAIT_S) -> None:
        import sqlalchemy

        self.name = name
        self.place = masked(url)
        self._wait_s = wait_s
        self._sql = sqlalchemy.text
        address = url.replace(POSTGRESQL, "postgresql+psycopg://", 1)
        try:
            connect = connection_options(url)
            self._locks = sqlalchemy.create_engine(
                address,
                poolclass=sqlalchemy.pool.NullPool,
                isolation_level="AUTOCOMMIT",
                connect_args=connect,
            )
            engine = {"pool_size": 2, "pool_pre_ping": True, "connect_args": connect}
            study = self._open(address, engine, create)
        except (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
            raise storage_away(error, self.place) from error
        except ModuleNotFoundError:
            raise  # the command names the extra
        except ImportError as error:
            raise no_library(error) from error
        except ValueError:  # a port that is not a number
            raise wrong_port(self.place) from None
        if study is None:
            known = [found.study_name for found in self._rdb.get_all_studies()]
            self.close()
            raise no_sweep(name, self.place, known)
        self.storage = self._rdb
        self.study_id = study
        self._first_waiting = 0  # no try waits twice, so those before it are not looked at again
        # A statement alone is a transaction; one that is begun and ended takes three round trips.
        self._single = self._rdb.engine.execution_options(isolation_level="AUTOCOMMIT")

    def _open(self, address: str, engine: dict[str, object], create: bool) -> int | None:
        """Connect, and find or make the study; Optuna makes its tables, one process at a time."""
        import sqlalchemy

        if not create and sqlalchemy.inspect(self._locks).has_table("studies"):
            self._rdb = RDBStorage(address, engine_kwargs=engine)
            return self._known_study()
        with self.lock():
            self._rdb = RDBStorage(address, engine_kwargs=engine)
            known = self._known_study()
            if known is not None or not create:
                return known
            return self._rdb.create_new_study([StudyDirection.MAXIMIZE], self.name)

    def _known_study(self) -> int | None:
        try:
            return self._rdb.get_study_id_from_name(self.name)
        except KeyError:
            return None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of whoever fills the ledger; the lock ends with the connection."""
        import sqlalchemy

        key = {"key": f"seedbed {self.name}"}
        with self._locks.connect() as connection:
            connection.execute(self._sql(f"SET lock_timeout = {int(1000 * self._wait_s)}"))
            try:
                connection.execute(self._sql(LOCK), key)
            except sqlalchemy.exc.OperationalError as error:
                if getattr(error.orig, "sqlstate", "") != "55P03":  # lock_not_available
                    raise
                holder = connection.execute(self._sql(HOLDER), key).scalar()
                raise LockedError(
                    f"The ledger {self.place} must be free within {self._wait_s:g} s, but "
                    f"{inert(holder or 'another process')} holds its lock: let that process go on "
                    "(fg, kill -CONT), or end it, and try again."
                ) from None
            yield

    def damage(self) -> str | None:
        """None: the database keeps its own file whole."""
        return None

    def close(self) -> None:
        """Give the connections back."""
        import sqlalchemy

        with suppress(sqlalchemy.exc.SQLAlchemyError):  # the database is away
            self._rdb.remove_session()
            self._rdb.engine.dispose()

    def add(self, trials: Sequence[FrozenTrial]) -> None:
        """Queue waiting trials, numbered under the study's row lock as Optuna does it."""
        if not trials:
            return
        study = {"study": self.study_id}
        with self._rdb.engine.begin() as connection:
            connection.execute(self._sql(sql.LOCK_STUDY), study)
            first = connection.execute(self._sql(sql.COUNT_TRIALS), study).scalar_one()
            numbers = {**study, "first": first, "last": len(trials) - 1}
            ids = sorted(connection.execute(self._sql(sql.NEW_TRIALS), numbers).scalars())
            connection.execute(self._sql(sql.NEW_ATTRIBUTES), _attributes(ids, trials))
            params = _params(ids, trials)
            if params:
                connection.execute(self._sql(sql.NEW_PARAMS), params)
        if len(trials) >= MANY:
            with self._single.connect() as connection:
                connection.execute(self._sql(sql.COUNT_ROWS))

    def notes(self) -> dict[str, object]:
        """What is noted about the sweep as a whole."""
        with self._single.connect() as connection:
            rows = connection.execute(self._sql(sql.READ_NOTES), {"study": self.study_id}).all()
        return dict(readable((str(key), str(text)) for key, text in rows))

    def note(self, key: str, value: object) -> None:
        """Note something about the sweep as a whole."""
        note = {"study": self.study_id, "key": key, "value": json.dumps(value)}
        with self._single.connect() as connection:
            connection.execute(self._sql(sql.WRITE_NOTE), note)

    def claim(self, trial_id: int, notes: Mapping[str, object]) -> bool:
        """Have a waiting try run, and note this with it; False if it does not wait."""
        return self._changed(trial_id, notes, TrialState.RUNNING, None, (TrialState.WAITING,))

    def change(
        self,
        trial_id: int,
        notes: Mapping[str, object],
        state: TrialState | None = None,
        score: float | None = None,
    ) -> bool:
        """Note this with a try and end it in this state, at once; False if it has ended before."""
        if score is not None and not math.isfinite(score):  # the tables have words for those
            return super().change(trial_id, notes, state, score)
        return self._changed(trial_id, notes, state, score, UNFINISHED)

    def _changed(
        self,
        trial_id: int,
        notes: Mapping[str, object],
        state: TrialState | None,
        score: float | None,
        before: Sequence[TrialState],
    ) -> bool:
        change = {
            "trial": trial_id,
            "before": [one.name for one in before],
            "keys": list(notes),
            "values": [json.dumps(value) for value in notes.values()],
            "after": None if state is None else state.name,
            "score": score,
        }
        with self._single.connect() as connection:
            return bool(connection.execute(self._sql(sql.CHANGE_TRIAL), change).scalar_one())

    def tally(self) -> Tally:
        """Where the cells stand, counted by the database."""
        with self._rdb.engine.connect() as connection:
            study = {"study": self.study_id}
            ranks = connection.execute(self._sql(sql.COUNT_CELLS), study).mappings().all()
        return tally_of_ranks(cast("list[RankRow]", ranks), self.trials)

    def any_done(self, cells: frozenset[str]) -> bool:
        """Whether one of these cells has a result."""
        asked = {"study": self.study_id, "cells": [json.dumps(cell) for cell in cells]}
        with self._rdb.engine.connect() as connection:
            return connection.execute(self._sql(sql.ANY_DONE), asked).first() is not None

    def index(self) -> None:
        """Nothing: the database counts."""

    def trials(
        self,
        states: Sequence[TrialState] | None = None,
        limit: int | None = None,
        curves: bool = False,
    ) -> list[LedgerTrial]:
        """The trials in the order in which they were queued."""
        names = [state.name for state in states or TrialState]
        only_waiting = names == [TrialState.WAITING.name]
        first = self._first_waiting if only_waiting else 0
        asked = {"study": self.study_id, "first": first, "states": names, "limit": limit}
        with self._rdb.engine.connect() as connection:
            found = connection.execute(self._sql(sql.READ_TRIALS), asked).mappings().all()
            points: Curves = {}
            if curves:
                read = connection.execute(self._sql(sql.READ_CURVES), asked).mappings().all()
                points = curves_of(cast("list[CurveRow]", read))
        if only_waiting and found:
            self._first_waiting = found[0]["trial_id"]
        return tries_of(cast("list[TryRow]", found), points)


def _attributes(ids: Sequence[int], trials: Sequence[FrozenTrial]) -> list[dict[str, object]]:
    return [
        {"trial": trial_id, "key": key, "value": json.dumps(value)}
        for trial_id, trial in zip(ids, trials, strict=True)
        for key, value in trial.user_attrs.items()
    ]


def _params(ids: Sequence[int], trials: Sequence[FrozenTrial]) -> list[dict[str, object]]:
    return [
        {
            "trial": trial_id,
            "name": name,
            "value": distribution.to_internal_repr(trial.params[name]),
            "distribution": distribution_to_json(distribution),
        }
        for trial_id, trial in zip(ids, trials, strict=True)
        for name, distribution in trial.distributions.items()
    ]
