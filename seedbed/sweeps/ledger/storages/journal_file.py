"""The file of a journal ledger: appended under a lock, read as far as it is whole.

A killed writer may leave half a line, which the next writer cuts off. A line that is not an entry
of a journal (somebody edited the file, or a disk failed) is set aside with a warning. Entries carry
numbers, so it is known whether an entry was lost there.
"""

import errno
import logging
import os
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, FileIO
from pathlib import Path

from seedbed.sweeps.ledger.storages.journal_entries import (
    MOST_LOST,
    NUMBER,
    TRIAL_ID,
    Entry,
    line_of,
    lost_study,
    lost_trial,
    parse_entry,
)
from seedbed.sweeps.ledger.storages.optuna_private import Operation
from seedbed.system.errors import StoreError
from seedbed.system.files.atomic_files import write_or_undo
from seedbed.system.files.file_lock import LOCK_WAIT_S, FileLock
from seedbed.system.files.regular_file import NotRegularError, open_regular
from seedbed.system.text.terminal_escape import inert

LOG = logging.getLogger(__name__)
SHOWN = 60
"""Characters of a line that is set aside."""


@dataclass(frozen=True)
class Position:
    """How far a journal that is whole was read.

    Attributes:
        end: In bytes.
        lines: In lines.
        entry: Number of the next entry; None after one without a number.
        trials: Tries that were made so far.
    """

    end: int
    lines: int
    entry: int | None
    trials: int


