"""Every place where Seedbed relies on what Optuna does not promise; a contract test holds each.

Four things are not public: the id of a ``FrozenTrial``, that a journal storage gives its own ones,
the fields of a journal's entries, and the tables of the database. They are needed because Optuna's
public calls read or write one trial at a time, and keep all of each: a sweep of 10,000 cells would
take minutes to open (benchmarks/ledger_speed.py), and its driver would grow with every result.
tests/sweeps/ledger/test_optuna_private.py fails when a new version of Optuna changes one of them.
"""

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a command that reads a ledger does without Optuna
    from optuna.trial import FrozenTrial


def trial_id_of(trial: "FrozenTrial") -> int:
    """The storage's id of a trial; the public calls that change a trial take no other."""
    return trial._trial_id


def drop_options(trial: "FrozenTrial") -> None:
    """Drop from a trial that a journal storage keeps what is there for Optuna's own tools alone.

    Its ``get_trial`` gives the object itself; these tools read the file.
    """
    trial.params, trial.distributions = {}, {}


class Operation(IntEnum):
    """What an entry of a journal does, by its ``op_code`` (Optuna's ``JournalOperation``)."""

    CREATE_STUDY = 0
    DELETE_STUDY = 1
    SET_STUDY_USER_ATTR = 2
    SET_STUDY_SYSTEM_ATTR = 3
    CREATE_TRIAL = 4
    SET_TRIAL_PARAM = 5
    SET_TRIAL_STATE_VALUES = 6
    SET_TRIAL_INTERMEDIATE_VALUE = 7
    SET_TRIAL_USER_ATTR = 8
    SET_TRIAL_SYSTEM_ATTR = 9


STUDY = frozenset({"study_id"})
TRIAL = frozenset({"trial_id"})

ENTRY_FIELDS: dict[int, frozenset[str]] = {
    Operation.CREATE_STUDY: frozenset({"study_name", "directions"}),
    Operation.DELETE_STUDY: STUDY,
    Operation.SET_STUDY_USER_ATTR: STUDY | {"user_attr"},
    Operation.SET_STUDY_SYSTEM_ATTR: STUDY | {"system_attr"},
    Operation.CREATE_TRIAL: STUDY | {"datetime_start"},
    Operation.SET_TRIAL_PARAM: TRIAL | {"param_name", "param_value_internal", "distribution"},
    Operation.SET_TRIAL_STATE_VALUES: TRIAL | {"state", "values"},
    Operation.SET_TRIAL_INTERMEDIATE_VALUE: TRIAL | {"step", "intermediate_value"},
    Operation.SET_TRIAL_USER_ATTR: TRIAL | {"user_attr"},
    Operation.SET_TRIAL_SYSTEM_ATTR: TRIAL | {"system_attr"},
}
"""Fields without which Optuna cannot replay an entry of a journal, by the entry's operation."""


def is_journal_entry(entry: object) -> bool:
    """Whether Optuna can replay a line of a journal; anything else would end in its traceback."""
    if not isinstance(entry, dict) or not isinstance(entry.get("worker_id"), str):
        return False
    operation = entry.get("op_code")
    if type(operation) is not int or operation not in ENTRY_FIELDS:
        return False
    return entry.keys() >= ENTRY_FIELDS[operation]


STUDIES = "SELECT study_id, study_name FROM studies ORDER BY study_id"

READ_NOTES = "SELECT key, value_json FROM study_user_attributes WHERE study_id = :study"

WRITE_NOTE = """
INSERT INTO study_user_attributes (study_id, key, value_json) VALUES (:study, :key, :value)
ON CONFLICT (study_id, key) DO UPDATE SET value_json = excluded.value_json
"""

LOCK_STUDY = "SELECT 1 FROM studies WHERE study_id = :study FOR UPDATE"
"""Optuna numbers trials under this lock, and so must whoever adds some."""

COUNT_TRIALS = "SELECT count(*) FROM trials WHERE study_id = :study"

NEW_TRIALS = """
INSERT INTO trials (number, study_id, state)
SELECT :first + n, :study, 'WAITING' FROM generate_series(0, :last) AS n
RETURNING trial_id
"""

NEW_ATTRIBUTES = """
INSERT INTO trial_user_attributes (trial_id, key, value_json) VALUES (:trial, :key, :value)
"""

NEW_PARAMS = """
INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
VALUES (:trial, :name, :value, :distribution)
"""

COUNT_ROWS = "ANALYZE trials, trial_user_attributes"
"""Have PostgreSQL note how large the tables are; by itself it does so a minute after it could.

Until then it takes them for empty, and reads and sorts all waiting trials to find the next ones.
"""

