"""Temporary files of a run or a process in a folder of its own, where sockets have short names.

TensorFlow writes the code that it generates to temporary files and removes them when Python exits,
which a forked or killed process does not do. In the run's folder they go with the run.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import process, util
from pathlib import Path

from seedbed.system.errors import InputError
from seedbed.system.processes.environment_variables import variables_set

LONGEST_SOCKET = 107
"""Bytes of a socket's path that the system takes."""

MADE, LOCKED = ".seedbed-tmp-", "seedbed-tmp-"
"""Beginnings of the name of a process's folder, before and after it is locked."""

UNLOCKED_S = 60.0
"""A folder that is not locked for longer belongs to a process that was killed."""

BELOW = len(f"/{LOCKED}abcdefgh/listener-abcdefgh")
"""What is added to the folder for temporary files."""

SHORT = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 (mkdtemp makes a folder of this user alone)


@contextmanager
def own_temporary_folder(folder: Path) -> Iterator[None]:
    """Put temporary files of this process and its children in a folder, removed at the end."""
    directory = tempfile.tempdir
    with variables_set({"TMPDIR": str(folder)}):
        use_temporary_folder(folder)
        try:
            yield
        finally:
            tempfile.tempdir = directory
            shutil.rmtree(folder, ignore_errors=True)


def use_temporary_folder(folder: Path) -> None:
    """Make temporary files of this process and its children in a folder from now on."""
    folder.mkdir(exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)


@contextmanager
def temporary_files_of_this_process() -> Iterator[None]:
    """Put temporary files of this process into its own folder."""
    before, tempfile.tempdir = tempfile.tempdir, process_folder()
    try:
        yield
    finally:
        tempfile.tempdir = before


def process_folder() -> str:
    """This process's own folder for sockets and temporary files; made at the first call.

    It is removed when the process ends; if that is killed, by the next process of the same user
    that makes one beside it. The setting is private: ``multiprocessing.util.get_temp_dir`` looks
    there for the folder that it made before.

    Raises:
        InputError: TMPDIR is too long for a socket, and no other folder can be written.
    """
    settings = process.current_process()._config  # type: ignore[attr-defined]
    if settings.get("tempdir"):
        return str(settings["tempdir"])
    for parent in _parents():
        try:
            folder = _make_in(parent)
        except OSError:
            continue
        settings["tempdir"] = str(folder)
        _remove_left(parent)
        return str(folder)
    raise InputError(
        f"TMPDIR must be a folder that can be written and at most {LONGEST_SOCKET - BELOW} bytes "
        f"long, because sockets are made there, got {tempfile.gettempdir()}: set TMPDIR to another "
        "folder, such as /tmp."
    )


def _parents() -> list[Path]:
    """Where the folder may be made."""
    here = tempfile.gettempdir()
    fits = len(os.fsencode(here)) + BELOW <= LONGEST_SOCKET
    return [Path(one) for one in (*([here] if fits else []), *SHORT)]


_locks: list[int] = []
"""Open folders; their locks end with this process."""


def _make_in(parent: Path) -> Path:
    made = Path(tempfile.mkdtemp(prefix=MADE, dir=parent))
    lock = os.open(made, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with suppress(OSError):  # without locks, others leave it alone
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    folder = made.rename(made.with_name(LOCKED + made.name.removeprefix(MADE)))
    _locks.append(lock)
    util.Finalize(None, shutil.rmtree, args=(folder, True), exitpriority=-100)
    return folder


def _remove_left(parent: Path) -> None:
    """Remove the folders of processes that were killed."""
    for folder in (*parent.glob(f"{LOCKED}*"), *parent.glob(f"{MADE}*")):
        with suppress(OSError), _opened(folder) as opened:
            found = os.fstat(opened)
            is_new = time.time() - found.st_mtime < UNLOCKED_S
            if found.st_uid == os.getuid() and not (is_new and folder.name.startswith(MADE)):
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield opened
    finally:
        os.close(opened)
