"""A pipe or a device in the place of a store's file holds nobody up."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from seedbed.sweeps.ledger.storages.journal_file import JournalFile
from seedbed.system.errors import StoreError
from seedbed.system.files.file_lock import FileLock
from seedbed.system.files.regular_file import (
    NotRegularError,
    RegularFile,
    open_regular,
    regular_text,
)
from seedbed.tracking.own_sweeps import parent_of
from seedbed.tracking.writing.deliver import is_held
from seedbed.tracking.writing.run_folder import ForeignFolderError, RunFolder
from tests.support.waiting import HEADER

pytestmark = pytest.mark.timeout(120)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(path))


KINDS: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "loop": lambda path: path.symlink_to(path),
    "socket": _socket,
}


@pytest.fixture(params=KINDS)
def odd(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Path]:
    """Makes a file of that kind; by a relative name, since a socket's must be short."""
    monkeypatch.chdir(tmp_path)

    def make(name: str) -> Path:
        KINDS[request.param](Path(name))
        return tmp_path / name

    return make


def test_it_is_refused(odd: Callable[[str], Path]) -> None:
    with pytest.raises(NotRegularError, match="it is no regular file"):
        open_regular(odd("any"))


def test_a_ledger_of_that_kind_is_refused_in_a_sentence(odd: Callable[[str], Path]) -> None:
    with pytest.raises(StoreError, match="A ledger must be a regular file, but"):
        list(JournalFile(odd("any.journal")).read_logs(0))


def test_a_run_folder_with_such_a_file_is_foreign(odd: Callable[[str], Path]) -> None:
    file = odd("run.json")
    with pytest.raises(ForeignFolderError, match="it is not text"):
        _ = RunFolder(file.parent).header


def test_events_of_that_kind_are_none(odd: Callable[[str], Path]) -> None:
    file = odd("events.jsonl")
    assert list(RunFolder(file.parent).events()) == []


def test_a_pipe_names_no_parent_and_stops_no_lock(store_path: Path) -> None:
    (store_path / "ledgers").mkdir()
    os.mkfifo(store_path / "ledgers" / "first.parent")
    assert parent_of("first") is None
    lock = store_path / "ledgers" / "first.lock"
    os.mkfifo(lock)
    with pytest.raises(NotRegularError):
        FileLock(lock).holder()


def test_a_lock_of_that_kind_is_refused_in_a_sentence(odd: Callable[[str], Path]) -> None:
    with pytest.raises(StoreError, match=r"any\.lock must be a regular file"):
        FileLock(odd("any.lock")).held().__enter__()


def test_a_link_in_the_place_of_a_lock_lets_nobody_write_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "private").write_text("kept")
    (tmp_path / "any.lock").symlink_to(tmp_path / "private")
    with pytest.raises(StoreError, match="must be a regular file"):
        FileLock(tmp_path / "any.lock").held().__enter__()
    assert (tmp_path / "private").read_text() == "kept"


def test_a_delivery_whose_lock_is_of_that_kind_ends_in_a_sentence(
    odd: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    odd(f".{folder.path.name}.lock")
    with pytest.raises(StoreError, match="must be a regular file"):
        is_held(folder)


def test_text_is_read_with_plain_line_ends(tmp_path: Path) -> None:
    (tmp_path / "text").write_bytes("ä\r\nb\n".encode())
    assert regular_text(tmp_path / "text") == "ä\nb\n"


@pytest.mark.parametrize("read", [RegularFile.read, RegularFile.readall])
def test_a_file_of_which_the_system_gives_nothing_at_the_moment(
    read: Callable[[RegularFile], bytes],
) -> None:
    reader, writer = os.pipe2(os.O_NONBLOCK)
    with RegularFile(reader) as stream, RegularFile(writer, "wb"):
        with pytest.raises(BlockingIOError, match="temporarily unavailable"):
            read(stream)
        os.write(writer, b"all")
        assert read(stream) == b"all"
