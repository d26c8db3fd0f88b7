"""What a full or read-only disk does to a sweep, as one sentence."""

import errno
import os
from pathlib import Path

from seedbed.system.errors import DiskError

FREE = "free some room"
WORDS = {
    errno.ENOSPC: f"it is full: {FREE}",
    errno.EDQUOT: f"your quota is used up: {FREE} or have it raised",
    errno.EFBIG: f"a file may not grow any more there: {FREE} or have the limit raised",
    errno.EROFS: "it is read-only: make it writable",
    errno.EIO: "it answers with input/output errors: have it checked, and save what it holds",
}
"""What is wrong, and what helps."""
FULL = ("no space left on device", "database or disk is full", "disk quota exceeded")
"""What libraries say that lose the number of the error on its way."""

UNOPENED = "unable to open database file"


def disk_error(error: BaseException | None, place: object = None) -> DiskError | None:
    """The sentence for an error that the disk caused, or None for any other error.

    Args:
        error: What was raised; its causes are looked at too.
        place: What was to be written, where the error names no file.
    """
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, DiskError):
            return error
        words = _words(error)
        if words:
            copied = getattr(error, "filename2", None)  # to where; the first one is from where
            named = copied or getattr(error, "filename", None) or place
            where = f" of {os.fsdecode(named) if isinstance(named, bytes) else named}"
            return DiskError(
                f"The disk{where if named else ''} must have room and be writable, but {words}, "
                "then go on; what is recorded is kept."
            )
        error = error.__cause__ or error.__context__
    return None


def unopened(error: BaseException, database: Path | None) -> DiskError | None:
    """The sentence for a file that SQLite cannot open for want of room, which it does not say.

    Args:
        error: What was raised.
        database: SQLite's file, which it opens others beside.
    """
    if database is None or UNOPENED not in str(error):
        return None
    from tempfile import TemporaryFile  # every command would load it

    try:
        with TemporaryFile(dir=database.parent):
            return None
    except OSError as refused:
        return disk_error(OSError(refused.errno, refused.strerror, str(database)))


def _words(error: BaseException) -> str | None:
    if isinstance(error, OSError) and error.errno in WORDS:
        return WORDS[error.errno]
    said = str(error).lower()
    return WORDS[errno.ENOSPC] if any(text in said for text in FULL) else None
