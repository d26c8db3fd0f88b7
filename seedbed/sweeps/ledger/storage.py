"""Where a ledger is kept: an Optuna storage, and what Optuna's interface lacks for 10,000 cells.

Optuna's own calls claim and end trials. Filling many at once, looking at them without building
every trial, and a lock that dies with its process are added here: for a journal file, and for
PostgreSQL. SQLite is no ledger: processes that share a study there are handed the same trial twice.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import optuna
from optuna.distributions import distribution_to_json
from optuna.storages import BaseStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from seedbed.system.disk_errors import disk_error
from seedbed.system.errors import InputError, StoreError
from seedbed.system.masking import masked
from seedbed.system.paths import store_folder
from seedbed.tracking.writing.run_folder import write_or_undo

POSTGRESQL = "postgresql://"
CONNECT_S = 10
"""How long a database host that does not answer is waited for, at each try."""


@dataclass(frozen=True)
class Row:
    """One try of one cell, as the book has it.

    Attributes:
        trial_id: The storage's id of the trial.
        number: Its place in the study.
        state: Optuna's state.
        attrs: What the ledger noted with it.
        score: Its value, once complete.
        started: When it was claimed, or None.
        ended: When it ended, or None.
    """

    trial_id: int
    number: int
    state: TrialState
    attrs: Mapping[str, Any]
    score: float | None = None
    started: datetime | None = None
    ended: datetime | None = None
    curve: Mapping[int, float] = field(default_factory=dict)


class Book(Protocol):
    """A study in a storage, and the three things that Optuna's interface lacks."""

    storage: BaseStorage
    study_id: int
    place: str
    """Where it is, without a password."""

    def lock(self) -> Any:
        """A context in which no other process fills this study; ends with the process."""

    def close(self) -> None:
        """Let go of connections; the book is not used afterwards."""

    def add(self, trials: Sequence[FrozenTrial]) -> None:
        """Queue waiting trials; to be called under the lock."""

    def rows(
        self,
        states: Sequence[TrialState] | None = None,
        limit: int | None = None,
        curves: bool = False,
    ) -> list[Row]:
        """The tries in the order they were queued, without building Optuna's trials."""


def open_book(name: str, url: str | None, create: bool = True) -> Book:
    """The book of the sweep ``name``.

    Args:
        name: Name of the sweep and of the study.
        url: ``postgresql://…``, or None for a journal file in the store.
        create: Make it where there is none.

    Raises:
        InputError: The URL is of another kind, or there is no such sweep and none is to be made.
        StoreError: The database cannot be reached.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    if url is None:
        return _JournalBook(name, create)
    if url.startswith("sqlite"):
        raise InputError(
            "--ledger must not be SQLite, because SQLite hands one cell to two processes, got "
            f"{masked(url)}: leave --ledger out for a journal file, or give "
            f"{POSTGRESQL}USER@HOST/DATABASE."
        )
    if not url.startswith(POSTGRESQL):
        raise InputError(
            f"--ledger must be {POSTGRESQL}USER@HOST/DATABASE, got {masked(url)}: "
            "leave it out for a journal file in the store."
        )
    return _PostgresBook(name, url, create)


def _no_sweep(name: str, place: str) -> InputError:
    return InputError(
        f"There is no sweep {name!r} in the ledger {place}: "
        f"start it with seedbed sweep FILE, or name its ledger with --ledger."
    )


class _Flock:
    """Optuna's own lock files outlive a killed process by 30 s; the system's lock ends with it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock and hold it."""
        with self._path.open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield


class _JournalFile(JournalFileBackend):
    """A journal that closes a line torn by a kill, and takes many entries in one write."""

    def __init__(self, path: Path) -> None:
        self._flock = _Flock(path.with_suffix(".lock"))
        self._held_back: list[dict[str, Any]] | None = None
        super().__init__(str(path))

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Append entries, each a line."""
        if self._held_back is not None:
            self._held_back += logs
            return
        lines = b"".join(json.dumps(log, separators=(",", ":")).encode() + b"\n" for log in logs)
        with (
            self._flock.held(),
            Path(self._file_path).open("rb+", buffering=0) as stream,
        ):
            _drop_torn_line(stream)
            write_or_undo(stream, lines)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Entries appended in this block are written at its end, in one go."""
        self._held_back = []
        try:
            yield
            logs = self._held_back
        finally:
            self._held_back = None
        if logs:
            self.append_logs(logs)


def _drop_torn_line(stream: Any) -> None:
    """Go to the end of the last whole line and cut off what a killed writer left behind it."""
    end = stream.seek(0, os.SEEK_END)
    start = end
    while start:
        start = max(0, start - 4096)
        stream.seek(start)
        newline = stream.read(min(4096, end - start)).rfind(b"\n")
        if newline >= 0:
            start += newline + 1
            break
    if start != end:
        stream.truncate(start)
    stream.seek(start)


class _JournalBook:
    """A study in a journal file of the store."""

    def __init__(self, name: str, create: bool) -> None:
        path = store_folder() / "ledgers" / f"{name}.journal"
        self.place = str(path)
        if not create and not path.exists():
            raise _no_sweep(name, self.place)
        store_folder("ledgers")
        self._filling = _Flock(path.with_suffix(".filling"))
        self._file = _JournalFile(path)
        self.storage: BaseStorage = JournalStorage(self._file)
        with self.lock():
            study = optuna.create_study(
                storage=self.storage, study_name=name, direction="maximize", load_if_exists=True
            )
        self.study_id = study._study_id

    @contextmanager
    def lock(self) -> Iterator[None]:
        with self._filling.held():
            yield

    def close(self) -> None:
        """Nothing is held between two calls."""

    def add(self, trials: Sequence[FrozenTrial]) -> None:
        for trial in trials[:1]:  # Optuna reads back the first one that a process makes
            self.storage.create_new_trial(self.study_id, trial)
        with self._file.together():
            for trial in trials[1:]:
                self.storage.create_new_trial(self.study_id, trial)

    def rows(
        self,
        states: Sequence[TrialState] | None = None,
        limit: int | None = None,
        curves: bool = False,
    ) -> list[Row]:
        found = self.storage.get_all_trials(
            self.study_id, deepcopy=False, states=None if states is None else tuple(states)
        )
        return [
            Row(
                trial._trial_id,
                trial.number,
                trial.state,
                trial.user_attrs,
                trial.values[0] if trial.values else None,
                _aware(trial.datetime_start),
                _aware(trial.datetime_complete),
                trial.intermediate_values if curves else {},
            )
            for trial in found[:limit]
        ]


def _aware(moment: datetime | None) -> datetime | None:
    """Optuna's local time without a zone, as UTC."""
    return None if moment is None else moment.astimezone(UTC)


