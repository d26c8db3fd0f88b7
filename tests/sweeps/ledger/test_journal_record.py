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
from optuna.trial import TrialState as OptunaState, create_trial

from seedbed.sweeps.ledger.storages import journal_record
from seedbed.sweeps.ledger.storages.journal_index import JournalIndex
from seedbed.sweeps.ledger.storages.journal_record import JournalRecord
from seedbed.sweeps.ledger.storages.journal_storage import JournalLedgerStorage
from seedbed.sweeps.ledger.storages.tally import tally_of
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.system.errors import InputError
from seedbed.system.paths import store_path
from tests.support.tallies import told

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
        assert told(record.tally()) == told(tally_of(by_optuna.trials()))
        assert record.any_done(frozenset("c")) == by_optuna.any_done(frozenset("c"))
        record.note("order", "stop")
        assert by_optuna.notes()["order"] == record.notes()["order"] == "stop"
        by_optuna.note("order", "cancel")
        assert record.notes()["order"] == "cancel"


def _own_journal(folder: Path) -> JournalLedgerStorage:
    """A journal that Seedbed alone wrote: of five cells one is done, one runs, one has failed."""
    storage = JournalLedgerStorage("s", create=True)
    storage.add(
        [
            create_trial(state=OptunaState.WAITING, user_attrs={"cell": f"c{n}", "name": f"n{n}"})
            for n in range(5)
        ]
    )
    assert (folder / "ledgers" / "s.journal").exists()
    for number in range(3):
        storage.storage.set_trial_state_values(number, OptunaState.RUNNING)
    storage.storage.set_trial_user_attr(0, "again", {"try": 1})
    storage.storage.set_trial_user_attr(0, "reason", "it may pass")
    storage.storage.set_trial_state_values(0, OptunaState.FAIL)
    storage.storage.set_trial_user_attr(1, "reason", "it broke")
    storage.storage.set_trial_state_values(1, OptunaState.FAIL)
    storage.storage.set_trial_state_values(3, OptunaState.RUNNING)
    storage.storage.set_trial_state_values(3, OptunaState.COMPLETE, [0.5])
    storage.note("planned", 5)
    return storage


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JournalLedgerStorage:
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path))
    monkeypatch.setattr(journal_record, "KEEP_FROM", 1)
    return _own_journal(tmp_path)


def _entries_read(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    read: list[object] = []
    whole = JournalIndex.apply

    def noted(self: JournalIndex, entry: Any) -> None:
        read.append(entry)
        whole(self, entry)

    monkeypatch.setattr(JournalIndex, "apply", noted)
    return read


def test_the_index_spares_the_next_reader_what_was_read(
    own: JournalLedgerStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.index()
    expected = told(tally_of(own.trials()))
    read = _entries_read(monkeypatch)
    record = JournalRecord("s")
    assert told(record.tally()) == expected
    assert record.notes() == own.notes()
    assert record.any_done(frozenset({"c3"}))
    assert not record.any_done(frozenset({"c0"}))
    assert read == []
    own.storage.set_trial_state_values(4, OptunaState.RUNNING)
    record.note("order", "stop")
    assert own.notes()["order"] == "stop"
    assert told(JournalRecord("s").tally()) == told(tally_of(own.trials()))
    assert len(read) == 2
    assert JournalRecord("s").trials() == own.trials()


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b"null", b'{"version": 1}', b"\xff", b'{"position": {"end": 9}}'],
)
def test_a_damaged_index_is_made_again(own: JournalLedgerStorage, damage: bytes) -> None:
    own.index()
    (kept,) = (store_path() / "cache" / "ledgers").iterdir()
    kept.write_bytes(damage)
    assert told(JournalRecord("s").tally()) == told(tally_of(own.trials()))


@pytest.mark.parametrize("field", ["states", "cells", "names", "attrs", "since"])
def test_an_index_whose_lists_do_not_fit_is_made_again(
    own: JournalLedgerStorage, field: str
) -> None:
    own.index()
    (kept,) = (store_path() / "cache" / "ledgers").iterdir()
    content = json.loads(kept.read_text())
    content[field] = {"77": {}} if isinstance(content[field], dict) else content[field][:-1]
    kept.write_text(json.dumps(content))
    assert told(JournalRecord("s").tally()) == told(tally_of(own.trials()))


def test_the_index_of_another_file_is_not_used(own: JournalLedgerStorage, tmp_path: Path) -> None:
    own.index()
    journal = tmp_path / "ledgers" / "s.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.unlink()  # restored from a copy that is older
    journal.write_bytes(b"".join(lines[:4]))
    assert JournalRecord("s").tally().counts == {"waiting": 3}


def test_a_store_that_cannot_be_written_is_read_all_the_same(
    own: JournalLedgerStorage, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file in the place of the folder")
    assert told(JournalRecord("s").tally()) == told(tally_of(own.trials()))


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
