"""What Seedbed relies on in Optuna beyond its public interface; fails when Optuna changes it."""

import json
import re
from pathlib import Path

import pytest
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.storages import InMemoryStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import StudyDirection
from optuna.trial import TrialState, create_trial

from seedbed.sweeps.ledger.storages import optuna_private
from seedbed.sweeps.ledger.storages.optuna_private import (
    ENTRY_FIELDS,
    TABLES,
    Operation,
    drop_options,
    is_journal_entry,
    trial_id_of,
)


def test_a_frozen_trial_has_the_id_that_its_storage_gave_it() -> None:
    storage = InMemoryStorage()
    study = storage.create_new_study([StudyDirection.MAXIMIZE], "s")
    given = [storage.create_new_trial(study) for _ in range(3)]
    assert [trial_id_of(trial) for trial in storage.get_all_trials(study)] == given


@pytest.fixture
def entries(tmp_path: Path) -> list[dict[str, object]]:
    """The entries that Optuna itself writes, of every kind."""
    path = tmp_path / "optuna.journal"
    storage = JournalStorage(JournalFileBackend(str(path)))
    study = storage.create_new_study([StudyDirection.MAXIMIZE], "s")
    storage.set_study_user_attr(study, "k", 1)
    storage.set_study_system_attr(study, "k", 1)
    trial = storage.create_new_trial(study)
    storage.set_trial_param(trial, "x", 0.5, FloatDistribution(0, 1))
    storage.set_trial_intermediate_value(trial, 1, 0.5)
    storage.set_trial_user_attr(trial, "k", 1)
    storage.set_trial_system_attr(trial, "k", 1)
    storage.set_trial_state_values(trial, TrialState.COMPLETE, [0.5])
    storage.delete_study(study)
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_kind_of_entry_is_known_with_the_fields_that_optuna_writes(
    entries: list[dict[str, object]],
) -> None:
    assert {entry["op_code"] for entry in entries} == set(ENTRY_FIELDS)
    assert [Operation(int(str(entry["op_code"]))) for entry in entries] == [
        Operation.CREATE_STUDY,
        Operation.SET_STUDY_USER_ATTR,
        Operation.SET_STUDY_SYSTEM_ATTR,
        Operation.CREATE_TRIAL,
        Operation.SET_TRIAL_PARAM,
        Operation.SET_TRIAL_INTERMEDIATE_VALUE,
        Operation.SET_TRIAL_USER_ATTR,
        Operation.SET_TRIAL_SYSTEM_ATTR,
        Operation.SET_TRIAL_STATE_VALUES,
        Operation.DELETE_STUDY,
    ]
    assert all(is_journal_entry(entry) for entry in entries)


def test_an_entry_without_one_of_its_fields_is_none(entries: list[dict[str, object]]) -> None:
    for entry in entries:
        for name in ENTRY_FIELDS[int(str(entry["op_code"]))] | {"op_code", "worker_id"}:
            assert not is_journal_entry({k: v for k, v in entry.items() if k != name}), name


def test_optunas_tables_have_the_columns_that_the_statements_name() -> None:
    from optuna.storages._rdb import models

    tables = models.BaseModel.metadata.tables
    for table, columns in TABLES.items():
        assert columns <= set(tables[table].columns.keys()), table


def test_a_study_has_a_note_once() -> None:
    from optuna.storages._rdb.models import StudyUserAttributeModel
    from sqlalchemy import UniqueConstraint

    unique = [
        {column.name for column in one.columns}
        for one in StudyUserAttributeModel.__table__.constraints
        if isinstance(one, UniqueConstraint)
    ]
    assert {"study_id", "key"} in unique


def test_the_statements_name_no_other_table() -> None:
    texts = [v for k, v in vars(optuna_private).items() if isinstance(v, str) and k[0] != "_"]
    named = set(re.findall(r"\b(?:FROM|INTO|JOIN) ([a-z_]+)", " ".join(texts)))
    own = {"best", "chosen", "open", "given", "unnest", "generate_series"}
    assert named - own == set(TABLES)


def test_a_journal_storage_gives_the_trials_that_it_keeps(tmp_path: Path) -> None:
    path = str(tmp_path / "optuna.journal")
    storage = JournalStorage(JournalFileBackend(path))
    study = storage.create_new_study([StudyDirection.MAXIMIZE], "s")
    space: dict[str, BaseDistribution] = {"x": FloatDistribution(0, 1)}
    waiting = create_trial(state=TrialState.WAITING, params={"x": 0.5}, distributions=space)
    trial = storage.create_new_trial(study, waiting)
    storage.set_trial_state_values(trial, TrialState.RUNNING)
    storage.set_trial_state_values(trial, TrialState.COMPLETE, [0.9])
    drop_options(storage.get_trial(trial))
    (kept,) = storage.get_all_trials(study, deepcopy=False)
    assert kept is storage.get_trial(trial)
    assert (kept.params, kept.distributions, kept.value) == ({}, {}, 0.9)
    (read,) = JournalStorage(JournalFileBackend(path)).get_all_trials(study)
    assert (read.params, read.distributions) == ({"x": 0.5}, space)
