"""The file of a journal ledger: whole entries are read, foreign lines are set aside by name."""

import json
import logging
import math
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from optuna.storages import JournalStorage
from optuna.study import StudyDirection
from optuna.trial import TrialState, create_trial

from seedbed.sweeps.ledger.storages import journal_file
from seedbed.sweeps.ledger.storages.journal_file import JournalFile
from seedbed.sweeps.ledger.storages.journal_storage import OptunaJournal
from seedbed.system.errors import StoreError

if TYPE_CHECKING:
    from typing_extensions import Buffer

Entry = dict[str, object]


def entry(number: int) -> Entry:
    return {"op_code": 2, "worker_id": "w", "study_id": 0, "user_attr": {"k": number}}


def numbers(file: JournalFile, begin: int = 0) -> list[int]:
    return [found["user_attr"]["k"] for found in file.read_logs(begin)]


def test_entries_are_read_from_any_number_on(tmp_path: Path) -> None:
    file = JournalFile(tmp_path / "a.journal")
    file.append_logs([entry(n) for n in range(5)])
    assert [numbers(file, begin) for begin in (0, 3, 5, 1)] == [
        [0, 1, 2, 3, 4],
        [3, 4],
        [],
        [1, 2, 3, 4],
    ]
    other = JournalFile(tmp_path / "a.journal")
    other.append_logs([entry(5)])
    assert numbers(file, 5) == [5]
    assert numbers(JournalFile(tmp_path / "a.journal"), 4) == [4, 5]


