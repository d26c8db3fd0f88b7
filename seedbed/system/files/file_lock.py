"""Locks on files that end with their process, and that say who holds them."""

import errno
import fcntl
import json
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import IO

from seedbed.system.errors import LockedError, StoreError
from seedbed.system.files.regular_file import open_regular
from seedbed.system.text.terminal_escape import inert

LOCK_WAIT_S = 60.0
"""How long a lock is waited for before its holder is named in an error."""

FIRST_LOOK_S, LONGEST_LOOK_S = 0.0005, 0.02

OPENING = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW

NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
"""What a file system without locks answers, an NFS mount among them."""


class FileLock:
    """An exclusive lock for the processes of one host.

    Optuna's own lock files outlive a killed process by 30 s; the system's lock ends with it.

    Args:
        path: The lock's file; holds a note about the last process that had the lock.
        wait_s: How long to wait.
    """

    def __init__(self, path: Path, wait_s: float = LOCK_WAIT_S) -> None:
        self._path = path
        self._wait_s = wait_s

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock and hold it.

        Raises:
            LockedError: Another process holds it for too long.
            StoreError: The file system has no locks, or another kind of file is there.
        """
        with open_lock(self._path) as stream:
            self._acquire(stream)
            _sign(stream)
            yield

    def holder(self) -> str:
        """Who holds the lock now, like ``process 4711 on node3, since 14:02:10``; else empty.

        Raises:
            StoreError: The file system has no locks.
        """
        try:
            with open_regular(self._path) as stream:
                return "" if try_lock(stream, shared=True) else _holder(stream).rstrip(",")
        except FileNotFoundError:
            return ""

    def _acquire(self, stream: FileIO) -> None:
        until, pause = time.monotonic() + self._wait_s, FIRST_LOOK_S
        while not try_lock(stream):
            if time.monotonic() >= until:
                raise LockedError(
                    f"The lock {self._path} must be free within {self._wait_s:g} s, but "
                    f"{_holder(stream)} holds it: let that process go on (fg, kill -CONT), or "
                    "end it, and try again."
                )
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_LOOK_S)


@contextmanager
def folder_locked(folder: Path, wait_s: float = LOCK_WAIT_S) -> Iterator[None]:
    """Hold a lock on a folder itself, which leaves no file.

    Nothing is held where the file system has no locks, or the folder may not be read.

    Args:
        folder: An existing folder; it need not be writable.
        wait_s: How long to wait.

    Raises:
        LockedError: Another process holds it for too long.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except PermissionError:
        yield
        return
    until, pause = time.monotonic() + wait_s, FIRST_LOOK_S
    try:
        while not _locks_folder(descriptor):
            if time.monotonic() >= until:
                raise LockedError(
                    f"The folder {folder} must be unlocked within {wait_s:g} s, but another "
                    "process holds its lock: let that process go on (fg, kill -CONT), or end it, "
                    "and try again."
                )
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_LOOK_S)
        yield
    finally:
        os.close(descriptor)


def _locks_folder(descriptor: int) -> bool:
    """Whether this process has the lock now, or there are no locks; False if another one has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in (*NO_LOCKS, errno.EBADF):  # NFS wants to write what it locks
            raise
    return True


def open_lock(path: Path) -> FileIO:
    """Open the file of a lock, which is made if it is missing; no link is followed.

    Raises:
        StoreError: Something else than a regular file is there.
    """
    try:
        descriptor = os.open(path, OPENING, 0o666)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise _odd_lock(path) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _odd_lock(path)
    return open(path, "rb+", buffering=0, opener=lambda *_: descriptor)


def _odd_lock(path: Path) -> StoreError:
    return StoreError(
        f"The lock {path} must be a regular file, but another kind of file is there: move it away."
    )


def try_lock(stream: IO[bytes] | IO[str], shared: bool = False) -> bool:
    """Lock an open file for this process unless another one has; False if another one has.

    Raises:
        StoreError: The file system has no locks.
    """
    try:
        fcntl.flock(stream, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in NO_LOCKS:
            raise StoreError(
                f"The file system of {stream.name} must have locks (flock), but it has none: put "
                "the store on a local disk with SEEDBED_STORE."
            ) from None
        raise
    return True


def _sign(stream: FileIO) -> None:
    """Note who holds the lock; a full disk must not keep anybody from it."""
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    note = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    try:
        stream.seek(0)
        stream.write(note.encode())
        stream.truncate()
    except OSError:
        return


def _holder(stream: FileIO) -> str:
    """Who holds the lock, in words."""
    try:
        stream.seek(0)
        note = json.loads(stream.read(1000))
        since = datetime.fromisoformat(note["since"]).astimezone()
        return inert(f"process {int(note['pid'])} on {note['host']}, since {_time(since)},")
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return "another process"


def _time(moment: datetime) -> str:
    """The time of day, with the date if it is another day."""
    today = moment.date() == datetime.now().astimezone().date()
    return f"{moment:%H:%M:%S}" if today else f"{moment:%Y-%m-%d %H:%M}"
