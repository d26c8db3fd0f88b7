"""Files of a store that anyone may have put there: only regular ones are read.

A pipe in the place of a file lets its reader wait for ever, and a device like ``/dev/zero`` fills
the memory.
"""

import errno
import os
import stat
from io import FileIO
from pathlib import Path


class NotRegularError(OSError):
    """It is a folder, a pipe, a socket or a device."""


class RegularFile(FileIO):
    """A file without a buffer that raises an error where the system gives nothing at the moment."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Up to so many bytes, or all that are left."""
        return self._given(super().read(-1 if size is None else size))

    def readall(self) -> bytes:
        """All bytes that are left."""
        return self._given(super().readall())

    def _given(self, content: bytes | None) -> bytes:
        if content is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN), self.name)
        return content


def open_regular(path: Path, *, writing: bool = False) -> RegularFile:
    """Open a file without a buffer, to read it and perhaps to write it as well.

    Raises:
        NotRegularError: It is no regular file.
        OSError: It cannot be opened.
    """
    access = os.O_RDWR if writing else os.O_RDONLY
    try:
        descriptor = os.open(path, access | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.EISDIR, errno.ELOOP):
            raise _refused(path) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _refused(path)
    return RegularFile(path, "rb+" if writing else "rb", opener=lambda *_: descriptor)


def _refused(path: Path) -> NotRegularError:
    return NotRegularError(errno.EINVAL, "it is no regular file", str(path))


def regular_text(path: Path, errors: str = "strict") -> str:
    """The text of a file in UTF-8.

    Raises:
        OSError: As ``open_regular``.
        UnicodeDecodeError: It is not UTF-8, and errors are strict.
    """
    with open_regular(path) as stream:
        return stream.read().decode("utf-8", errors).replace("\r\n", "\n")