CHANGE_TRIAL = """
WITH given AS (SELECT CAST(:after AS text) AS after, CAST(:score AS double precision) AS score),
open AS (
    SELECT trial_id FROM trials
    WHERE trial_id = :trial AND state::text = ANY(:before) FOR UPDATE),
noted AS (
    INSERT INTO trial_user_attributes (trial_id, key, value_json)
    SELECT open.trial_id, notes.key, notes.value
    FROM open, unnest(CAST(:keys AS text[]), CAST(:values AS text[])) AS notes (key, value)
    ON CONFLICT (trial_id, key) DO UPDATE SET value_json = excluded.value_json),
scored AS (
    INSERT INTO trial_values (trial_id, objective, value, value_type)
    SELECT open.trial_id, 0, given.score, 'FINITE' FROM open, given
    WHERE given.score IS NOT NULL
    ON CONFLICT (trial_id, objective) DO UPDATE SET value = excluded.value),
moved AS (
    UPDATE trials SET state = CAST(given.after AS trialstate),
        datetime_start = CASE WHEN given.after = 'RUNNING'
            THEN clock_timestamp() AT TIME ZONE 'UTC' ELSE datetime_start END,
        datetime_complete = CASE WHEN given.after <> 'RUNNING'
            THEN clock_timestamp() AT TIME ZONE 'UTC' ELSE datetime_complete END
    FROM open, given WHERE trials.trial_id = open.trial_id AND given.after IS NOT NULL)
SELECT count(*) FROM open
"""
"""Notes of an unfinished trial, its value and its next state, all or nothing.

Optuna's calls do the same in a transaction each, of four statements. Another process that changes
the trial is waited for, and its state is looked at again (``FOR UPDATE``).
"""

READ_TRIALS = """
WITH chosen AS (
    SELECT * FROM trials
    WHERE study_id = :study AND trial_id >= :first AND state::text = ANY(:states) AND EXISTS (
        SELECT 1 FROM trial_user_attributes AS notes
        WHERE notes.trial_id = trials.trial_id AND notes.key = 'cell')
    ORDER BY trial_id LIMIT :limit)
SELECT chosen.*, attrs.attrs, scores.value FROM chosen
LEFT JOIN LATERAL (
    SELECT json_object_agg(key, value_json) AS attrs
    FROM trial_user_attributes WHERE trial_id = chosen.trial_id) AS attrs ON true
LEFT JOIN trial_values AS scores ON scores.trial_id = chosen.trial_id AND scores.objective = 0
ORDER BY trial_id
"""
"""Trials from one on, in the order in which they were queued: numbers grow with ids."""

READ_CURVES = """
SELECT trial_id, step, intermediate_value
FROM trial_intermediate_values JOIN trials USING (trial_id)
WHERE study_id = :study ORDER BY trial_id, step
"""

COUNT_CELLS = """
WITH best AS (
    SELECT cells.value_json AS cell, max(CASE state::text
        WHEN 'COMPLETE' THEN 4 WHEN 'PRUNED' THEN 3 WHEN 'RUNNING' THEN 2 WHEN 'WAITING' THEN 1
        ELSE 0 END) AS rank
    FROM trials
    JOIN trial_user_attributes AS cells ON cells.trial_id = trials.trial_id AND cells.key = 'cell'
    JOIN trial_user_attributes AS names ON names.trial_id = trials.trial_id AND names.key = 'name'
    WHERE study_id = :study
    AND cells.value_json LIKE '"%' AND names.value_json LIKE '"%' GROUP BY cell)
SELECT rank, count(*) AS number, array_agg(cell) FILTER (WHERE rank = 0) AS cells
FROM best GROUP BY rank
"""
"""Cells by the best of their tries, as ``standings.RANK`` numbers them; those that failed."""

ANY_DONE = """
SELECT 1 FROM trials JOIN trial_user_attributes AS cells USING (trial_id)
WHERE study_id = :study AND state::text = 'COMPLETE' AND cells.key = 'cell'
AND cells.value_json = ANY(:cells) LIMIT 1
"""

TABLES: dict[str, frozenset[str]] = {
    "studies": frozenset({"study_id", "study_name"}),
    "study_user_attributes": frozenset({"study_id", "key", "value_json"}),
    "trials": frozenset(
        {"trial_id", "number", "study_id", "state", "datetime_start", "datetime_complete"}
    ),
    "trial_user_attributes": frozenset({"trial_id", "key", "value_json"}),
    "trial_params": frozenset({"trial_id", "param_name", "param_value", "distribution_json"}),
    "trial_values": frozenset({"trial_id", "objective", "value", "value_type"}),
    "trial_intermediate_values": frozenset({"trial_id", "step", "intermediate_value"}),
}
"""Columns of Optuna's tables that the statements above name."""