class JournalFile:
    """Optuna's journal in a file, with the calls that Optuna makes of a journal.

    Args:
        path: The file; created if it is missing.
        wait_s: How long the lock of a writer is waited for.

    Attributes:
        set_aside: Number and beginning of each line that is not an entry, as far as it was read.
        lines: Lines that were read.
        lost: Entries that were lost, by the numbers of those that are there.
    """

    def __init__(self, path: Path, wait_s: float = LOCK_WAIT_S) -> None:
        self._path = path
        self._lock = FileLock(path.with_suffix(".lock"), wait_s)
        self._held_back: list[Entry] | None = None
        self._starts = array("q")
        """Where each entry begins; those that stand for lost ones begin where the next one does."""
        self._restored: dict[int, list[Entry]] = {}
        """Where an entry begins → entries for those that were lost before it."""
        self._end = 0
        """How far the file was read, in bytes."""
        self._next: int | None = 0
        """Number of the next entry; None after one without, which an earlier version wrote."""
        self._trials = 0
        self._inode: int | None = None
        self.set_aside: list[tuple[int, str]] = []
        self.lines = self.lost = 0
        if not path.exists() and not path.is_symlink():
            path.touch()

    @property
    def position(self) -> Position:
        """How far it was read."""
        return Position(self._end, self.lines, self._next, self._trials)

    def begin_at(self, position: Position) -> None:
        """Leave out what lies before a position, of a file of which nothing was read yet."""
        self._end, self.lines = position.end, position.lines
        self._next, self._trials = position.entry, position.trials

    @property
    def is_whole(self) -> bool:
        """Whether nothing that was read is lost or damaged."""
        return not (self.lost or self.set_aside)

    def append_logs(self, logs: list[Entry]) -> None:
        """Append entries, each a line."""
        if self._held_back is not None:
            self._held_back += logs
            return
        with self._lock.held():
            for _ in self.read_logs(len(self._starts)):
                continue  # to know the numbers
            lines = b"".join(line_of(log) for log in self._numbered(logs))
            with self._opened(writing=True) as stream:
                _drop_torn_line(stream, self._end, self._path)
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

    def read_logs(self, log_number_from: int) -> Iterator[Entry]:
        """The entries from this number on; a line that a writer has not finished is left.

        Raises:
            StoreError: Another file was put in the place of this one.
        """
        with BufferedReader(self._opened()) as stream:
            self._check_same(os.fstat(stream.fileno()).st_ino)
            number = min(log_number_from, len(self._starts))
            position = self._starts[number] if number < len(self._starts) else self._end
            number = bisect_left(self._starts, position)
            stream.seek(position)
            for line in stream:
                if not line.endswith(b"\n"):
                    return
                entry = parse_entry(line)
                if position >= self._end:
                    self._take_in(line, entry, position)
                if entry is not None:
                    for one in (*self._restored.get(position, ()), entry):
                        number += 1
                        if number > log_number_from:
                            yield one
                position += len(line)

    def _opened(self, *, writing: bool = False) -> FileIO:
        try:
            return open_regular(self._path, writing=writing)
        except NotRegularError:
            raise StoreError(
                f"A ledger must be a regular file, but {self._path} is another kind of file: move "
                "it away, and put the ledger back from a backup if there was one."
            ) from None

    def torn_bytes(self) -> int:
        """Bytes behind the last whole line, as far as the file was read."""
        return self._path.stat().st_size - self._end

    def _check_same(self, inode: int) -> None:
        if self._inode not in (None, inode):
            raise StoreError(
                f"{self._path} must stay the same file while a sweep uses it, but it was replaced "
                "(seedbed repair, or a copy): run the command again."
            )
        self._inode = inode

    def _numbered(self, logs: list[Entry]) -> Iterator[Entry]:
        """Entries with their numbers, as they are appended to what was read."""
        begin = len(self._starts) if self._next is None else self._next
        trials = self._trials
        for number, log in enumerate(logs, begin):
            more = {NUMBER: number}
            if log["op_code"] == Operation.CREATE_TRIAL:
                more[TRIAL_ID] = trials
                trials += 1
            yield {**log, **more}

    def _take_in(self, line: bytes, entry: Entry | None, position: int) -> None:
        """Count a line that is read for the first time."""
        self._end = position + len(line)
        self.lines += 1
        if entry is None:
            self._set_aside(line)
            return
        self._count_lost(entry.get(NUMBER))
        restored = self._lost_before(entry)
        if restored:
            self._restored[position] = restored
        self._starts.extend([position] * (len(restored) + 1))

    def _lost_before(self, entry: Entry) -> list[Entry]:
        """Entries in the place of those that were lost and on which later ones rely."""
        restored: list[Entry] = []
        begins = not self._starts and entry["op_code"] != Operation.CREATE_STUDY
        if begins and (self.lost or self.set_aside):
            restored.append(lost_study(self._path.stem))
        if entry["op_code"] == Operation.CREATE_TRIAL:
            given = entry.get(TRIAL_ID)
            if type(given) is int and 0 < given - self._trials < MOST_LOST:
                restored += [lost_trial(entry["study_id"])] * (given - self._trials)
                self._trials = given
            self._trials += 1
        return restored

    def _count_lost(self, number: object) -> None:
        """Compare an entry's number with the one that it must have."""
        if type(number) is not int:
            self._next = None
            return
        if self._next is not None and 0 < number - self._next < MOST_LOST:
            self.lost += number - self._next
            self._warn_once(f"lost {self.lost} entries before line {self.lines}")
        self._next = number + 1

    def _set_aside(self, line: bytes) -> None:
        content = line.strip(b"\0 \t\r\n")
        shown = inert(content[:SHOWN].decode(errors="replace")) or "nothing but blanks or zeros"
        shown += " …" if len(content) > SHOWN else ""
        self.set_aside.append((self.lines, shown))
        self._warn_once(
            f"line {self.lines} is not an entry of a ledger and is set aside: {shown} (seedbed "
            f"repair {self._path.stem} takes it out, and keeps a copy)"
        )

    def _warn_once(self, text: str) -> None:
        """Warn of the file, once in a process however often it is opened."""
        if (self._path, text) not in _warned:
            _warned.add((self._path, text))
            LOG.warning("%s %s", self._path, text)


_warned: set[tuple[Path, str]] = set()


def _drop_torn_line(stream: FileIO, end: int, path: Path) -> None:
    """Go to the end of the last whole line, and cut off what a killed writer left behind it.

    Args:
        stream: The file.
        end: How far it was read under the same lock.
        path: Its path.

    Raises:
        OSError: There are whole lines behind that, which the system did not give to the reader.
    """
    stream.seek(end)
    torn = stream.readall()
    if b"\n" in torn:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
    if torn:
        stream.truncate(end)
    stream.seek(end)
