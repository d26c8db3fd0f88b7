"""The system calls that ``faults.c`` counts, and the ways in which each of them can fail."""

import ctypes
import errno
import os
from collections.abc import Iterable
from pathlib import Path

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


class SystemCalls:
    """Counts the calls of this process, and of those that it starts from then on.

    Args:
        file: Where the count is kept.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._library = ctypes.CDLL(None)
        self._library.faults_call.restype = ctypes.c_char_p
        self._library.faults_count.restype = ctypes.c_long

    def arm(self, below: Path, point: int, kind: int) -> None:
        """Begin to count; the call of that number fails, and none if it is 0."""
        os.environ["FAULTS_STATE"] = str(self._file)
        paths = (os.fsencode(self._file), os.fsencode(below))
        self._library.faults_arm(*paths, ctypes.c_long(point), kind)

    def made(self) -> list[str]:
        """The names of the calls so far."""
        return [self._name(number) for number in self._numbers()]

    def _numbers(self) -> Iterable[int]:
        return range(1, self._library.faults_count() + 1)

    def _name(self, number: int) -> str:
        name: bytes = self._library.faults_call(ctypes.c_long(number))
        return name.decode()
