"""A journal read without Optuna says what Optuna itself makes of it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, strategies as st
from optuna import trial as optuna_trial

from seedbed.sweeps.ledger.storages.journal_record import JournalRecord
from seedbed.sweeps.ledger.storages.journal_storage import JournalLedgerStorage
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.system.errors import InputError

MOMENT = "2026-01-02T03:04:05.000006+00:00"
CHOICES = '{"name": "CategoricalDistribution", "attributes": {"choices": [32, 64]}}'
FLOATS = (
    '{"name": "FloatDistribution", '
    '"attributes": {"low": 0.0, "high": 1.0, "log": false, "step": null}}'
)

studies, trials = st.integers(0, 2), st.integers(-1, 5)
notes = st.dictionaries(
    st.sampled_from(["cell", "name", "x"]),
    st.sampled_from(["a", "b", 1, None, ["c"]]),
    min_size=1,
    max_size=1,
)


def _entry(code: int, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"op_code": st.just(code), **fields})


CELL = {"cell": "c", "name": "n"}
ENTRIES = st.one_of(
    _entry(0, study_name=st.sampled_from(["s", "other"]), directions=st.just([2])),
    _entry(1, study_id=studies),
    _entry(2, study_id=studies, user_attr=notes),
    _entry(
        4,
        study_id=studies,
        datetime_start=st.sampled_from([None, MOMENT]),
        state=st.sampled_from([0, 1, 2, 3, 4]),
        datetime_complete=st.just(MOMENT),
        user_attrs=st.one_of(st.just(CELL), notes),
        values=st.just([0.5]),
        distributions=st.sampled_from([{"b": CHOICES}, {"b": FLOATS}]),
        params=st.sampled_from([{}, {"b": 1}]),
        intermediate_values=st.sampled_from([{}, {"1": 0.5}]),
    ),
    _entry(4, study_id=studies, datetime_start=st.none(), state=st.just(4), value=st.just(0.25)),
    _entry(
        6,
        trial_id=trials,
        state=st.sampled_from([0, 1, 2, 3, 4]),
        values=st.sampled_from([None, [0.75]]),
        datetime_start=st.just(MOMENT),
        datetime_complete=st.just(MOMENT),
    ),
    _entry(7, trial_id=trials, step=st.integers(0, 3), intermediate_value=st.just(0.5)),
    _entry(8, trial_id=trials, user_attr=notes),
    st.sampled_from([{"op_code": 99}, {}, {"op_code": 8, "trial_id": 0, "user_attr": 3}]),
)


def _journal(entries: list[Mapping[str, Any]], folder: Path) -> None:
    begin: list[Mapping[str, Any]] = [
        {"op_code": 0, "study_name": "s", "directions": [2]},
        {"op_code": 4, "study_id": 0, "datetime_start": None, "state": 4, "user_attrs": CELL},
    ]
    (folder / "ledgers").mkdir(exist_ok=True)
    lines = [json.dumps({"worker_id": "w", **entry}) for entry in [*begin, *entries]]
    (folder / "ledgers" / "s.journal").write_text("\n".join([*lines, '{"half": ']))


@given(st.lists(ENTRIES, max_size=12))
def test_it_is_what_optuna_replays(entries: list[Mapping[str, Any]]) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", folder)
        _journal(entries, Path(folder))
        try:
            by_optuna = JournalLedgerStorage("s", create=False)
        except InputError:  # the study was deleted
            with pytest.raises(InputError):
                JournalRecord("s")
            return
        record = JournalRecord("s")
        assert record.notes() == by_optuna.notes()
        for states in (None, [TrialState.WAITING], [TrialState.COMPLETE, TrialState.FAIL]):
            assert record.trials(states, curves=True) == by_optuna.trials(states, curves=True)
        record.note("order", "stop")
        assert by_optuna.notes()["order"] == record.notes()["order"] == "stop"
        by_optuna.note("order", "cancel")
        assert record.notes()["order"] == "cancel"


def test_curves_and_limits_are_as_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path))
    trial = {"op_code": 4, "study_id": 0, "datetime_start": None, "user_attrs": CELL}
    value = {"op_code": 7, "trial_id": 1, "step": 1, "intermediate_value": 0.5}
    _journal([trial, value], tmp_path)
    record = JournalRecord("s")
    first, second = record.trials(curves=True)
    assert (first.curve, second.curve) == ({}, {1: 0.5})
    assert record.trials(limit=1) == [first]
    assert record.trials([TrialState.RUNNING]) == [replace(second, curve={})]


def test_the_states_are_optunas() -> None:
    assert {s.name: s.value for s in TrialState} == {
        s.name: s.value for s in optuna_trial.TrialState
    }
    for state in TrialState:
        assert state.is_finished() == optuna_trial.TrialState(state).is_finished()