class _PostgresBook:
    """A study in a PostgreSQL database, which may hold many."""

    def __init__(self, name: str, url: str, create: bool) -> None:
        import sqlalchemy

        self.place = masked(url)
        address = url.replace(POSTGRESQL, "postgresql+psycopg://", 1)
        self._name = name
        self._sql = sqlalchemy.text
        try:
            connect = {} if "connect_timeout" in url else {"connect_timeout": CONNECT_S}
            self._locks = sqlalchemy.create_engine(
                address,
                poolclass=sqlalchemy.pool.NullPool,
                isolation_level="AUTOCOMMIT",
                connect_args=connect,
            )
            with self.lock():
                self._rdb = RDBStorage(
                    address,
                    engine_kwargs={"pool_size": 2, "pool_pre_ping": True, "connect_args": connect},
                )
                study = _study_id(self._rdb, name, create)
        except (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
            raise _away(error, self.place) from error
        except ValueError:  # a port that is no number
            raise InputError(
                f"--ledger must be {POSTGRESQL}USER@HOST:PORT/DATABASE, got {self.place}: PORT is "
                "a number, and '@', '/' and ':' in a name or password are written %40, %2F, %3A."
            ) from None
        if study is None:
            self.close()
            raise _no_sweep(name, self.place)
        self.storage: BaseStorage = self._rdb
        self.study_id = study

    @contextmanager
    def lock(self) -> Iterator[None]:
        with self._locks.connect() as connection:
            key = {"key": f"seedbed {self._name}"}
            connection.execute(self._sql("SELECT pg_advisory_lock(hashtextextended(:key, 0))"), key)
            yield  # the lock ends with the connection

    def close(self) -> None:
        import sqlalchemy

        with suppress(sqlalchemy.exc.SQLAlchemyError):  # the database is away
            self._rdb.remove_session()
            self._rdb.engine.dispose()

    def add(self, trials: Sequence[FrozenTrial]) -> None:
        """Number the trials under the study's row lock, as Optuna does, but in a few statements."""
        if not trials:
            return
        study = {"study": self.study_id}
        with self._rdb.engine.begin() as connection:
            connection.execute(
                self._sql("SELECT 1 FROM studies WHERE study_id = :study FOR UPDATE"), study
            )
            next_number = connection.execute(
                self._sql("SELECT count(*) FROM trials WHERE study_id = :study"), study
            ).scalar_one()
            found = connection.execute(
                self._sql(_NEW_TRIALS), {**study, "first": next_number, "last": len(trials) - 1}
            ).scalars()
            ids = sorted(found)
            attrs = [
                {"trial": trial_id, "key": key, "value": json.dumps(value)}
                for trial_id, trial in zip(ids, trials, strict=True)
                for key, value in trial.user_attrs.items()
            ]
            connection.execute(self._sql(_NEW_ATTRIBUTES), attrs)
            params = [
                {
                    "trial": trial_id,
                    "name": name,
                    "value": distribution.to_internal_repr(trial.params[name]),
                    "distribution": distribution_to_json(distribution),
                }
                for trial_id, trial in zip(ids, trials, strict=True)
                for name, distribution in trial.distributions.items()
            ]
            if params:
                connection.execute(self._sql(_NEW_PARAMS), params)

    def rows(
        self,
        states: Sequence[TrialState] | None = None,
        limit: int | None = None,
        curves: bool = False,
    ) -> list[Row]:
        names = [state.name for state in states or TrialState]
        with self._rdb.engine.connect() as connection:
            found = connection.execute(
                self._sql(_ROWS),
                {"study": self.study_id, "states": names, "limit": limit},
            ).all()
            points = self._curves(connection) if curves else {}
        return [
            Row(
                row.trial_id,
                row.number,
                TrialState[row.state],
                {key: json.loads(text) for key, text in (row.attrs or {}).items()},
                row.value,
                _utc(row.datetime_start),
                _utc(row.datetime_complete),
                points.get(row.trial_id, {}),
            )
            for row in found
        ]

    def _curves(self, connection: Any) -> dict[int, dict[int, float]]:
        points: dict[int, dict[int, float]] = {}
        for row in connection.execute(self._sql(_CURVES), {"study": self.study_id}):
            points.setdefault(row.trial_id, {})[row.step] = row.intermediate_value
        return points


_NEW_TRIALS = """
INSERT INTO trials (number, study_id, state)
SELECT :first + n, :study, 'WAITING' FROM generate_series(0, :last) AS n
RETURNING trial_id
"""

_NEW_ATTRIBUTES = """
INSERT INTO trial_user_attributes (trial_id, key, value_json) VALUES (:trial, :key, :value)
"""

_NEW_PARAMS = """
INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
VALUES (:trial, :name, :value, :distribution)
"""

_ROWS = """
WITH chosen AS (
    SELECT * FROM trials
    WHERE study_id = :study AND state::text = ANY(:states) ORDER BY number LIMIT :limit)
SELECT chosen.*, attrs.attrs, scores.value FROM chosen
LEFT JOIN LATERAL (
    SELECT json_object_agg(key, value_json) AS attrs
    FROM trial_user_attributes WHERE trial_id = chosen.trial_id) AS attrs ON true
LEFT JOIN trial_values AS scores ON scores.trial_id = chosen.trial_id AND scores.objective = 0
ORDER BY number
"""

_CURVES = """
SELECT trial_id, step, intermediate_value
FROM trial_intermediate_values JOIN trials USING (trial_id)
WHERE study_id = :study ORDER BY trial_id, step
"""


def _study_id(storage: RDBStorage, name: str, create: bool) -> int | None:
    if create:
        return optuna.create_study(
            storage=storage, study_name=name, direction="maximize", load_if_exists=True
        )._study_id
    try:
        return storage.get_study_id_from_name(name)
    except KeyError:
        return None


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def ledger_away(error: BaseException, place: str) -> StoreError | None:
    """The sentence for a ledger that cannot be reached or written; None for any other error."""
    import psycopg
    from sqlalchemy import exc

    lost = (exc.DBAPIError, exc.PendingRollbackError, exc.TimeoutError, psycopg.Error)
    if isinstance(error, (*lost, optuna.exceptions.StorageInternalError)):
        return _away(error, place)
    return disk_error(error, place)


def _away(error: Exception, place: str) -> StoreError:
    return StoreError(
        f"The ledger {place} must be a database that can be reached and written, but it "
        f"answered: {_first_line(error.__cause__ or error)}. Start it, or name another with "
        "--ledger."
    )


def _first_line(error: BaseException) -> str:
    lines: Iterable[str] = (line.strip() for line in masked(str(error)).splitlines())
    return re.sub(r"^\([\w.]+\) ", "", next(filter(None, lines), type(error).__name__))[
        :300
    ].rstrip(".")
