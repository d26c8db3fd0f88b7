"""The ledger in PostgreSQL."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import optuna
from optuna.distributions import distribution_to_json
from optuna.storages import BaseStorage, RDBStorage
from optuna.trial import FrozenTrial, TrialState

from seedbed.sweeps.ledger.storage import LedgerTrial
from seedbed.sweeps.ledger.storage_errors import POSTGRESQL, no_sweep, storage_away
from seedbed.system.errors import InputError
from seedbed.system.masking import masked

CONNECT_S = 10
"""How long a database host that does not answer is waited for, at each try."""


class PostgresLedgerStorage:
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
            raise storage_away(error, self.place) from error
        except ValueError:  # a port that is no number
            raise InputError(
                f"--ledger must be {POSTGRESQL}USER@HOST:PORT/DATABASE, got {self.place}: PORT is "
                "a number, and '@', '/' and ':' in a name or password are written %40, %2F, %3A."
            ) from None
        if study is None:
            self.close()
            raise no_sweep(name, self.place)
        self.storage: BaseStorage = self._rdb
        self.study_id = study

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of whoever fills the ledger."""
        with self._locks.connect() as connection:
            key = {"key": f"seedbed {self._name}"}
            connection.execute(self._sql("SELECT pg_advisory_lock(hashtextextended(:key, 0))"), key)
            yield  # the lock ends with the connection

    def close(self) -> None:
        """Give the connections back."""
        import sqlalchemy

        with suppress(sqlalchemy.exc.SQLAlchemyError):  # the database is away
            self._rdb.remove_session()
            self._rdb.engine.dispose()

    def add(self, trials: Sequence[FrozenTrial]) -> None:
        """Add waiting trials."""
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
    ) -> list[LedgerTrial]:
        """The trials, in the order in which they were added."""
        names = [state.name for state in states or TrialState]
        with self._rdb.engine.connect() as connection:
            found = connection.execute(
                self._sql(_ROWS),
                {"study": self.study_id, "states": names, "limit": limit},
            ).all()
            points = self._curves(connection) if curves else {}
        return [
            LedgerTrial(
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