GARBAGE = [
    b"garbage",
    b"",
    b"[1]",
    b'{"op_code": 2}',
    b'{"op_code": 99, "worker_id": "w"}',
    b'{"op_code": true, "worker_id": "w", "study_id": 0}',
    b"\xff\x00\xfe",
    b"[" * 100_000,
]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_a_foreign_line_is_set_aside_and_named_with_its_number(
    garbage: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.journal"
    file = JournalFile(path)
    file.append_logs([entry(0)])
    with path.open("ab") as stream:
        stream.write(garbage + b"\n")
    file.append_logs([entry(1)])
    with caplog.at_level(logging.WARNING):
        assert numbers(file) == [0, 1]
        assert numbers(file) == [0, 1]
        assert numbers(file, 1) == [1]
    file.append_logs([entry(2)])
    assert numbers(file, 1) == [1, 2]
    (record,) = caplog.records
    assert f"{path} line 2 is not an entry of a ledger and is set aside" in record.getMessage()


def test_control_characters_of_a_foreign_line_are_not_printed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.journal"
    path.write_text("\x1b[2Jgone\n")
    assert numbers(JournalFile(path)) == []
    assert "\x1b" not in caplog.text
    assert "gone" in caplog.text


def test_a_line_that_is_being_written_is_read_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.journal"
    file = JournalFile(path)
    text = json.dumps(entry(0))
    path.write_text(text[:20])
    assert numbers(file) == []
    path.write_text(text + "\n")
    assert numbers(file) == [0]


class Sparing(FileIO):
    """A file that gives a few bytes at a time, as network mounts may, and perhaps ends early."""

    ends_at = 10**9

    def read(self, size: int | None = -1) -> bytes:
        given = super().read(size)
        assert given is not None
        return given[: max(1, len(given) // 2)]

    def readinto(self, buffer: "Buffer") -> int:
        left = max(0, self.ends_at - self.tell())
        return super().readinto(memoryview(buffer)[: min(7, left)]) or 0


def sparing_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(path: Path, *, writing: bool = False) -> FileIO:
        return Sparing(path, "rb+" if writing else "rb")

    monkeypatch.setattr(journal_file, "open_regular", opened)


def test_a_file_that_is_read_in_small_parts_loses_no_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sparing_reads(monkeypatch)
    file = JournalFile(tmp_path / "a.journal")
    for number in range(3):
        file.append_logs([entry(number)])
    assert numbers(JournalFile(tmp_path / "a.journal")) == [0, 1, 2]


def test_nothing_is_written_behind_entries_that_could_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.journal"
    JournalFile(path).append_logs([entry(0), entry(1)])
    before = path.read_bytes()
    sparing_reads(monkeypatch)
    monkeypatch.setattr(Sparing, "ends_at", before.index(b"\n") + 10)
    with pytest.raises(OSError, match=r"a\.journal"):
        JournalFile(path).append_logs([entry(2)])
    assert path.read_bytes() == before


ONE_CHOICE = '{"name": "CategoricalDistribution", "attributes": {"choices": [1]}}'
WRONG_VALUES = [
    {"op_code": 6, "trial_id": 0, "state": 99, "values": None},
    {"op_code": 6, "trial_id": 0, "state": 1, "values": [1.0]},  # no time of its end
    {"op_code": 6, "trial_id": 0, "state": 0, "values": None, "datetime_start": "soon"},
    {"op_code": 8, "trial_id": 0, "user_attr": {"a": 1, "b": 2}},
    {"op_code": 8, "trial_id": [], "user_attr": {"a": 1}},
    {"op_code": 4, "study_id": 0, "datetime_start": None, "distributions": {"x": "{"}},
    {"op_code": 4, "study_id": 0, "datetime_start": None, "params": {"x": 1}},
    *(
        {
            "op_code": 4,
            "study_id": 0,
            "datetime_start": None,
            "distributions": {"x": ONE_CHOICE},
            "params": {"x": value},
        }
        for value in (1, math.inf)
    ),
    {
        "op_code": 5,
        "trial_id": 0,
        "param_name": "x",
        "param_value_internal": math.inf,
        "distribution": ONE_CHOICE,
    },
    {
        "op_code": 6,
        "trial_id": 0,
        "state": 1,
        "values": [1.0],
        "datetime_complete": "0001-01-01T00:00:00+14:00",  # before the first year of UTC
    },
    {"op_code": 4, "study_id": 0, "datetime_start": None, "value": 1, "values": [1]},
    {"op_code": 4, "study_id": 0, "datetime_start": None, "value": "x"},
    {"op_code": 0, "study_name": "t", "directions": [7]},
]


@pytest.mark.parametrize("fields", WRONG_VALUES)
def test_an_entry_with_a_wrong_value_is_set_aside_in_place_of_a_traceback(
    fields: Entry, tmp_path: Path
) -> None:
    path = tmp_path / "a.journal"
    storage = JournalStorage(OptunaJournal(path))
    trial = storage.create_new_trial(storage.create_new_study([StudyDirection.MAXIMIZE], "s"))
    with path.open("a") as stream:
        stream.write(json.dumps({"worker_id": "w", **fields}) + "\n")
    file = OptunaJournal(path)
    found = JournalStorage(file).get_trial(trial)
    assert (found.user_attrs, found.params, found.state) == ({}, {}, TrialState.RUNNING)
    assert [number for number, _ in file.set_aside] == [3]


def queued(path: Path, cells: int) -> JournalStorage:
    """A journal with a waiting trial for each cell."""
    storage = JournalStorage(OptunaJournal(path))
    study = storage.create_new_study([StudyDirection.MAXIMIZE], "s")
    for cell in range(cells):
        waiting = create_trial(state=TrialState.WAITING, user_attrs={"cell": cell})
        storage.create_new_trial(study, waiting)
    return storage


@pytest.mark.parametrize("line", [1, 3])
def test_a_lost_entry_gives_no_result_to_another_cell_and_is_counted(
    line: int, tmp_path: Path
) -> None:
    path = tmp_path / "s.journal"
    queued(path, 4).set_trial_state_values(3, TrialState.COMPLETE, [0.9])
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line - 1] = b"\0" * 40 + b"\n"
    path.write_bytes(b"".join(lines))
    file = OptunaJournal(path)
    storage = JournalStorage(file)
    found = storage.get_all_trials(storage.get_study_id_from_name("s"))
    done = {t.user_attrs["cell"] for t in found if t.state == TrialState.COMPLETE}
    assert done == {3}
    assert file.lost == 1
    assert list(file.read_logs(2)) == list(file.read_logs(0))[2:]
    storage.set_trial_state_values(2, TrialState.COMPLETE, [0.8])
    again = OptunaJournal(path)
    trials = JournalStorage(again).get_all_trials(0)
    assert [t.user_attrs["cell"] for t in trials if t.values] == [2, 3]
    assert again.lost == 1


def test_a_file_that_is_put_in_the_place_of_a_journal_is_refused(tmp_path: Path) -> None:
    file = JournalFile(tmp_path / "a.journal")
    file.append_logs([entry(0)])
    (tmp_path / "b").write_text("")
    (tmp_path / "b").replace(tmp_path / "a.journal")
    with pytest.raises(StoreError, match="must stay the same file"):
        file.append_logs([entry(1)])


def test_optuna_replays_a_journal_with_foreign_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.journal"
    storage = JournalStorage(OptunaJournal(path))
    study = storage.create_new_study([StudyDirection.MAXIMIZE], "s")
    with path.open("a") as stream:
        stream.write("edited by hand\n")
    trial = storage.create_new_trial(study)
    assert JournalStorage(OptunaJournal(path)).get_trial(trial).number == 0
