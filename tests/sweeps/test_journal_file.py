"""The file of a journal ledger: whole entries are read, foreign lines are set aside by name."""

import json
import logging
from pathlib import Path

import pytest
from optuna.storages import JournalStorage
from optuna.study import StudyDirection

from seedbed.sweeps.ledger.storages.journal_file import JournalFile

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


def test_optuna_replays_a_journal_with_foreign_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.journal"
    storage = JournalStorage(JournalFile(path))
    study = storage.create_new_study([StudyDirection.MAXIMIZE], "s")
    with path.open("a") as stream:
        stream.write("edited by hand\n")
    trial = storage.create_new_trial(study)
    assert JournalStorage(JournalFile(path)).get_trial(trial).number == 0
