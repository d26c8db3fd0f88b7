"""Answers in the store are whole and their key's own, or there are none."""

import os
from pathlib import Path

import pytest

from seedbed.system.files.cached_answers import MOST_KEPT, CachedAnswers


def _file(store_path: Path, key: str) -> Path:
    return store_path / "cache" / "sums" / key


def test_an_answer_is_read_as_it_was_written(store_path: Path) -> None:
    answers = CachedAnswers("sums")
    assert answers.read("a") is None
    for answer in (b"four", b"", b"line\nline\n\x00\xff"):
        answers.write("a", answer)
        assert CachedAnswers("sums").read("a") == answer
    assert [path.name for path in (store_path / "cache" / "sums").iterdir()] == ["a"]


def test_no_byte_of_a_file_can_change_unnoticed(store_path: Path) -> None:
    answers = CachedAnswers("sums")
    answers.write("a", b"four")
    path = _file(store_path, "a")
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert answers.read("a") is None, place
        path.write_bytes(whole[:place])
        assert answers.read("a") is None, place


def test_an_answer_under_the_name_of_another_is_refused(store_path: Path) -> None:
    answers = CachedAnswers("sums")
    answers.write("a", b"four")
    _file(store_path, "a").rename(_file(store_path, "b"))
    assert answers.read("b") is None


def test_the_answers_that_were_not_used_for_longest_go(store_path: Path) -> None:
    answers = CachedAnswers("sums")
    for number in range(MOST_KEPT):
        answers.write(f"{number:03}", b"")
        os.utime(_file(store_path, f"{number:03}"), (number, number))
    assert answers.read("000") == b""  # used just now
    answers.write("new", b"")
    left = {path.name for path in (store_path / "cache" / "sums").iterdir()}
    assert left == {"new", *(f"{number:03}" for number in range(MOST_KEPT) if number != 1)}


def test_a_store_that_cannot_be_written_has_no_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SEEDBED_STORE", str(tmp_path / "file"))
    answers = CachedAnswers("sums")
    answers.write("a", b"four")
    assert answers.read("a") is None
