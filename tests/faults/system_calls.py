"""The system calls that ``faults.c`` counts, and the ways in which each of them can fail."""

import ctypes
import errno
import mmap
import os
import re
import sys
import zlib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

MOST = 100_000
"""Calls that are noted."""

SIGKILLED, TORN, ENDED, FULL = 0, -1, -2, -3
"""The process is killed; half the bytes are moved; the other side has closed; from then on, nothing
more can be written or made."""

_FILE = (FULL, errno.ENOSPC, errno.EIO, errno.EACCES, errno.EMFILE, errno.EAGAIN, errno.ENOMEM)
_SOCKET = (errno.ECONNRESET, errno.ETIMEDOUT)
_KINDS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("write", "pwrite64", "sendfile", "copy_file_range"), (*_FILE, TORN)),
    **dict.fromkeys(("read", "pread64"), (errno.EIO, errno.ESTALE, errno.ENOMEM, TORN)),
    **dict.fromkeys(("write to pipe", "read of pipe"), (TORN,)),
    **dict.fromkeys(("send", "sendto", "write to socket"), (*_SOCKET, errno.EPIPE, TORN)),
    **dict.fromkeys(("recv", "recvfrom", "read of socket"), (*_SOCKET, TORN, ENDED)),
    **dict.fromkeys(("sendmsg", "recvmsg"), _SOCKET),
    **dict.fromkeys(("flock", "fcntl"), (errno.EAGAIN, errno.EINTR, errno.ENOLCK, errno.EIO)),
    "fork": (errno.EAGAIN, errno.ENOMEM),
    "connect": (errno.ECONNREFUSED, errno.ETIMEDOUT, errno.EAGAIN, errno.ENETUNREACH),
    "accept4": (errno.EMFILE, errno.ECONNABORTED),
}
_NAMES = {SIGKILLED: "SIGKILL", TORN: "half", ENDED: "end", FULL: "full"}


def kinds_of(call: str) -> tuple[int, ...]:
    """All ways in which a call can fail."""
    return (SIGKILLED, *_KINDS.get(call, _FILE))


def name_of(kind: int) -> str:
    """The kind in a word."""
    return _NAMES.get(kind) or errno.errorcode[kind]


class _State(ctypes.Structure):
    """What ``faults.c`` keeps in its file."""

    _fields_ = (
        ("counted", ctypes.c_long),
        ("chosen", ctypes.c_long),
        ("kind", ctypes.c_int),
        ("below", ctypes.c_char * 4096),
        ("calls", ctypes.c_char * 16 * MOST),
        ("sites", ctypes.c_long * MOST),
        ("files", ctypes.c_char * 160 * MOST),
    )


@dataclass(frozen=True)
class Call:
    """A system call; two that are equal come from the same lines and do the same to such a file.

    Attributes:
        name: Of the call.
        file: What it is about, below the folder whose files count; ``#`` stands for numbers.
        site: Stands for the lines of Python that led to it; 0 in a process that was started anew.
    """

    name: str
    file: str
    site: int


class SystemCalls:
    """Counts the calls of this process, and of those that it starts from then on.

    Args:
        file: Where the count is kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def arm(self, below: Path, point: int, kind: int) -> None:
        """Begin to count; the call of that number fails, and none if it is 0."""
        os.environ["FAULTS_STATE"] = str(self._file)
        paths = (os.fsencode(self._file), os.fsencode(below))
        library = ctypes.CDLL(None)
        library.faults_ask_sites(_SITE)
        library.faults_arm(*paths, ctypes.c_long(point), kind)

    def made(self) -> list[Call]:
        """The calls so far."""
        with self._file.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        with closing(content):
            state = _State.from_buffer_copy(content)
        return [
            Call(
                state.calls[number].value.decode(),
                _NUMBER.sub("#", state.files[number].value.decode(errors="replace")),
                state.sites[number],
            )
            for number in range(1, min(state.counted + 1, MOST))
        ]


_HARNESS = str(Path(__file__).with_name("harness.py"))
_NUMBER = re.compile(r"[0-9a-f]{6,}|\d+")


def _site() -> int:
    """A number for the lines that are executed, the same whenever they are."""
    number = 0
    frame: FrameType | None = sys._getframe(0)
    while frame is not None and frame.f_code.co_filename != _HARNESS:
        line = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        number = zlib.crc32(line.encode(), number)
        frame = frame.f_back
    return number


_SITE = ctypes.CFUNCTYPE(ctypes.c_long)(_site)
