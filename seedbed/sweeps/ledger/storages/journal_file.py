"""The file of a journal ledger: appended under a lock, read as far as it is whole.

A killed writer may leave half a line, which the next writer cuts off. A line that is no entry of a
journal (somebody edited the file, or a disk failed) is set aside with a warning.
"""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from optuna.storages.journal import BaseJournalBackend

from seedbed.sweeps.ledger.storages.file_lock import LOCK_WAIT_S, FileLock
from seedbed.sweeps.ledger.storages.optuna_private import is_journal_entry
from seedbed.system.atomic_files import write_or_undo
from seedbed.system.terminal_escape import inert

LOG = logging.getLogger(__name__)
SHOWN = 60
"""Characters of a line that is set aside."""

Entry = dict[str, Any]


class JournalFile(BaseJournalBackend):
    """Optuna's journal in a file.

    Args:
        path: The file; created if it is missing.
        wait_s: How long the lock of a writer is waited for.
    """

    def __init__(self, path: Path, wait_s: float = LOCK_WAIT_S) -> None:
        self._path = path
        self._lock = FileLock(path.with_suffix(".lock"), wait_s)
        self._held_back: list[Entry] | None = None
        self._starts: list[int] = []
        """Where each entry begins, as far as the file was read."""
        self._end = self._lines = 0
        """How far the file was read, in bytes and in lines."""
        path.touch()

    def append_logs(self, logs: list[Entry]) -> None:
        """Append entries, each a line."""
        if self._held_back is not None:
            self._held_back += logs
            return
        lines = b"".join(json.dumps(log, separators=(",", ":")).encode() + b"\n" for log in logs)
        with self._lock.held(), self._path.open("rb+", buffering=0) as stream:
            _drop_torn_line(stream)
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
        """The entries from this number on; a line that a writer has not finished is left."""
        with self._path.open("rb") as stream:
            number = min(log_number_from, len(self._starts))
            position = self._starts[number] if number < len(self._starts) else self._end
            stream.seek(position)
            for line in stream:
                if not line.endswith(b"\n"):
                    return
                entry = _entry(line)
                if position >= self._end:
                    self._take_in(line, entry, position)
                position += len(line)
                if entry is None:
                    continue
                number += 1
                if number > log_number_from:
                    yield entry

    def _take_in(self, line: bytes, entry: Entry | None, position: int) -> None:
        """Count a line that is read for the first time."""
        self._end = position + len(line)
        self._lines += 1
        if entry is None:
            self._set_aside(line)
        else:
            self._starts.append(position)

    def _set_aside(self, line: bytes) -> None:
        shown = inert(line[:SHOWN].decode(errors="replace").strip())
        LOG.warning(
            "%s line %d is not an entry of a ledger and is set aside: %s%s",
            self._path,
            self._lines,
            shown,
            " …" if len(line) > SHOWN else "",
        )


def _entry(line: bytes) -> Entry | None:
    """The entry of a line; None where Optuna could not replay it."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if is_journal_entry(entry) else None


def _drop_torn_line(stream: FileIO) -> None:
    """Go to the end of the last whole line, and cut off what a killed writer left behind it."""
    end = stream.seek(0, os.SEEK_END)
    start = end
    while start:
        start = max(0, start - 4096)
        stream.seek(start)
        newline = stream.read(min(4096, end - start)).rfind(b"\n")
        if newline >= 0:
            start += newline + 1
            break
    if start != end:
        stream.truncate(start)
    stream.seek(start)
